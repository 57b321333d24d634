/**
 * Whether what Tenant Management asks of one store may merge without a person: only what the policy on main names, and
 * prices only as far from what a person approved as it says.
 */
import type { PolicyFile } from "./policy.ts";
import { type ApprovedPrices, baselinesOf, type OfferPrices, type Offers } from "./approved-prices.ts";
import type { RequestName } from "./request.ts";
import { quoteValue } from "./text-safety.ts";

/** The part of the policy that lets merge. */
export type MergePolicy = PolicyFile["merge"];

/** What is asked of one store, in the order in which it is done. */
export interface MergeWish {
  readonly types: readonly RequestName["type"][];
  /** Whether main has the store. */
  readonly isOnMain: boolean;
}

/** Why the types alone need a person, as a sentence without its period; undefined where they do not: then what they change is asked. */
export function objectToTypes({ types, isOnMain }: MergeWish, policy: MergePolicy): string | undefined {
  for (const type of types) {
    switch (type) {
      case "tenant.upsert":
        if (policy[type] === "ask") return `the policy lets no ${type} merge`;
        if (isOnMain) return "a whole store that main has already may undo what people wrote";
        break;
      case "tenant.remove":
        if (policy[type] === "ask") return `the policy lets no ${type} merge`;
        break;
      case "catalog.patch":
        if (!isOnMain) return "prices of a store that main does not have can be compared with nothing";
        if (policy[type]["price-change"].percent === 0 && policy[type].availability === "ask")
          return `the policy lets no ${type} merge`;
        break;
      default:
        throw new Error(`no such request: ${JSON.stringify(type satisfies never)}`);
    }
  }
  return undefined;
}

/**
 * Why what a `catalog.patch` changes needs a person; undefined where it does not.
 *
 * @param main the store as main has it
 * @param after the store as it is asked for
 * @param approved what people approved; undefined where no machine has merged a price of the store
 */
export function objectToPatch(
  main: Offers,
  after: Offers,
  approved: ApprovedPrices | undefined,
  policy: MergePolicy["catalog.patch"],
): string | undefined {
  if (main.byId.size !== after.byId.size || main.currency !== after.currency) return "more than prices would change";
  const { percent } = policy["price-change"];
  for (const [id, offer] of after.byId) {
    const old = main.byId.get(id);
    if (old === undefined) return "more than prices would change";
    if (policy.availability === "ask" && old.availability !== offer.availability)
      return `the availability of ${quoteValue(id)} would change`;
    if (old.list === offer.list && old.pays === offer.pays) continue;
    for (const baseline of baselinesOf(id, main, approved)) {
      if (baseline === null) return `no person has approved a price of ${quoteValue(id)} yet`;
      if (!isWithin(baseline, offer, percent))
        return `the price of ${quoteValue(id)} would be more than ${percent} % from what a person approved last`;
    }
  }
  return undefined;
}

/** What was free may not come to cost anything: no share of nothing is anything. */
const isWithin = (from: OfferPrices, to: OfferPrices, percent: number): boolean =>
  Math.abs(to.list - from.list) * 100 <= from.list * percent &&
  Math.abs(to.pays - from.pays) * 100 <= from.pays * percent;
