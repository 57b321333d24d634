/**
 * What the guards of a deploy will say to a change, foreseen from git alone.
 *
 * A deploy compares the head with what its records say; here the base stands for them. They differ where the base was
 * not deployed yet, or a store could not be read at the base: then the deploy has the last word.
 */
import type { Comparison, Side } from "./comparison.ts";
import { type Closing, type Extent, guardStore, type GuardRules, joinRefusals, type Refusal } from "./guard.ts";
import { type Outcome, untouched } from "./report.ts";
import { addressesAmong } from "./store-facts.ts";

/** The stores that the change closes, by the release that visitors are on. */
export const closingsIn = (comparisons: readonly Comparison[]): Closing[] =>
  comparisons
    .filter(({ state }) => state.before === "live" && state.after === "parked")
    .map(({ tenant, release }) => ({ tenant, release: release.before }));

/** Why a store will stay as it is; how many are closed at once is the fleet's, not its own. */
export function foreseeRefusals(tenant: string, base: Side, head: Side, rules: GuardRules): readonly Refusal[] {
  const after = extentOf(head);
  return after === undefined ? [] : guardStore(tenant, extentOf(base), after, rules);
}

function extentOf(side: Side): Extent | undefined {
  if (side.state !== "live" && side.state !== "parked") return undefined;
  const { files, products, facts } = side.shown;
  return {
    state: side.state,
    addresses: addressesAmong(files.keys()),
    products,
    source: facts,
    heaviest: facts?.heaviest ?? null,
  };
}

/** The outcome of a store that its guards will keep on the release that it is on. */
export function refusedOutcome(outcome: Outcome, release: string, refusals: readonly Refusal[]): Outcome {
  const error = joinRefusals(refusals);
  if (error === undefined) return outcome;
  const { id, url, durationMs } = outcome;
  return untouched(id, { status: "refused", url, release, durationMs, error });
}
