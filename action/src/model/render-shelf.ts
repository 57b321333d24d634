/** The catalog as pages show it, and as the search page does. */
import type { Translate } from "./message.ts";
import type { CollectionView, Shelf } from "./render-blocks.ts";
import { type Showcase, viewProduct } from "./render-product.ts";
import type { SearchEntry } from "./search-index.ts";
import type { Store } from "./store.ts";

/** Every product and collection of a store, in the catalog's order. */
export function viewShelf({ tenant, catalog, pages }: Store, showcase: Showcase): Shelf {
  const products = new Map(catalog.products.map((product) => [product.id, viewProduct(product, showcase)]));
  const ownTitles = new Set(tenant.settings.catalog.collections.map(({ id }) => id));
  const collections = catalog.collections.map(({ id, title, description, products: chosen }): CollectionView => ({
    id,
    path: `collections/${id}/`,
    // The collection of everything is the engine's, so its title is in the store's language.
    title: id === "all" && !ownTitles.has(id) ? showcase.t("collection.all") : title,
    description,
    products: chosen.flatMap((product) => products.get(product.id) ?? []),
  }));
  return {
    products,
    collections: new Map(collections.map((collection) => [collection.id, collection])),
    pages,
    pictureAt: showcase.addPicture,
  };
}

/** What the search page finds products with. `linkOf` gives how that page links to a path. */
export function searchEntries(shelf: Shelf, t: Translate, linkOf: (path: string) => string): SearchEntry[] {
  return Array.from(shelf.products.values(), ({ title, path, price, pictures: [picture], brand, type, variants }) => ({
    title,
    href: linkOf(path),
    price: price.from ? t("price.from", { price: price.text }) : price.text,
    picture: linkOf(picture.path),
    words: [brand, ...type, ...variants.map(({ label }) => label)].join(" "),
  }));
}
