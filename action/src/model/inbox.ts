/** Requests that wait in the ledger, each until its receipt is final. */
import { validateRequest } from "../generated/validate-request.js";
import { corrupt, readMapping } from "./ledger-error.ts";
import { type AskedRequest, askedIn } from "./request.ts";

/** Below it lies everything that waits. */
export const INBOX_PREFIX = "inbox/";

/** Where a request waits. */
export const inboxName = (requestId: string): string => `${INBOX_PREFIX}${requestId}.json`;

/** The id in the name of an entry; undefined where the name is none of ours. */
export const requestIdIn = (name: string): string | undefined =>
  new RegExp(`^${INBOX_PREFIX}([0-9a-f-]{36})\\.json$`).exec(name)?.[1];

/** The bytes of an entry: a message of one request, for {@link decodeInboxEntry}. */
export function encodeInboxEntry({ request, issuedAt, expiresAt, callback }: AskedRequest): Uint8Array {
  return Buffer.from(`${JSON.stringify({ schemaVersion: 1, issuedAt, expiresAt, callback, requests: [request] })}\n`);
}

/** The request that waits under this id. Throws `LedgerError` `corrupt`. */
export function decodeInboxEntry(requestId: string, body: Uint8Array): AskedRequest {
  const name = inboxName(requestId);
  const message: unknown = readMapping(name, body);
  const asked = validateRequest(message) ? askedIn(message) : [];
  const [only] = asked;
  if (only === undefined || asked.length > 1) throw corrupt(name, "holds no request of ours");
  if (only.request.requestId !== requestId) throw corrupt(name, `is about ${JSON.stringify(only.request.requestId)}`);
  return only;
}
