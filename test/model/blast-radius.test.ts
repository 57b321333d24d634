import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blastRadius, planDigest } from "../../action/src/model/blast-radius.ts";
import type { Comparison } from "../../action/src/model/comparison.ts";

const comparison = (tenant: string, more: Partial<Comparison> = {}): Comparison => ({
  tenant,
  kind: "updated",
  state: { before: "live", after: "live" },
  added: [],
  changed: ["index.html"],
  removed: [],
  unchanged: 0,
  bytes: 0,
  pages: { before: 1, after: 1 },
  products: { before: 1, after: 1 },
  release: { before: "a", after: "b" },
  business: undefined,
  ...more,
});

describe("blast radius", () => {
  it("counts what stays the same to the byte, and puts equal changes together, the largest group first", () => {
    const { identical, groups } = blastRadius([
      comparison("same", { kind: "unchanged", changed: [] }),
      comparison("a", { changed: ["index.html", "products/cup/index.html"] }),
      comparison("b", { changed: ["index.html", "products/jug/index.html", "products/mug/index.html"] }),
      comparison("c", { changed: ["index.html"] }),
    ]);
    expect(identical).toBe(1);
    expect(groups.map(({ stores, examples, files }) => ({ stores, examples, files }))).toEqual([
      { stores: 2, examples: ["a", "b"], files: ["± index.html", "± products/…/index.html"] },
      { stores: 1, examples: ["c"], files: ["± index.html"] },
    ]);
  });

  it("takes an asset under another name for one that changed", () => {
    const { groups } = blastRadius([
      comparison("a", { added: ["assets/styles.11.css"], removed: ["assets/styles.22.css"], changed: [] }),
      comparison("b", { added: ["assets/styles.33.css"], removed: ["assets/styles.44.css"], changed: [] }),
      comparison("c", { added: ["assets/styles.33.css"], removed: [], changed: [] }),
    ]);
    expect(groups.map(({ stores, files }) => [stores, files])).toEqual([
      [2, ["± assets/….css"]],
      [1, ["+ assets/….css"]],
    ]);
  });

  it("tells a store that changes in itself, too, from one that only its template changes", () => {
    const business = {
      added: [],
      removed: [],
      backInStock: [],
      soldOut: [],
      renamed: [],
      priced: [],
      facts: [],
      lostAddresses: [],
      weight: undefined,
    };
    const phone = (from: string, to: string) => ({ ...business, facts: [{ what: "phone", from, to }] });
    const { groups } = blastRadius([
      comparison("a", { business }),
      comparison("b", { business: phone("1", "2") }),
      comparison("c", { business: phone("3", "4") }),
    ]);
    expect(groups.map(({ examples }) => examples)).toEqual([["b", "c"], ["a"]]);
  });

  it("is the same in whatever order stores come, and leaves none out", () => {
    const stores = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 3 })), {
      selector: ([id]) => id,
    });
    fc.assert(
      fc.property(stores, (rows) => {
        const all = rows.map(([id, what]) =>
          what === 0
            ? comparison(`s${id}`, { kind: "unchanged", changed: [] })
            : comparison(`s${id}`, { changed: [`${what}.html`] }),
        );
        const radius = blastRadius(all);
        expect(blastRadius(all.toReversed())).toEqual(radius);
        expect(radius.identical + radius.groups.reduce((sum, { stores: count }) => sum + count, 0)).toBe(all.length);
      }),
    );
  });
});

describe("the digest of a plan", () => {
  const [a, b] = [comparison("a"), comparison("b")];

  it("is what the stores will be, in whatever order, whatever they were and whatever stays", () => {
    const digest = planDigest([a, b]);
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(planDigest([b, a, comparison("c", { kind: "unchanged" })])).toBe(digest);
    expect(planDigest([{ ...a, release: { before: "x", after: "b" } }, b])).toBe(digest);
  });

  it("differs where a store will be another, becomes something else, or is not touched", () => {
    const others = [
      [{ ...a, release: { before: "a", after: "c" } }, b],
      [{ ...a, kind: "parked" as const }, b],
      [b],
      [],
    ].map(planDigest);
    expect(new Set([planDigest([a, b]), ...others]).size).toBe(5);
  });
});
