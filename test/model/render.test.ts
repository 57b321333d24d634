import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { renderSite } from "../../action/src/model/render.ts";
import type { Site } from "../../action/src/model/site.ts";
import { loaded, templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleProducts, sampleStore } from "../fakes/sample-store.ts";

const ORIGIN = "https://shop.acme.example";
const render = (settings = fullSettings, name = "default", links: "absolute-path" | "relative" = "absolute-path") =>
  renderSite(sampleStore(settings), templateNamed(name), { origin: ORIGIN, links });

const textOf = (site: Site, path: string): string => {
  const file = site.files.get(path);
  if (file === undefined) throw new Error(`no ${path} among ${[...site.files.keys()].join(" ")}`);
  return Buffer.from(file.body).toString();
};
const htmlOf = (site: Site) => [...site.files.keys()].filter((path) => path.endsWith(".html"));
const listing = (site: Site) => [...site.files.values()].map(({ path, identity }) => `${path} ${identity}\n`).join("");

test("the repository's templates are without fault", () => {
  expect(loaded.diagnostics).toEqual([]);
  expect([...loaded.templates.keys()]).toEqual(expect.arrayContaining(["default", "minimal"]));
});

test("a store has the pages that its values ask for", () => {
  const { site, pages, products, diagnostics } = render();
  expect(diagnostics).toEqual([]);
  expect({ pages, products }).toEqual({ pages: 30, products: 14 });
  const paths = [...site.files.keys()];
  for (const path of [
    ".well-known/storefront.json",
    "404.html",
    "collections/all/2/index.html",
    "collections/all/index.html",
    "collections/cups/index.html",
    "contact/index.html",
    "favicon.svg",
    "feeds/google.tsv",
    "index.html",
    "listings/all/color-blue/index.html",
    "listings/all/sort-down/2/index.html",
    "pages/about/index.html",
    "products/tarn/index.html",
    "robots.txt",
    "search/index.html",
    "sitemap.xml",
  ]) {
    expect(paths).toContain(path);
  }
  expect(paths).not.toContain("collections/all/3/index.html");
});

test("the site's listing is the one that was looked at (BLESS=1 after looking at the difference)", () => {
  const golden = join(import.meta.dirname, "../golden/site.txt");
  const rendered = listing(render().site);
  if (process.env["BLESS"] === "1") writeFileSync(golden, rendered);
  expect(rendered).toBe(readFileSync(golden, "utf8"));
});

describe("equal inputs give equal bytes", () => {
  test("twice in one process", () => {
    const [one, two] = [render().site, render().site];
    for (const [path, { body }] of one.files)
      expect(Buffer.from(body).equals(two.files.get(path)?.body ?? Buffer.of())).toBe(true);
    expect(one.release).toBe(two.release);
  });
  test("in processes with other clocks, time zones, languages and chances", () => {
    const run = (env: Record<string, string>, now: number) =>
      execFileSync(
        process.execPath,
        [
          "--import",
          `data:text/javascript,Date.now=()=>${now};Math.random=()=>${now % 7}/7`,
          join(import.meta.dirname, "../fakes/render-in-process.ts"),
        ],
        { env: { ...env, PATH: process.env["PATH"] ?? "" }, encoding: "utf8" },
      );
    const here = run({ TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }, 1);
    const there = run({ TZ: "America/Los_Angeles", LC_ALL: "C", HOME: "/nowhere", NODE_ENV: "production" }, 4e12);
    expect(here.split("\n").length).toBeGreaterThan(30);
    expect(there).toBe(here);
    expect(here.startsWith(listing(render().site))).toBe(true);
  });
});

