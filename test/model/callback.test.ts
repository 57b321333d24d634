/** What a callback says, and where it may go. */
import { describe, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { callbackAddress, callbackMessage, isGivenUp, isPublicAddress } from "../../action/src/model/callback.ts";
import { openReceipt } from "../../action/src/model/receipt.ts";
import { readSecret } from "../../action/src/model/signed-message.ts";

const SECRETS = ["the old secret, which has 32 bytes", "the new secret, which has 32 bytes"].map(
  (text) => `whsec_${Buffer.from(text).toString("base64")}`,
);
const NOW = Date.parse("2026-03-01T09:30:00Z");
const request = { requestId: "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10", type: "tenant.remove", tenant: "acme" } as const;
const receipt = openReceipt({ request, digest: "0".repeat(64), issuedAt: "2026-03-01T09:00:00Z" }, NOW, "refused");
const message = callbackMessage(
  receipt,
  SECRETS.map((secret) => readSecret(secret) ?? new Uint8Array()),
  Date.now(),
);

test.each(SECRETS)("a library of the scheme accepts it by the secret %#", (secret) => {
  const { id, timestamp, signature, body } = message;
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
  expect(new Webhook(secret).verify(body, headers)).toEqual({
    type: "request.refused",
    timestamp: "2026-03-01T09:30:00.000Z",
    data: receipt,
  });
  expect(() => new Webhook(secret).verify(body.replace("acme", "evil"), headers)).toThrow(
    "No matching signature found",
  );
});

test("a later attempt has the same id and body", () => {
  const later = callbackMessage(receipt, [new Uint8Array(24)], NOW + 60_000);
  expect({ id: later.id, body: later.body }).toEqual({ id: message.id, body: message.body });
  expect(later.timestamp).not.toBe(message.timestamp);
});

test("a day after its end it is given up", () => {
  expect(isGivenUp(receipt, NOW + 86_400_000)).toBe(false);
  expect(isGivenUp(receipt, NOW + 86_400_001)).toBe(true);
});

describe("where it may go", () => {
  const HOSTS = ["Hooks.example", "hooks.example:8443", "127.0.0.1", "[::1]"];
  test.each(["https://hooks.example/a?b=c", "https://HOOKS.example:443/", "https://hooks.example:8443/"])(
    "%s is allowed",
    (address) => expect(callbackAddress(address, HOSTS)?.host).toMatch(/^hooks\.example(?::8443)?$/),
  );
  test.each([
    "http://hooks.example/",
    "https://hooks.example:444/",
    "https://hooks.example.evil.example/",
    "https://evil.example/hooks.example",
    "https://hooks.example@evil.example/",
    "https://user:word@hooks.example/",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://",
  ])("%s is not", (address) => expect(callbackAddress(address, HOSTS)).toBeUndefined());
});

describe("addresses of the whole internet", () => {
  test.each(["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])("%s is one", (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  test.each([
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "no address",
  ])("%s is none", (address) => expect(isPublicAddress(address)).toBe(false));
});
