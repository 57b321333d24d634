import { expect, test } from "vitest";
import { checkFilters } from "../../action/src/model/collection-filter.ts";
import type { FilterIndex, FilterRow } from "../../action/src/model/filter-index.ts";
import { MOST_RULES } from "../../action/src/model/filter-styles.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Product } from "../../action/src/model/store.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";
import { only, pageAt } from "./page-tree.ts";

const product = (id: string, amount: number, type: string, ...colors: string[]): Product => {
  const [first = "", ...others] = colors;
  const variant = (color: string) => ({
    id: `${id}-${color}`,
    title: id,
    price: { amount, currency: "GBP" },
    availability: color === "Sand" ? ("out_of_stock" as const) : ("in_stock" as const),
    attributes: { color, material: "Clay" },
  });
  return {
    id,
    slug: id,
    title: id,
    description: "",
    brand: "Acme",
    type: ["Cups", type],
    highlights: [],
    details: [],
    variants: [variant(first), ...others.map(variant)],
  };
};

const PRODUCTS = [
  product("tarn", 3400, "Mugs", "Blue", "Sand"),
  product("fell", 1250, "Mugs", "Blue"),
  product("beck", 9900, "Bowls", "12 cm", "9 cm"),
];

type Filters = (typeof fullSettings)["catalog"]["filters"];

function collectionWith(
  filters: Filters | "left out",
  links: "absolute-path" | "relative" = "absolute-path",
  products: readonly Product[] = PRODUCTS,
) {
  const { filters: _, ...catalog } = fullSettings.catalog;
  const settings = { ...fullSettings, catalog: filters === "left out" || !filters ? catalog : { ...catalog, filters } };
  const { site, diagnostics } = renderSite(
    { ...sampleStore({ ...settings, home: [{ type: "quote", text: "Fine" }] }, products) },
    templateNamed("default"),
    { origin: null, links },
  );
  expect(diagnostics).toEqual([]);
  return { site, page: pageAt(site, "collections/all/index.html") };
}

test("what products differ in can be chosen, in the asked order, with numbers by their size", () => {
  const { page } = collectionWith(["availability", "material", "color", "price"]);
  const fields = page
    .all("fieldset")
    .map((fieldset) => [
      only(fieldset, "legend").text,
      fieldset.all("input").map(({ attributes }) => [attributes["name"], attributes["value"]].join("=")),
      fieldset.all("label").map(({ text }) => text),
    ]);
  expect(fields).toEqual([
    ["Availability", ["availability=in_stock", "availability=out_of_stock"], ["In stock", "Sold out"]],
    ["Colour", ["color=9 cm", "color=12 cm", "color=Blue", "color=Sand"], ["9 cm", "12 cm", "Blue", "Sand"]],
    ["Price (GBP)", ["min=", "max="], ["From", "To"]],
  ]);
});

test("settings that say nothing of it give every filter that makes a difference; an empty list gives none", () => {
  const legends = (filters: Filters | "left out") =>
    collectionWith(filters)
      .page.all("legend")
      .map(({ text }) => text);
  expect(legends("left out")).toEqual(["Kind", "Colour", "Availability", "Price (GBP)"]);
  expect(legends([])).toEqual([]);
  expect(collectionWith([]).page.all("details", "filters")).toEqual([]);
});

test.each(["absolute-path", "relative"] as const)(
  "the index has every product of the collection as the script needs it: %s",
  (links) => {
    const { site, page } = collectionWith(["color", "product_type"], links);
    const { attributes } = only(only(page, "details", "filters"), "form");
    const home = new URL(attributes["data-root"] ?? "", "https://x.example/collections/all/index.html");
    const address = new URL(attributes["data-index"] ?? "", "https://x.example/collections/all/index.html");
    const index = JSON.parse(
      Buffer.from(site.files.get(address.pathname.slice(1))?.body ?? "").toString(),
    ) as FilterIndex;
    expect({ ...index, rows: [] }).toEqual({
      count: 3,
      facets: [
        ["color", ["9 cm", "12 cm", "Blue", "Sand"], [[2, 3], 2, [1, 0]]],
        ["product_type", ["Bowls", "Mugs"], [1, 1, 0]],
      ],
      amounts: [34, 12.5, 99],
      names: [3, 2, 1],
      rows: [],
      size: 3,
    });
    const rows = index.rows.flat() as readonly FilterRow[];
    expect(rows.map(([title, , price]) => [title, price])).toEqual([
      ["tarn", "£34.00"],
      ["fell", "£12.50"],
      ["beck", "£99.00"],
    ]);
    for (const [, path, , picture] of rows) {
      const file = new URL(path, home).pathname.slice(1).replace(/\/$/, "/index.html");
      expect(site.files.has(file), file).toBe(true);
      expect(site.files.has(new URL(picture, home).pathname.slice(1)), picture).toBe(true);
    }
  },
);

