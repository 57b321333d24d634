/** Addresses like `gs://BUCKET/{tenant}` or `file:.ledger`, opened. */
import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { PortError, type Addressee, type Bucket, type Clock, type Destination, type Log } from "../ports.ts";
import { systemClock } from "./clock.ts";
import { countRequests, type RequestTally } from "./count.ts";
import { directoryBucket } from "./directory.ts";
import { withRetry } from "./retry.ts";
import { scopeBucket } from "./scope.ts";

/** An address that cannot be used: wrong usage, known before anything is asked. */
export class DestinationError extends PortError<"usage"> {
  override readonly name = "DestinationError";
  constructor(message: string, hint: string) {
    super("usage", message, { hint });
  }
}

/** What opening a bucket by its address needs. */
export interface OpenOptions {
  readonly log: Log;
  /** What every request is added to. */
  readonly tally: RequestTally;
  /** An emulator's origin, as `STORAGE_EMULATOR_HOST` names it; only `gs:` addresses ask it. */
  readonly endpoint?: string | undefined;
  /** An OAuth 2.0 token for `gs:` addresses instead of the environment's credentials. */
  readonly accessToken?: string | undefined;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** For each bucket. */
  readonly writesPerSecond?: number | undefined;
  readonly connections?: number | undefined;
}

type Place =
  /** One folder or prefix per tenant; `prefix` and `folder` still hold `{tenant}`. */
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "bucket"; readonly bucket: string; readonly prefix: string }
  /** A bucket of its own for each tenant, named as its host. */
  | { readonly kind: "host" };

const TENANT = "{tenant}";
const HOST = "{host}";
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const SHAPES = `gs://BUCKET/${TENANT}, gs://${HOST} or file:out/${TENANT}`;
const LEDGER_SHAPES = "gs://BUCKET, gs://BUCKET/prefix or file:.ledger";

/** Opens where sites go. `DestinationError` when the address has another shape; nothing is asked yet. */
export async function openDestination(uri: string, options: OpenOptions): Promise<Destination> {
  const place = readDestination(uri);
  switch (place.kind) {
    case "folder": {
      const folderOf = ({ id }: Addressee): string => place.folder.replace(TENANT, checkId(id));
      return {
        uri,
        needsHost: false,
        bucketOf: (tenant) => openFolder(folderOf(tenant), options.tally),
        urlOf: (tenant) => (isId(tenant.id) ? `${folderOf(tenant)}/index.html` : ""),
      };
    }
    case "bucket": {
      const openBucket = await openGoogle(options);
      const whole = openBucket(place.bucket);
      const prefixOf = ({ id }: Addressee): string => place.prefix.replace(TENANT, checkId(id));
      return {
        uri,
        needsHost: false,
        bucketOf: (tenant) => scopeBucket(whole, prefixOf(tenant)),
        // At the bucket's own address a folder is not answered with its index.html.
        urlOf: (tenant) =>
          isId(tenant.id) ? `${addressOf(options.endpoint)}/${place.bucket}/${prefixOf(tenant)}index.html` : "",
      };
    }
    case "host": {
      const openBucket = await openGoogle(options);
      return {
        uri,
        needsHost: true,
        bucketOf: (tenant) => openBucket(checkHost(uri, tenant)),
        // The store's own address: it answers once a load balancer with a certificate serves the bucket. A CNAME to
        // the bucket alone answers over http only. An emulator has no such address, so there it is the bucket's.
        urlOf: ({ host }) => {
          if (host === null || !isHost(host)) return "";
          return options.endpoint === undefined
            ? `https://${host}/`
            : `${addressOf(options.endpoint)}/${host}/index.html`;
        },
      };
    }
    default:
      throw new Error(`no such place: ${JSON.stringify(place satisfies never)}`);
  }
}

/** Opens where records, intents and history live. `DestinationError` when the address has another shape. */
export async function openLedger(uri: string, options: OpenOptions): Promise<Bucket> {
  const place = readLedger(uri);
  // The folder has two parts, so that the index of its files lies inside it, too.
  if (place.kind === "folder") return openFolder(join(place.folder, "files"), options.tally);
  const openBucket = await openGoogle(options);
  return scopeBucket(openBucket(place.bucket), place.prefix);
}

/** Where previews lie, for all who know their names. */
export interface PreviewPlace {
  readonly bucket: Bucket;
  /** Where a person finds what has this name. */
  readonly urlOf: (name: string) => string;
}

/** Opens where previews go: an address as a ledger's. `DestinationError` when it has another shape. */
export async function openPreviews(uri: string, options: OpenOptions): Promise<PreviewPlace> {
  const place = readLedger(uri);
  const bucket = await openLedger(uri, options);
  return place.kind === "folder"
    ? { bucket, urlOf: (name) => join(place.folder, "files", name) }
    : { bucket, urlOf: (name) => `${addressOf(options.endpoint)}/${place.bucket}/${place.prefix}${name}` };
}

/**
 * Throws `DestinationError` when the ledger would lie among what is served, for all to read, or when sites would be
 * written into one of the `sources`: folders that the stores are made from. Links are followed to where they lead.
 */
export function checkApart(destination: string, ledger: string, sources: readonly string[] = []): void {
  const sites = readDestination(destination);
  const notes = readLedger(ledger);
  const hint = `give the ledger a place of its own: ${LEDGER_SHAPES}`;
  if (sites.kind === "bucket" && notes.kind === "bucket" && sites.bucket === notes.bucket) {
    throw new DestinationError(`the ledger ${ledger} lies in the bucket that is served, ${destination}`, hint);
  }
  if (sites.kind !== "folder") return;
  const served = sites.folder.slice(0, sites.folder.indexOf(TENANT)) || ".";
  if (notes.kind === "folder" && isWithin(served, notes.folder)) {
    throw new DestinationError(`the ledger ${ledger} lies in the folder that is served, ${destination}`, hint);
  }
  const source = sources.find((folder) => isWithin(folder, served));
  if (source !== undefined) {
    throw new DestinationError(
      `${destination} would write sites into ${source}, which they are made from`,
      `give them a folder of their own: file:out/${TENANT}`,
    );
  }
}

