/** Requests as the one signed event that brings them. */
import { randomUUID } from "node:crypto";
import type { Request } from "../../action/src/generated/request.ts";
import { readRequests } from "../../action/src/model/request.ts";
import {
  MOST_PAYLOAD_BYTES,
  readSecret,
  type SignedMessage,
  signMessage,
} from "../../action/src/model/signed-message.ts";
import { ClientError } from "./client-error.ts";

/** What an event is made of. */
export interface ComposeOptions {
  /** All of one type; each with an id that was never used before (`crypto.randomUUID()`), kept by you: its receipt has that name. */
  readonly requests: readonly Request[];
  /** `whsec_…`, one of those that the repository knows. */
  readonly secret: string;
  /** Where each final receipt is sent; `https:`, and a host that the repository allows. */
  readonly callback?: string | undefined;
  /** When it was decided, in ms since the epoch; now, if left out. Of two requests for one store the later one stands. */
  readonly issuedAt?: number | undefined;
  /** For how long it may be begun, in ms: 12 hours, at most 24. */
  readonly lifeMs?: number | undefined;
}

/** A `repository_dispatch`, ready to be sent; plain JSON, so that it can be kept and sent again. */
export interface RequestEvent {
  readonly event_type: Request["type"];
  readonly client_payload: { readonly request: SignedMessage };
}

const HOUR_MS = 60 * 60 * 1000;

/** Checks the requests as the repository will, and signs them. Throws `ClientError` `invalid` or `secret`; sends nothing. */
export function composeEvent(options: ComposeOptions): RequestEvent {
  const { requests, callback, issuedAt = Date.now(), lifeMs = 12 * HOUR_MS } = options;
  const key = readSecret(options.secret);
  if (key === undefined) {
    throw new ClientError(
      "secret",
      "that is no secret to sign with",
      "write whsec_ and the base64 of 24 bytes or more",
    );
  }
  const type = requests[0]?.type ?? "tenant.upsert";
  const [issued, expires] = [issuedAt, issuedAt + lifeMs].map((at) => new Date(at).toISOString());
  const body = JSON.stringify({ schemaVersion: 1, issuedAt: issued, expiresAt: expires, callback, requests });
  refuseInvalid(body, type, issuedAt);
  const message = { id: `msg_${randomUUID()}`, timestamp: String(Math.floor(issuedAt / 1000)), body };
  const payload = { request: signMessage(key, message) };
  refuseTooLarge(Buffer.byteLength(JSON.stringify(payload)), requests.length);
  return { event_type: type, client_payload: payload };
}

/** In the words of the receipt that would come of it. */
function refuseInvalid(body: string, type: string, now: number): void {
  const { refused, unreadable } = readRequests(body, type, now);
  const [first] = refused;
  const message = first?.problem.message ?? unreadable[0];
  if (message === undefined) return;
  const which = first === undefined ? "" : `request ${first.request.requestId}: `;
  const hint = first?.problem.hint ?? "the contract is action/schema/request.schema.json";
  throw new ClientError("invalid", which + message, hint);
}

function refuseTooLarge(bytes: number, requests: number): void {
  if (bytes <= MOST_PAYLOAD_BYTES) return;
  throw new ClientError(
    "invalid",
    `the event has ${bytes} bytes, and GitHub takes ${MOST_PAYLOAD_BYTES}`,
    requests > 1
      ? "send fewer requests in one event"
      : "send less in one request: leave out files that do not change, or patch the products in parts, one after the other",
  );
}
