import { CRC32C } from "@google-cloud/storage";
import { expect, test } from "vitest";
import { crc32c } from "../../action/src/io/crc32c.ts";

function inHex(bytes: Uint8Array): string {
  return Buffer.from(crc32c(bytes), "base64").toString("hex");
}

test("is CRC-32C, as its check value and the examples of RFC 3720 say", () => {
  expect(inHex(Buffer.from("123456789"))).toBe("e3069283");
  expect(inHex(new Uint8Array(32))).toBe("8a9136aa");
  expect(inHex(new Uint8Array(32).fill(255))).toBe("62a8ab43");
  expect(inHex(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe("46dd794e");
  expect(inHex(new Uint8Array())).toBe("00000000");
});

test("is what the client library computes, at every length and offset", () => {
  const bytes = Uint8Array.from({ length: 80 }, (_, index) => (index * 167 + 13) & 255);
  for (let start = 0; start < 9; start++) {
    for (let end = start; end <= bytes.length; end++) {
      const part = bytes.subarray(start, end);
      const theirs = new CRC32C();
      theirs.update(Buffer.from(part));
      expect(crc32c(part)).toBe(theirs.toString());
    }
  }
});