function isWithin(folder: string, path: string): boolean {
  const [first] = relative(realPath(folder), realPath(path)).split(sep);
  return first !== "..";
}

/** Where a path leads, links followed as far as it exists. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(realPath(parent), basename(whole));
  }
}

function readDestination(uri: string): Place {
  const file = readFileAddress(uri);
  if (file !== undefined) {
    checkPlaceholder(uri, file.split("/"));
    return { kind: "folder", folder: file };
  }
  if (!uri.startsWith("gs://")) throw unknownShape(uri, SHAPES);
  const path = uri.slice("gs://".length).replace(/\/$/, "");
  if (path === HOST) return { kind: "host" };
  const [bucket = "", ...segments] = path.split("/");
  checkBucketName(uri, bucket);
  checkPlaceholder(uri, segments);
  return { kind: "bucket", bucket, prefix: `${segments.join("/")}/` };
}

function readLedger(uri: string): Exclude<Place, { kind: "host" }> {
  if (/[{}]/.test(uri))
    throw new DestinationError(`${uri} has to be one place for all tenants`, `write it as ${LEDGER_SHAPES}`);
  const file = readFileAddress(uri);
  if (file !== undefined) return { kind: "folder", folder: file };
  if (!uri.startsWith("gs://")) throw unknownShape(uri, LEDGER_SHAPES);
  const [bucket = "", ...segments] = uri.slice("gs://".length).replace(/\/$/, "").split("/");
  checkBucketName(uri, bucket);
  checkSegments(uri, segments);
  return { kind: "bucket", bucket, prefix: segments.map((segment) => `${segment}/`).join("") };
}

/** The folder of a `file:` address, as it was given: relative ones stay relative to where the process runs. */
function readFileAddress(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  const isUrl = uri.startsWith("file://");
  if (isUrl && !uri.startsWith("file:///")) {
    throw new DestinationError(
      `${uri} names a host`,
      "write file:out/… for a folder here, file:///… for one from the root",
    );
  }
  const folder = isUrl ? pathOf(uri) : uri.slice("file:".length);
  const trimmed = folder.replace(/\/+$/, "");
  if (trimmed === "") throw new DestinationError(`${uri} names no folder`, `write for example file:out/${TENANT}`);
  // What the kernel shows there is no storage: making a folder in it never ends.
  const isKernels = /^\/(?:dev|proc|sys)(?:\/|$)/.test(resolve(trimmed));
  if (isKernels) throw new DestinationError(`${uri} is no place for files`, `write for example file:out/${TENANT}`);
  return trimmed;
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    throw new DestinationError(`${uri} names no folder`, "write its path without percent signs: file:/srv/stores/…");
  }
}

function checkPlaceholder(uri: string, segments: readonly string[]): void {
  const isExact = segments.filter((segment) => segment === TENANT).length === 1;
  if (!isExact || /[{}]/.test(segments.filter((segment) => segment !== TENANT).join("/"))) {
    throw new DestinationError(`${uri} does not name one place for each tenant`, `write it as ${SHAPES}`);
  }
  if (!uri.startsWith("file:")) checkSegments(uri, segments);
}

function checkSegments(uri: string, segments: readonly string[]): void {
  if (segments.some((segment) => ["", ".", ".."].includes(segment))) {
    throw new DestinationError(`${uri} has an empty part or one of dots`, "between slashes stands a plain name");
  }
}

function checkBucketName(uri: string, bucket: string): void {
  if (!BUCKET_NAME.test(bucket)) {
    throw new DestinationError(
      `${uri} names no bucket: ${JSON.stringify(bucket)}`,
      "a bucket's name has 3 to 222 lower-case letters, digits, hyphens, dots and underscores",
    );
  }
}

function isId(id: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id);
}

function isHost(host: string): boolean {
  return BUCKET_NAME.test(host) && !host.includes("..");
}

/** Ids come from validated tenants; this is the last door before they become a path. */
function checkId(id: string): string {
  if (!isId(id)) {
    throw new DestinationError(`${JSON.stringify(id)} cannot be a folder of its own`, "validate the tenants first");
  }
  return id;
}

function checkHost(uri: string, { id, host }: Addressee): string {
  if (host === null) {
    throw new DestinationError(
      `${id} has no host, and ${uri} names its bucket by it`,
      "give the tenant a primary domain",
    );
  }
  if (!isHost(host)) {
    throw new DestinationError(`${JSON.stringify(host)} cannot be a bucket's name`, "validate the tenants first");
  }
  return host;
}

function unknownShape(uri: string, shapes: string): DestinationError {
  return new DestinationError(`${JSON.stringify(uri)} is not an address known here`, `write it as ${shapes}`);
}

function openFolder(folder: string, tally: RequestTally): Bucket {
  return countRequests(directoryBucket(folder), tally);
}

/** Loads the HTTP client only where a bucket is named: a run into folders does without. */
async function openGoogle(options: OpenOptions): Promise<(bucket: string) => Bucket> {
  const { clock = systemClock, log, random = Math.random, tally } = options;
  const { openGoogleStorage } = await import("./gcs.ts");
  const storage = openGoogleStorage({ ...options, clock });
  return (bucket) => withRetry(storage.bucket(bucket), { clock, log, random, tally });
}

function addressOf(endpoint: string | undefined): string {
  return (endpoint ?? "https://storage.googleapis.com").replace(/\/$/, "");
}
