/** What visitors choose listings by: orders, the values of an attribute, bands of prices. */
import type { CardRanks } from "./filter-styles.ts";
import type { ListingGroup, openListings } from "./listing.ts";
import type { Translate } from "./message.ts";
import type { PriceBand } from "./price-band.ts";
import { minorUnitDigits } from "./price.ts";
import type { CollectionView } from "./render-blocks.ts";
import type { ProductView } from "./render-product.ts";

type List = ReturnType<typeof openListings<ProductView>>;
type Group = ListingGroup<ProductView>;

/** The orders; the first is the collection itself. `ranks` are those of its products. */
export function orderGroup(
  { path, products }: Pick<CollectionView, "path" | "products">,
  ranks: readonly CardRanks[],
  t: Translate,
  list: List,
): Group {
  const ranked = products.map((product, at) => ({ product, name: 0, price: 0, ...ranks[at] }));
  type Ranked = (typeof ranked)[number];
  const sort = (value: "name" | "up" | "down", compare: (one: Ranked, other: Ranked) => number) => {
    const sorted = ranked.toSorted(compare).map(({ product }) => product);
    return list("sort", value, t(`filter.${value}`), sorted);
  };
  return {
    label: t("filter.sort"),
    listings: [
      { path, label: t("filter.own"), query: "", products },
      sort("name", (one, other) => one.name - other.name),
      sort("up", (one, other) => one.price - other.price),
      sort("down", (one, other) => other.price - one.price),
    ],
  };
}

/** An attribute and what of it can be chosen. */
interface Facet {
  readonly name: string;
  readonly label: string;
  readonly values: readonly { readonly value: string; readonly label: string }[];
}

/** The values of an attribute. `ofProducts` gives those that each product has. */
export const valueGroup = (
  products: readonly ProductView[],
  facet: Facet,
  ofProducts: readonly (readonly string[])[],
  list: List,
): Group => ({
  label: facet.label,
  listings: facet.values.map(({ value, label }) => {
    const having = products.filter((_, at) => ofProducts[at]?.includes(value));
    return list(facet.name, value, label, having);
  }),
});

/** The bands of prices. `units` are what each product costs at least, in the currency's unit. */
export const bandGroup = (
  products: readonly ProductView[],
  units: readonly number[],
  bands: readonly (PriceBand & { readonly label: string })[],
  label: string,
  list: List,
): Group => ({
  label,
  listings: bands.map((band) => {
    const { from, to } = band;
    const within = products.filter((_, at) => from <= (units[at] ?? 0) && (units[at] ?? 0) < to);
    return list("price", String(from), band.label, within, rangeQuery(band, within));
  }),
});

/** A band as the range that scripts ask for; both ends of a range belong to it. */
function rangeQuery({ from, to }: PriceBand, [first]: readonly ProductView[]): string {
  const digits = minorUnitDigits(first?.product.variants[0].price.currency ?? "");
  const max = to === Infinity ? {} : { max: (to - 10 ** -digits).toFixed(digits) };
  return new URLSearchParams({ min: String(from), ...max }).toString();
}
