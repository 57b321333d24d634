/** What each request of the JSON and XML APIs does to the store. */
import { crc32c } from "../../../action/src/io/crc32c.ts";
import { gunzipSync } from "node:zlib";
import { AnswerError, type Answer } from "./answer.ts";
import type { Operation } from "./fault.ts";
import { selectFields } from "./fields.ts";
import {
  checkPreconditions,
  etagOf,
  md5Of,
  readPreconditions,
  resourceOf,
  type FakeBucket,
  type Store,
  type Version,
} from "./store.ts";
import { acceptUploads, parseResource, settingsOf } from "./upload.ts";

/** A request with its address taken apart. */
export interface Call {
  readonly operation: Operation;
  readonly method: string;
  readonly bucket: string;
  readonly object: string;
  /** Where a copy goes. */
  readonly target: { readonly bucket: string; readonly object: string } | undefined;
  readonly query: URLSearchParams;
  /** Whether it is of the XML API. */
  readonly isXml: boolean;
  readonly isUpload: boolean;
}

export interface Sent {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly origin: string;
}

const MOST_RESULTS = 1000;
/** A rewrite copies so many bytes a call when the caller sets no other bound. */
const REWRITE_BYTES = 1024 ** 3;

/** Which operation an address asks for; undefined where the fake knows none. `path` is still percent-encoded. */
export function readCall(method: string, path: string, query: URLSearchParams): Call | undefined {
  const rest = { method, query, isXml: false, isUpload: false, target: undefined };
  const upload = /^\/(?:resumable\/)?upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(path);
  if (upload)
    return { ...rest, operation: "storage.objects.insert", bucket: decode(upload[1]), object: "", isUpload: true };

  const json =
    /^(?:\/download)?\/storage\/v1\/b(?:\/([^/]+)(?:\/(o)(?:\/([^/]+)(?:\/(copyTo|rewriteTo)\/b\/([^/]+)\/o\/([^/]+))?)?)?)?$/.exec(
      path,
    );
  if (json) {
    const [, bucket, objects, object, verb, targetBucket, targetObject] = json;
    const named = { ...rest, bucket: decode(bucket), object: decode(object) };
    const choose = (operations: Partial<Record<string, Operation>>): Call | undefined => {
      const operation = operations[method];
      return operation && { ...named, operation };
    };
    if (verb !== undefined) {
      const operation = verb === "copyTo" ? "storage.objects.copy" : "storage.objects.rewrite";
      const target = { bucket: decode(targetBucket), object: decode(targetObject) };
      return method === "POST" ? { ...named, operation, target } : undefined;
    }
    if (object !== undefined) {
      return choose({
        GET: "storage.objects.get",
        DELETE: "storage.objects.delete",
        PATCH: "storage.objects.patch",
        PUT: "storage.objects.update",
      });
    }
    if (objects !== undefined) return choose({ GET: "storage.objects.list" });
    if (bucket !== undefined) {
      return choose({ GET: "storage.buckets.get", DELETE: "storage.buckets.delete", PATCH: "storage.buckets.patch" });
    }
    return choose({ GET: "storage.buckets.list", POST: "storage.buckets.insert" });
  }

  const xml = /^\/([^/]+)\/(.+)$/.exec(path);
  if (xml && (method === "GET" || method === "HEAD")) {
    return { ...rest, operation: "storage.objects.get", bucket: decode(xml[1]), object: decode(xml[2]), isXml: true };
  }
  return undefined;
}

