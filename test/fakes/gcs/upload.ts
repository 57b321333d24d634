/** The three ways in which a body arrives: media, multipart, resumable. */
import { AnswerError, type Answer } from "./answer.ts";
import { checkPreconditions, readPreconditions, type Settings, type Store, type Version } from "./store.ts";

/** Chunks before the last are multiples of this, in bytes. */
const CHUNK = 256 * 1024;

/** An upload that is complete, before it is stored. */
interface Insert {
  readonly bucket: string;
  readonly query: URLSearchParams;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

interface Session extends Omit<Insert, "body"> {
  readonly chunks: Buffer[];
  length: number;
}

export interface UploadRequest {
  readonly method: string;
  readonly bucket: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly origin: string;
}

/** Takes uploads into a store; `answerWith` turns a stored version into what the client asked to see. */
export function acceptUploads(store: Store, answerWith: (version: Version, query: URLSearchParams) => Answer) {
  const sessions = new Map<string, Session>();
  let opened = 0;

  function insert({ bucket, query, resource, contentType, body }: Insert): Answer {
    const name = textOf(resource["name"]) ?? query.get("name") ?? "";
    const target = store.get(bucket);
    checkPreconditions(readPreconditions(query), target.find(name));
    const type = textOf(resource["contentType"]) ?? contentType;
    const encoding = textOf(resource["contentEncoding"]) ?? query.get("contentEncoding") ?? undefined;
    const settings: Settings = {
      ...settingsOf(resource),
      ...(type === undefined ? {} : { contentType: type }),
      ...(encoding === undefined ? {} : { contentEncoding: encoding }),
    };
    const crc32c = textOf(resource["crc32c"]);
    const md5Hash = textOf(resource["md5Hash"]);
    const checks = { ...(crc32c === undefined ? {} : { crc32c }), ...(md5Hash === undefined ? {} : { md5Hash }) };
    return answerWith(target.put(name, body, settings, checks), query);
  }

  function open({ bucket, query, headers, body, origin }: UploadRequest): Answer {
    const resource = body.byteLength === 0 ? {} : parseResource(body);
    const name = textOf(resource["name"]) ?? query.get("name") ?? "";
    checkPreconditions(readPreconditions(query), store.get(bucket).find(name));
    opened += 1;
    const id = `upload-${opened}`;
    sessions.set(id, {
      bucket,
      query,
      resource,
      contentType: textOf(headers["x-upload-content-type"]),
      chunks: [],
      length: 0,
    });
    const location = `${origin}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?uploadType=resumable&upload_id=${id}`;
    return { status: 200, headers: { location, "x-guploader-uploadid": id } };
  }

  function proceed({ method, query, headers, body }: UploadRequest): Answer {
    const id = query.get("upload_id") ?? "";
    const session = sessions.get(id);
    if (session === undefined) throw new AnswerError(404, "notFound", "No such upload session.");
    if (method === "DELETE") {
      sessions.delete(id);
      return { status: 499 };
    }
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(textOf(headers["content-range"]) ?? "");
    const start = range?.[1] === undefined ? 0 : Number(range[1]);
    const total = range === null ? body.byteLength : range[3] === "*" ? undefined : Number(range[3]);
    if (range === null || range[1] !== undefined) {
      if (start > session.length) throw new AnswerError(400, "invalid", "Bytes are missing before this chunk.");
      // Bytes that are here already are not taken a second time.
      const fresh = body.subarray(session.length - start);
      if (total === undefined && body.byteLength % CHUNK !== 0) {
        throw new AnswerError(400, "invalid", "A chunk before the last is a multiple of 256 KiB.");
      }
      session.chunks.push(fresh);
      session.length += fresh.byteLength;
    }
    if (total !== undefined && session.length === total) {
      sessions.delete(id);
      return insert({ ...session, body: Buffer.concat(session.chunks) });
    }
    const persisted: Record<string, string> = session.length === 0 ? {} : { range: `bytes=0-${session.length - 1}` };
    return { status: 308, headers: persisted };
  }

  return (request: UploadRequest): Answer => {
    const { method, bucket, query, headers, body } = request;
    const type = query.get("uploadType");
    if (type === "resumable") return query.has("upload_id") ? proceed(request) : open(request);
    if (method !== "POST") throw new AnswerError(405, "methodNotAllowed", "Method not allowed.");
    const contentType = textOf(headers["content-type"]);
    if (type === "media") {
      return insert({ bucket, query, resource: {}, contentType, body });
    }
    if (type === "multipart") {
      const parts = splitMultipart(body, contentType ?? "");
      return insert({ bucket, query, ...parts });
    }
    throw new AnswerError(400, "invalidParameter", "Unknown uploadType.");
  };
}

/** What of a resource a client may set. */
export function settingsOf(resource: Readonly<Record<string, unknown>>): Settings {
  const kept = [
    "contentType",
    "cacheControl",
    "contentEncoding",
    "contentDisposition",
    "contentLanguage",
    "storageClass",
  ];
  const texts = kept.flatMap((key) => (typeof resource[key] === "string" ? [[key, resource[key]]] : []));
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(resource["metadata"] ?? {}))
    if (value !== null) metadata[key] = String(value);
  return { ...Object.fromEntries(texts), ...(Object.keys(metadata).length === 0 ? {} : { metadata }) } as Settings;
}

export function parseResource(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Refused below like any other text that is no object.
  }
  throw new AnswerError(400, "parseError", "Parse Error");
}

/** The two parts of RFC 2387: the resource and the body. */
function splitMultipart(whole: Buffer, contentType: string): Pick<Insert, "resource" | "contentType" | "body"> {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new AnswerError(400, "invalid", "Multipart without a boundary.");
  const parts: { head: string; body: Buffer }[] = [];
  let at = whole.indexOf(`--${boundary}`);
  while (at >= 0) {
    const start = at + boundary.length + 2;
    const end = whole.indexOf(`\r\n--${boundary}`, start);
    if (end < 0) break;
    const split = whole.indexOf("\r\n\r\n", start);
    if (split < 0 || split > end) throw new AnswerError(400, "invalid", "A part without headers.");
    parts.push({
      head: whole.toString("latin1", start, split),
      body: whole.subarray(split + 4, Math.max(split + 4, end)),
    });
    at = end + 2;
  }
  const [resource, media] = parts;
  if (resource === undefined || media === undefined || parts.length !== 2) {
    throw new AnswerError(400, "invalid", `Expected two parts, got ${parts.length}.`);
  }
  const type = /^content-type:\s*(.+?)\s*$/im.exec(media.head)?.[1];
  return { resource: parseResource(resource.body), contentType: type, body: Buffer.from(media.body) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
