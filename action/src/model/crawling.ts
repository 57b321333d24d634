/**
 * The files for search engines at the root of a site.
 *
 * A page's entry names its pictures, drawings too: Google indexes SVG as it does photographs
 * (developers.google.com/search/docs/appearance/google-images, "supported image formats").
 */

/** `robots.txt`. Crawlers may always come in: a store that hides says so on its pages, which they have to read for that. */
export const robotsText = (sitemap: string | undefined): string =>
  `User-agent: *\nAllow: /\n${sitemap === undefined ? "" : `Sitemap: ${sitemap}\n`}`;

/** A page that search engines should know. */
export interface SitemapEntry {
  readonly path: string;
  /** Paths of the pictures that it shows. */
  readonly pictures: readonly string[];
}

/** What one file may hold by sitemaps.org: addresses, and bytes before compression. Google reads 1,000 pictures of a page. */
const LIMITS = { addresses: 50_000, bytes: 50 * 1024 * 1024, pictures: 1_000 } as const;

const DECLARATION = `<?xml version="1.0" encoding="UTF-8"?>\n`;
const NAMESPACE = `xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"`;
const OPENING = `${DECLARATION}<urlset ${NAMESPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n`;
const CLOSING = "</urlset>\n";

/**
 * `sitemap.xml` with all pages, by path; where they do not fit into one file, an index of `sitemap-1.xml`, `sitemap-2.xml`, ….
 * No file for no page: the format has no empty list. Paths are ours and ASCII, so nothing needs escaping.
 */
export function sitemapFiles(
  origin: string,
  entries: readonly SitemapEntry[],
  limits: Readonly<Record<keyof typeof LIMITS, number>> = LIMITS,
): readonly { readonly path: string; readonly xml: string }[] {
  const bodies: string[] = [];
  let body = "";
  let addresses = 0;
  for (const { path, pictures } of entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const entry = `<url><loc>${origin}/${path}</loc>${pictures
      .slice(0, limits.pictures)
      .map((picture) => `<image:image><image:loc>${origin}/${picture}</image:loc></image:image>`)
      .join("")}</url>\n`;
    const length = OPENING.length + body.length + entry.length + CLOSING.length;
    if (addresses > 0 && (addresses === limits.addresses || length > limits.bytes)) {
      bodies.push(body);
      body = "";
      addresses = 0;
    }
    body += entry;
    addresses += 1;
  }
  if (addresses > 0) bodies.push(body);
  const files = bodies.map((text, index) => ({ path: `sitemap-${index + 1}.xml`, xml: OPENING + text + CLOSING }));
  if (files.length < 2) return files.map(({ xml }) => ({ path: "sitemap.xml", xml }));
  const parts = files.map(({ path }) => `<sitemap><loc>${origin}/${path}</loc></sitemap>\n`).join("");
  return [
    { path: "sitemap.xml", xml: `${DECLARATION}<sitemapindex ${NAMESPACE}>\n${parts}</sitemapindex>\n` },
    ...files,
  ];
}
