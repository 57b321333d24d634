/**
 * Google Cloud Storage as a bucket.
 *
 * The client library gives the credentials. The requests go over plain keep-alive HTTP by undici: the library takes several
 * times the CPU time and more than twice the memory, `node:http` a third more CPU time; and the
 * library's own checks can delete a live object (`npm run bench` measures again). Objects are written and listed
 * through the JSON API and read through the XML API, whose answer alone brings body, generation and metadata at once.
 */
import { randomBytes } from "node:crypto";
import type { Storage } from "@google-cloud/storage";
import { Pool, util } from "undici";
import { isMapping, type Mapping } from "../model/mapping.ts";
import { BucketError, type Bucket, type Clock, type StoredObject, type Upload } from "../ports.ts";
import type { RequestTally } from "./count.ts";
import { crc32c } from "./crc32c.ts";
import { checkName, checkUpload } from "./object-name.ts";
import { limitWrites } from "./rate.ts";
import { REQUEST_TIMEOUT_MS } from "./retry.ts";

const GOOGLE_ENDPOINT = "https://storage.googleapis.com";
/** With answers after 20 ms fewer leave the process waiting for them; each costs a TLS handshake. */
const MOST_CONNECTIONS = 96;
/** The most that one page of a listing holds. */
const PAGE = 1000;
const OBJECT_FIELDS = "name,generation,size,contentType,cacheControl,contentEncoding,metadata,timeCreated";

/** How Cloud Storage is reached, and as whom. */
export interface GoogleStorageOptions {
  /** An emulator's origin, `http://127.0.0.1:4443`: it is asked without credentials. */
  readonly endpoint?: string | undefined;
  /** An OAuth 2.0 token to use instead of the environment's credentials; it must outlive the run. */
  readonly accessToken?: string | undefined;
  readonly clock: Clock;
  /** Every request is added to it, pages of a listing one by one. */
  readonly tally: RequestTally;
  /** For each bucket; less as long as the server asks for less. */
  readonly writesPerSecond?: number | undefined;
  readonly connections?: number | undefined;
  /** In ms, from the call: waiting for a turn and for credentials included. What takes longer is `transient`. */
  readonly requestTimeoutMs?: number | undefined;
}

/** Buckets that share credentials and connections. */
export interface GoogleStorage {
  /** A bucket without retries. Nothing is asked until the first call. */
  bucket(name: string): Bucket;
}

interface Answer {
  readonly status: number;
  /** Names and values in turn, as they came: most answers are never asked for them. */
  readonly head: Buffer[];
  readonly body: Buffer;
}

