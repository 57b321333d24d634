/** The files for search engines at the root of a site. */

/** `robots.txt`. Crawlers may always come in: a store that hides says so on its pages, which they have to read for that. */
export const robotsText = (origin: string | null): string =>
  `User-agent: *\nAllow: /\n${origin === null ? "" : `Sitemap: ${origin}/sitemap.xml\n`}`;

/** `sitemap.xml`. Paths are ours and ASCII, so nothing needs escaping. */
export const sitemapXml = (origin: string, paths: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${paths
    .toSorted()
    .map((path) => `<url><loc>${origin}/${path}</loc></url>\n`)
    .join("")}</urlset>\n`;
