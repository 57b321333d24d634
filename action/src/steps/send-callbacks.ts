/**
 * Tells senders of what came to its end.
 *
 * An entry leaves the inbox only after its callback was taken, or is given up: the entry itself is the memory of what
 * is not told yet. A crash in between lets a message be sent again, with the same id; none is lost.
 */
import { callbackAddress, callbackMessage, isGivenUp } from "../model/callback.ts";
import type { Receipt } from "../model/receipt.ts";
import type { Callbacks, Clock, Log } from "../ports.ts";
import type { InboxDesk } from "./inbox-desk.ts";

/** What callbacks are sent with. */
export interface CallbackPlace {
  readonly callbacks: Callbacks;
  /** Those that may be called; none, and nothing is sent. */
  readonly callbackHosts: readonly string[];
  /** What messages are signed with. */
  readonly callbackKeys: readonly Uint8Array[];
}

/** What is left after this goes to the next run, in ms. */
const LONGEST_ROUND_MS = 5 * 60 * 1000;

/** Sends what is final and not told, host by host; one that is in trouble is left alone until the next run. */
export async function sendCallbacks(
  desk: InboxDesk,
  { callbacks, callbackHosts, callbackKeys }: CallbackPlace,
  clock: Pick<Clock, "now">,
  log: Log,
): Promise<void> {
  const end = clock.now() + LONGEST_ROUND_MS;
  const due: { readonly address: URL; readonly receipt: Receipt }[] = [];
  for (const { asked, receipt } of desk.held()) {
    if (receipt?.isFinal !== true) continue;
    const { requestId } = receipt;
    const address = asked.callback === undefined ? undefined : callbackAddress(asked.callback, callbackHosts);
    if (address !== undefined && !isGivenUp(receipt, clock.now())) {
      due.push({ address, receipt });
      continue;
    }
    if (asked.callback !== undefined) {
      const why = address === undefined ? "its address is not one that is allowed" : "it was tried for a day";
      log({ type: "warning", message: `request ${requestId} gets no callback: ${why}` });
    }
    await desk.clear(requestId);
  }
  await Promise.all(
    [...Map.groupBy(due, ({ address }) => address.host).values()].map(async (ours) => {
      for (const { address, receipt } of ours) {
        if (clock.now() > end) return;
        const { requestId } = receipt;
        const answer = await callbacks.post(address, callbackMessage(receipt, callbackKeys, clock.now()));
        if (answer.kind === "delivered" || answer.kind === "gone") await desk.clear(requestId);
        if (answer.kind === "delivered") continue;
        log({ type: "warning", message: `the callback of request ${requestId} to ${address.host}: ${answer.why}` });
        if (answer.kind === "unreachable") return;
      }
    }),
  );
}
