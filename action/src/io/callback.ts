/**
 * Sends messages to other systems' addresses, from inside a network that they must not reach into.
 *
 * A name is looked up once, each of its addresses is judged, and what was judged is what is connected to: a name that
 * answers differently the next time gains nothing. No redirect is followed, and nothing of an answer is read.
 */
import { lookup as systemLookup, type LookupAddress } from "node:dns";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as secureRequest, type RequestOptions } from "node:https";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "../model/callback.ts";
import type { SignedMessage } from "../model/signed-message.ts";
import type { Callbacks, CallbackAnswer } from "../ports.ts";

/** What a test puts in the place of the network; the action gives none of it. */
export interface CallbackOptions {
  readonly lookup?: (host: string, given: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;
  /** Whether an address may be connected to. */
  readonly mayReach?: (address: string) => boolean;
  /** An address that takes longer is tried again by the next run, in ms. */
  readonly patienceMs?: number;
  /** `node:https`' own, or one that trusts a test's certificate. */
  readonly request?: (
    address: URL,
    options: RequestOptions,
    answered: (reply: IncomingMessage) => void,
  ) => ClientRequest;
}

/** Callbacks through the network. */
export function openCallbacks({
  lookup = (host, given) => systemLookup(host, { all: true }, given),
  mayReach = isPublicAddress,
  patienceMs = 10_000,
  request = secureRequest,
}: CallbackOptions = {}): Callbacks {
  const judged: LookupFunction = (host, { all }, given) => {
    lookup(host, (error, addresses) => {
      const [first] = addresses;
      const hidden = addresses.find(({ address }) => !mayReach(address));
      if (error !== null) given(error, "");
      else if (first === undefined) given(new Error(`${host} has no address`), "");
      else if (hidden !== undefined) given(new Error(`${host} is at ${hidden.address}, which is not public`), "");
      else if (all === true) given(null, [...addresses]);
      else given(null, first.address, first.family);
    });
  };

  return {
    post: (address, message) =>
      new Promise((resolve) => {
        const body = Buffer.from(message.body);
        const sent = request(
          address,
          {
            method: "POST",
            headers: { ...headersOf(message), "content-length": body.length },
            lookup: judged,
            // A connection that is kept would be one that nobody judged.
            agent: false,
            signal: AbortSignal.timeout(patienceMs),
          },
          (reply) => {
            reply.destroy();
            resolve(judge(reply));
          },
        );
        sent.on("error", (error) => resolve({ kind: "unreachable", why: error.message }));
        sent.end(body);
      }),
  };
}

const headersOf = ({ id, timestamp, signature }: SignedMessage): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  "user-agent": "store-provisioning",
  "webhook-id": id,
  "webhook-timestamp": timestamp,
  "webhook-signature": signature,
});

/** As Standard Webhooks has it: 2xx is taken, 410 wants no more, too much or broken may pass. */
function judge({ statusCode: status = 0 }: IncomingMessage): CallbackAnswer {
  const why = `it answered ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 410) return { kind: "gone", why };
  return { kind: status === 429 || status >= 500 ? "unreachable" : "refused", why };
}
