/** What visitors can narrow a collection down by, with the index that the template's script does it with, the styles where there are no scripts. */
import type { TenantSettings } from "../generated/tenant.ts";
import { lowestAmount } from "./collection.ts";
import { type CardRanks, type FilterMarks, filterMarks, filterStyles, orderStyles, ranksBy } from "./filter-styles.ts";
import type { Translate } from "./message.ts";
import { minorUnitDigits } from "./price.ts";
import { AVAILABILITY_MESSAGES, type PictureView, type ProductView } from "./render-product.ts";
import { remember } from "./remember.ts";

type Filter = NonNullable<TenantSettings["catalog"]["filters"]>[number];
type Choice = Exclude<Filter, "price">;

/** An attribute with the values that can be chosen. */
interface FacetView {
  /** The attribute's name, as a field of a form. */
  readonly name: Choice;
  readonly label: string;
  /** `mark` is the number by which {@link FilterView.styles} know the value. */
  readonly values: readonly { readonly value: string; readonly label: string; readonly mark: number }[];
}

/** The filters of a collection, the same on all of its pages. */
export interface FilterView {
  /** Those in which its products differ. */
  readonly facets: readonly FacetView[];
  /** Whether a range of prices can be asked for. */
  readonly price: boolean;
  /** The path of the index among the assets: a {@link FilterIndex}. */
  readonly index: string;
  /** Where scripts cannot ask for a range: the bands of prices of 1, 2, 5, 10 …; empty where all are in one. */
  readonly bands: FacetView["values"];
  /** Whether the styles sort: not one page of several. */
  readonly sorts: boolean;
  /** The path of the stylesheet by which boxes and orders work without scripts, on the cards of a page; undefined where there are neither. */
  readonly styles: string | undefined;
}

/** The numbers of a store's filters, in one of its languages. */
export type ProductMarks = FilterMarks<Filter, ProductView>;
export const productMarks = (): ProductMarks => filterMarks(valuesOf);

/** What the template's script reads once a filter is used. */
export interface FilterIndex {
  /** The names of the facets, in the order of each row's values. */
  readonly facets: readonly Choice[];
  /** In the collection's order: title, path in the site, price in words, the picture's path, what it costs at least, then of each facet the product's values. */
  readonly rows: readonly (readonly [string, string, string, string, number, ...(readonly string[])[]])[];
}

const ALL: readonly Filter[] = [
  "product_type",
  "color",
  "size",
  "material",
  "pattern",
  "brand",
  "price",
  "availability",
];

/** More values than these are no choice; the most frequent are shown. */
const MOST_VALUES = 12;

const LABELS: Readonly<Record<Choice, string>> = {
  availability: "fact.availability",
  brand: "fact.brand",
  color: "fact.color",
  material: "fact.material",
  pattern: "fact.pattern",
  product_type: "fact.type",
  size: "fact.size",
};

/** Undefined where there is nothing to choose from. `pathTo` gives where an address of the site leads, `keep` and `keepStyles` put a file among the assets. */
export function filterCollection(
  products: readonly ProductView[],
  wanted: readonly Filter[] | undefined,
  site: {
    readonly language: string;
    /** Whether all its products are on one page. */
    readonly isWhole: boolean;
    readonly t: Translate;
    readonly pathTo: (path: string) => string;
    readonly marks: ProductMarks;
    readonly keep: (index: string) => string;
    readonly keepStyles: (styles: string) => string;
  },
): FilterView | undefined {
  const filters = wanted ?? ALL;
  if (filters.length === 0 || products.length < 2) return undefined;
  const { language, isWhole, t, pathTo, marks, keep, keepStyles } = site;
  const found = filters.flatMap((name): { readonly facet: FacetView; readonly ofProducts: readonly Values[] } | [] => {
    if (name === "price") return [];
    const ofProducts = products.map((view) => valuesOf(view, name));
    const frequent = frequentValues(ofProducts, language);
    if (frequent.length < 2) return [];
    const values = frequent.map((value) => ({
      value,
      label: name === "availability" ? t(availabilityMessage(value)) : value,
      mark: marks.of(name, value),
    }));
    return { facet: { name, label: t(LABELS[name]), values }, ofProducts };
  });
  const facets = found.map(({ facet }) => facet);
  const index: FilterIndex = {
    facets: facets.map(({ name }) => name),
    rows: products.map((view, at) => [
      view.title,
      pathTo(view.path),
      view.price.from ? t("price.from", { price: view.price.text }) : view.price.text,
      pathTo(thumbnailOf(view.pictures[0])),
      unitsOf(view),
      ...found.map(({ ofProducts }) => ofProducts[at] ?? []),
    ]),
  };
  const amounts = products.map(({ product }) => lowestAmount(product));
  const price = filters.includes("price") && amounts.some((amount) => amount !== amounts[0]);
  const bands = price ? priceBands(products, language, (value) => marks.of("price", value)) : [];
  const boxes = bands.length === 0 ? facets : [...facets, { name: "price", values: bands }];
  return {
    facets,
    price,
    bands,
    sorts: isWhole,
    index: keep(`${JSON.stringify(index)}\n`),
    styles:
      isWhole || boxes.length > 0
        ? keepStyles(filterStyles(boxes) + (isWhole ? orderStyles(ranksOf(products, amounts, language)) : ""))
        : undefined,
  };
}

