/**
 * Listings: a collection once more, in another order or narrowed down to one value, at an address of its own. What a
 * stylesheet cannot do on one page of several, links to them can, without scripts; search engines are not sent to them.
 */
import { hash } from "node:crypto";
import { slugOf } from "./slug.ts";

/** One way to list a collection. */
export interface Listing<Item> {
  /** Of its first page: `listings/all/color-blue/`. */
  readonly path: string;
  /** What sets it apart: `Blue`. */
  readonly label: string;
  /** The same asked of the collection's filters, as a query: `color=Blue`. */
  readonly query: string;
  readonly products: readonly Item[];
}

/** Listings that are one choice: the orders, or the values of an attribute. */
export interface ListingGroup<Item> {
  readonly label: string;
  readonly listings: readonly Listing<Item>[];
}

/** Makes the listings of one collection: equal words of different values become different places. `query` is left out where it says just that. */
export function openListings<Item>(
  collection: string,
): (name: string, value: string, label: string, products: readonly Item[], query?: string) => Listing<Item> {
  const taken = new Set<string>();
  return (name, value, label, products, query = new URLSearchParams({ [name]: value }).toString()) => {
    const words = slugOf(`${name} ${value}`);
    // In other letters than ASCII nothing may be left of a value.
    const isTold = slugOf(value) !== "" && !taken.has(words);
    const place = isTold ? words : `${words}-${hash("sha256", value).slice(0, 8)}`;
    taken.add(place);
    return { path: `listings/${collection}/${place}/`, label, query, products };
  };
}

/** In the first language, or below the folder of another: no other folder of a site is named like a language. */
const LISTING = /^(?:[a-z]{2,3}(?:-[a-z0-9]+)*\/)?listings\//;

/** Whether a file's path is that of a listing. They come and go with a catalog's size, and no visitor is lost with one. */
export const isListing = (path: string): boolean => LISTING.test(path);
