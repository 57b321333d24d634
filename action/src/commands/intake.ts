/** Keeps what an event asks for, so that no burst of them loses one: whoever does it comes later. */
import { isMapping } from "../model/mapping.ts";
import { type ReadRequests, readRequests } from "../model/request.ts";
import { isSigned, readSignedMessage } from "../model/signed-message.ts";
import type { Bucket, Clock } from "../ports.ts";
import { type Appended, appendRequest, refuseRequest } from "../steps/append-request.ts";

/** What an event is taken in with. */
export interface IntakeOptions {
  /** What GitHub says of the `repository_dispatch`, not yet looked at. */
  readonly event: unknown;
  /** Of the senders that may ask: two while one is replaced by the other. */
  readonly keys: readonly Uint8Array[];
  readonly ledger: Bucket;
  readonly clock: Pick<Clock, "now">;
}

/** What became of one request; `refused` has a receipt that says why, `code` is its error. */
export interface TakenRequest {
  readonly requestId: string;
  readonly tenant: string;
  readonly became: Appended | "refused";
  readonly code?: string;
}

/** What came of an event. `rejected`: nothing of it was believed, and nothing written. */
export type IntakeResult =
  | { readonly kind: "taken"; readonly requests: readonly TakenRequest[]; readonly unreadable: readonly string[] }
  | { readonly kind: "rejected"; readonly reason: string };

/** Throws what the ledger throws; the event can then be delivered again, and nothing is kept twice. */
export async function intake({ event, keys, ledger, clock }: IntakeOptions): Promise<IntakeResult> {
  const { action: type, client_payload: payload } = isMapping(event) ? event : {};
  const message = readSignedMessage(isMapping(payload) ? payload["request"] : undefined);
  if (message === undefined) {
    return {
      kind: "rejected",
      reason: "client_payload.request is no message: it takes id, timestamp, signature, body",
    };
  }
  if (!isSigned(message, keys)) {
    return {
      kind: "rejected",
      reason: "the signature is by none of the secrets that hold: nothing in it was believed",
    };
  }
  const read = readRequests(message.body, typeof type === "string" ? type : "", clock.now());
  return { kind: "taken", requests: await keepAll(read, ledger, clock), unreadable: read.unreadable };
}

/** One after the other: of a request that stands twice in a message, the first is kept. */
async function keepAll(
  { asked, refused }: ReadRequests,
  ledger: Bucket,
  clock: Pick<Clock, "now">,
): Promise<readonly TakenRequest[]> {
  const taken: TakenRequest[] = [];
  for (const one of asked) {
    const { requestId, tenant } = one.request;
    taken.push({ requestId, tenant, became: await appendRequest(ledger, one, clock) });
  }
  for (const one of refused) {
    const { requestId, tenant } = one.request;
    const appended = await refuseRequest(ledger, one, clock);
    const became = appended === "kept" ? "refused" : appended;
    taken.push({ requestId, tenant, became, code: one.problem.code });
  }
  return taken;
}