/** What it costs at least, in the currency's unit. */
const unitsOf = ({ product }: ProductView): number =>
  lowestAmount(product) / 10 ** minorUnitDigits(product.variants[0].price.currency);

/** Where bands of prices begin, in the currency's unit: 0, 1, 2, 5, 10 …. */
const EDGES = [0, ...Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()];

const bandAt = (units: number): number => EDGES.findLastIndex((edge) => edge <= units);

/** The bands that hold a product, from the lowest: each with where it begins as its value. One band is no choice. */
function priceBands(
  products: readonly ProductView[],
  language: string,
  markOf: (value: string) => number,
): FacetView["values"] {
  const found = new Set(products.map((view) => bandAt(unitsOf(view))));
  const [first] = products;
  if (found.size < 2 || first === undefined) return [];
  const { currency } = first.product.variants[0].price;
  return [...found]
    .toSorted((one, other) => one - other)
    .map((band) => {
      const value = String(EDGES[band] ?? 0);
      return { value, label: labelOf(language, currency, value), mark: markOf(value) };
    });
}

const rangeOf = remember(
  (language: string, currency: string) =>
    new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 0 }),
);

/** There are few bands, and a range takes longer to be put into words than all else about a collection. */
const labelOf = remember((language: string, currency: string, from: string) =>
  rangeOf(language, currency).formatRange(Number(from), EDGES.find((edge) => edge > Number(from)) ?? Infinity),
);

/** As the template's script sorts, so that an order is the same without it. */
function ranksOf(products: readonly ProductView[], amounts: readonly number[], language: string): CardRanks[] {
  const { compare } = collatorOf(language);
  const names = ranksBy(products, ({ title: one }, { title: other }) => compare(one, other));
  const prices = ranksBy(amounts, (one, other) => one - other);
  return products.map((_, at) => ({ name: names[at] ?? 0, price: prices[at] ?? 0 }));
}

type Values = readonly string[];

/** A product has the values of all its variants. */
function valuesOf(view: ProductView, name: Filter): Values {
  const { product } = view;
  if (name === "price") return [String(EDGES[bandAt(unitsOf(view))])];
  if (name === "brand") return product.brand === "" ? [] : [product.brand];
  if (name === "product_type") return product.type.slice(-1);
  const values = product.variants.map((variant) =>
    name === "availability" ? variant.availability : variant.attributes[name],
  );
  return [...new Set(values.filter((value) => value !== undefined && value !== ""))] as readonly string[];
}

/** In the order of the language, numbers by their size. */
function frequentValues(ofProducts: readonly Values[], language: string): string[] {
  const counts = new Map<string, number>();
  for (const values of ofProducts) {
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, MOST_VALUES)
    .map(([value]) => value)
    .toSorted(collatorOf(language).compare);
}

const collatorOf = remember((language: string) => new Intl.Collator(language, { numeric: true }));

const availabilityMessage = (value: string): string =>
  Object.entries(AVAILABILITY_MESSAGES).find(([name]) => name === value)?.[1] ?? value;

/** Cards are small: of a photograph in several sizes, the narrowest that is sharp in one. */
const CARD_WIDTH = 480;
const thumbnailOf = ({ path, sizes }: PictureView): string =>
  sizes.find(({ width }) => width >= CARD_WIDTH)?.path ?? path;
