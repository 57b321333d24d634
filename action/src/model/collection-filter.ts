/** What visitors can narrow a collection down by, with the index that the template's script does it with; where there are no scripts, the styles or the listings. */
import type { TenantSettings } from "../generated/tenant.ts";
import { foldCase, lowestAmount } from "./collection.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type FacetColumn, type FilterRow, writeFilterIndex } from "./filter-index.ts";
import {
  type CardRanks,
  type FilterMarks,
  filterMarks,
  filterStyles,
  MOST_RULES,
  type NumberedFacet,
  orderStyles,
  ranksBy,
} from "./filter-styles.ts";
import { type ListingGroup, openListings } from "./listing.ts";
import { bandGroup, orderGroup, valueGroup } from "./listing-group.ts";
import type { Translate } from "./message.ts";
import { bandKeysOf, bandsOf, bandText } from "./price-band.ts";
import { minorUnitDigits } from "./price.ts";
import type { CollectionView } from "./render-blocks.ts";
import { AVAILABILITY_MESSAGES, type PictureView, type ProductView } from "./render-product.ts";
import { remember } from "./remember.ts";
import type { Product, Tenant } from "./store.ts";

type Filter = NonNullable<TenantSettings["catalog"]["filters"]>[number];
type Choice = Exclude<Filter, "price">;

/** An attribute with the values that can be chosen. */
interface FacetView {
  /** The attribute's name, as a field of a form. */
  readonly name: Choice;
  readonly label: string;
  /** The most frequent. `mark` is the number by which {@link FilterView.styles} know the value; undefined where links do their work. */
  readonly values: readonly { readonly value: string; readonly label: string; readonly mark: number | undefined }[];
  /** The others, for scripts alone: a rule or a link for each would make the page too heavy. */
  readonly others: readonly { readonly value: string; readonly label: string }[];
}

/** The filters of a collection, the same on all of its pages. */
export interface FilterView {
  /** Those in which its products differ. */
  readonly facets: readonly FacetView[];
  /** Whether a range of prices can be asked for. */
  readonly price: boolean;
  /** The path of the index among the assets: a `FilterIndex`. */
  readonly index: string;
  /** Boxes for bands of prices, where scripts cannot ask for a range; empty where all are in one, or links name them. */
  readonly bands: FacetView["values"];
  /** Whether the styles sort: not one page of several, nor more cards than styles can have rules for. */
  readonly sorts: boolean;
  /** The path of the stylesheet by which boxes and orders work without scripts; undefined where it has nothing to do, as on one page of several. */
  readonly styles: string | undefined;
  /** What links to listings do without scripts, where the styles do not: orders first, then values. */
  readonly groups: readonly ListingGroup<ProductView>[];
}

type Values = readonly string[];

/** What a store's filters know its products by, in one of its languages. */
export interface ProductMarks extends FilterMarks<Filter, ProductView> {
  /** The values of all variants of a product. Those that differ in case alone are one, spelled as the first that was asked for. */
  readonly valuesOf: (product: Product, name: Choice) => Values;
}

/** For a store in one language; nothing is known yet. */
export function productMarks(): ProductMarks {
  const known = new Map<Choice, { readonly spellings: Map<string, string>; readonly firsts: Map<string, string> }>();
  const valuesOf = (product: Product, name: Choice): Values => {
    let words = known.get(name);
    if (words === undefined) known.set(name, (words = { spellings: new Map(), firsts: new Map() }));
    const { spellings, firsts } = words;
    const values = new Set<string>();
    for (const value of writtenValues(product, name)) {
      let spelling = spellings.get(value);
      if (spelling === undefined) {
        const folded = foldCase(value);
        spelling = firsts.get(folded) ?? value;
        firsts.set(folded, spelling);
        spellings.set(value, spelling);
      }
      values.add(spelling);
    }
    return [...values];
  };
  const marks = filterMarks((view: ProductView, name: Filter) =>
    name === "price" ? bandKeysOf(unitsOf(view.product)) : valuesOf(view.product, name),
  );
  return { ...marks, valuesOf };
}

function writtenValues(product: Product, name: Choice): Values {
  if (name === "brand") return product.brand === "" ? [] : [product.brand];
  if (name === "product_type") return product.type.slice(-1);
  const values: string[] = [];
  for (const variant of product.variants) {
    const value = name === "availability" ? variant.availability : variant.attributes[name];
    if (value !== undefined && value !== "") values.push(value);
  }
  return values;
}

