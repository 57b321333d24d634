/** The ledger's note on a tenant's current release, as bytes that are checked when they come back. */
import type { StoredObject } from "../ports.ts";
import { corrupt, readMapping } from "./ledger-error.ts";
import { isMapping } from "./mapping.ts";
import type { FileKind } from "./site.ts";
import type { ClosedStore } from "./store.ts";

/** Whether visitors see the store, or a closed page in its place. */
export type RecordState = "live" | "parked";

/** What is known of a release before its files are written. */
export interface Note {
  readonly fingerprint: string;
  /** Null where the order of commits was not checked. */
  readonly commit: string | null;
  readonly state: RecordState;
  readonly url: string;
  readonly host: string | null;
  readonly hosts: readonly string[];
  readonly pages: number;
  readonly products: number;
  readonly closed: ClosedStore;
}

/** One file of the current release, exactly as it lies in the bucket. */
export interface Kept {
  readonly kind: FileKind;
  readonly identity: string;
  readonly generation: string;
}

/** A release that came before, with the assets that only it needs. */
export interface Replaced {
  readonly release: string;
  /** When another took its place, ms since the epoch. */
  readonly at: number;
  /** Paths, sorted. */
  readonly assets: readonly string[];
}

/** A committed release of one tenant. */
export interface ReleaseRecord extends Note {
  readonly tenant: string;
  readonly release: string;
  readonly files: ReadonlyMap<string, Kept>;
  /** Newest first. */
  readonly previous: readonly Replaced[];
}

/** What a listing of the ledger tells about a record without reading it. */
export interface RecordSummary {
  readonly fingerprint: string;
  readonly state: RecordState;
  readonly release: string;
  readonly host: string | null;
  readonly hosts: readonly string[];
  readonly pages: number;
  readonly products: number;
  readonly files: number;
}

const METADATA = {
  fingerprint: "storefront-fingerprint",
  state: "storefront-state",
  release: "storefront-release",
  host: "storefront-host",
  hosts: "storefront-hosts",
  pages: "storefront-pages",
  products: "storefront-products",
  files: "storefront-files",
} as const;

const FILE_KINDS: readonly FileKind[] = ["asset", "page", "beacon"];
const SCHEMA = 1;

/** Where a tenant's record lies in the ledger. */
export const recordName = (tenant: string): string => `tenants/${tenant}/record.json`;

/** Same record, same bytes. */
export function encodeRecord(record: ReleaseRecord): Uint8Array {
  const { files, previous, closed, ...rest } = record;
  const body = { schema: SCHEMA, ...rest, closed, previous, files: Object.fromEntries(files) };
  return Buffer.from(`${JSON.stringify(body, null, 1)}\n`);
}

/** The custom metadata that goes with the bytes. */
export function recordMetadata(record: ReleaseRecord): Record<string, string> {
  return {
    [METADATA.fingerprint]: record.fingerprint,
    [METADATA.state]: record.state,
    [METADATA.release]: record.release,
    ...(record.host === null ? {} : { [METADATA.host]: record.host }),
    ...(record.hosts.length === 0 ? {} : { [METADATA.hosts]: record.hosts.join(",") }),
    [METADATA.pages]: String(record.pages),
    [METADATA.products]: String(record.products),
    [METADATA.files]: String(record.files.size),
  };
}

/** What the listing says; undefined when it does not say all of it, and the record itself has to be looked at. */
export function summarizeRecord({ metadata }: Pick<StoredObject, "metadata">): RecordSummary | undefined {
  const fingerprint = metadata[METADATA.fingerprint];
  const state = metadata[METADATA.state];
  const release = metadata[METADATA.release];
  const [pages, products, files] = [METADATA.pages, METADATA.products, METADATA.files].map((key) =>
    count(metadata[key]),
  );
  if (fingerprint === undefined || release === undefined || !isState(state)) return undefined;
  if (pages === undefined || products === undefined || files === undefined) return undefined;
  return {
    fingerprint,
    state,
    release,
    host: metadata[METADATA.host] ?? null,
    hosts: metadata[METADATA.hosts]?.split(",") ?? [],
    pages,
    products,
    files,
  };
}

/** Throws `LedgerError` `corrupt` for everything that `encodeRecord` would not have written for this tenant. */
export function decodeRecord(tenant: string, body: Uint8Array): ReleaseRecord {
  const name = recordName(tenant);
  const value = readMapping(name, body);
  const bad = (key: string) => corrupt(name, `has no valid "${key}"`);
  const text = (key: string): string => {
    const found = value[key];
    if (typeof found !== "string") throw bad(key);
    return found;
  };
  const whole = (key: string): number => {
    const found = value[key];
    if (!isCount(found)) throw bad(key);
    return found;
  };
  const textOrNull = (key: string): string | null => (value[key] === null ? null : text(key));

  if (value["schema"] !== SCHEMA) throw corrupt(name, `is of schema ${JSON.stringify(value["schema"])}, not ${SCHEMA}`);
  if (text("tenant") !== tenant) throw corrupt(name, `is about ${JSON.stringify(value["tenant"])}`);
  const state = value["state"];
  if (!isState(state)) throw bad("state");
  const { hosts, closed } = value;
  if (!isTexts(hosts)) throw bad("hosts");
  if (!isClosedStore(closed)) throw bad("closed");
  return {
    tenant,
    release: text("release"),
    fingerprint: text("fingerprint"),
    commit: textOrNull("commit"),
    state,
    url: text("url"),
    host: textOrNull("host"),
    hosts,
    pages: whole("pages"),
    products: whole("products"),
    closed,
    previous: readPrevious(value["previous"], () => bad("previous")),
    files: readFiles(value["files"], () => bad("files")),
  };
}

function readFiles(value: unknown, bad: () => Error): Map<string, Kept> {
  if (!isMapping(value)) throw bad();
  const files = new Map<string, Kept>();
  for (const [path, file] of Object.entries(value)) {
    if (!isMapping(file)) throw bad();
    const { kind, identity, generation } = file;
    const known = FILE_KINDS.find((one) => one === kind);
    if (known === undefined || typeof identity !== "string" || typeof generation !== "string") throw bad();
    files.set(path, { kind: known, identity, generation });
  }
  return files;
}

function readPrevious(value: unknown, bad: () => Error): Replaced[] {
  if (!Array.isArray(value)) throw bad();
  return value.map((entry: unknown) => {
    if (!isMapping(entry)) throw bad();
    const { release, at, assets } = entry;
    if (typeof release !== "string" || !isCount(at) || !isTexts(assets)) throw bad();
    return { release, at, assets };
  });
}

function isClosedStore(value: unknown): value is ClosedStore {
  if (!isMapping(value) || !isMapping(value["colors"])) return false;
  const { id, name, language, email, colors } = value;
  return isTexts([id, name, language, email, colors["background"], colors["text"], colors["accent"]]);
}

function isState(value: unknown): value is RecordState {
  return value === "live" || value === "parked";
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