test("without scripts prices come in bands of 1, 2, 5, 10 …, those that hold something", () => {
  const { site } = collectionWith(["price"]);
  const page = pageAt(site, "collections/all/index.html", { scripts: false });
  const form = only(only(page, "details", "filters"), "form");
  const boxes = form.all("input").filter(({ attributes }) => attributes["type"] === "checkbox");
  expect(boxes.map(({ attributes }) => attributes["value"])).toEqual(["10", "20", "50"]);
  expect(form.all("label").map(({ text }) => text)).toEqual(expect.arrayContaining(["£10 – £20", "£50 – £100"]));
  const marks = boxes.map(({ attributes }) => attributes["data-mark"]);
  expect(page.all("li", "card").map(({ attributes }) => marks.indexOf(attributes["data-marks"]))).toEqual([1, 0, 2]);
});

test("without scripts one page is sorted by name and price", () => {
  const { site } = collectionWith(["color"]);
  const sheet = [...site.files.values()].find(({ path }) => path.startsWith("assets/filters."));
  expect(
    Buffer.from(sheet?.body ?? "")
      .toString()
      .split("\n")
      .filter((line) => line.includes(":nth-child")),
  ).toEqual([
    "[data-marks]:nth-child(1){--name:3;--price:2}",
    "[data-marks]:nth-child(2){--name:2;--price:1}",
    "[data-marks]:nth-child(3){--name:1;--price:3}",
  ]);
});

const boxesOf = (filters: Filters, products: readonly Product[]) =>
  collectionWith(filters, "absolute-path", products)
    .page.all("input")
    .filter(({ attributes }) => attributes["type"] === "checkbox")
    .map(({ attributes }) => [attributes["value"], attributes["data-mark"]]);

test("values that differ in case alone are one, spelled as the first", () => {
  const products = [
    product("tarn", 3400, "Mugs", "Red", "red"),
    product("fell", 1250, "Mugs", "RED", "Blue"),
    product("beck", 9900, "MUGS", "blue"),
  ];
  expect(boxesOf(["color", "product_type"], products)).toEqual([
    ["Blue", "1"],
    ["Red", "2"],
  ]);
  const { page } = collectionWith(["color"], "absolute-path", products);
  expect(page.all("li", "card").map(({ attributes }) => attributes["data-marks"])).toEqual(["2", "2 1", "1"]);
});

/** One product of each colour, and `twice` more of the last ones. */
const colored = (count: number, twice: number) => {
  const colors = Array.from({ length: count }, (_, number) => `No ${number + 1}`);
  return [...colors, ...colors.slice(count - twice)].map((color, at) => product(`p${at}`, 1000, "Mugs", color));
};

test("the most frequent values are seen at once, the others are behind a button of the same facet", () => {
  const products = colored(15, 12);
  const { page } = collectionWith(["color"], "absolute-path", products);
  const [facet] = page.all("fieldset");
  if (facet === undefined) throw new Error("no facet");
  const valuesIn = (node: typeof facet) => node.all("input").map(({ attributes }) => attributes["value"]);
  const opened = only(facet, "details", "scripted");
  expect(valuesIn(opened)).toEqual(["No 1", "No 2", "No 3"]);
  expect(valuesIn(facet).slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, at) => `No ${at + 4}`));
  expect(valuesIn(facet)).toHaveLength(15);
  expect(opened.all("input").map(({ attributes }) => attributes["data-mark"])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const silent = pageAt(collectionWith(["color"], "absolute-path", products).site, "collections/all/index.html", {
    scripts: false,
  });
  expect(only(silent, "details", "filters").text).toContain("the others need scripts");
});

test("a tenant is told of a filter that cannot offer all of its values", () => {
  const told = (count: number) => {
    const { tenant } = sampleStore({
      ...fullSettings,
      catalog: { ...fullSettings.catalog, filters: ["price", "color"] },
    });
    return checkFilters(tenant, colored(count, 0));
  };
  expect(told(60)).toEqual([]);
  expect(told(61)).toEqual([
    expect.objectContaining({
      rule: "filter-values",
      severity: "warning",
      message: "color has 61 different values, its filter offers the 60 that most products have",
    }),
  ]);
  expect(boxesOf(["color"], colored(61, 0))).toHaveLength(60);
});

