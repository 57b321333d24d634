/**
 * Answers a request for a store as Cloud Storage's website hosting would.
 *
 * Two differences, both because one folder is one store here: the 404 page is the store's own, and a page that does not
 * exist is never looked for outside of it. `ETag` is the generation, as it changes exactly when the object does.
 */
import { gunzipSync } from "node:zlib";
import { BucketError, type BucketReader, type StoredObject } from "../../action/src/ports.ts";

/** What a visitor asks a store for. */
export interface WebsiteRequest {
  readonly method: string;
  /** As it stands in the request line: percent-encoded, with its query. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What goes back, ready to be sent. */
export interface WebsiteReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for HEAD, 301 and 304. */
  readonly body: Uint8Array;
}

const INDEX_PAGE = "index.html";
const NOT_FOUND_PAGE = "404.html";
const NOTHING = new Uint8Array();

/** Never throws for anything that a request may hold; only for a bucket that cannot be read. */
export async function answerFromBucket(bucket: BucketReader, request: WebsiteRequest): Promise<WebsiteReply> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plainReply(request, 405, "Only GET and HEAD are answered here\n", { allow: "GET, HEAD" });
  }
  const { path, query } = splitTarget(request.target);
  const name = objectNameOf(path);
  if (name === undefined) return notFound(bucket, request);

  if (name !== "" && !name.endsWith("/")) {
    const found = await read(bucket, name);
    if (found !== undefined) return objectReply(request, found, 200);
    const page = await read(bucket, `${name}/${INDEX_PAGE}`);
    if (page === undefined) return notFound(bucket, request);
    return { status: 301, headers: { location: `${path}/${query}`, "content-length": "0" }, body: NOTHING };
  }
  const page = await read(bucket, name + INDEX_PAGE);
  return page === undefined ? notFound(bucket, request) : objectReply(request, page, 200);
}

function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf("?");
  return mark === -1 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark) };
}

/**
 * The object that a path names, or undefined where no store can have one: a folder bucket turns names into paths, so a
 * segment that a file system or a browser would read as something else never gets that far.
 */
function objectNameOf(path: string): string | undefined {
  if (!path.startsWith("/")) return undefined;
  const segments: string[] = [];
  for (const encoded of path.slice(1).split("/")) {
    const segment = decodeSegment(encoded);
    // oxlint-disable-next-line no-control-regex -- NUL and its like are what this refuses
    if (segment === undefined || segment === "." || segment === ".." || /[/\\\u0000-\u001f\u007f]/.test(segment)) {
      return undefined;
    }
    segments.push(segment);
  }
  return segments.slice(0, -1).includes("") ? undefined : segments.join("/");
}

function decodeSegment(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined; // not valid percent-encoding, so not the name of anything
  }
}

interface Found {
  readonly object: StoredObject;
  readonly body: Uint8Array;
}

async function read(bucket: BucketReader, name: string): Promise<Found | undefined> {
  try {
    return await bucket.read(name);
  } catch (error) {
    if (error instanceof BucketError && error.code === "invalid") return undefined;
    throw error;
  }
}

async function notFound(bucket: BucketReader, request: WebsiteRequest): Promise<WebsiteReply> {
  const page = await read(bucket, NOT_FOUND_PAGE);
  if (page === undefined) return plainReply(request, 404, "Not found\n");
  return objectReply(request, page, 404);
}

function objectReply(request: WebsiteRequest, { object, body }: Found, status: 200 | 404): WebsiteReply {
  const etag = `"${object.generation}"`;
  const headers: Record<string, string> = {
    "content-type": object.contentType,
    "cache-control": object.cacheControl,
    etag,
    "last-modified": new Date(object.updated).toUTCString(),
    "x-goog-generation": object.generation,
  };
  const stored = object.contentEncoding === "gzip";
  if (stored) headers["vary"] = "Accept-Encoding";
  if (status === 200 && matchesEtag(request.headers["if-none-match"], etag)) {
    return { status: 304, headers, body: NOTHING };
  }
  const asStored = stored && acceptsGzip(request.headers["accept-encoding"]);
  if (asStored) headers["content-encoding"] = "gzip";
  const sent = stored && !asStored ? gunzipSync(body) : body;
  headers["content-length"] = String(sent.byteLength);
  return { status, headers, body: request.method === "HEAD" ? NOTHING : sent };
}

function plainReply(
  request: WebsiteRequest,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): WebsiteReply {
  const body = Buffer.from(text);
  return {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "content-length": String(body.byteLength), ...headers },
    body: request.method === "HEAD" ? NOTHING : body,
  };
}

function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(",")
    .map((one) => one.trim().replace(/^W\//, ""))
    .some((offered) => offered === "*" || offered === etag);
}

function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined) return false;
  const weights = new Map<string, number>();
  for (const one of header.toLowerCase().split(",")) {
    const [coding = "", ...parameters] = one.split(";").map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}
