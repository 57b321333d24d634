import * as fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { isSigned, readSecret, readSignedMessage, signMessage } from "../../action/src/model/signed-message.ts";

const secret = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString("base64")}`;
const keyOf = (text: string): Uint8Array => readSecret(text) ?? new Uint8Array();
const MESSAGE = { id: "msg_1", timestamp: "1772357400", body: '{"a":"ü\\n"}' };

test("signs as the published library of the scheme does", () => {
  const theirs = new Webhook(secret(1)).sign(MESSAGE.id, new Date(1_772_357_400_000), MESSAGE.body);
  expect(signMessage(keyOf(secret(1)), MESSAGE).signature).toBe(theirs);
});

test("while a secret is replaced, either of two holds, on either side", () => {
  const [old, next, other] = [keyOf(secret(1)), keyOf(secret(2)), keyOf(secret(3))];
  const byOld = signMessage(old, MESSAGE);
  const both = { ...MESSAGE, signature: `${byOld.signature} ${signMessage(next, MESSAGE).signature}` };
  expect(isSigned(byOld, [next, old])).toBe(true);
  expect(isSigned(both, [next])).toBe(true);
  expect(isSigned(both, [other])).toBe(false);
  expect(isSigned(both, [])).toBe(false);
});

test("no altered id, time, byte or signature passes", () => {
  const key = keyOf(secret(1));
  const signed = signMessage(key, MESSAGE);
  const field = fc.constantFrom("id" as const, "timestamp" as const, "body" as const);
  fc.assert(
    fc.property(field, fc.nat(), fc.string({ unit: "binary", maxLength: 3 }), (name, at, put) => {
      const from = at % (signed[name].length + 1);
      const altered = signed[name].slice(0, from) + put + signed[name].slice(from + 1);
      expect(isSigned({ ...signed, [name]: altered }, [key])).toBe(altered === signed[name]);
    }),
  );
  fc.assert(
    fc.property(fc.nat(31), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(signed.signature.slice("v1,".length), "base64");
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      expect(isSigned({ ...signed, signature: `v1,${bytes.toString("base64")}` }, [key])).toBe(false);
    }),
  );
});

test.each(["", "whsec_", "whsec_c2hvcnQ=", Buffer.alloc(32).toString("base64"), "whsec_not base64 at all, but long"])(
  "%j is no secret",
  (text) => expect(readSecret(text)).toBeUndefined(),
);

test("a value of another shape is no message", () => {
  const whole = signMessage(keyOf(secret(1)), MESSAGE);
  expect(readSignedMessage(whole)).toEqual(whole);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(readSignedMessage(value)).toBeUndefined();
    }),
  );
  for (const name of ["id", "timestamp", "signature", "body"] as const) {
    expect(readSignedMessage({ ...whole, [name]: 1 })).toBeUndefined();
    expect(readSignedMessage({ ...whole, [name]: "x".repeat(70_000) })).toBeUndefined();
  }
});