/** Every address in the pages of a site that is not one elsewhere: where it stands, the file it leads to, the place in it. */
function internalLinks(site: Site, links: "absolute-path" | "relative") {
  return htmlOf(site).flatMap((page) =>
    [...textOf(site, page).matchAll(/\s(?:href|src|action|data-index)="([^"]*)"/g)]
      .map((match) => match[1] ?? "")
      .filter((address) => !/^(?:https|mailto|tel):|^#/.test(address))
      .map((address) => {
        const [link = "", fragment] = address.split("#");
        const path = link.startsWith("/") ? link.slice(1) : posix.join(posix.dirname(page), link);
        const isFolder = links === "absolute-path" && (path === "" || path.endsWith("/"));
        return { page, address, file: isFolder ? `${path}index.html` : path, fragment };
      }),
  );
}

describe.each(["default", "minimal"])("every link inside a site of template %s leads to a file", (name) => {
  test.each(["absolute-path", "relative"] as const)("%s", (links) => {
    const { site } = render(fullSettings, name, links);
    const found = internalLinks(site, links);
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(({ file }) => !site.files.has(file))).toEqual([]);
    const places = found.filter(({ fragment }) => fragment !== undefined);
    expect(places.filter(({ file, fragment }) => !textOf(site, file).includes(`id="${fragment}"`))).toEqual([]);
  });
  test("and nothing in it names the prefix that a relative site lies under", () => {
    const { site } = render({ ...fullSettings, seo: { ...fullSettings.seo, robots: "noindex" } }, name, "relative");
    for (const page of htmlOf(site)) expect(textOf(site, page)).not.toMatch(/(?:href|src|action)="\/(?!\/)/);
  });
});

test.each([
  ["absolute-path", '<a href="/collections/cups/">cups</a>, <a href="/contact/">write</a>'],
  ["relative", '<a href="../../collections/cups/index.html">cups</a>, <a href="../../contact/index.html">write</a>'],
] as const)("links in a text page are of the site's style: %s", (links, expected) => {
  const { site } = render(fullSettings, "default", links);
  expect(textOf(site, "pages/about/index.html")).toContain(expected);
});

test("every page has one h1, one main language, a policy without exceptions, and no inline script or style", () => {
  const { site } = render();
  for (const page of htmlOf(site)) {
    const html = textOf(site, page);
    expect(html.match(/<h1[ >]/g), page).toHaveLength(1);
    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en-GB" dir="ltr">/);
    expect(html).toContain(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;`);
    expect(html).not.toMatch(/unsafe-|<style| style="| on[a-z]+="/);
    expect(html).not.toMatch(/<script(?! type="module" src=| type="application\/ld\+json">)/);
  }
});

test("an address makes canonical links, a sitemap and a feed; without one there are none", () => {
  const { site } = render();
  expect(textOf(site, "products/tarn/index.html")).toContain(`<link rel="canonical" href="${ORIGIN}/products/tarn/">`);
  expect(textOf(site, "sitemap.xml")).toContain(`<loc>${ORIGIN}/collections/all/2/</loc>`);
  expect(textOf(site, "sitemap.xml")).not.toContain("search");
  expect(textOf(site, "robots.txt")).toContain(`Sitemap: ${ORIGIN}/sitemap.xml`);
  const without = renderSite(sampleStore(), templateNamed("default"), { origin: null, links: "relative" }).site;
  expect([...without.files.keys()]).not.toContain("sitemap.xml");
  expect([...without.files.keys()]).not.toContain("feeds/google.tsv");
  for (const page of htmlOf(without)) expect(textOf(without, page)).not.toContain(ORIGIN);
});

test("a store that hides says so on every page and lists none", () => {
  const { site } = render({ ...fullSettings, seo: { ...fullSettings.seo, robots: "noindex" } });
  for (const page of htmlOf(site)) expect(textOf(site, page)).toContain('<meta name="robots" content="noindex">');
  expect([...site.files.keys()].filter((path) => path.startsWith("sitemap"))).toEqual([]);
  expect(textOf(site, "robots.txt")).not.toContain("Sitemap");
});

test("the feed has Google's columns, one row per variant, and no formulas", () => {
  const formula = { ...sampleProducts[0], title: "x", description: "=HYPERLINK(1)" } as (typeof sampleProducts)[number];
  const { site } = renderSite(sampleStore(fullSettings, [formula]), templateNamed("default"), {
    origin: ORIGIN,
    links: "absolute-path",
  });
  const [header, first, second, end] = textOf(site, "feeds/google.tsv").split("\n");
  expect(header).toBe(
    "id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tsale_price\tbrand\titem_group_id\tproduct_type\tproduct_highlight\tproduct_detail\tcolor\tgtin",
  );
  expect(first).toMatch(
    /^TARN-BLUE\tTarn cup in Blue\t'=HYPERLINK\(1\)\thttps:\/\/shop\.acme\.example\/products\/tarn\/\?v=TARN-BLUE\thttps:\/\/shop\.acme\.example\/assets\/tarn\.[0-9a-f]{10}\.jpg\tin_stock\t34\.00 GBP\t29\.00 GBP\tAcme\tTARN\tCups > Large\tHolds 300 ml\tCare:Dishwasher:Yes\tBlue\t9521230001373$/,
  );
  // A drawing is no picture that Google would take.
  expect(second).toMatch(/\t\tout_of_stock\t36\.00 GBP\t\tAcme\tTARN\t/);
  expect(end).toBe("");
});

test("structured data describes the store and the product with its offers", () => {
  const { site } = render();
  const dataOf = (path: string) =>
    [...textOf(site, path).matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/g)].map(
      (match) => JSON.parse(match[1] ?? "") as Record<string, unknown>,
    );
  expect(dataOf("index.html")).toMatchObject([
    {
      "@type": "Store",
      name: "Acme Ceramics",
      legalName: "Acme Ceramics Ltd",
      url: `${ORIGIN}/`,
      telephone: "+44 117 496 0123",
    },
    { "@type": "WebSite" },
  ]);
  expect(dataOf("products/tarn/index.html")).toMatchObject([
    {
      "@type": "ProductGroup",
      productGroupID: "TARN",
      hasVariant: [
        {
          sku: "TARN-BLUE",
          offers: { price: "29.00", priceCurrency: "GBP", availability: "https://schema.org/InStock" },
        },
        { sku: "TARN-SAND", offers: { price: "36.00", availability: "https://schema.org/OutOfStock" } },
      ],
    },
    { "@type": "BreadcrumbList", itemListElement: [{ name: "Home" }, { name: "All products" }, { name: "Tarn cup" }] },
  ]);
});

test("assets carry the hash of what they hold", () => {
  const paths = (settings = fullSettings) =>
    [...render(settings).site.files.keys()].filter((path) => path.startsWith("assets/"));
  const before = paths();
  expect(before.every((path) => /\.[0-9a-f]{10}\.[a-z0-9]+$/.test(path))).toBe(true);
  const after = paths({ ...fullSettings, theme: { ...fullSettings.theme, tokens: { radius: "lg" } } });
  const stylesOf = (all: string[]) => all.filter((path) => path.startsWith("assets/styles."));
  expect(stylesOf(after)).toHaveLength(1);
  expect(stylesOf(after)).not.toEqual(stylesOf(before));
});

test("a template without a page of its own for what is missing gets the engine's", () => {
  const { site } = render(fullSettings, "minimal");
  expect(htmlOf(site)).toEqual(["404.html", "index.html"]);
  expect(textOf(site, "404.html")).toContain("There is nothing at this address.");
});

test("the home page of a store that says nothing of it has a hero and its products", () => {
  const { home: _, navigation: __, ...settings } = fullSettings;
  const html = textOf(render(settings).site, "index.html");
  expect(html).toContain("<h1>Cups for every morning</h1>");
  expect(html).toContain('href="/products/tarn/"');
  expect(html).toContain('<a href="/pages/about/">About us</a>');
});

test("a German store speaks German", () => {
  const { site } = render({
    ...fullSettings,
    locale: { default: "de-DE", currency: "EUR", prices_include_tax: false },
  });
  const html = textOf(site, "index.html");
  expect(html).toContain('<html lang="de-DE" dir="ltr">');
  expect(html).toContain("Alle Preise zzgl. MwSt.");
});