/** Opens Cloud Storage with the credentials of the environment, or an emulator without. */
export function openGoogleStorage(options: GoogleStorageOptions): GoogleStorage {
  const { clock, tally, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const origin = new URL(options.endpoint ?? GOOGLE_ENDPOINT);
  // Each request has one deadline for all of it, kept here.
  const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
  const pool = new Pool(origin.origin, { connections: options.connections ?? MOST_CONNECTIONS, ...timeouts });
  const base = origin.pathname === "/" ? "" : origin.pathname;
  const isEmulator = options.endpoint !== undefined;
  let storage: Promise<Storage> | undefined;
  // Nobody who chooses a body knows it, so none can end the part that it is in.
  const boundary = randomBytes(16).toString("hex");
  const partEnd = Buffer.from(`\r\n--${boundary}--`);

  async function authorize(): Promise<string | undefined> {
    if (isEmulator) return undefined;
    if (options.accessToken !== undefined) return `Bearer ${options.accessToken}`;
    // A tenth of a second and 15 MB, for who needs it.
    storage ??= import("@google-cloud/storage").then((library) => new library.Storage());
    try {
      // The library keeps the token until shortly before it expires.
      return `Bearer ${(await (await storage).authClient.getAccessToken()) ?? ""}`;
    } catch (cause) {
      throw describeCredentials(cause);
    }
  }

  function deadlineFromNow(): number {
    return clock.monotonic() + requestTimeoutMs;
  }

  function tooLate(what: string): BucketError {
    return new BucketError("transient", `${what}: could not be sent within ${requestTimeoutMs / 1000} s`);
  }

  /** By the monotonic clock; throws when nothing is left. */
  function timeLeft(what: string, deadline: number): number {
    const left = deadline - clock.monotonic();
    if (left <= 0) throw tooLate(what);
    return left;
  }

  async function authorizeBy(what: string, deadline: number): Promise<string | undefined> {
    const authorization = authorize();
    if (isEmulator || options.accessToken !== undefined) return authorization;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(tooLate(what)), timeLeft(what, deadline));
    });
    return Promise.race([authorization, late]).finally(() => clearTimeout(timer));
  }

  async function ask(
    what: string,
    method: "GET" | "POST" | "DELETE",
    path: string,
    deadline: number,
    payload?: { readonly type: string; readonly body: Buffer },
  ): Promise<Answer> {
    const authorization = await authorizeBy(what, deadline);
    const leftMs = timeLeft(what, deadline);
    // As a list they are sent as they stand, which costs less than an object of them.
    const sent = ["accept-encoding", "gzip", "user-agent", "store-provisioning"];
    if (authorization !== undefined) sent.push("authorization", authorization);
    if (payload !== undefined) {
      sent.push("content-type", payload.type);
    }
    return await new Promise<Answer>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let status = 0;
      let head: Buffer[] = [];
      let abort: (() => void) | undefined;
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        const late = Object.assign(new Error(`no answer within ${requestTimeoutMs / 1000} s`), { code: "ETIMEDOUT" });
        reject(describeConnection(what, origin.origin, isEmulator, late));
        abort?.();
      }, leftMs);
      pool.dispatch(
        { method, path: base + path, headers: sent, body: payload?.body ?? null },
        {
          onConnect(cancel) {
            abort = cancel;
            // It waited for a connection too long: nobody waits for its answer any more.
            if (isLate) cancel();
          },
          onHeaders(code, raw) {
            status = code;
            head = raw;
            return true;
          },
          onData(chunk) {
            chunks.push(chunk);
            return true;
          },
          onComplete() {
            clearTimeout(timer);
            const [first = Buffer.alloc(0)] = chunks;
            resolve({ status, head, body: chunks.length < 2 ? first : Buffer.concat(chunks) });
          },
          onError(cause) {
            clearTimeout(timer);
            reject(describeConnection(what, origin.origin, isEmulator, cause));
          },
        },
      );
    });
  }

  return {
    bucket(name) {
      const rate = limitWrites(clock, options.writesPerSecond);
      const bucketPath = encodeURIComponent(name);

      function check(what: string, answer: Answer): void {
        const { status } = answer;
        if (status === 200 || status === 204) return;
        if (status === 429 || status === 503) rate.slowDown();
        throw describeAnswer(what, name, answer, clock.now());
      }

      /** Gives when the request must be over. */
      async function takeTurn(what: string): Promise<number> {
        const deadline = deadlineFromNow();
        const turn = rate.takeTurn(requestTimeoutMs);
        if (turn === "late") throw tooLate(what);
        if (turn !== undefined) await turn;
        timeLeft(what, deadline);
        return deadline;
      }

      return {
        async list({ prefix, startOffset, endOffset }) {
          const what = `list ${name}/${prefix}`;
          const objects: StoredObject[] = [];
          let pageToken: string | undefined;
          do {
            const query = new URLSearchParams({
              maxResults: String(PAGE),
              fields: `items(${OBJECT_FIELDS}),nextPageToken`,
            });
            if (prefix !== "") query.set("prefix", prefix);
            if (startOffset !== undefined) query.set("startOffset", startOffset);
            if (endOffset !== undefined) query.set("endOffset", endOffset);
            if (pageToken !== undefined) query.set("pageToken", pageToken);
            tally.list += 1;
            const answer = await ask(
              what,
              "GET",
              `/storage/v1/b/${bucketPath}/o?${query.toString()}`,
              deadlineFromNow(),
            );
            check(what, answer);
            const page = parseJson(what, answer.body);
            for (const item of Array.isArray(page["items"]) ? page["items"] : []) objects.push(toObject(what, item));
            pageToken =
              typeof page["nextPageToken"] === "string" && page["nextPageToken"] !== ""
                ? page["nextPageToken"]
                : undefined;
          } while (pageToken !== undefined);
          return objects;
        },

        async read(objectName) {
          checkName(objectName);
          const what = `read ${name}/${objectName}`;
          tally.read += 1;
          const answer = await ask(
            what,
            "GET",
            `/${bucketPath}/${objectName.split("/").map(encodeURIComponent).join("/")}`,
            deadlineFromNow(),
          );
          if (answer.status === 404 && !isBucketMissing(answer.body)) return undefined;
          check(what, answer);
          return { object: fromHeaders(what, objectName, answer), body: answer.body };
        },

        async write(upload, expect) {
          checkUpload(upload);
          const what = `write ${name}/${upload.name}`;
          const deadline = await takeTurn(what);
          tally.write += 1;
          const query = `uploadType=multipart&ifGenerationMatch=${encodeURIComponent(expect)}&fields=generation,timeCreated`;
          const answer = await ask(what, "POST", `/upload/storage/v1/b/${bucketPath}/o?${query}`, deadline, {
            type: `multipart/related; boundary=${boundary}`,
            body: Buffer.concat([partsOf(upload, boundary), upload.body, partEnd]),
          });
          check(what, answer);
          const { generation, timeCreated } = parseJson(what, answer.body);
          if (typeof generation !== "string" || typeof timeCreated !== "string") {
            throw new BucketError("unknown", `${what}: the answer names no generation`);
          }
          const { body, contentType, cacheControl, contentEncoding, metadata } = upload;
          const facts = { name: upload.name, contentType, cacheControl, contentEncoding, metadata };
          return { ...facts, size: body.byteLength, generation, updated: Date.parse(timeCreated) };
        },

        async remove(objectName, expect) {
          checkName(objectName);
          const what = `delete ${name}/${objectName}`;
          const deadline = await takeTurn(what);
          tally.delete += 1;
          const path = `/storage/v1/b/${bucketPath}/o/${encodeURIComponent(objectName)}`;
          check(what, await ask(what, "DELETE", `${path}?ifGenerationMatch=${encodeURIComponent(expect)}`, deadline));
        },
      };
    },
  };
}

