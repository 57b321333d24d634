import { XMLParser, XMLValidator } from "fast-xml-parser";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../action/src/model/catalog.ts";
import { FEED_ATTRIBUTES } from "../../action/src/model/feed.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Product } from "../../action/src/model/store.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";
import { sampleTenant } from "./sample-tenant.ts";

type Row = Readonly<Record<string, unknown>>;

/** Reads rows or a file as a tenant's catalog; fails on any problem but a hint. */
function productsOf(file: "products.json" | "products.tsv", body: readonly Row[] | string): readonly Product[] {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify({ products: body }));
  const { catalog, diagnostics } = readCatalog(sampleTenant(), { file, bytes });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return catalog?.products ?? [];
}

/** The feeds of a store, from its rendered site. */
function feedsOf(products: readonly Product[]) {
  const template = templateNamed("default");
  const { site } = renderSite(
    sampleStore(fullSettings, products),
    { ...template, pages: { index: () => "", product: () => "" } },
    { origin: "https://shop.acme.example", links: "absolute-path" },
  );
  const textOf = (path: string) => Buffer.from(site.files.get(path)?.body ?? "").toString();
  return {
    table: textOf("feeds/google.tsv"),
    xml: textOf("feeds/google.xml"),
    news: textOf("feeds/products.xml"),
  };
}

const PARSER = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => ["item", "g:product_highlight", "g:product_detail", "g:additional_image_link"].includes(name),
});

type XmlItem = Readonly<Record<string, string | readonly (string | Readonly<Record<string, string>>)[]>>;

/** In a catalog, `'` marks a text that begins like a formula. */
const asText = (text: string): string => (/^[=+\-@]/.test(text) ? `'${text}` : text);

/** The items of a feed as an author would write them into a catalog. */
function rowsOf(xml: string): readonly Row[] {
  expect(XMLValidator.validate(xml)).toBe(true);
  const { rss } = PARSER.parse(xml) as { rss: { channel: { item: readonly XmlItem[] } } };
  return rss.channel.item.map((item) =>
    Object.fromEntries(
      Object.entries(item)
        .filter(([name]) => name !== "#text")
        .map(([name, value]) => {
          const attribute = name.replace("g:", "");
          if (typeof value === "string") return [attribute, asText(value)];
          if (attribute === "additional_image_link")
            return [attribute, value.map((one) => (typeof one === "string" ? one : "")).join(", ")];
          return [
            attribute,
            value.map((one) =>
              typeof one === "string"
                ? asText(one)
                : {
                    section_name: asText(one["g:section_name"] ?? ""),
                    attribute_name: one["g:attribute_name"],
                    attribute_value: one["g:attribute_value"],
                  },
            ),
          ];
        }),
    ),
  );
}

