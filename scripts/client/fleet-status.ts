/** The fleet as the ledger knows it: what is deployed, what is asked for. */
import type { Receipt, ReceiptState } from "../../action/src/model/receipt.ts";
import type { RecordState, ReleaseRecord } from "../../action/src/model/record.ts";
import type { BucketReader } from "../../action/src/ports.ts";
import { listLedger, readRecord } from "../../action/src/steps/ledger.ts";
import { readInbox } from "../../action/src/steps/read-inbox.ts";

/** A request whose receipt is not final. */
export interface OpenRequest extends Pick<Receipt, "requestId" | "type" | "tenant" | "issuedAt"> {
  readonly state: ReceiptState;
  readonly pullRequest: string | null;
}

/** One store. What is null the ledger does not tell. */
export interface StoreStatus {
  readonly id: string;
  /** `new`: asked for, not deployed yet. */
  readonly state: RecordState | "new";
  /** A deploy has begun it and not finished. */
  readonly unfinished: boolean;
  readonly release: string | null;
  readonly host: string | null;
  readonly pages: number | null;
  readonly products: number | null;
  /** Oldest first. */
  readonly requests: readonly OpenRequest[];
}

/** One store with what only its record tells. */
export interface StoreDetails extends StoreStatus {
  readonly commit: string | null;
  readonly url: string | null;
  /** Releases before this one, newest first. */
  readonly previous: readonly string[];
}

/** Every store that the ledger knows, by id: two listings, and a read for each request that waits. */
export async function readFleetStatus(ledger: BucketReader): Promise<readonly StoreStatus[]> {
  const [entries, requests] = await Promise.all([listLedger(ledger), readOpenRequests(ledger)]);
  const byTenant = Map.groupBy(requests, ({ tenant }) => tenant);
  const ids = [...new Set([...entries.keys(), ...byTenant.keys()])].toSorted();
  return Promise.all(
    ids.map(async (id) => {
      const entry = entries.get(id);
      const isUntold = entry?.record !== undefined && entry.record.summary === undefined;
      const record = isUntold ? (await readRecord(ledger, id))?.value : entry?.record?.summary;
      return statusOf(id, record, entry?.intent ?? false, byTenant.get(id) ?? []);
    }),
  );
}

/** Undefined where the ledger knows no such store. */
export async function readStoreDetails(ledger: BucketReader, id: string): Promise<StoreDetails | undefined> {
  const status = (await readFleetStatus(ledger)).find((one) => one.id === id);
  if (status === undefined) return undefined;
  const record = (await readRecord(ledger, id))?.value;
  const previous = record?.previous.map(({ release }) => release) ?? [];
  return { ...status, commit: record?.commit ?? null, url: record?.url ?? null, previous };
}

type Known = Pick<ReleaseRecord, "state" | "release" | "host" | "pages" | "products">;

const statusOf = (
  id: string,
  record: Known | undefined,
  unfinished: boolean,
  requests: readonly OpenRequest[],
): StoreStatus => ({
  id,
  state: record?.state ?? "new",
  unfinished,
  release: record?.release ?? null,
  host: record?.host ?? null,
  pages: record?.pages ?? null,
  products: record?.products ?? null,
  requests,
});

async function readOpenRequests(ledger: BucketReader): Promise<readonly OpenRequest[]> {
  const open = (await readInbox(ledger)).filter(({ receipt }) => receipt?.isFinal !== true);
  return open
    .map(({ asked: { request, issuedAt }, receipt }): OpenRequest => {
      const { requestId, type, tenant } = request;
      const pullRequest = receipt?.pullRequest?.url ?? null;
      return { requestId, type, tenant, issuedAt, state: receipt?.state ?? "accepted", pullRequest };
    })
    .toSorted((a, b) => Date.parse(a.issuedAt) - Date.parse(b.issuedAt) || (a.requestId < b.requestId ? -1 : 1));
}