/** `filter-values`, a warning: an attribute has so many different values that its filter cannot offer all of them. */
export function checkFilters(tenant: Tenant, products: readonly Product[]): Diagnostic[] {
  const most = MOST_VALUES + MOST_OTHERS;
  if (products.reduce((count, { variants }) => count + variants.length, 0) <= most) return [];
  const { valuesOf } = productMarks();
  return (tenant.settings.catalog.filters ?? ALL).flatMap((name, at): Diagnostic | [] => {
    if (name === "price") return [];
    const { size } = new Set(products.flatMap((product) => valuesOf(product, name)));
    if (size <= most) return [];
    return {
      rule: "filter-values",
      severity: "warning",
      message: `${name} has ${size} different values, its filter offers the ${most} that most products have`,
      hint: `use the same words for the same thing, or list the filters that help to choose without ${name}: catalog.filters`,
      location: tenant.locate(tenant.settings.catalog.filters === undefined ? "/catalog" : `/catalog/filters/${at}`),
    };
  });
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

/** Of a facet's values the most frequent are seen at once. */
const MOST_VALUES = 12;
/** And as many more can be opened. Beyond these nobody finds one; `checkFilters` tells the tenant. */
const MOST_OTHERS = 48;

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
  collection: Pick<CollectionView, "id" | "path" | "products">,
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
  const { products } = collection;
  const [first] = products;
  const filters = wanted ?? ALL;
  if (filters.length === 0 || first === undefined || products.length < 2) return undefined;
  const { language, isWhole, t, pathTo, marks, keep, keepStyles } = site;
  const facets: FacetView[] = [];
  const columns: FacetColumn[] = [];
  for (const name of filters) {
    if (name === "price") continue;
    const ofProducts = products.map(({ product }) => marks.valuesOf(product, name));
    const { frequent, others } = rankValues(ofProducts, language);
    if (frequent.length < 2) continue;
    const named = (value: string) => ({
      value,
      label: name === "availability" ? t(availabilityMessage(value)) : value,
    });
    facets.push({
      name,
      label: t(LABELS[name]),
      values: frequent.map((value) => ({ ...named(value), mark: isWhole ? marks.of(name, value) : undefined })),
      others: others.map(named),
    });
    columns.push({ name, values: [...frequent, ...others], ofProducts });
  }
  const units = products.map(({ product }) => unitsOf(product));
  const price = filters.includes("price") && units.some((amount) => amount !== units[0]);
  const { currency } = first.product.variants[0].price;
  const bands = (price ? bandsOf(units) : []).map((band) => ({ ...band, label: bandText(band, language, currency) }));
  const ranks = ranksOf(products, units, language);
  const priceBoxes = isWhole
    ? bands.map(({ key, from, label }) => ({ value: String(from), label, mark: marks.of("price", key) }))
    : [];
  const boxes = (isWhole ? facets : []).map(({ name, values }): NumberedFacet => ({
    name,
    values: values.map(({ value }) => ({ mark: marks.of(name, value) })),
  }));
  if (priceBoxes.length > 0) boxes.push({ name: "price", values: priceBoxes });
  const sorts = isWhole && boxes.reduce((count, { values }) => count + values.length, products.length) <= MOST_RULES;
  const list = openListings<ProductView>(collection.id);
  const groups = [
    ...(sorts ? [] : [orderGroup(collection, ranks, t, list)]),
    ...(isWhole ? [] : facets.map((facet, at) => valueGroup(products, facet, columns[at]?.ofProducts ?? [], list))),
    ...(isWhole || bands.length === 0 ? [] : [bandGroup(products, units, bands, t("filter.price"), list)]),
  ];
  const rows = products.map((view): FilterRow => [
    view.title,
    pathTo(view.path),
    view.price.from ? t("price.from", { price: view.price.text }) : view.price.text,
    pathTo(thumbnailOf(view.pictures[0])),
  ]);
  const names = ranks.map(({ name }) => name);
  return {
    facets,
    price,
    bands: priceBoxes,
    sorts,
    index: keep(writeFilterIndex(columns, { amounts: units, names, rows }, (part) => pathTo(keep(part)))),
    styles: sorts || boxes.length > 0 ? keepStyles(filterStyles(boxes) + (sorts ? orderStyles(ranks) : "")) : undefined,
    groups,
  };
}

/** What it costs at least, in the currency's unit. */
const unitsOf = (product: Product): number =>
  lowestAmount(product) / 10 ** minorUnitDigits(product.variants[0].price.currency);

/** As the template's script sorts, so that an order is the same without it. */
function ranksOf(products: readonly ProductView[], amounts: readonly number[], language: string): CardRanks[] {
  const { compare } = collatorOf(language);
  const names = ranksBy(products, ({ title: one }, { title: other }) => compare(one, other));
  const prices = ranksBy(amounts, (one, other) => one - other);
  return products.map((_, at) => ({ name: names[at] ?? 0, price: prices[at] ?? 0 }));
}

/** The values in the order of the language, numbers by their size. */
function rankValues(
  ofProducts: readonly Values[],
  language: string,
): { readonly frequent: readonly string[]; readonly others: readonly string[] } {
  const counts = new Map<string, number>();
  for (const values of ofProducts) {
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const { compare } = collatorOf(language);
  const ranked = [...counts].toSorted(([, one], [, other]) => other - one).map(([value]) => value);
  return {
    frequent: ranked.slice(0, MOST_VALUES).toSorted(compare),
    others: ranked.slice(MOST_VALUES, MOST_VALUES + MOST_OTHERS).toSorted(compare),
  };
}

const collatorOf = remember((language: string) => new Intl.Collator(language, { numeric: true }));

const availabilityMessage = (value: string): string =>
  Object.entries(AVAILABILITY_MESSAGES).find(([name]) => name === value)?.[1] ?? value;

/** Cards are small: of a photograph in several sizes, the narrowest that is sharp in one. */
const CARD_WIDTH = 480;
const thumbnailOf = ({ path, sizes }: PictureView): string =>
  sizes.find(({ width }) => width >= CARD_WIDTH)?.path ?? path;
