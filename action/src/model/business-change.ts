/** What changes for a store's visitors and its merchant, in their words. */
import { type ProductFacts, REDIRECTS, type StoreFacts } from "./store-facts.ts";

/** A product or an offer, named for people. */
export interface Named {
  readonly id: string;
  readonly title: string;
}

/** An offer whose price is another one. */
export interface Priced extends Named {
  /** What a visitor pays, as catalogs write it: `15.00 GBP`. */
  readonly from: string;
  readonly to: string;
  /** To one decimal; null where the currency changed or the old price was nothing. */
  readonly percent: number | null;
}

/** One thing that is told otherwise; "" where nothing is told. */
export interface FactChange {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** What differs between two sides of a store. Empty lists where nothing does. */
export interface BusinessChange {
  /** Products, by id. */
  readonly added: readonly Named[];
  readonly removed: readonly Named[];
  /** Products of which an offer can be bought again, or none can any more. */
  readonly backInStock: readonly Named[];
  readonly soldOut: readonly Named[];
  readonly renamed: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** Offers, the largest change first. */
  readonly priced: readonly Priced[];
  readonly facts: readonly FactChange[];
  /** Paths of pages that nobody will find any more, sorted. */
  readonly lostAddresses: readonly string[];
  /** The page that fills its budget most, in bytes as they travel; undefined where the head was not weighed. */
  readonly weight:
    | { readonly page: string; readonly before: number; readonly after: number; readonly budget: number }
    | undefined;
}

const NOTHING: StoreFacts = { said: {}, products: [], addresses: [], heaviest: null };

/** A side that is not there has nothing: all of a new store is new. */
export function changeOf(before: StoreFacts = NOTHING, after: StoreFacts = NOTHING): BusinessChange {
  const [old, now] = [productsOf(before), productsOf(after)];
  const kept = after.products.flatMap((product) => {
    const was = old.get(product.id);
    return was === undefined ? [] : [{ was, product }];
  });
  const addresses = new Set(after.addresses);
  return {
    added: after.products.filter(({ id }) => !old.has(id)).map(named),
    removed: before.products.filter(({ id }) => !now.has(id)).map(named),
    backInStock: kept
      .filter(({ was, product }) => !isSold(was) && isSold(product))
      .map(({ product }) => named(product)),
    soldOut: kept.filter(({ was, product }) => isSold(was) && !isSold(product)).map(({ product }) => named(product)),
    renamed: kept
      .filter(({ was, product }) => was.title !== product.title)
      .map(({ was, product }) => ({ id: product.id, from: was.title, to: product.title })),
    priced: pricedBetween(before, after),
    facts: factsBetween(before, after),
    lostAddresses: before.addresses.filter((path) => !addresses.has(path)),
    weight: after.heaviest === null ? undefined : weightOf(before, after.heaviest),
  };
}

const named = ({ id, title }: Named): Named => ({ id, title });

const productsOf = ({ products }: StoreFacts): Map<string, ProductFacts> =>
  new Map(products.map((product) => [product.id, product]));

const isSold = ({ offers }: ProductFacts): boolean =>
  offers.some(({ availability }) => availability !== "out_of_stock");

/** Offers that both sides have at another price, the largest change first; those without a percentage come before all. */
function pricedBetween(before: Pick<StoreFacts, "products">, after: Pick<StoreFacts, "products">): Priced[] {
  const old = new Map(before.products.flatMap(({ offers }) => offers).map((offer) => [offer.id, offer]));
  const priced: Priced[] = [];
  for (const { id, title, pays, price } of after.products.flatMap(({ offers }) => offers)) {
    const was = old.get(id);
    if (was === undefined || was.price === price) continue;
    const isComparable = was.pays > 0 && currencyOf(was.price) === currencyOf(price);
    const percent = isComparable ? Math.round(((pays - was.pays) / was.pays) * 1000) / 10 : null;
    priced.push({ id, title, from: was.price, to: price, percent });
  }
  const size = ({ percent }: Priced): number => (percent === null ? Infinity : Math.abs(percent));
  return priced.toSorted((a, b) => (size(a) === size(b) ? (a.id < b.id ? -1 : 1) : size(b) > size(a) ? 1 : -1));
}

const currencyOf = (price: string): string => price.slice(price.lastIndexOf(" ") + 1);

/** What only one of two engines knows of is not told: it would seem to change in every store. */
function factsBetween(before: StoreFacts, after: StoreFacts): FactChange[] {
  const isOneSided = before === NOTHING || after === NOTHING;
  const keys = [...new Set([...Object.keys(after.said), ...Object.keys(before.said)])];
  return keys
    .filter((key) => isOneSided || (Object.hasOwn(before.said, key) && Object.hasOwn(after.said, key)))
    .map((what) => ({ what, from: before.said[what] ?? "", to: after.said[what] ?? "" }))
    .filter(({ from, to }) => from !== to)
    .flatMap((fact) => (fact.what === REDIRECTS ? redirectsBetween(fact) : fact));
}

/** What a fact about one redirect begins with; its address follows. */
export const REDIRECT_FACT = "redirect of ";

/** Each redirect that is new, gone or leads elsewhere, as a fact of its own. */
function redirectsBetween({ from, to }: FactChange): FactChange[] {
  const [old, now] = [targetsOf(from), targetsOf(to)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .toSorted()
    .map((path) => ({ what: REDIRECT_FACT + path, from: old.get(path) ?? "", to: now.get(path) ?? "" }))
    .filter((one) => one.from !== one.to);
}

const targetsOf = (lines: string): Map<string, string> =>
  new Map(
    lines.split("\n").flatMap((line): [string, string][] => {
      const [from = "", to = ""] = line.split(" ");
      return from === "" ? [] : [[from, to]];
    }),
  );

const weightOf = (before: StoreFacts, { page, bytes, budget }: NonNullable<StoreFacts["heaviest"]>) => ({
  page,
  before: before.heaviest?.bytes ?? 0,
  after: bytes,
  budget,
});
