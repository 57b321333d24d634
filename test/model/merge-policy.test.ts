/** How far a machine may take prices from what a person approved, whatever it asks for and wherever a run ends. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ApprovedPrices,
  decodeApproved,
  encodeApproved,
  notePricesSettled,
  notePricesTried,
  type OfferPrices,
  type Offers,
} from "../../action/src/model/approved-prices.ts";
import { type MergePolicy, objectToPatch, objectToTypes } from "../../action/src/model/merge-policy.ts";
import { DEFAULT_POLICY_FILE } from "../../action/src/model/policy.ts";

const selling = (prices: Readonly<Record<string, OfferPrices>>, currency = "GBP"): Offers => ({
  currency,
  byId: new Map(Object.entries(prices).map(([id, one]) => [id, { ...one, availability: "in_stock" }])),
});
const lets = (percent: number): MergePolicy["catalog.patch"] => ({ "price-change": { percent }, availability: "ask" });
const again = (note: ApprovedPrices): ApprovedPrices => decodeApproved("acme", encodeApproved(note));

/** Also those that are near nothing, near each other, and as large as a catalog takes. */
const amount = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 2_000 }), fc.maxSafeNat());
const prices: fc.Arbitrary<OfferPrices> = fc
  .tuple(amount, amount)
  .map(([a, b]) => ({ list: Math.max(a, b), pays: Math.min(a, b) }));

const scaled = (pence: number, by: number): number => Math.min(Math.round(pence * by), Number.MAX_SAFE_INTEGER);
const nameOf = ({ list, pays }: OfferPrices): string => `${list} ${pays}`;

/** What happens to one offer. */
const event = fc.oneof(
  // A machine asks; GitHub merges it, refuses it, or the run ends before anybody knows, with the one or the other.
  fc.record({
    who: fc.constant("machine" as const),
    to: prices,
    ends: fc.constantFrom("merged", "refused", "lost", "lost after it was merged"),
  }),
  // Small steps: each is within bounds of the last.
  fc.record({
    who: fc.constant("machine" as const),
    by: fc.double({ min: 0.7, max: 1.3, noNaN: true }),
    ends: fc.constantFrom("merged", "refused", "lost", "lost after it was merged"),
  }),
  fc.record({ who: fc.constant("person" as const), to: prices }),
);

test("no chain of requests takes a price further than the bound from what a person approved", () => {
  fc.assert(
    fc.property(
      prices,
      fc.array(event, { maxLength: 25 }),
      fc.integer({ min: 1, max: 60 }),
      (first, events, percent) => {
        let main = first;
        let approved = first;
        let note: ApprovedPrices | undefined;
        const seen = new Set([nameOf(first)]);
        for (const one of events) {
          if (one.who === "person") {
            // One who puts back exactly what a machine had left there, or tried to, is not told from the machine.
            if (seen.has(nameOf(one.to))) continue;
            [main, approved] = [one.to, one.to];
            continue;
          }
          const to = "to" in one ? one.to : { list: scaled(main.list, one.by), pays: scaled(main.pays, one.by) };
          seen.add(nameOf(to));
          const [before, after] = [selling({ MUG: main }), selling({ MUG: to })];
          if (objectToPatch(before, after, note, lets(percent)) !== undefined) continue;
          const tried = again(notePricesTried(before, after, note));
          const isMerged = one.ends === "merged" || one.ends === "lost after it was merged";
          note = one.ends === "merged" || one.ends === "refused" ? again(notePricesSettled(tried, isMerged)) : tried;
          if (isMerged) main = to;
          for (const key of ["list", "pays"] as const)
            expect(Math.abs(main[key] - approved[key]) * 100).toBeLessThanOrEqual(approved[key] * percent);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("what is settled is measured from one price alone, what is in doubt from both", () => {
  const at = (pence: number): Offers => selling({ MUG: { list: pence, pays: pence } });
  const tried = notePricesTried(at(1000), at(800), undefined);
  const merged = notePricesSettled(tried, true);
  expect(objectToPatch(at(800), at(1200), merged, lets(20))).toBeUndefined();
  expect(objectToPatch(at(800), at(1201), merged, lets(20))).toContain("more than 20 %");
  expect(objectToPatch(at(800), at(799), merged, lets(20))).toContain("more than 20 %");
  expect(objectToPatch(at(800), at(960), tried, lets(20))).toBeUndefined();
  expect(objectToPatch(at(800), at(961), tried, lets(20))).toContain("more than 20 %");
  // Refused, and then merged by a person as it was.
  expect(objectToPatch(at(800), at(640), notePricesSettled(tried, false), lets(20))).toBeUndefined();
  expect(objectToPatch(at(0), at(1), undefined, lets(100_000))).toContain("more than");
});

test("a note of one store in another currency, or of another offer, is no measure", () => {
  const one = { list: 1000, pays: 1000 };
  const note = notePricesSettled(notePricesTried(undefined, selling({ MUG: one }), undefined), true);
  const cheaper = { list: 900, pays: 900 };
  expect(objectToPatch(selling({ MUG: one }), selling({ MUG: cheaper }), note, lets(10))).toContain("no person");
  expect(objectToPatch(selling({ MUG: one }, "JPY"), selling({ MUG: cheaper }, "JPY"), note, lets(10))).toBeUndefined();
  expect(objectToPatch(selling({ CUP: one }), selling({ CUP: cheaper }), note, lets(10))).toBeUndefined();
  expect(objectToPatch(selling({ MUG: one }), selling({ CUP: one }), note, lets(10))).toBe(
    "more than prices would change",
  );
});

test("a note that is not ours is concluded nothing from", () => {
  for (const body of [
    "[]",
    "{}",
    '{"currency":"GBP","offers":[["MUG",{"approved":1,"wrote":null}]]}',
    '{"currency":"GBP","offers":[7]}',
  ])
    expect(() => decodeApproved("acme", Buffer.from(body))).toThrow("approved/acme.json in the ledger");
});

test("by default no request merges by its type, and one that may not keeps the others from it", () => {
  const { merge } = DEFAULT_POLICY_FILE;
  for (const type of ["tenant.upsert", "tenant.remove", "catalog.patch"] as const)
    for (const isOnMain of [true, false]) expect(objectToTypes({ types: [type], isOnMain }, merge)).toBeDefined();
  const policy: MergePolicy = { ...merge, "catalog.patch": lets(10), "tenant.remove": "merge" };
  expect(objectToTypes({ types: ["catalog.patch", "catalog.patch"], isOnMain: true }, policy)).toBeUndefined();
  expect(objectToTypes({ types: ["catalog.patch"], isOnMain: false }, policy)).toBeDefined();
  expect(objectToTypes({ types: ["tenant.upsert", "catalog.patch"], isOnMain: true }, policy)).toBeDefined();
  expect(objectToTypes({ types: ["tenant.remove"], isOnMain: true }, policy)).toBeUndefined();
});
