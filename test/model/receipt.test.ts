import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  advanceReceipt,
  decodeReceipt,
  encodeReceipt,
  isFinalState,
  openReceipt,
  RECEIPT_STATES,
  type Receipt,
} from "../../action/src/model/receipt.ts";

const REQUEST = { requestId: "00000000-0000-4000-8000-000000000001", type: "tenant.remove", tenant: "acme" } as const;
const ASKED = { request: REQUEST, digest: "a".repeat(64), issuedAt: "2026-03-01T09:00:00Z" };
const NOW = Date.parse("2026-03-01T09:30:00Z");

test("a whole life", () => {
  const pullRequest = { number: 7, url: "https://github.example/pull/7" };
  let receipt: Receipt | undefined = openReceipt(ASKED, NOW);
  const steps = [
    ["pull-request", { pullRequest }],
    ["approved", { commit: "b".repeat(40) }],
    ["deployed", { release: "r" }],
    ["live", {}],
  ] as const;
  for (const [index, [state, news]] of steps.entries())
    receipt = receipt && advanceReceipt(receipt, state, NOW + index + 1, news);
  expect(receipt).toMatchObject({ state: "live", isFinal: true, pullRequest, commit: "b".repeat(40), release: "r" });
  expect(receipt?.history.map(({ state }) => state)).toEqual([
    "accepted",
    "pull-request",
    "approved",
    "deployed",
    "live",
  ]);
  expect(receipt && decodeReceipt(REQUEST.requestId, encodeReceipt(receipt))).toEqual(receipt);
});

test("it only moves forward, and stops at an end", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...RECEIPT_STATES), { maxLength: 30 }), (wanted) => {
      let receipt = openReceipt(ASKED, NOW);
      for (const state of wanted) {
        receipt = advanceReceipt(receipt, state, NOW) ?? receipt;
      }
      const states = receipt.history.map(({ state }) => state);
      expect(new Set(states).size).toBe(states.length);
      expect(states.slice(0, -1).some(isFinalState)).toBe(false);
      expect(receipt.isFinal).toBe(isFinalState(receipt.state));
      expect(decodeReceipt(REQUEST.requestId, encodeReceipt(receipt))).toEqual(receipt);
    }),
  );
});

test("the published schema names every state", () => {
  const file = new URL("../../action/schema/receipt.schema.json", import.meta.url);
  const { $defs } = JSON.parse(readFileSync(file, "utf8")) as { $defs: { state: { enum: string[] } } };
  expect($defs.state.enum).toEqual(RECEIPT_STATES);
});

test.each([
  ["another request's", { requestId: "00000000-0000-4000-8000-000000000002" }],
  ["of a state that there is not", { state: "done" }],
  ["with a word too many", { wish: "more" }],
])("a receipt %s is corrupt", (_what, change) => {
  const bytes = encodeReceipt({ ...openReceipt(ASKED, NOW), ...change } as Receipt);
  expect(() => decodeReceipt(REQUEST.requestId, bytes)).toThrow(expect.objectContaining({ code: "corrupt" }));
});