/** The default template's site of these products, as it is seen without scripts. */
function silentSite(products: readonly Product[], filters: NonNullable<Filters>, perPage: number) {
  const settings = {
    ...fullSettings,
    home: [{ type: "quote" as const, text: "Fine" }],
    catalog: { ...fullSettings.catalog, filters, per_page: perPage },
  };
  const { site, diagnostics } = renderSite(sampleStore(settings, products), templateNamed("default"), {
    origin: "https://acme.example",
    links: "absolute-path",
  });
  expect(diagnostics).toEqual([]);
  const open = (address: string) => pageAt(site, `${address.slice(1)}index.html`, { scripts: false });
  /** The titles on a page and on those that follow it. */
  const titlesFrom = (address: string): string[] => {
    const page = open(address);
    const next = page.all("a").find(({ attributes }) => attributes["rel"] === "next")?.attributes["href"];
    const titles = page.all("p", "card-title").map(({ text }) => text);
    return next === undefined ? titles : [...titles, ...titlesFrom(next)];
  };
  return { site, open, titlesFrom };
}

/** The links without scripts, by what they are about and what they say. */
const listingsOf = (page: ReturnType<typeof pageAt>) =>
  new Map(
    only(page, "details", "filters")
      .all("nav")
      .flatMap((group) =>
        group
          .all("a")
          .map(({ text, attributes }) => [`${group.attributes["aria-label"]}: ${text}`, attributes["href"] ?? ""]),
      ),
  );

test("one page with more boxes and cards than its styles may have rules for is sorted by links", () => {
  const orders = (count: number) => {
    const page = silentSite(colored(count, 0), ["color"], 96).open("/collections/all/");
    const inPage = page.all("a").filter(({ attributes }) => attributes["id"]?.startsWith("sort-"));
    return [inPage.length, [...listingsOf(page).keys()].length];
  };
  expect(orders(MOST_RULES - 12)).toEqual([4, 0]);
  expect(orders(MOST_RULES - 11)).toEqual([0, 4]);
});

test("on several pages links sort and narrow down the whole collection without scripts", () => {
  const products = [
    product("mug 10", 3400, "Mugs", "Blue", "Sand"),
    product("mug 9", 1250, "Mugs", "Blue"),
    product("bowl", 9900, "Bowls", "أزرق", "Sand!"),
    product("cup", 1000, "Cups", "Sand?"),
    product("pot", 2000, "Cups", "Sand"),
  ];
  const { site, open, titlesFrom } = silentSite(products, ["color", "availability", "price"], 2);
  const links = listingsOf(open("/collections/all/"));
  const listed = Object.fromEntries([...links].map(([about, address]) => [about, titlesFrom(address)]));
  expect(listed).toEqual({
    "Sort by: Our order": ["mug 10", "mug 9", "bowl", "cup", "pot"],
    "Sort by: Name": ["bowl", "cup", "mug 9", "mug 10", "pot"],
    "Sort by: Price, low to high": ["cup", "mug 9", "pot", "mug 10", "bowl"],
    "Sort by: Price, high to low": ["bowl", "mug 10", "pot", "mug 9", "cup"],
    "Colour: Blue": ["mug 10", "mug 9"],
    "Colour: Sand": ["mug 10", "pot"],
    "Colour: Sand!": ["bowl"],
    "Colour: Sand?": ["cup"],
    "Colour: أزرق": ["bowl"],
    "Availability: In stock": ["mug 10", "mug 9", "bowl", "cup"],
    "Availability: Sold out": ["mug 10", "pot"],
    "Price: £10 – £20": ["mug 9", "cup"],
    "Price: £20 – £50": ["mug 10", "pot"],
    "Price: £50 – £100": ["bowl"],
  });
  expect(new Set(links.values()).size).toBe(links.size);

  const page = open(links.get("Price: £20 – £50") ?? "");
  expect(only(page, "title").text).toBe("All products · £20 – £50 · Acme");
  expect(page.all("a").filter(({ attributes }) => attributes["aria-current"] === "true")).toMatchObject([
    { text: "£20 – £50" },
  ]);
  expect(page.all("p", "count").map(({ text }) => text)).toEqual(["2 products"]);
  expect(only(only(page, "details", "filters"), "form").attributes).toMatchObject({
    class: "scripted",
    action: "/collections/all/",
    "data-asked": "min=20&max=49.99",
  });
  const sitemap = Buffer.from(site.files.get("sitemap.xml")?.body ?? "").toString();
  expect(sitemap).not.toContain("listings/");
  for (const address of links.values()) {
    const hidden = open(address)
      .all("meta")
      .some(({ attributes }) => attributes["name"] === "robots" && attributes["content"] === "noindex");
    expect(hidden, address).toBe(address.startsWith("/listings/"));
  }
});

test("a collection of one product has nothing to choose from", () => {
  const { site } = renderSite(sampleStore(), templateNamed("default"), { origin: null, links: "absolute-path" });
  expect(pageAt(site, "collections/cups/index.html").all("form")).toHaveLength(1);
  const { site: single } = renderSite(sampleStore(fullSettings, PRODUCTS.slice(0, 1)), templateNamed("default"), {
    origin: null,
    links: "absolute-path",
  });
  expect(pageAt(single, "collections/cups/index.html").all("form")).toEqual([]);
});
