import { expect, test } from "vitest";
import type { FilterIndex } from "../../action/src/model/collection-filter.ts";
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

function collectionWith(filters: Filters | "left out", links: "absolute-path" | "relative" = "absolute-path") {
  const { filters: _, ...catalog } = fullSettings.catalog;
  const settings = { ...fullSettings, catalog: filters === "left out" || !filters ? catalog : { ...catalog, filters } };
  const { site, diagnostics } = renderSite(
    { ...sampleStore({ ...settings, home: [{ type: "quote", text: "Fine" }] }, PRODUCTS) },
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
    const { facets, rows } = JSON.parse(
      Buffer.from(site.files.get(address.pathname.slice(1))?.body ?? "").toString(),
    ) as FilterIndex;
    expect(facets).toEqual(["color", "product_type"]);
    expect(rows.map(([title, , price, , amount, ...values]) => [title, price, amount, ...values])).toEqual([
      ["tarn", "£34.00", 34, ["Blue", "Sand"], ["Mugs"]],
      ["fell", "£12.50", 12.5, ["Blue"], ["Mugs"]],
      ["beck", "£99.00", 99, ["12 cm", "9 cm"], ["Bowls"]],
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

test("a collection of one product has nothing to choose from", () => {
  const { site } = renderSite(sampleStore(), templateNamed("default"), { origin: null, links: "absolute-path" });
  expect(pageAt(site, "collections/cups/index.html").all("form")).toHaveLength(1);
  const { site: single } = renderSite(sampleStore(fullSettings, PRODUCTS.slice(0, 1)), templateNamed("default"), {
    origin: null,
    links: "absolute-path",
  });
  expect(pageAt(single, "collections/cups/index.html").all("form")).toEqual([]);
});
