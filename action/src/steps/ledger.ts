/** Reads and writes the ledger: what one listing tells of every tenant, a tenant's record, the form of every note. */
import { decodeRecord, encodeRecord, recordMetadata, recordName, summarizeRecord } from "../model/record.ts";
import type { RecordSummary, ReleaseRecord } from "../model/record.ts";
import { isTenantId } from "../model/source.ts";
import type { BucketReader, StoredObject, Upload } from "../ports.ts";

/** What one listing of the ledger tells about a tenant. */
export interface LedgerEntry {
  /** `summary` is undefined where the listing does not tell it: then the record has to be read. */
  readonly record: { readonly summary: RecordSummary | undefined } | undefined;
  /** Something was begun and not finished. */
  readonly intent: boolean;
}

/** A record with the object that it lies in. */
export interface FoundRecord {
  readonly value: ReleaseRecord;
  readonly object: StoredObject;
}

/** Every tenant that the ledger knows, by id, in one request for each thousand objects. What no tenant can be called is nobody's. */
export async function listLedger(ledger: BucketReader): Promise<ReadonlyMap<string, LedgerEntry>> {
  const entries = new Map<string, LedgerEntry>();
  for (const object of await ledger.list({ prefix: "tenants/" })) {
    const [, tenant, what] = /^tenants\/([^/]+)\/(record|intent)\.json$/.exec(object.name) ?? [];
    if (tenant === undefined || !isTenantId(tenant)) continue;
    const entry = entries.get(tenant) ?? { record: undefined, intent: false };
    const found = what === "intent" ? { intent: true } : { record: { summary: summarizeRecord(object) } };
    entries.set(tenant, { ...entry, ...found });
  }
  return entries;
}

/** Undefined where the tenant was never deployed; `LedgerError` where the record is corrupt. */
export async function readRecord(ledger: BucketReader, tenant: string): Promise<FoundRecord | undefined> {
  const found = await ledger.read(recordName(tenant));
  return found && { value: decodeRecord(tenant, found.body), object: found.object };
}

/** A record as an object of the ledger. */
export function recordUpload(record: ReleaseRecord): Upload {
  return noteUpload(recordName(record.tenant), encodeRecord(record), recordMetadata(record));
}

/** How everything in the ledger is stored: JSON that no cache keeps. */
export function noteUpload(name: string, body: Uint8Array, metadata: Upload["metadata"] = {}): Upload {
  return { name, body, contentType: "application/json", cacheControl: "no-store", contentEncoding: "", metadata };
}
