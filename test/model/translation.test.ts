/** A store in several languages: what its file may say, what becomes of its catalog, how its pages lead to each other. */
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../action/src/model/catalog.ts";
import { translateCatalog } from "../../action/src/model/catalog-translation.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Site } from "../../action/src/model/site.ts";
import type { Product } from "../../action/src/model/store.ts";
import { readTenant } from "../../action/src/model/tenant.ts";
import { translateTenant } from "../../action/src/model/translation.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore, translatedSettings } from "../fakes/sample-store.ts";
import { sampleTenant } from "./sample-tenant.ts";

const TENANT = `schema: storefront/v1
id: acme
brand: { name: Acme, tagline: Cups }
locale: { default: en-GB, currency: GBP }
contact: { email: hello@acme.example }
pages: { about: { title: About, body: about.md } }
catalog:
  products:
    - { id: mug, title: Mug, price: 12.00 GBP, product_type: Cups }
  collections:
    - { id: cups, title: Cups, match: { product_type: Cups } }
`;
const WHOLE =
  "brand: { tagline: Tasses }, catalog: fr.csv, collections: { cups: { title: Tasses } }, pages: { about: { title: Nous, body: fr.md } }";
const read = (translations: string) =>
  readTenant(
    { id: "acme", file: "tenants/acme.yaml", folder: "tenants/acme" },
    Buffer.from(`${TENANT}translations:\n${translations}\n`),
  );
const findings = (translations: string): string[] =>
  read(translations).diagnostics.map(
    ({ severity, rule, location, message }) => `${severity} ${rule} ${location.line}:${location.column} ${message}`,
  );

describe("a translation in a tenant's file", () => {
  test("that says everything is fine", () => {
    expect(findings(`  fr-CH: { ${WHOLE} }`)).toEqual([]);
  });

  test("that leaves texts out is told which; a page must not be among them", () => {
    expect(findings("  fr-CH: { messages: { product.ask: Demander } }")).toEqual([
      'error translation-missing 13:3 the store has the page "about", but not in fr-CH',
      "warning translation-missing 13:3 in fr-CH these stay in en-GB: brand.tagline, collections.cups, catalog",
    ]);
  });

  test.each([
    ["the first language again", `en-GB: { ${WHOLE} }`, "error translation-same 13:3"],
    ["a language that nobody knows", `xx-YY: { ${WHOLE} }`, "error unknown-locale 13:3"],
    [
      "a page too many",
      `fr-CH: { ${WHOLE.replace("about:", "abuot: { title: A, body: a.md }, about:")} }`,
      "error unknown-page 13:",
    ],
    [
      "a link to nothing",
      `fr-CH: { ${WHOLE}, navigation: { header: [{ label: Bols, collection: bols }] } }`,
      "error unknown-collection 13:",
    ],
    ["no tag", `French: { ${WHOLE} }`, "error"],
  ])("with %s is refused there", (_what, translation, start) => {
    const found = findings(`  ${translation}`);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]?.startsWith(start)).toBe(true);
  });

  test("is a tenant like any other, with its own places", () => {
    const tenant = sampleTenant({ ...translatedSettings });
    const french = translateTenant(tenant, "fr-CH");
    expect(french.settings.locale).toEqual({
      ...fullSettings.locale,
      default: "fr-CH",
      messages: { "product.ask": "Demander à la potière" },
    });
    expect(french.settings.brand.name).toBe("Acme Ceramics");
    expect(french.settings.brand.tagline).toBe("Des tasses pour chaque matin");
    expect(french.settings.catalog.collections[0]?.match).toEqual(fullSettings.catalog.collections[0]?.match);
    const columnOf = (pointer: string): number => french.locate(pointer).column - 1;
    expect(columnOf("/home/0/heading")).toBe("/translations/fr-CH/home/0/heading".length);
    expect(columnOf("/locale/messages/product.ask")).toBe("/translations/fr-CH/messages/product.ask".length);
    expect(columnOf("/contact/email")).toBe("/contact/email".length);
  });
});