/** What stands before the body. The checksum goes with it, so that the server refuses what was damaged on the way. */
function partsOf(
  { name, body, contentType, cacheControl, contentEncoding, metadata }: Upload,
  boundary: string,
): Buffer {
  const resource = {
    name,
    contentType,
    cacheControl,
    ...(contentEncoding === "" ? {} : { contentEncoding }),
    metadata,
    crc32c: crc32c(body),
  };
  return Buffer.from(
    `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(resource)}\r\n` +
      `--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`,
  );
}

function parseJson(what: string, body: Buffer): Mapping {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (isMapping(parsed)) return parsed;
  } catch {
    // Said below: what cannot be parsed and what is no object are the same to us.
  }
  throw new BucketError("transient", `${what}: the answer is not a JSON object`);
}

function toObject(what: string, resource: unknown): StoredObject {
  if (!isMapping(resource) || typeof resource["name"] !== "string" || typeof resource["generation"] !== "string") {
    throw new BucketError("unknown", `${what}: the answer describes no object`);
  }
  const metadata = isMapping(resource["metadata"]) ? resource["metadata"] : {};
  return {
    name: resource["name"],
    generation: resource["generation"],
    size: Number(resource["size"] ?? 0),
    contentType: textOf(resource["contentType"]),
    cacheControl: textOf(resource["cacheControl"]),
    contentEncoding: textOf(resource["contentEncoding"]),
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, textOf(value)])),
    updated: Date.parse(textOf(resource["timeCreated"])),
  };
}

/** The object that an answer of the XML API describes; refuses a body that was damaged on the way. */
function fromHeaders(what: string, name: string, { head, body }: Answer): StoredObject {
  const headers = readHead(head);
  const generation = headers["x-goog-generation"] ?? "";
  if (generation === "") throw new BucketError("unknown", `${what}: the answer names no generation`);
  const sent = /(?:^|,)\s*crc32c=([^,\s]+)/.exec(headers["x-goog-hash"] ?? "")?.[1];
  if (sent !== undefined && sent !== crc32c(body)) {
    throw new BucketError("transient", `${what}: the body was damaged on the way`);
  }
  const encoding = headers["x-goog-stored-content-encoding"] ?? headers["content-encoding"] ?? "";
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(headers)) {
    if (key.startsWith("x-goog-meta-")) metadata[key.slice("x-goog-meta-".length)] = value;
  }
  return {
    name,
    generation,
    size: body.byteLength,
    contentType: headers["content-type"] ?? "",
    cacheControl: headers["cache-control"] ?? "",
    contentEncoding: encoding === "identity" ? "" : encoding,
    metadata,
    updated: Date.parse(headers["last-modified"] ?? ""),
  };
}

