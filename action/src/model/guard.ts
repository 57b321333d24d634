/** Refuses the tenants that a deploy would take too much from; the others go on. */
import { findOverride, overrideLine, OVERRIDES_FILE, type Override } from "./override.ts";
import type { RecordState } from "./record.ts";

/** Why a tenant stays as it is, with the line that lets it pass. */
export interface Refusal {
  readonly code: Override["guard"];
  readonly message: string;
  readonly hint: string;
}

/** What a guard compares. */
export interface Extent {
  readonly state: RecordState;
  readonly pages: number;
  readonly products: number;
}

/** One run may close this many stores, or this share of the fleet, whichever is more. */
export const MOST_PARKED = 3;
/** Of the stores that are live, a share of 1. */
export const MOST_PARKED_SHARE = 0.02;
/** A store may lose this share of its pages. */
export const MOST_PAGES_LOST_SHARE = 0.5;

/** A store that a run would close; its release is empty where the listing does not tell it. */
export interface Closing {
  readonly tenant: string;
  readonly release: string;
}

/**
 * Looks at all stores that a run would close; `fleet` is how many are live now. When they are too many, all of them
 * are refused but those with an override, which count for nothing.
 */
export function guardFleet(
  closing: readonly Closing[],
  fleet: number,
  overrides: readonly Override[],
): ReadonlyMap<string, Refusal> {
  const watched = closing.map(parking).filter((transition) => findOverride(overrides, transition) === undefined);
  const most = Math.max(MOST_PARKED, Math.floor(fleet * MOST_PARKED_SHARE));
  if (watched.length <= most) return new Map();
  const named = watched.map(({ tenant }) => tenant).toSorted();
  const message =
    `this would close ${named.length} of ${fleet} live stores at once, more than ${most}: ` +
    `${named.slice(0, 10).join(", ")}${named.length > 10 ? ` and ${named.length - 10} more` : ""}`;
  return new Map(watched.map((transition) => [transition.tenant, refuse(transition, message)]));
}

/** Looks at one store; `before` is undefined where none was deployed. Closing a store is {@link guardFleet}'s. */
export function guardStore(
  tenant: string,
  before: Extent | undefined,
  after: Extent,
  overrides: readonly Override[],
): Refusal | undefined {
  if (before?.state !== "live" || after.state !== "live") return undefined;
  const pages = { guard: "pages-lost", tenant, from: String(before.pages), to: String(after.pages) } as const;
  const products = {
    guard: "products-lost",
    tenant,
    from: String(before.products),
    to: String(after.products),
  } as const;
  if (before.products > 0 && after.products === 0 && findOverride(overrides, products) === undefined) {
    return refuse(products, `the store would lose all of its ${before.products} products`);
  }
  const lost = before.pages - after.pages;
  if (lost > before.pages * MOST_PAGES_LOST_SHARE && findOverride(overrides, pages) === undefined) {
    return refuse(pages, `the store would lose ${lost} of its ${before.pages} pages, more than half`);
  }
  return undefined;
}

/** Names the release: a store that was opened again and has changed since needs a new override. */
function parking({ tenant, release }: Closing): Omit<Override, "reason"> {
  return { guard: "stores-parked", tenant, from: `live ${release}`.trimEnd(), to: "parked" };
}

function refuse(transition: Omit<Override, "reason">, message: string): Refusal {
  return {
    code: transition.guard,
    message,
    hint: `if that is meant, add to ${OVERRIDES_FILE}: ${overrideLine(transition)}`,
  };
}
