/**
 * What narrows a collection down and sorts it without scripts: numbers for what can be ticked, and a stylesheet by `:has()`.
 *
 * Boxes say their number, cards those of all that they have, so that no text of a tenant comes into a stylesheet. An
 * order is asked for by the address's fragment: it survives a reload, and the address can be passed on.
 */

/** An attribute's name, with the numbers of the boxes that stand below it. */
export interface NumberedFacet {
  readonly name: string;
  readonly values: readonly { readonly mark: number }[];
}

/** The numbers of a store in one language: a value has the same one in each of its collections. */
export interface FilterMarks<Name extends string, Product> {
  /** The number of what can be ticked. */
  readonly of: (name: Name, value: string) => number;
  /** The numbers of what a product has, with spaces between; complete once every collection was asked for its filters. */
  readonly on: (product: Product) => string;
}

/** Gives numbers in the order in which they are asked for. `valuesOf` gives what a product has. */
export function filterMarks<Name extends string, Product>(
  valuesOf: (product: Product, name: Name) => readonly string[],
): FilterMarks<Name, Product> {
  const facets = new Map<Name, Map<string, number>>();
  let last = 0;
  return {
    of: (name, value) => {
      let marks = facets.get(name);
      if (marks === undefined) facets.set(name, (marks = new Map()));
      let mark = marks.get(value);
      if (mark === undefined) marks.set(value, (mark = ++last));
      return mark;
    },
    on: (product) => {
      const found: number[] = [];
      for (const [name, marks] of facets) {
        for (const value of valuesOf(product, name)) {
          const mark = marks.get(value);
          if (mark !== undefined) found.push(mark);
        }
      }
      return found.join(" ");
    },
  };
}

/**
 * Hides every `data-marks` that has none of the ticked `data-mark` of some facet, lays out the others as `flex`, and
 * writes their number into `data-left` after them; what is around that is hidden as long as nothing is ticked.
 *
 * A facet in which something is ticked says `none` to all, each ticked box takes that back from those that have it; the
 * first facet that still says `none` wins. `initial` is for a custom property as if it had never been set.
 */
export function filterStyles(facets: readonly NumberedFacet[]): string {
  const display = facets.reduceRight((others, { name }) => `var(--no-${name},${others})`, "flex");
  const rules = facets.flatMap(({ name, values }) => {
    const fitting = values.map(({ mark }) => `body:has([data-mark="${mark}"]:checked) [data-marks~="${mark}"]`);
    return [
      `body:has([name=${name}]:checked) [data-marks]{--no-${name}:none}`,
      `${fitting.join(",")}{--no-${name}:initial}`,
    ];
  });
  const counted = [
    "body{counter-reset:left}",
    `[data-marks]{counter-increment:left;display:${display}}`,
    "[data-left]::before{content:counter(left)}",
    "body:not(:has([data-mark]:checked)) :has(>[data-left]){display:none}",
  ];
  return `${[...counted, ...rules].join("\n")}\n`;
}

/**
 * With more boxes and cards together a sheet has no rules for orders: it and the store's styles would be over what a page
 * may load of both (`MOST_PAGE_BYTES.css`).
 */
export const MOST_RULES = 64;

/** Where a card comes by name and by price, from 1; cards of one rank keep the page's order. */
export interface CardRanks {
  readonly name: number;
  readonly price: number;
}

/** The place of each value among the different ones, from 1. */
export function ranksBy<Value>(values: readonly Value[], compare: (one: Value, other: Value) => number): number[] {
  const ranks: number[] = [];
  let rank = 0;
  let previous: Value | undefined;
  for (const [at, value] of [...values.entries()].toSorted(([, one], [, other]) => compare(one, other))) {
    if (previous === undefined || compare(previous, value) !== 0) rank++;
    ranks[at] = rank;
    previous = value;
  }
  return ranks;
}

/**
 * Sorts every `data-marks` while the address names `sort-name`, `sort-up` or `sort-down` (by price), and makes the link
 * with that id the current one. `ranks` are those of a page's cards, in the page's order.
 *
 * The keyboard and screen readers follow where `reading-flow` is known (CSS Display 4); no card stays larger than others
 * for having been the first.
 */
export function orderStyles(ranks: readonly CardRanks[]): string {
  const rules = [
    ":has(>[data-marks]){reading-flow:grid-order}",
    '[id^="sort-"]:target{font-weight:700;text-decoration:none}',
    sorted("sort-name", "var(--name)"),
    sorted("sort-up", "var(--price)"),
    sorted("sort-down", "calc(-1*var(--price))"),
    ...ranks.map(({ name, price }, at) => `[data-marks]:nth-child(${at + 1}){--name:${name};--price:${price}}`),
  ];
  return `${rules.join("\n")}\n`;
}

const sorted = (id: string, order: string): string =>
  `body:has(#${id}:target) [data-marks]{grid-area:auto;order:${order}}`;
