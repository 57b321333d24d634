/** The catalog as pages show it, and as the search page does. */
import type { Translate } from "./message.ts";
import type { CollectionView, Shelf } from "./render-blocks.ts";
import { type Showcase, viewProduct } from "./render-product.ts";
import type { SearchEntry } from "./search-index.ts";
import type { Store } from "./store.ts";
import { type LinkStyle, linkPrefix, linkTo } from "./url.ts";

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

/** What the search page finds products with, as it links to them. `placeOf` gives where a path leads. */
export function searchEntries(
  shelf: Shelf,
  links: LinkStyle,
  t: Translate,
  placeOf: (path: string) => string,
): SearchEntry[] {
  const prefix = linkPrefix(links, "search/index.html");
  return Array.from(shelf.products.values(), ({ title, path, price, pictures: [picture], brand, type, variants }) => ({
    title,
    href: linkTo(links, prefix, placeOf(path)),
    price: price.from ? t("price.from", { price: price.text }) : price.text,
    picture: linkTo(links, prefix, picture.path),
    words: [brand, ...type, ...variants.map(({ label }) => label)].join(" "),
  }));
}
