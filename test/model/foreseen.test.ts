import { describe, expect, it } from "vitest";
import type { Comparison } from "../../action/src/model/comparison.ts";
import { closingsIn, foreseeRefusals, refusedOutcome } from "../../action/src/model/foreseen.ts";
import { guardFleet, guardStore } from "../../action/src/model/guard.ts";
import type { Outcome } from "../../action/src/model/report.ts";

type State = Comparison["state"]["before"];

function comparison(tenant: string, from: State, to: State, counts: Partial<Comparison> = {}): Comparison {
  return {
    tenant,
    kind: "updated",
    state: { before: from, after: to },
    added: [],
    changed: [],
    removed: [],
    unchanged: 0,
    bytes: 0,
    pages: { before: 30, after: 30 },
    products: { before: 12, after: 12 },
    business: undefined,
    release: { before: `${tenant}-old`, after: `${tenant}-new` },
    ...counts,
  };
}

const closing = ["a", "b", "c", "d"].map((id) => comparison(id, "live", "parked"));

describe("what guards will say", () => {
  it("is what they say to the same stores in a deploy, override line included", () => {
    const refusals = foreseeRefusals(closing, 100, []);
    expect([...refusals.keys()]).toEqual(["a", "b", "c", "d"]);
    const named = closing.map(({ tenant }) => ({ tenant, release: `${tenant}-old` }));
    expect(refusals).toEqual(guardFleet(named, 100, []));
    expect(refusals.get("b")?.hint).toContain(
      '- { guard: stores-parked, tenant: b, from: "live b-old", to: "parked", reason: "…" }',
    );
  });

  it("depends on how many stores are open", () => {
    expect(foreseeRefusals(closing, 200, []).size).toBe(0);
    expect(foreseeRefusals(closing.slice(1), 3, []).size).toBe(0);
  });

  it("leaves out what an override lets pass, and counts it for nothing", () => {
    const override = { guard: "stores-parked", tenant: "b", from: "live b-old", to: "parked", reason: "sold" } as const;
    expect(foreseeRefusals(closing, 100, [override]).size).toBe(0);
    expect(foreseeRefusals(closing, 100, [{ ...override, from: "live b-older" }]).size).toBe(4);
  });

  it.each([
    ["half of its pages", { pages: { before: 30, after: 14 } }, "pages-lost"],
    ["all products", { products: { before: 12, after: 0 } }, "products-lost"],
  ] as const)("names a store that loses %s", (_what, counts, code) => {
    const refusals = foreseeRefusals(
      [comparison("acme", "live", "live", counts), comparison("beta", "live", "live")],
      2,
      [],
    );
    expect([...refusals]).toMatchObject([["acme", { code }]]);
    const live = (when: "before" | "after") => {
      const { pages, products } = comparison("acme", "live", "live", counts);
      return { state: "live", pages: pages[when], products: products[when] } as const;
    };
    expect(refusals.get("acme")).toEqual(guardStore("acme", live("before"), live("after"), []));
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
    const counts = { pages: { before: 30, after: 0 }, products: { before: 12, after: 0 } };
    expect(foreseeRefusals([comparison("acme", from, to, counts)], 1, []).size).toBe(0);
    expect(closingsIn([comparison("acme", from, to)])).toEqual([]);
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
  expect(refusedOutcome(outcome, "old", error)).toEqual({
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
});