const LETTERS = Array.from("abcXYZ019 \"',;&|\\/#%é字ß=+-@()");
const letters = (from: readonly string[], maxLength = 12) =>
  fc
    .array(fc.constantFrom(...from), { minLength: 1, maxLength })
    .map((list) => list.join("").trim())
    .filter((text) => text !== "" && !/^'[=+\-@]/.test(text));
const words = letters(LETTERS);
const written = words.map(asText);
const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

/** Attributes of any text; the others have forms of their own. */
const FREE = FEED_ATTRIBUTES.filter(
  (name) =>
    !/^(?:id|title|description|link|image_link|additional_image_link|availability|price|sale_price|brand|item_group_id|product_type|product_highlight|product_detail|condition|gtin|sale_price_effective_date)$/.test(
      name,
    ),
);

const amount = fc
  .integer({ min: 200, max: 999_999 })
  .map((pence) => `${Math.floor(pence / 100)}.${String(pence % 100).padStart(2, "0")} GBP`);
const row = fc.record(
  {
    title: written,
    price: amount,
    sale_price: sometimes(fc.constantFrom("1.00 GBP", "1.99 GBP")),
    description: sometimes(fc.array(written, { minLength: 1, maxLength: 3 }).map((lines) => lines.join("\n\n"))),
    availability: sometimes(fc.constantFrom("in_stock", "out_of_stock", "preorder", "backorder")),
    condition: sometimes(fc.constantFrom("new", "used", "refurbished")),
    gtin: sometimes(fc.constant("9521230001373")),
    brand: sometimes(written),
    additional_image_link: sometimes(
      fc.constantFrom("https://pictures.example/a.jpg", "https://p.example/1.png, https://p.example/2.png"),
    ),
    product_type: sometimes(
      fc.array(letters(Array.from("abc é&'")), { minLength: 1, maxLength: 3 }).map((all) => all.join(" > ")),
    ),
    item_group_id: sometimes(fc.constantFrom("GROUP-1", "GROUP-2")),
    product_highlight: sometimes(fc.array(written, { maxLength: 3 })),
    product_detail: sometimes(
      fc.array(
        fc.record({
          section_name: sometimes(written).map((section) => section ?? ""),
          attribute_name: words,
          attribute_value: letters([...LETTERS, ":"]),
        }),
        { maxLength: 3 },
      ),
    ),
    free: fc.dictionary(fc.constantFrom(...FREE), written, { maxKeys: 4 }),
  },
  { requiredKeys: ["title", "price"] },
);
const catalogs = fc.array(row, { minLength: 1, maxLength: 6 }).map((all) =>
  all.map(({ free = {}, ...attributes }, index): Row => {
    const filled = Object.entries({ ...attributes, ...free, id: `SKU-${index}` });
    return Object.fromEntries(
      filled.filter(
        ([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
      ),
    );
  }),
);

/** What a feed adds on purpose: the store's name where a product names no brand. */
const asFed = (products: readonly Product[]) =>
  products.map((product) => ({ ...product, brand: product.brand || fullSettings.brand.name }));

describe("a catalog, its store, the store's feed, read as a catalog, is the same catalog", () => {
  test.each(["table", "xml"] as const)("by the %s", (form) => {
    fc.assert(
      fc.property(catalogs, (rows) => {
        const products = productsOf("products.json", rows);
        const feeds = feedsOf(products);
        const again =
          form === "table" ? productsOf("products.tsv", feeds.table) : productsOf("products.json", rowsOf(feeds.xml));
        expect(again).toEqual(asFed(products));
      }),
      { numRuns: 150 },
    );
  });
});

test("what begins like a formula is text in every cell, and is the tenant's own text again when it is read", () => {
  const products = productsOf("products.json", [
    { id: "A", title: "'=HYPERLINK(1)", price: "9.00 GBP", color: "-2.25", size: "'+cmd|x", description: "'@SUM(A1)" },
  ]);
  expect(products).toMatchObject([
    {
      title: "=HYPERLINK(1)",
      description: "@SUM(A1)",
      variants: [{ attributes: { color: "-2.25", size: "+cmd|x" } }],
    },
  ]);
  const { table, xml } = feedsOf(products);
  const cells = table.trim().split(/[\n\t]/);
  expect(cells).toEqual(expect.arrayContaining(["'=HYPERLINK(1)", "'-2.25", "'+cmd|x", "'@SUM(A1)"]));
  expect(cells.filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
  expect(productsOf("products.tsv", table)).toEqual(asFed(products));
  expect(xml).toContain("<title>=HYPERLINK(1)</title>");
});

test("the XML is RSS 2.0 with Google's attributes in their namespace", () => {
  const { xml } = feedsOf(sampleStore().catalog.products);
  const { rss } = PARSER.parse(xml) as {
    rss: Readonly<Record<string, unknown>> & { channel: XmlItem & { item: XmlItem[] } };
  };
  expect(rss).toMatchObject({ "@_version": "2.0", "@_xmlns:g": "http://base.google.com/ns/1.0" });
  expect(rss.channel).toMatchObject({ title: "Acme Ceramics", link: "https://shop.acme.example/" });
  expect(rss.channel.item[0]).toMatchObject({
    "g:id": "TARN-BLUE",
    title: "Tarn cup in Blue",
    link: "https://shop.acme.example/products/tarn/?v=TARN-BLUE",
    "g:availability": "in_stock",
    "g:price": "34.00 GBP",
    "g:sale_price": "29.00 GBP",
    "g:product_highlight": ["Holds 300 ml"],
  });
  const known = new Set<string>([
    "title",
    "link",
    "description",
    "#text",
    ...FEED_ATTRIBUTES.map((name) => `g:${name}`),
  ]);
  expect(rss.channel.item.flatMap((item) => Object.keys(item)).filter((name) => !known.has(name))).toEqual([]);
});

test("the news have each product once, in the catalog's order, by its address and without a date", () => {
  const [first, second] = sampleStore().catalog.products as readonly [Product, Product];
  const spoken = { ...first, title: "Cup & <saucer>", description: "Salt & <pepper>" };
  const { news } = feedsOf([spoken, second]);
  expect(XMLValidator.validate(news)).toBe(true);
  expect(news).not.toMatch(/pubDate|lastBuildDate/);
  const { rss } = PARSER.parse(news) as { rss: { channel: XmlItem & { item: readonly XmlItem[] } } };
  expect(rss.channel).toMatchObject({
    title: "Acme Ceramics",
    link: "https://shop.acme.example/",
    language: "en-GB",
    "atom:link": { "@_href": "https://shop.acme.example/feeds/products.xml", "@_rel": "self" },
  });
  expect(rss.channel.item).toMatchObject([
    {
      title: "Cup & <saucer>",
      link: "https://shop.acme.example/products/tarn/",
      guid: "https://shop.acme.example/products/tarn/",
      description: "Salt &amp; &lt;pepper&gt;",
    },
    { title: "Bowl 1" },
  ]);
});
