/**
 * A signed message as one string that travels whole: the scheme of Standard Webhooks
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 *
 * The published library refuses what is older than five minutes, and a run may wait longer in a queue; how old a message
 * may be is said in its body, which the signature covers.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { isMapping } from "./mapping.ts";

/** What `client_payload.request` holds. */
export interface SignedMessage {
  /** Of the message, chosen by the sender. */
  readonly id: string;
  /** Seconds since the epoch, as text. */
  readonly timestamp: string;
  /** One or more `v1,<base64>`, separated by spaces: one for each secret that the sender signs with. */
  readonly signature: string;
  /** What was signed, byte for byte. */
  readonly body: string;
}

/** GitHub takes no larger payload, in bytes of JSON. */
export const MOST_PAYLOAD_BYTES = 65_535;

/** A key shorter than this can be guessed, in bytes. */
const LEAST_SECRET_BYTES = 24;
const SECRET = /^whsec_(?<key>(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

/** The key in `whsec_<base64>`; undefined where the text is no such secret, or a weak one. */
export function readSecret(text: string): Uint8Array | undefined {
  const key = Buffer.from(SECRET.exec(text)?.groups?.["key"] ?? "", "base64");
  return key.length < LEAST_SECRET_BYTES ? undefined : key;
}

/** The message in a value that came from outside; undefined where it has another shape. */
export function readSignedMessage(value: unknown): SignedMessage | undefined {
  if (!isMapping(value)) return undefined;
  const { id, timestamp, signature, body } = value;
  if (typeof id !== "string" || !/^[\w.-]{1,100}$/.test(id)) return undefined;
  if (typeof timestamp !== "string" || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (typeof signature !== "string" || signature.length > 1000) return undefined;
  if (typeof body !== "string" || body.length > MOST_PAYLOAD_BYTES) return undefined;
  return { id, timestamp, signature, body };
}

/** Signs a body. */
export function signMessage(key: Uint8Array, message: Omit<SignedMessage, "signature">): SignedMessage {
  return { ...message, signature: `v1,${signatureOf(key, message).toString("base64")}` };
}

/** Whether one of the signatures is by one of the keys: while a secret is replaced, both the old and the new one hold. */
export function isSigned(message: SignedMessage, keys: readonly Uint8Array[]): boolean {
  const given = message.signature
    .split(" ")
    .filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice("v1,".length), "base64"));
  return keys
    .map((key) => signatureOf(key, message))
    .some((own) => given.some((one) => one.length === own.length && timingSafeEqual(one, own)));
}

const signatureOf = (key: Uint8Array, { id, timestamp, body }: Omit<SignedMessage, "signature">): Buffer =>
  createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
