/**
 * Keeps a request for whoever does it: the inbox in the ledger first, then its receipt.
 *
 * In this order a crash between the two leaves a request without a receipt, which the next who reads the inbox gives it;
 * the other way round a receipt would promise what nobody knows of.
 */
import { encodeInboxEntry, decodeInboxEntry, inboxName } from "../model/inbox.ts";
import { decodeReceipt, encodeReceipt, openReceipt, receiptName } from "../model/receipt.ts";
import type { AskedRequest, RefusedRequest } from "../model/request.ts";
import { type Bucket, BucketError, type Clock } from "../ports.ts";
import { noteUpload } from "./ledger.ts";

/** `kept`: new. `known`: it came before, to the letter. `conflict`: its id stands for another request; nothing was touched. */
export type Appended = "kept" | "known" | "conflict";

/** Appends a request that can be done. At most two writes, and a read where one of them was made before. */
export async function appendRequest(ledger: Bucket, asked: AskedRequest, clock: Pick<Clock, "now">): Promise<Appended> {
  const { requestId } = asked.request;
  const name = inboxName(requestId);
  const receipt = openReceipt(asked, clock.now());
  if (!(await create(ledger, name, encodeInboxEntry(asked)))) {
    const held = await ledger.read(name);
    if (held !== undefined && decodeInboxEntry(requestId, held.body).digest !== asked.digest) return "conflict";
  }
  return keepReceipt(ledger, receipt);
}

/**
 * Says of a request that can never be done why it cannot. Into the inbox comes only one that asks for a callback, and
 * only once its receipt is final: before, it would be taken for one that can be done.
 */
export async function refuseRequest(
  ledger: Bucket,
  { problem, asked, ...refused }: RefusedRequest,
  clock: Pick<Clock, "now">,
): Promise<Appended> {
  const appended = await keepReceipt(ledger, openReceipt(refused, clock.now(), "refused", { error: problem }));
  if (appended !== "conflict" && asked?.callback !== undefined)
    await create(ledger, inboxName(asked.request.requestId), encodeInboxEntry(asked));
  return appended;
}

async function keepReceipt(ledger: Bucket, receipt: ReturnType<typeof openReceipt>): Promise<Appended> {
  const name = receiptName(receipt.requestId);
  if (await create(ledger, name, encodeReceipt(receipt))) return "kept";
  const held = await ledger.read(name);
  if (held === undefined) return "kept";
  return decodeReceipt(receipt.requestId, held.body).digest === receipt.digest ? "known" : "conflict";
}

/** Whether the object is new. */
async function create(ledger: Bucket, name: string, body: Uint8Array): Promise<boolean> {
  try {
    await ledger.write(noteUpload(name, body), "0");
    return true;
  } catch (error) {
    if (error instanceof BucketError && error.code === "conflict") return false;
    throw error;
  }
}
