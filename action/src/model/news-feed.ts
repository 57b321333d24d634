/** The products of a store as RSS 2.0, for people who follow it: in the catalog's order, without dates, as a catalog has none. */
import { escapeHtml, escapeXml } from "./escape.ts";
import type { ProductView } from "./render-product.ts";
import type { StoreView } from "./render-store.ts";
import type { Absolute } from "./structured-data.ts";

/** Readers look at the first ones. */
const MOST = 100;

/** The first 100 products. `about` is plain text about the store. */
export function newsFeed(
  store: Pick<StoreView, "name" | "language">,
  about: string,
  products: readonly Pick<ProductView, "product" | "path">[],
  absolute: Absolute,
): string {
  const items = products.slice(0, MOST).map(({ path, product }) => {
    const url = absolute(path) ?? "";
    // Readers take a description for HTML, so the text is made HTML before it is made XML.
    return `<item>
<title>${escapeXml(product.title)}</title>
<link>${url}</link>
<guid>${url}</guid>
<description>${escapeXml(escapeHtml(product.description))}</description>
</item>
`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${escapeXml(store.name)}</title>
<link>${absolute("") ?? ""}</link>
<description>${escapeXml(escapeHtml(about))}</description>
<language>${store.language}</language>
<atom:link href="${absolute(NEWS_PATH) ?? ""}" rel="self" type="application/rss+xml"/>
${items.join("")}</channel>
</rss>
`;
}

/** Where a site has it. */
export const NEWS_PATH = "feeds/products.xml";
