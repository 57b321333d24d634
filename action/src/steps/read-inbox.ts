/** Everything that waits in the ledger, with what was said of it so far. */
import pLimit from "p-limit";
import { decodeInboxEntry, INBOX_PREFIX, requestIdIn } from "../model/inbox.ts";
import { decodeReceipt, type Receipt, receiptName } from "../model/receipt.ts";
import type { Waiting } from "../model/request-queue.ts";
import type { BucketReader, StoredObject } from "../ports.ts";

/** A request with the objects that it lies in: their generations say what may be written over. */
export interface Held extends Waiting {
  readonly entry: StoredObject;
  /** "0" where there is no receipt yet. */
  readonly receiptGeneration: string;
}

/** Objects read at once. */
const AT_ONCE = 16;

/** By request id; what is no entry of ours is left alone. Throws `LedgerError` where an entry or a receipt is corrupt. */
export async function readInbox(ledger: BucketReader): Promise<readonly Held[]> {
  const limit = pLimit(AT_ONCE);
  const listed = await ledger.list({ prefix: INBOX_PREFIX });
  const held = await Promise.all(listed.map((entry) => limit(() => readHeld(ledger, entry))));
  return held.filter((one) => one !== undefined);
}

async function readHeld(ledger: BucketReader, entry: StoredObject): Promise<Held | undefined> {
  const requestId = requestIdIn(entry.name);
  if (requestId === undefined) return undefined;
  const [waiting, said] = await Promise.all([ledger.read(entry.name), ledger.read(receiptName(requestId))]);
  // Another drain may have cleared it away meanwhile.
  if (waiting === undefined) return undefined;
  const asked = decodeInboxEntry(requestId, waiting.body);
  const receipt: Receipt | undefined = said && decodeReceipt(requestId, said.body);
  return { asked, receipt, entry, receiptGeneration: said?.object.generation ?? "0" };
}