/** Headers by lower-case name; what came several times is joined, as RFC 9110, 5.3 has it. */
function readHead(head: Buffer[]): Readonly<Record<string, string>> {
  const parsed = Object.entries(util.parseHeaders(head));
  return Object.fromEntries(parsed.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}

function describeAnswer(what: string, bucket: string, { status, head, body }: Answer, now: number): BucketError {
  const { reason, text } = reasonOf(body);
  const message = `${what}: ${status}${text === "" ? "" : ` ${text}`}`;
  if (status === 412) return new BucketError("conflict", message);
  if (status === 404) {
    return isBucketMissing(body)
      ? new BucketError("invalid", `${what}: there is no bucket ${bucket}`, {
          hint: `create it, "gcloud storage buckets create gs://${bucket}", or correct the address`,
        })
      : new BucketError("missing", message);
  }
  const isDamaged = status === 400 && /doesn't match calculated/.test(text);
  const isTooMuch = status === 403 && /rateLimitExceeded/i.test(reason);
  if (status === 408 || status === 429 || status >= 500 || isTooMuch || isDamaged) {
    const retryAfterMs = parseRetryAfter(readHead(head)["retry-after"], now);
    return new BucketError("transient", message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (status === 401) {
    return new BucketError("denied", message, {
      hint: "the credentials were not accepted; sign in again, or check the workload identity provider",
    });
  }
  if (status === 403) {
    return new BucketError("denied", message, {
      hint: `grant this identity roles/storage.objectUser on gs://${bucket} (a new grant takes about a minute)`,
    });
  }
  return new BucketError(status >= 400 && status < 500 ? "invalid" : "unknown", message);
}

function describeConnection(what: string, origin: string, isEmulator: boolean, cause: unknown): BucketError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const message = `${what}: ${cause instanceof Error && cause.message !== "" ? cause.message : code}`;
  if (code === "ECONNREFUSED" && isEmulator) {
    return new BucketError("unknown", message, { hint: `is the emulator running at ${origin}?`, cause });
  }
  const isPassing = [
    "ECONNRESET",
    "ECONNREFUSED",
    "EPIPE",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "UND_ERR_SOCKET",
    "UND_ERR_CONNECT_TIMEOUT",
  ].includes(code);
  // An answer that breaks off or is no HTTP at all comes from a connection that failed, not from the service.
  const isBroken = code.startsWith("HPE_") || code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";
  if (isPassing || isBroken) return new BucketError("transient", message, { cause });
  return new BucketError("unknown", message, {
    ...(code === "ENOTFOUND" ? { hint: `is there a network, and is ${origin} right?` } : {}),
    cause,
  });
}

function describeCredentials(cause: unknown): BucketError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const status = cause instanceof Error && "status" in cause ? Number(cause.status) : Number.NaN;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const isPassing = status === 408 || status === 429 || status >= 500;
  if (isPassing || ["ECONNRESET", "ETIMEDOUT", "EPIPE", "EAI_AGAIN"].includes(code)) {
    return new BucketError("transient", `credentials: ${text}`, { cause });
  }
  return new BucketError("denied", `credentials: ${text}`, {
    hint: 'sign in, "gcloud auth application-default login"; in a workflow, let google-github-actions/auth run before this step',
    cause,
  });
}

/** The words of an error answer, which is JSON or XML. */
function reasonOf(body: Buffer): { reason: string; text: string } {
  const raw = body.toString("utf8", 0, 4096).trim();
  try {
    const parsed: unknown = JSON.parse(raw);
    const error = isMapping(parsed) && isMapping(parsed["error"]) ? parsed["error"] : {};
    const first: unknown = Array.isArray(error["errors"]) ? error["errors"][0] : undefined;
    return { reason: isMapping(first) ? textOf(first["reason"]) : "", text: textOf(error["message"]) };
  } catch {
    const code = /<Code>([^<]*)<\/Code>/.exec(raw)?.[1];
    return { reason: code ?? "", text: code ?? raw.slice(0, 200) };
  }
}

function isBucketMissing(body: Buffer): boolean {
  const { reason, text } = reasonOf(body);
  return reason === "NoSuchBucket" || /bucket does not exist|bucket not found/i.test(text);
}

/** RFC 9110, 10.2.3: seconds, or a date. In ms from `now`. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
