import { describe, expect, it } from "vitest";
import { compareSides, type Shown, type Side } from "../../action/src/model/comparison.ts";
import { closingsIn, foreseeRefusals, refusedOutcome } from "../../action/src/model/foreseen.ts";
import { type GuardRules, guardStore } from "../../action/src/model/guard.ts";
import { DEFAULT_POLICY } from "../../action/src/model/policy.ts";
import type { Outcome } from "../../action/src/model/report.ts";
import type { StoreFacts } from "../../action/src/model/store-facts.ts";

const RULES: GuardRules = { policy: DEFAULT_POLICY, overrides: [] };

const pathsOf = (pages: number) => Array.from({ length: pages }, (_, index) => `pages/p${index}/index.html`);

function shown(pages: number, products: number, facts?: Partial<StoreFacts>): Shown {
  const file = { identity: "0".repeat(64), bytes: 1 };
  return {
    release: "0123456789abcdef",
    // What is not found has no address: it is never lost.
    files: new Map([...pathsOf(pages), "404.html", "assets/a.css"].map((path) => [path, file])),
    pages,
    products,
    ...(facts === undefined ? {} : { facts: { said: {}, products: [], addresses: [], heaviest: null, ...facts } }),
  };
}

function side(state: Side["state"], what: Shown): Side {
  return state === "absent" || state === "invalid" ? { state } : { state, shown: what };
}

describe("what guards will say", () => {
  it("is what they say to the same store in a deploy", () => {
    const refusals = foreseeRefusals("acme", side("live", shown(30, 12)), side("live", shown(14, 0)), RULES);
    const extent = (pages: number, products: number) => ({
      state: "live" as const,
      addresses: pathsOf(pages),
      products,
      source: undefined,
      heaviest: null,
    });
    expect(refusals.map(({ code }) => code)).toEqual(["pages-lost", "products-lost"]);
    expect(refusals).toEqual(guardStore("acme", extent(30, 12), extent(14, 0), RULES));
  });

  it("goes by the facts of both sides", () => {
    const said = (currency: string) => shown(1, 0, { said: { currency } });
    const refusals = foreseeRefusals("acme", side("live", said("GBP")), side("live", said("EUR")), RULES);
    expect(refusals.map(({ code }) => code)).toEqual(["currency-changed"]);
    expect(foreseeRefusals("acme", side("live", shown(1, 0)), side("live", said("EUR")), RULES)).toEqual([]);
  });

  it.each([
    ["draft", "live"],
    ["parked", "live"],
    ["absent", "live"],
    ["invalid", "live"],
    ["absent", "parked"],
    ["parked", "parked"],
    ["invalid", "parked"],
    ["live", "invalid"],
    ["live", "draft"],
  ] as const)("is nothing to a store that goes from %s to %s", (from, to) => {
    const [base, head] = [side(from, shown(30, 12)), side(to, shown(1, 0))];
    expect(foreseeRefusals("acme", base, head, RULES)).toEqual([]);
    expect(closingsIn([compareSides("acme", base, head)])).toEqual([]);
  });

  it("names the stores that close by the release that visitors are on", () => {
    const comparison = compareSides("acme", side("live", shown(1, 1)), side("parked", shown(1, 0)));
    expect(closingsIn([comparison])).toEqual([{ tenant: "acme", release: "0123456789abcdef" }]);
  });
});

it("a refused store stays on the release that it is on", () => {
  const outcome: Outcome = {
    id: "acme",
    status: "parked",
    url: "https://shop.acme.example/",
    release: "new",
    created: 1,
    updated: 2,
    deleted: 3,
    unchanged: 4,
    bytes: 5,
    durationMs: 6,
  };
  const error = { code: "stores-parked", message: "m", hint: "h" } as const;
  expect(refusedOutcome(outcome, "old", [{ ...error, line: "- { }" }])).toEqual({
    id: "acme",
    status: "refused",
    url: "https://shop.acme.example/",
    release: "old",
    created: 0,
    updated: 0,
    deleted: 0,
    unchanged: 0,
    bytes: 0,
    durationMs: 6,
    error,
  });
  expect(refusedOutcome(outcome, "old", [])).toBe(outcome);
});