describe("a catalog", () => {
  const products = [
    {
      id: "mug-blue",
      item_group_id: "mug",
      title: "Mug in Blue",
      price: "12.00 GBP",
      color: "Blue",
      product_type: "Cups",
    },
    {
      id: "mug-sand",
      item_group_id: "mug",
      title: "Mug in Sand",
      price: "14.00 GBP",
      color: "Sand",
      product_type: "Cups",
    },
    { id: "bowl", title: "Bowl", price: "20.00 GBP", description: "Deep", product_type: "Bowls" },
  ];
  const input = { file: "tenants/acme/products.json", bytes: Buffer.from(JSON.stringify({ products })) };
  const collections = [{ id: "cups", title: "Tasses", match: { product_type: "Cups" } }];
  const tenant = sampleTenant({ catalog: { ...sampleTenant().settings.catalog, collections } });
  const { catalog: first } = readCatalog(tenant, input);
  if (first === undefined) throw new Error("the catalog is broken");
  const translate = (table: string) => {
    const { catalog, diagnostics } = translateCatalog(tenant, first, input, {
      file: "fr.csv",
      bytes: Buffer.from(table),
    });
    return {
      catalog,
      found: diagnostics.map(({ severity, rule, location }) => `${severity} ${rule} ${location.line}`),
    };
  };

  test("takes texts by product and by variant, and keeps addresses, prices and collections", () => {
    const { catalog, found } = translate(
      "id,title,product_type,color\nmug,Tasse,Vaisselle,\nmug-blue,,,Bleu\nmug-sand,,,Sable\nbowl,Bol,Bols,\n",
    );
    expect(found).toEqual([]);
    expect(catalog?.products.map(({ id, slug, title, type }) => ({ id, slug, title, type }))).toEqual([
      { id: "mug", slug: "mug", title: "Tasse", type: ["Vaisselle"] },
      { id: "bowl", slug: "bowl", title: "Bol", type: ["Bols"] },
    ]);
    expect(catalog?.products[0]?.variants.map(({ attributes, price }) => [attributes["color"], price.amount])).toEqual([
      ["Bleu", 1200],
      ["Sable", 1400],
    ]);
    expect(catalog?.products[1]?.description).toBe("Deep");
    expect(catalog?.collections.map(({ id, products: listed }) => [id, listed.map(({ title }) => title)])).toEqual([
      ["all", ["Tasse", "Bol"]],
      ["cups", ["Tasse"]],
    ]);
  });

  test("looks the same in every language, whatever its words call to mind", () => {
    const { catalog } = translate(
      "id,title,product_type,color\nmug,Sunglasses,Lunettes,\nmug-blue,,,Vert\nmug-sand,,,Rouge\nbowl,Espresso,Coffee,\n",
    );
    const drawings = (list: readonly Product[]): string[] => {
      const { site } = renderSite(sampleStore(fullSettings, list), templateNamed("default"), {
        origin: null,
        links: "absolute-path",
      });
      return [...site.files.keys()].filter((path) => /^assets\/.*\.svg$/.test(path)).toSorted();
    };
    expect(drawings(first.products).length).toBeGreaterThan(2);
    expect(drawings(catalog?.products ?? [])).toEqual(drawings(first.products));
  });

  test.each([
    [
      "a product that is not there",
      "id,title\nmug,Tasse\nbowl,Bol\ncup,Coupe\n",
      ["error translation-unknown-product 4"],
    ],
    ["a price", "id,title,price\nmug,Tasse,9.00 GBP\nbowl,Bol,\n", ["error translation-column 2"]],
    ["the same twice", "id,title\nmug,Tasse\nmug,Chope\nbowl,Bol\n", ["error catalog-duplicate-id 3"]],
    ["a title that nobody may see", "id,title\nmug,Ta\u202esse\nbowl,Bol\n", ["error text-bidi 2"]],
    ["no column for ids", "title\nTasse\n", expect.arrayContaining(["error catalog-column 1"])],
    ["a product left out", "id,title\nmug,Tasse\n", ["warning translation-missing 1"]],
  ])("with %s is told so", (_what, table, expected) => {
    expect(translate(table).found).toEqual(expected);
  });
});

