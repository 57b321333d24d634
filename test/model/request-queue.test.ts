import * as fc from "fast-check";
import { expect, test } from "vitest";
import { advanceReceipt, openReceipt, type ReceiptState } from "../../action/src/model/receipt.ts";
import type { AskedRequest } from "../../action/src/model/request.ts";
import { sortQueue, type Waiting } from "../../action/src/model/request-queue.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const hour = (at: number): string => new Date(Date.parse("2026-03-01T00:00:00Z") + at * 3_600_000).toISOString();

interface Wish {
  readonly number: number;
  readonly at: number;
  readonly tenant?: string;
  readonly type?: "upsert" | "patch" | "remove";
  readonly expires?: number;
  readonly state?: ReceiptState | "none";
}

function waiting({ number, at, tenant = "acme", type = "patch", expires = 24, state = "accepted" }: Wish): Waiting {
  const name = { requestId: idOf(number), tenant };
  const request = {
    upsert: { ...name, type: "tenant.upsert" as const, settings: {} },
    remove: { ...name, type: "tenant.remove" as const },
    patch: { ...name, type: "catalog.patch" as const, products: [{ id: "A", price: `${number}.00 EUR` }] },
  }[type];
  const asked: AskedRequest = {
    request,
    issuedAt: hour(at),
    expiresAt: hour(expires),
    digest: String(number % 10).repeat(64),
  };
  const path: ReceiptState[] = ["pull-request", "approved", "deployed", "live"];
  let receipt = openReceipt(asked, NOW);
  const news = { pullRequest: { number: 7, url: "https://git.example/7" } };
  const steps = path.includes(state as ReceiptState) ? path.slice(0, path.indexOf(state as ReceiptState) + 1) : [];
  for (const step of steps) receipt = advanceReceipt(receipt, step, NOW, news) ?? receipt;
  if (state === "refused") receipt = advanceReceipt(receipt, state, NOW) ?? receipt;
  return { asked, receipt: state === "none" ? undefined : receipt };
}

const sort = (wishes: readonly Wish[], latest: Readonly<Record<string, string>> = {}) => {
  const { settled, proposed } = sortQueue(wishes.map(waiting), new Map(Object.entries(latest)), NOW);
  return {
    settled: Object.fromEntries(
      [...settled].map(([id, one]) => [Number(id.slice(-12)), "problem" in one ? one.problem.code : one.verdict]),
    ),
    proposed: proposed.map(({ tenant, requests, number }) => [
      tenant,
      requests.map(({ request }) => Number(request.requestId.slice(-12))),
      number,
    ]),
  };
};

test("requests of a tenant are in one pull request, in the order in which they were issued", () => {
  const wishes = [
    { number: 1, at: 3 },
    { number: 2, at: 1 },
    { number: 3, at: 2, tenant: "beta", state: "none" },
    { number: 4, at: 2, state: "pull-request" },
  ] as const;
  expect(sort(wishes)).toEqual({
    settled: {},
    proposed: [
      ["acme", [2, 4, 1], 7],
      ["beta", [3], undefined],
    ],
  });
});

test("what states the whole store overtakes what came before it, open or not", () => {
  const wishes = [
    { number: 1, at: 1, state: "pull-request" },
    { number: 2, at: 2 },
    { number: 3, at: 3, type: "upsert" },
    { number: 4, at: 4 },
  ] as const;
  expect(sort(wishes)).toEqual({ settled: { 1: "overtaken", 2: "overtaken" }, proposed: [["acme", [3, 4], 7]] });
});

test("nothing older overwrites what is merged, and nothing begins after its end", () => {
  const wishes = [
    { number: 1, at: 1 },
    { number: 2, at: 3 },
    { number: 3, at: 1, expires: 11, tenant: "beta" },
  ];
  expect(sort(wishes, { acme: hour(2) })).toEqual({
    settled: { 1: "out-of-order", 3: "expired" },
    proposed: [["acme", [2], undefined]],
  });
});

test("what is merged is followed, what is done is cleared away, and a stranger's receipt is left alone", () => {
  const stranger = { ...waiting({ number: 5, at: 1 }), receipt: waiting({ number: 6, at: 1 }).receipt };
  const { settled } = sortQueue([stranger], new Map(), NOW);
  expect([...settled.values()]).toEqual([{ verdict: "conflict" }]);
  expect(
    sort([
      { number: 1, at: 1, state: "approved" },
      { number: 2, at: 1, state: "deployed" },
      { number: 3, at: 1, state: "live" },
      { number: 4, at: 1, state: "refused" },
    ]),
  ).toEqual({ settled: { 1: "follow", 2: "follow", 3: "done", 4: "done" }, proposed: [] });
});

test("every request is settled or proposed, once, whatever their order", () => {
  const wish = fc.record({
    number: fc.integer({ min: 1, max: 99 }),
    at: fc.integer({ min: 0, max: 11 }),
    tenant: fc.constantFrom("acme", "beta"),
    type: fc.constantFrom("upsert" as const, "patch" as const, "remove" as const),
    expires: fc.integer({ min: 10, max: 14 }),
    state: fc.constantFrom(
      "none" as const,
      "accepted" as const,
      "pull-request" as const,
      "approved" as const,
      "live" as const,
      "refused" as const,
    ),
  });
  const wishes = fc.uniqueArray(wish, { selector: ({ number }) => number, maxLength: 12 });
  fc.assert(
    fc.property(wishes, fc.nat(), (all, turn) => {
      const { settled, proposed } = sort(all);
      const numbers = [
        ...Object.keys(settled).map(Number),
        ...proposed.flatMap(([, requests]) => requests as number[]),
      ];
      expect(numbers.toSorted(byValue)).toEqual(all.map(({ number }) => number).toSorted(byValue));
      const turned = all.map((_, index) => all[(index + turn) % all.length] as Wish);
      expect(sort(turned).proposed.map(([tenant, requests]) => [tenant, requests])).toEqual(
        proposed.map(([tenant, requests]) => [tenant, requests]),
      );
    }),
  );
});

const byValue = (a: number, b: number): number => a - b;
