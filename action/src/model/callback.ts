/** A final receipt as a message to the address that its sender named, in the scheme of Standard Webhooks. */
import ipaddr from "ipaddr.js";
import type { Receipt } from "./receipt.ts";
import { type SignedMessage, signMessage } from "./signed-message.ts";

/** An address that does not take a message for this long after the receipt was final gets it no more, in ms. */
const LONGEST_EFFORT_MS = 24 * 60 * 60 * 1000;

/**
 * The same body and id at every attempt, so that the receiver can tell a repetition; the time is of the attempt, because
 * receivers refuse old ones. Signed with each key: while a secret is replaced, the receiver may know either.
 */
export function callbackMessage(receipt: Receipt, keys: readonly Uint8Array[], now: number): SignedMessage {
  const { requestId, state, history } = receipt;
  const body = JSON.stringify({ type: `request.${state}`, timestamp: history.at(-1)?.at ?? "", data: receipt });
  const message = { id: `msg_${requestId}`, timestamp: String(Math.floor(now / 1000)), body };
  return { ...message, signature: keys.map((key) => signMessage(key, message).signature).join(" ") };
}

/**
 * The address of a callback; undefined where it must not be called: not by `https:`, with a password, at a bare IP
 * address, or at a host that is not allowed.
 *
 * @param hosts as in an address, with the port where it is not 443: `hooks.example.com`
 */
export function callbackAddress(callback: string, hosts: readonly string[]): URL | undefined {
  if (!URL.canParse(callback)) return undefined;
  const address = new URL(callback);
  const { protocol, host, hostname, username, password } = address;
  const isBare = ipaddr.isValid(hostname.replaceAll(/[[\]]/g, ""));
  if (protocol !== "https:" || username + password !== "" || isBare || !hosts.some((one) => one.toLowerCase() === host))
    return undefined;
  return address;
}

/** Whether an address is one of the whole internet: not of this machine, its network or its cloud's own services. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** Whether nobody tries any more. */
export function isGivenUp({ history }: Receipt, now: number): boolean {
  return now - Date.parse(history.at(-1)?.at ?? "") > LONGEST_EFFORT_MS;
}