describe.each(["default", "minimal"])("the site of template %s", (name) => {
  const ORIGIN = "https://shop.acme.example";
  const render = (links: "absolute-path" | "relative", origin: string | null = ORIGIN): Site => {
    const { site, diagnostics } = renderSite(sampleStore(translatedSettings), templateNamed(name), { origin, links });
    expect(diagnostics).toEqual([]);
    return site;
  };
  const textOf = (site: Site, path: string): string => Buffer.from(site.files.get(path)?.body ?? "").toString();
  const pagesOf = (site: Site): string[] => [...site.files.keys()].filter((path) => path.endsWith(".html"));
  const alternatesOf = (html: string): string[] =>
    [...html.matchAll(/<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">/g)].map(
      ([, tag, url]) => `${tag} ${url}`,
    );

  test("has every page in both languages, but what is missing once", () => {
    const pages = pagesOf(render("absolute-path"));
    const french = pages.filter((path) => path.startsWith("fr-ch/")).map((path) => path.slice("fr-ch/".length));
    expect(french).toEqual(pages.filter((path) => !path.startsWith("fr-ch/") && path !== "404.html"));
    expect(french).toContain("index.html");
  });

  test("says the language, and each page names all languages, itself among them, both ways", () => {
    const site = render("absolute-path");
    for (const path of pagesOf(site)) {
      const html = textOf(site, path);
      expect(html).toContain(`<html lang="${path.startsWith("fr-ch/") ? "fr-CH" : "en-GB"}"`);
      const place = path.replace(/^fr-ch\//, "").replace(/index\.html$/, "");
      const all = [`en-GB ${ORIGIN}/${place}`, `fr-CH ${ORIGIN}/fr-ch/${place}`, `x-default ${ORIGIN}/${place}`];
      const isHidden = html.includes('content="noindex"') || (path === "404.html" && name === "minimal");
      expect(alternatesOf(html), path).toEqual(isHidden ? [] : all);
    }
  });

  test("says nothing to search engines without an address", () => {
    expect(alternatesOf(textOf(render("absolute-path", null), "index.html"))).toEqual([]);
  });

  test.each(["absolute-path", "relative"] as const)(
    "links by %s lead to files, and the menu to the same page",
    (links) => {
      const site = render(links);
      for (const path of pagesOf(site)) {
        const html = textOf(site, path);
        const targets = [
          ...html.matchAll(/ (?:href|src|data-index|data-root)="(?!https?:|mailto:|tel:|#)([^"]*)"/g),
        ].map(([, target = ""]) => target.replace(/[?#].*$/, ""));
        for (const target of targets) {
          const resolved = posix.join(target.startsWith("/") ? "" : posix.dirname(path), target).replace(/^\//, "");
          const file =
            resolved === "." || resolved.endsWith("/") || resolved === ""
              ? posix.join(resolved, "index.html")
              : resolved;
          expect([...site.files.keys()], `${path} → ${target}`).toContain(file.replace(/^\.\//, ""));
        }
        const menu = [...html.matchAll(/<a lang="([^"]+)" hreflang="[^"]+" href="([^"]+)"/g)].map(([, tag]) => tag);
        // The engine's own page for what is missing has no menus.
        expect(menu).toEqual(path === "404.html" && name === "minimal" ? [] : ["en-GB", "fr-CH"]);
      }
    },
  );

  test("has a sitemap of both", () => {
    const sitemap = textOf(render("absolute-path"), "sitemap.xml");
    expect(sitemap).toContain(`<loc>${ORIGIN}/</loc>`);
    expect(sitemap).toContain(`<loc>${ORIGIN}/fr-ch/</loc>`);
  });
});

test("scripts find pages and pictures from the home page of their language", () => {
  const { site } = renderSite(sampleStore(translatedSettings), templateNamed("default"), {
    origin: null,
    links: "absolute-path",
  });
  const html = Buffer.from(site.files.get("fr-ch/collections/all/index.html")?.body ?? "").toString();
  const [, index = "", root = ""] = /data-index="([^"]+)" data-root="([^"]+)"/.exec(html) ?? [];
  const { rows } = JSON.parse(Buffer.from(site.files.get(index.slice(1))?.body ?? "").toString()) as {
    rows: [string, string, string, string][][];
  };
  expect(rows.flat().length).toBeGreaterThan(5);
  for (const [, page, , picture] of rows.flat()) {
    const pathOf = (link: string): string =>
      new URL(link, new URL(root, "https://shop.acme.example/")).pathname.slice(1);
    expect(pathOf(page)).toMatch(/^fr-ch\/products\//);
    expect(site.files.has(`${pathOf(page)}index.html`)).toBe(true);
    expect(site.files.has(pathOf(picture))).toBe(true);
  }
});

test("a store in one language says nothing of languages", () => {
  const { site } = renderSite(sampleStore(), templateNamed("default"), {
    origin: "https://a.example",
    links: "relative",
  });
  const html = Buffer.from(site.files.get("index.html")?.body ?? "").toString();
  expect(html).not.toContain("hreflang");
  expect(html).not.toContain("languages");
});
