/** What became of one request, for its sender to poll: a document that only moves forward. */
import type { Receipt } from "../generated/receipt.ts";
import { validateReceipt } from "../generated/validate-receipt.js";
import { corrupt, readMapping } from "./ledger-error.ts";
import type { RequestName } from "./request.ts";

export type { Receipt } from "../generated/receipt.ts";

/** Where a request stands. */
export type ReceiptState = Receipt["state"];
/** What is learnt of a request when it moves on. */
export type ReceiptNews = Partial<Pick<Receipt, "pullRequest" | "commit" | "release" | "url" | "error">>;

/** From each state, those that may follow; from a final one, none. */
const NEXT: Readonly<Record<ReceiptState, readonly ReceiptState[]>> = {
  // Where main says already what is asked, there is nothing to pull.
  accepted: ["pull-request", "approved", "superseded", "refused", "failed"],
  "pull-request": ["approved", "superseded", "closed", "refused", "failed"],
  approved: ["deployed", "live", "removed", "superseded", "failed"],
  deployed: ["live", "superseded", "failed"],
  live: [],
  removed: [],
  superseded: [],
  closed: [],
  refused: [],
  failed: [],
};

/** Every state, in the order of a request's life. */
export const RECEIPT_STATES = Object.keys(NEXT) as readonly ReceiptState[];

/** Whether nothing more happens to a request in this state. */
export const isFinalState = (state: ReceiptState): boolean => NEXT[state].length === 0;

/** Where the receipt of a request lies in the ledger. */
export const receiptName = (requestId: string): string => `requests/${requestId}.json`;

/** The first receipt of a request; `at` is in ms since the epoch. */
export function openReceipt(
  { request, digest, issuedAt }: { readonly request: RequestName; readonly digest: string; readonly issuedAt: string },
  at: number,
  state: "accepted" | "refused" = "accepted",
  news: ReceiptNews = {},
): Receipt {
  return {
    schemaVersion: 1,
    requestId: request.requestId,
    type: request.type,
    tenant: request.tenant,
    digest,
    issuedAt,
    state,
    isFinal: isFinalState(state),
    history: [{ state, at: new Date(at).toISOString() }],
    ...news,
  };
}

/** The receipt one step further; undefined where that step is not forward. The same state again only adds what is new. */
export function advanceReceipt(
  receipt: Receipt,
  state: ReceiptState,
  at: number,
  news: ReceiptNews = {},
): Receipt | undefined {
  if (state === receipt.state) return { ...receipt, ...news };
  if (!NEXT[receipt.state].includes(state)) return undefined;
  const history = [...receipt.history, { state, at: new Date(at).toISOString() }];
  return { ...receipt, ...news, state, isFinal: isFinalState(state), history };
}

/** Same receipt, same bytes. */
export const encodeReceipt = (receipt: Receipt): Buffer => Buffer.from(`${JSON.stringify(receipt, null, 1)}\n`);

/** Throws `LedgerError` `corrupt`. */
export function decodeReceipt(requestId: string, body: Uint8Array): Receipt {
  const name = receiptName(requestId);
  const value: unknown = readMapping(name, body);
  if (!validateReceipt(value)) throw corrupt(name, "is no receipt of ours");
  if (value.requestId !== requestId) throw corrupt(name, `is about ${JSON.stringify(value.requestId)}`);
  return value;
}
