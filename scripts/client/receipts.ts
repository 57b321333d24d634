/** Receipts, read from the ledger by request id: never by a run, never by a listing. */
import { startTally } from "../../action/src/io/count.ts";
import { systemClock } from "../../action/src/io/clock.ts";
import { openLedger } from "../../action/src/io/destination.ts";
import { decodeReceipt, receiptName } from "../../action/src/model/receipt.ts";
import type { Receipt } from "../../action/src/generated/receipt.ts";
import { BucketError } from "../../action/src/ports.ts";
import { ClientError } from "./client-error.ts";

/** Where receipts are. */
export interface ReceiptsPlace {
  /** `gs://BUCKET`, or `file:FOLDER` to try things out. */
  readonly ledger: string;
  /** An OAuth 2.0 token for Google Cloud Storage; without, the credentials that the machine has. */
  readonly accessToken?: string | undefined;
  /** The origin of an emulator. */
  readonly endpoint?: string | undefined;
}

/** Reads one receipt; undefined while the request has not been taken in. Throws `ClientError` `unreachable`. */
export type ReceiptReader = (requestId: string) => Promise<Receipt | undefined>;

/** How long and how often to look. */
export interface FollowOptions {
  /** Between two looks, in ms: ten seconds unless said otherwise. */
  readonly everyMs?: number | undefined;
  /** In ms; half an hour unless said otherwise. People decide on pull requests: that may take days. */
  readonly patienceMs?: number | undefined;
  /** Called at the first look, and whenever the state is another. */
  readonly onChange?: ((receipt: Receipt | undefined) => void) | undefined;
  /** For tests. */
  readonly clock?: { readonly monotonic: () => number; readonly sleep: (ms: number) => Promise<void> } | undefined;
}

/** Opens the receipts for reading; it needs `storage.objects.get` below `requests/`, and asks for nothing else. */
export async function openReceipts({ ledger, accessToken, endpoint }: ReceiptsPlace): Promise<ReceiptReader> {
  const bucket = await readable(() =>
    openLedger(ledger, { log: () => {}, tally: startTally(), accessToken, endpoint }),
  );
  return (requestId) =>
    readable(async () => {
      const found = await bucket.read(receiptName(requestId)).catch(unlessHidden);
      return found && decodeReceipt(requestId, found.body);
    });
}

/** The receipt once it is final, or as it stands when patience ends; undefined where there is none by then. */
export async function followReceipt(
  read: ReceiptReader,
  requestId: string,
  { everyMs = 10_000, patienceMs = 30 * 60_000, onChange, clock = systemClock }: FollowOptions = {},
): Promise<Receipt | undefined> {
  const end = clock.monotonic() + patienceMs;
  let seen: Receipt["state"] | "none" | undefined;
  for (;;) {
    const receipt = await read(requestId);
    const state = receipt?.state ?? "none";
    if (state !== seen) onChange?.(receipt);
    seen = state;
    const left = end - clock.monotonic();
    if (receipt?.isFinal === true || left <= 0) return receipt;
    await clock.sleep(Math.min(everyMs, left));
  }
}

/** Who may get objects but not list them is told 403, not 404, of what is not there. */
function unlessHidden(error: unknown): undefined {
  if (!(error instanceof BucketError) || error.code !== "denied" || !/: 403\b/.test(error.message)) throw error;
}

async function readable<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const hint = error instanceof Error && "hint" in error && typeof error.hint === "string" ? error.hint : undefined;
    const message = error instanceof Error ? error.message : String(error);
    throw new ClientError("unreachable", message, hint ?? "look at the ledger's address and credentials", error);
  }
}