/** Performs calls on a store. */
export function performOn(store: Store, options: { readonly hasEmptyPages: boolean }) {
  const upload = acceptUploads(store, answerResource);

  return (call: Call, sent: Sent): Answer => {
    const { operation, bucket: name, object, query } = call;
    switch (operation) {
      case "storage.buckets.list":
        return {
          status: 200,
          body: { kind: "storage#buckets", items: store.names().map((each) => describeBucket(store.get(each))) },
        };
      case "storage.buckets.insert":
        return {
          status: 200,
          body: describeBucket(changeBucket(store.create(String(parseResource(sent.body)["name"])), sent.body)),
        };
      case "storage.buckets.get":
        return { status: 200, body: describeBucket(store.get(name)) };
      case "storage.buckets.patch":
        return { status: 200, body: describeBucket(changeBucket(store.get(name), sent.body)) };
      case "storage.buckets.delete":
        store.get(name);
        store.delete(name);
        return { status: 204 };
      case "storage.objects.insert":
        return upload({ method: call.method, bucket: name, query, ...sent });
      case "storage.objects.list":
        return list(store.get(name), query, options.hasEmptyPages);
      case "storage.objects.get": {
        const version = findOrFail(store.get(name), object, query.get("generation"));
        checkPreconditions(readPreconditions(query), version);
        const isMedia = call.isXml || query.get("alt") === "media";
        return isMedia ? answerMedia(version, call, sent) : answerResource(version, query);
      }
      case "storage.objects.patch":
      case "storage.objects.update": {
        const bucket = store.get(name);
        const version = findOrFail(bucket, object, query.get("generation"));
        checkPreconditions(readPreconditions(query), version);
        const asked = parseResource(sent.body);
        const settings = settingsOf(asked);
        if (operation === "storage.objects.update") return answerResource(bucket.change(version, settings), query);
        const metadata = asked["metadata"] === null ? {} : { ...version.settings.metadata, ...settings.metadata };
        for (const [key, value] of Object.entries(asked["metadata"] ?? {})) if (value === null) delete metadata[key];
        return answerResource(bucket.change(version, { ...version.settings, ...settings, metadata }), query);
      }
      case "storage.objects.delete": {
        const bucket = store.get(name);
        const generation = query.get("generation");
        const version = findOrFail(bucket, object, generation);
        checkPreconditions(readPreconditions(query), version);
        bucket.remove(version, generation !== null);
        return { status: 204 };
      }
      case "storage.objects.copy":
        return answerResource(copy(store, call, sent), query);
      case "storage.objects.rewrite":
        return rewrite(store, call, sent);
      default:
        throw new Error(`no such operation: ${String(operation satisfies never)}`);
    }
  };
}

function answerResource(version: Version, query: URLSearchParams): Answer {
  return {
    status: 200,
    headers: { etag: etagOf(version) },
    body: selectFields(resourceOf(version), query.get("fields")) as object,
  };
}

function list(bucket: FakeBucket, query: URLSearchParams, hasEmptyPages: boolean): Answer {
  const token = readToken(query.get("pageToken"));
  if (hasEmptyPages && token?.isFull !== true) {
    return {
      status: 200,
      body: { kind: "storage#objects", nextPageToken: writeToken({ after: token?.after ?? null, isFull: true }) },
    };
  }
  const { versions, prefixes, next } = bucket.list({
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    startOffset: query.get("startOffset") ?? "",
    endOffset: query.get("endOffset") ?? "",
    maxResults: Math.min(Number(query.get("maxResults") ?? MOST_RESULTS), MOST_RESULTS),
    versions: query.get("versions") === "true",
    after: token?.after ?? undefined,
  });
  const answer = {
    kind: "storage#objects",
    ...(versions.length === 0 ? {} : { items: versions.map(resourceOf) }),
    ...(prefixes.length === 0 ? {} : { prefixes }),
    ...(next === undefined ? {} : { nextPageToken: writeToken({ after: next, isFull: false }) }),
  };
  return { status: 200, body: selectFields(answer, query.get("fields")) as object };
}

interface PageToken {
  readonly after: string | null;
  /** Whether the empty page before it was given. */
  readonly isFull: boolean;
}

function writeToken(token: PageToken): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function readToken(text: string | null): PageToken | undefined {
  if (text === null) return undefined;
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString()) as PageToken;
  } catch {
    throw new AnswerError(400, "invalid", "Invalid page token.");
  }
}

