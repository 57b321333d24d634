/** What waits in the inbox while it is worked on: receipts move forward, and what came to its end is cleared away. */
import {
  advanceReceipt,
  encodeReceipt,
  openReceipt,
  receiptName,
  type ReceiptNews,
  type ReceiptState,
} from "../model/receipt.ts";
import { type Bucket, BucketError, type Clock } from "../ports.ts";
import { noteUpload } from "./ledger.ts";
import type { Held } from "./read-inbox.ts";

/** Every request that is not at its end. */
export interface InboxDesk {
  held(): readonly Held[];
  /** Moves a request's receipt forward; a final one leaves the inbox, once nobody waits for a callback. What is not forward changes nothing. */
  advance(requestId: string, state: ReceiptState, news?: ReceiptNews): Promise<void>;
  /** Takes a request out of the inbox. */
  clear(requestId: string): Promise<void>;
  /** How many requests came to which state. */
  counts(): Readonly<Partial<Record<ReceiptState, number>>>;
}

/** A desk with what {@link readInbox} found. */
export function openInboxDesk(ledger: Bucket, clock: Pick<Clock, "now">, inbox: readonly Held[]): InboxDesk {
  const held = new Map(inbox.map((one) => [one.asked.request.requestId, one]));
  const counts = new Map<ReceiptState, number>();
  const clear = async (requestId: string): Promise<void> => {
    const entry = held.get(requestId)?.entry;
    held.delete(requestId);
    if (entry !== undefined) await ledger.remove(entry.name, entry.generation).catch(unlessGone);
  };
  return {
    held: () => [...held.values()],
    clear,
    advance: async (requestId, state, news) => {
      const one = held.get(requestId);
      if (one === undefined) return;
      const before = one.receipt ?? openReceipt(one.asked, clock.now());
      const receipt = advanceReceipt(before, state, clock.now(), news);
      if (receipt === undefined) return;
      const body = encodeReceipt(receipt);
      if (one.receipt === undefined || !body.equals(encodeReceipt(one.receipt))) {
        const { generation } = await ledger.write(noteUpload(receiptName(requestId), body), one.receiptGeneration);
        held.set(requestId, { ...one, receipt, receiptGeneration: generation });
        counts.set(state, (counts.get(state) ?? 0) + 1);
      }
      if (receipt.isFinal && one.asked.callback === undefined) await clear(requestId);
    },
    counts: () => Object.fromEntries(counts),
  };
}

/** Another drain was faster. */
function unlessGone(error: unknown): void {
  if (!(error instanceof BucketError) || (error.code !== "missing" && error.code !== "conflict")) throw error;
}
