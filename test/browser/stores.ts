/** The example stores as the tests in a browser see them. */
import { inject } from "vitest";

/** One page of a store. */
export interface StorePage {
  /** The first folder of its address (`collections`, `products`, `search`, …), `home` or `not-found`. */
  readonly kind: string;
  readonly url: string;
}

export interface ExampleStore {
  readonly id: string;
  readonly origin: string;
  /** Where its files lie on this machine. */
  readonly folder: string;
  /** The size of all its files as stored. */
  readonly bytes: number;
  /** Whether it has other colours for visitors who like it dark. */
  readonly hasDarkScheme: boolean;
  /** One page of each kind: the heaviest, as it is the hardest. Listings are none: with scripts nobody sees one. */
  readonly pages: readonly StorePage[];
}

declare module "vitest" {
  export interface ProvidedContext {
    stores: readonly ExampleStore[];
    badPages: string;
  }
}

/** Every example that has an address, by id. */
export const stores: readonly ExampleStore[] = inject("stores");

/** The kinds of page that every open store has. */
export const MAIN_KINDS = ["home", "collections", "products", "search"] as const;

/** Throws where the store has no such page: nothing may pass for want of a page. */
export function pageOf({ id, pages }: ExampleStore, kind: string): StorePage {
  const found = pages.find((page) => page.kind === kind);
  if (found === undefined) throw new Error(`${id} has no page of the kind "${kind}"`);
  return found;
}

/** Address of a page that was made wrong on purpose. */
export const badPage = (name: string): string => `${inject("badPages")}/${name}`;
