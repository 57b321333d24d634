/**
 * What the guards of a deploy will say to a change, foreseen from git alone.
 *
 * A deploy compares the head with what its records say; here the base stands for them. They differ where the base was
 * not deployed yet, or a store could not be read at the base: then the deploy has the last word.
 */
import type { Comparison } from "./comparison.ts";
import { type Closing, guardFleet, guardStore, type Extent, type Refusal } from "./guard.ts";
import { type Outcome, untouched } from "./report.ts";
import type { Override } from "./override.ts";

/** The stores that the change closes, by the release that visitors are on. */
export const closingsIn = (comparisons: readonly Comparison[]): Closing[] =>
  comparisons
    .filter(({ state }) => state.before === "live" && state.after === "parked")
    .map(({ tenant, release }) => ({ tenant, release: release.before }));

/** Why which store will stay as it is, by tenant; `fleet` is how many stores are live at the base. */
export function foreseeRefusals(
  comparisons: readonly Comparison[],
  fleet: number,
  overrides: readonly Override[],
): ReadonlyMap<string, Refusal> {
  const refusals = new Map(guardFleet(closingsIn(comparisons), fleet, overrides));
  for (const one of comparisons) {
    const [before, after] = [extentOf(one, "before"), extentOf(one, "after")];
    const refusal = after && guardStore(one.tenant, before, after, overrides);
    if (refusal !== undefined) refusals.set(one.tenant, refusal);
  }
  return refusals;
}

function extentOf({ state, pages, products }: Comparison, when: "before" | "after"): Extent | undefined {
  const found = state[when];
  if (found !== "live" && found !== "parked") return undefined;
  return { state: found, pages: pages[when], products: products[when] };
}

/** The outcome of a store that a guard will keep on the release that it is on. */
export const refusedOutcome = ({ id, url, durationMs }: Outcome, release: string, error: Refusal): Outcome =>
  untouched(id, { status: "refused", url, release, durationMs, error });
