import { parse } from "parse5";
import { describe, expect, test } from "vitest";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleProducts, sampleStore } from "../fakes/sample-store.ts";
import { elementsNamed } from "./html-elements.ts";

const ORIGIN = "https://shop.acme.example";

/** The head of each page of a store: `name:description` → content, `link:canonical` → address. */
function headsOf(settings: TenantSettings, products = sampleProducts, origin: string | null = ORIGIN) {
  const { site } = renderSite(sampleStore(settings, products), templateNamed("default"), {
    origin,
    links: "absolute-path",
  });
  const pages = [...site.files.values()].filter(({ path }) => path.endsWith(".html"));
  return new Map(
    pages.map(({ path, body }) => {
      const document = parse(Buffer.from(body).toString());
      const entries = [
        ...elementsNamed(document, "meta").map(({ attributes }) => [
          attributes.get("property") ?? `name:${attributes.get("name") ?? ""}`,
          attributes.get("content") ?? "",
        ]),
        ...elementsNamed(document, "link").map(({ attributes }) => [
          `link:${attributes.get("rel") ?? ""}`,
          attributes.get("href") ?? "",
        ]),
        ...elementsNamed(document, "title").map(({ text }) => ["title", text]),
      ] as [string, string][];
      expect(entries.length, `${path} says nothing twice`).toBe(
        new Map(entries).size + entries.filter(([name]) => name === "name:").length - 1,
      );
      return [path, new Map(entries)] as const;
    }),
  );
}

/** A store that says nothing about itself: ten lines of YAML. */
const silent = (language: string): TenantSettings => {
  const { home: _, navigation: __, announcement: ___, ...settings } = fullSettings;
  return {
    ...settings,
    brand: { name: "Acme Ceramics" },
    locale: { default: language, currency: "GBP", prices_include_tax: true },
    pages: { about: { title: "About us", body: "about.md", noindex: false } },
    catalog: { ...settings.catalog, collections: [{ id: "cups", title: "Cups", match: { product_type: "Cups" } }] },
    seo: { organization_type: "Store", robots: "index" },
    contact: { email: "hello@acme.example" },
  };
};

describe("every page of a store that says nothing about itself is described", () => {
  const wordless = sampleProducts.map((product) => ({ ...product, description: "" }));
  test.each([
    ["en", "Cups at Acme Ceramics: Tarn cup, Mug"],
    ["de-AT", "Cups bei Acme Ceramics: Tarn cup, Mug"],
    ["fr", "Cups chez Acme Ceramics : Tarn cup et Mug"],
    ["es", "Cups en Acme Ceramics: Tarn cup y Mug"],
    ["ar", "Cups لدى Acme Ceramics: Tarn cup وMug"],
  ])("in %s", (language, expected) => {
    const heads = headsOf(silent(language), wordless);
    expect(heads.size).toBeGreaterThan(10);
    for (const [path, head] of heads) {
      const description = head.get("name:description") ?? "";
      expect(description, path).toContain("Acme Ceramics");
      expect(description.length, path).toBeGreaterThan(20);
      expect(description.length, path).toBeLessThanOrEqual(160);
      expect(description, path).not.toMatch(/[{}\n]|undefined/);
    }
    expect(heads.get("collections/cups/index.html")?.get("name:description")).toBe(expected);
    const paged = ["collections/all/index.html", "collections/all/2/index.html"].map((path) =>
      heads.get(path)?.get("name:description"),
    );
    expect(new Set(paged).size).toBe(2);
  });
});

test("a page's own words come first", () => {
  const heads = headsOf(fullSettings);
  const descriptionOf = (path: string) => heads.get(path)?.get("name:description");
  expect(descriptionOf("index.html")).toBe(fullSettings.seo.description);
  expect(descriptionOf("collections/cups/index.html")).toBe("To drink from");
  expect(descriptionOf("pages/about/index.html")).toBe("Who we are");
  expect(descriptionOf("products/tarn/index.html")).toBe("Tarn cup, thrown by hand and fired twice.");
  expect(descriptionOf("contact/index.html")).toBe(`Contact at Acme Ceramics: ${fullSettings.seo.description}`);
});

test("every page has what link previews ask for, in agreement with the rest of its head", () => {
  for (const [path, head] of headsOf(fullSettings)) {
    expect(head.get("og:title"), path).toBe(head.get("title"));
    expect(head.get("og:description"), path).toBe(head.get("name:description"));
    expect(head.get("og:site_name"), path).toBe("Acme Ceramics");
    expect(head.get("og:locale"), path).toBe("en_GB");
    expect(head.get("og:type"), path).toBe(path.startsWith("products/") ? "product" : "website");
    expect(head.get("og:url"), path).toBe(head.get("link:canonical"));
    expect(head.get("og:url"), path).toBe(
      path === "404.html" ? undefined : `${ORIGIN}/${path.replace(/index\.html$/, "")}`,
    );
    expect(head.get("name:twitter:card"), path).toBe(head.has("og:image") ? "summary_large_image" : "summary");
    expect(head.has("og:image:alt"), path).toBe(head.has("og:image"));
    expect(head.get("link:alternate"), path).toBe(`${ORIGIN}/feeds/products.xml`);
  }
});

test.each([
  ["de", "de_DE"],
  ["ar", "ar_EG"],
  ["fr-CA", "fr_CA"],
])("the locale %s is %s to networks", (language, expected) => {
  expect(headsOf(silent(language)).get("index.html")?.get("og:locale")).toBe(expected);
});

test("a product says its lowest price, and shows its photograph in its size", () => {
  const store = sampleStore();
  const photograph = store.pictures.get("tarn.jpg");
  if (photograph === undefined) throw new Error("no photograph");
  const size = { width: 1200, contentType: "image/jpeg", extension: "jpg", body: Buffer.from("large") } as const;
  const source = { width: 2400, height: 1800 };
  const prepared = { source, width: 1200, height: 900, placeholder: "#808080", sizes: [size] } as const;
  const pictures = new Map([...store.pictures, ["tarn.jpg", { ...photograph, prepared }]]);
  const { site } = renderSite({ ...store, pictures }, templateNamed("default"), {
    origin: ORIGIN,
    links: "absolute-path",
  });
  const html = Buffer.from(site.files.get("products/tarn/index.html")?.body ?? "").toString();
  const head = new Map(
    elementsNamed(parse(html), "meta").map(({ attributes }) => [attributes.get("property"), attributes.get("content")]),
  );
  expect(head.get("product:price:amount")).toBe("29.00");
  expect(head.get("product:price:currency")).toBe("GBP");
  expect(head.get("og:image")).toMatch(/^https:\/\/shop\.acme\.example\/assets\/tarn-1200\.[0-9a-f]{10}\.jpg$/);
  expect(head.get("og:image:width")).toBe("1200");
  expect(head.get("og:image:height")).toBe("900");
  expect(html).toContain('width="1200" height="900" data-ground="#808080"');
  expect(head.get("og:image:alt")).toBe("Tarn cup");
});

test("what has no address names none", () => {
  for (const [path, head] of headsOf(fullSettings, sampleProducts, null)) {
    expect(
      [head.get("link:canonical"), head.get("og:url"), head.get("og:image"), head.get("link:alternate")],
      path,
    ).toEqual([undefined, undefined, undefined, undefined]);
  }
});
