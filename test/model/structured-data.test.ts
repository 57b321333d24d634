import { parse } from "parse5";
import { describe, expect, test } from "vitest";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Site } from "../../action/src/model/site.ts";
import type { Product } from "../../action/src/model/store.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleProducts, sampleStore } from "../fakes/sample-store.ts";
import { elementsNamed } from "./html-elements.ts";
import { type SearchSchema, searchProblems } from "./search-schemas.ts";

const ORIGIN = "https://shop.acme.example";
const render = (settings: TenantSettings = fullSettings, products: readonly Product[] = sampleProducts): Site =>
  renderSite(sampleStore(settings, products), templateNamed("default"), { origin: ORIGIN, links: "absolute-path" })
    .site;

type Data = Readonly<Record<string, unknown>> & { readonly "@type": string };

/** The structured data of a page, as a browser finds it. */
function dataOf(site: Site, path: string): readonly Data[] {
  const html = Buffer.from(site.files.get(path)?.body ?? "").toString();
  return elementsNamed(parse(html), "script").flatMap(({ attributes, text }) =>
    attributes.get("type") === "application/ld+json" ? [JSON.parse(text) as Data] : [],
  );
}

const BUSINESSES = new Set(["LocalBusiness", "Store", "Optician", "JewelryStore", "ClothingStore", "HomeGoodsStore"]);

function schemaOf(type: string): SearchSchema {
  if (BUSINESSES.has(type)) return "LocalBusiness";
  return type === "OnlineStore" ? "Organization" : (type as SearchSchema);
}

const problemsOf = (site: Site) =>
  [...site.files.keys()]
    .filter((path) => path.endsWith(".html"))
    .flatMap((path) =>
      dataOf(site, path).flatMap((value) =>
        searchProblems(schemaOf(value["@type"]), value).map((problem) => `${path} ${value["@type"]}${problem}`),
      ),
    );

describe("every value is what Google asks for", () => {
  const { address: _, ...reachable } = fullSettings.contact;
  const { contact, seo } = fullSettings;
  const [first] = sampleProducts as readonly [Product, ...Product[]];
  const [lead] = first.variants;
  test.each([
    ["of a full store", fullSettings, sampleProducts],
    ["of a store without a place", { ...fullSettings, contact: reachable }, sampleProducts],
    ["of an organization", { ...fullSettings, seo: { ...seo, organization_type: "Organization" } }, sampleProducts],
    [
      "of a store that says the least",
      { ...fullSettings, brand: { name: "Acme" }, contact: { email: contact.email } },
      [{ ...first, description: "", brand: "" }],
    ],
    [
      "of used things on sale for a while",
      fullSettings,
      [
        {
          ...first,
          variants: [
            {
              ...lead,
              attributes: {
                ...lead.attributes,
                condition: "Used",
                sale_price_effective_date: "2030-01-01T00:00+01:00/2030-02-01T00:00+01:00",
              },
            },
          ],
        },
      ],
    ],
  ] as const)("%s", (_name, settings, products) => {
    const site = render(settings, products);
    expect(dataOf(site, "products/tarn/index.html")).toHaveLength(2);
    expect(problemsOf(site)).toEqual([]);
  });
});

test("the schemas find what is missing", () => {
  const group = dataOf(render(), "products/tarn/index.html")[0];
  const broken = JSON.parse(JSON.stringify(group)) as { hasVariant: Record<string, unknown>[] };
  delete broken.hasVariant[0]?.["image"];
  delete (broken.hasVariant[1]?.["offers"] as Record<string, unknown> | undefined)?.["price"];
  expect(searchProblems("ProductGroup", broken)).toEqual([
    "/hasVariant/0 must have required property 'image'",
    "/hasVariant/1/offers must have required property 'price'",
  ]);
});

test("a product's variants have an address, a picture, an offer each, and say what they differ in", () => {
  expect(dataOf(render(), "products/tarn/index.html")[0]).toMatchObject({
    "@type": "ProductGroup",
    variesBy: ["https://schema.org/color"],
    hasVariant: [
      {
        url: `${ORIGIN}/products/tarn/?v=TARN-BLUE`,
        image: expect.stringMatching(/\/assets\/tarn\.[0-9a-f]{10}\.jpg$/) as string,
        gtin: "9521230001373",
        offers: {
          url: `${ORIGIN}/products/tarn/?v=TARN-BLUE`,
          price: "29.00",
          priceSpecification: { price: "34.00" },
          itemCondition: "https://schema.org/NewCondition",
        },
      },
      { url: `${ORIGIN}/products/tarn/?v=TARN-SAND`, offers: { price: "36.00" } },
    ],
  });
});

test("a sale ends when the catalog says so, and there is no end otherwise", () => {
  const [first] = sampleProducts as readonly [Product, ...Product[]];
  const [lead] = first.variants;
  const untilOf = (attributes: Readonly<Record<string, string>>, sale = true) => {
    const { salePrice, ...without } = lead;
    const variant = { ...without, ...(sale && salePrice && { salePrice }), attributes };
    const [data] = dataOf(render(fullSettings, [{ ...first, variants: [variant] }]), "products/tarn/index.html");
    return (data?.["offers"] as Record<string, unknown> | undefined)?.["priceValidUntil"];
  };
  const dates = { sale_price_effective_date: "2030-01-01T00:00Z / 2030-02-01T23:59Z" };
  expect(untilOf(dates)).toBe("2030-02-01");
  expect(untilOf({ condition: "new" })).toBeUndefined();
  expect(untilOf(dates, false)).toBeUndefined();
});

test("a store without a place to visit is one online; an organization stays one", () => {
  const { address: _, ...contact } = fullSettings.contact;
  const typeOf = (settings: TenantSettings) => dataOf(render(settings), "index.html")[0]?.["@type"];
  expect(typeOf(fullSettings)).toBe("Store");
  expect(typeOf({ ...fullSettings, contact })).toBe("OnlineStore");
  const seo = { ...fullSettings.seo, organization_type: "Organization" } as const;
  expect(typeOf({ ...fullSettings, contact, seo })).toBe("Organization");
});

test("the site names its search only where there is one", () => {
  const template = templateNamed("default");
  const { search: _, ...pages } = template.pages;
  const without = { ...template, pages } as typeof template;
  const actionOf = (from: typeof template) => {
    const { site } = renderSite(sampleStore(), from, { origin: ORIGIN, links: "absolute-path" });
    return dataOf(site, "index.html").find((data) => data["@type"] === "WebSite")?.["potentialAction"];
  };
  expect(actionOf(template)).toMatchObject({ target: { urlTemplate: `${ORIGIN}/search/?q={search_term_string}` } });
  expect(actionOf({ ...without, partials: searchless(template.partials) })).toBeUndefined();
});

/** The header links to the search page. */
const searchless = (partials: ReturnType<typeof templateNamed>["partials"]) =>
  new Map([...partials, ["header", () => ""]] as const);