function answerMedia(version: Version, { isXml }: Call, { headers }: Sent): Answer {
  const { settings, body } = version;
  const isStoredCompressed = settings.contentEncoding === "gzip";
  const acceptsGzip = /\bgzip\b/.test(String(headers["accept-encoding"] ?? ""));
  const decompresses = isStoredCompressed && !acceptsGzip && !/no-transform/.test(settings.cacheControl ?? "");
  const metadata: Record<string, string> = {};
  if (isXml) {
    for (const [key, value] of Object.entries(settings.metadata ?? {}))
      metadata[`x-goog-meta-${key.toLowerCase()}`] = value;
  }
  return {
    status: 200,
    headers: {
      "content-type": settings.contentType ?? "application/octet-stream",
      "cache-control": settings.cacheControl ?? "private, max-age=0",
      ...(settings.contentEncoding === undefined || decompresses
        ? {}
        : { "content-encoding": settings.contentEncoding }),
      ...(decompresses ? { warning: "214 UploadServer gunzipped" } : {}),
      etag: isXml ? `"${Buffer.from(md5Of(body), "base64").toString("hex")}"` : etagOf(version),
      "last-modified": new Date(version.updated).toUTCString(),
      "x-goog-generation": String(version.generation),
      "x-goog-metageneration": String(version.metageneration),
      "x-goog-stored-content-encoding": settings.contentEncoding ?? "identity",
      "x-goog-stored-content-length": String(body.byteLength),
      "x-goog-hash": `crc32c=${crc32c(body)},md5=${md5Of(body)}`,
      "x-goog-storage-class": settings.storageClass ?? "STANDARD",
      ...metadata,
    },
    body: decompresses ? gunzipSync(body) : body,
  };
}

function copy(store: Store, { bucket, object, target, query }: Call, { body }: Sent): Version {
  const source = findOrFail(store.get(bucket), object, query.get("sourceGeneration"));
  checkPreconditions(readPreconditions(query, true), source);
  const { bucket: targetBucket, object: targetObject } = target ?? { bucket, object };
  const destination = store.get(targetBucket);
  checkPreconditions(readPreconditions(query), destination.find(targetObject));
  const asked = body.byteLength === 0 ? {} : settingsOf(parseResource(body));
  // Settings given replace those of the source as a whole.
  const settings = Object.keys(asked).length === 0 ? source.settings : asked;
  return destination.put(targetObject, source.body, settings, {});
}

function rewrite(store: Store, call: Call, sent: Sent): Answer {
  const { query } = call;
  const source = findOrFail(store.get(call.bucket), call.object, query.get("sourceGeneration"));
  checkPreconditions(readPreconditions(query, true), source);
  const size = source.body.byteLength;
  const before = Number(/^rewrite-(\d+)$/.exec(query.get("rewriteToken") ?? "")?.[1] ?? 0);
  const done = Math.min(size, before + Number(query.get("maxBytesRewrittenPerCall") ?? REWRITE_BYTES));
  const progress = { kind: "storage#rewriteResponse", totalBytesRewritten: String(done), objectSize: String(size) };
  if (done < size) return { status: 200, body: { ...progress, done: false, rewriteToken: `rewrite-${done}` } };
  const answer = { ...progress, done: true, resource: resourceOf(copy(store, call, sent)) };
  return { status: 200, body: selectFields(answer, query.get("fields")) as object };
}

function findOrFail(bucket: FakeBucket, object: string, generation: string | null): Version {
  const version = bucket.find(object, generation);
  if (version === undefined) throw new AnswerError(404, "notFound", `No such object: ${bucket.name}/${object}`);
  return version;
}

function describeBucket({ name, timeCreated, versioning }: FakeBucket): object {
  return {
    kind: "storage#bucket",
    id: name,
    name,
    location: "US",
    timeCreated: new Date(timeCreated).toISOString(),
    versioning: { enabled: versioning },
  };
}

function changeBucket(bucket: FakeBucket, body: Buffer): FakeBucket {
  const versioning = parseResource(body)["versioning"] as { enabled?: boolean } | undefined;
  bucket.versioning = versioning?.enabled ?? bucket.versioning;
  return bucket;
}

function decode(text: string | undefined): string {
  return decodeURIComponent(text ?? "");
}
