/** Chooses whose pictures a reviewer is shown, and of which pages, where there are too many for all. */
import type { Comparison, Side } from "./comparison.ts";
import { lightnessOf } from "./color.ts";
import { isListing } from "./listing.ts";
import { directionOf } from "./message.ts";
import type { ClosedStore } from "./store.ts";

/** A changed store, as far as it matters for the choice. */
export interface Sitter {
  readonly tenant: string;
  /** Pages that differ, the most telling first; at most {@link MOST_PAGES}. */
  readonly pages: readonly string[];
  /** How many it sells. */
  readonly products: number;
  /** Of the longest name of a product, in UTF-16 units. */
  readonly longestName: number;
  readonly isRightToLeft: boolean;
  readonly isDark: boolean;
  /** Share of its files that differ. */
  readonly difference: number;
}

/** Stores that a change names itself: each of them is shown, up to here. */
export const MOST_SITTERS = 20;

/** Of the stores that a template reaches, these many that differ most. */
const MOST_DIFFERENT = 5;

/** Pages of one store. */
const MOST_PAGES = 2;

/** A compared store for the choice; undefined for one that shows no page, or the same pages as before. */
export function sitterOf(comparison: Comparison, { side, closed }: Seen): Sitter | undefined {
  const { tenant, kind, added, changed, removed, unchanged, products } = comparison;
  const pages = telling([...added, ...changed]);
  if (kind === "invalid" || kind === "unchanged" || pages.length === 0) return undefined;
  const titles = "shown" in side ? (side.shown.facts?.products ?? []).map(({ title }) => title.length) : [];
  const different = added.length + changed.length + removed.length;
  return {
    tenant,
    pages,
    products: products.after,
    longestName: titles.reduce((most, length) => Math.max(most, length), 0),
    isRightToLeft: closed !== undefined && directionOf(closed.language) === "rtl",
    isDark: closed !== undefined && lightnessOf(closed.colors.background) < MIDDLE,
    difference: different / (different + unchanged),
  };
}

/** What of a rendered head is looked at. */
interface Seen {
  readonly side: Side;
  readonly closed?: ClosedStore;
}

const MIDDLE = 0.5;

/** The first page that visitors see, and one behind it: of a product where one differs, otherwise whatever does. */
function telling(paths: readonly string[]): string[] {
  const pages = paths.filter((path) => path.endsWith("index.html") && !isListing(path));
  const home = pages.filter((path) => path === "index.html");
  const others = pages.filter((path) => path !== "index.html");
  const product = others.find((path) => /(?:^|\/)products\//.test(path)) ?? others[0];
  return [...home, ...(product === undefined ? [] : [product])].slice(0, MOST_PAGES);
}

/**
 * The stores to picture, by id. What a template or the engine changes is `everywhere`: there it is the smallest, the
 * largest, that with the longest name of a product, one that is written from right to left, one that is dark, and those
 * that differ most. Otherwise all, up to {@link MOST_SITTERS}, those that differ most first. Ties go to the first id.
 */
export function sampleSitters(sitters: readonly Sitter[], everywhere: boolean): Sitter[] {
  const byDifference = sortBy(sitters, ({ difference }) => -difference);
  const chosen = everywhere
    ? [
        ...sortBy(sitters, ({ products }) => products).slice(0, 1),
        ...sortBy(sitters, ({ products }) => -products).slice(0, 1),
        ...sortBy(sitters, ({ longestName }) => -longestName).slice(0, 1),
        ...sortBy(sitters.filter(({ isRightToLeft }) => isRightToLeft)).slice(0, 1),
        ...sortBy(sitters.filter(({ isDark }) => isDark)).slice(0, 1),
        ...byDifference.slice(0, MOST_DIFFERENT),
      ]
    : byDifference.slice(0, MOST_SITTERS);
  return sortBy([...new Set(chosen)]);
}

function sortBy(sitters: readonly Sitter[], rank: (sitter: Sitter) => number = () => 0): Sitter[] {
  return sitters.toSorted((a, b) => rank(a) - rank(b) || (a.tenant < b.tenant ? -1 : 1));
}
