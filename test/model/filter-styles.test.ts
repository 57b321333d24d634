import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { filterMarks, filterStyles, MOST_RULES, orderStyles } from "../../action/src/model/filter-styles.ts";
import { MOST_PAGE_BYTES } from "../../action/src/model/page-weight.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { schemesOf, themeCss, tokensOf } from "../../action/src/model/theme.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleProducts, sampleStore } from "../fakes/sample-store.ts";
import { pageAt } from "./page-tree.ts";

type Thing = Readonly<Record<string, readonly string[]>>;
const newMarks = () => filterMarks((thing: Thing, name: string) => thing[name] ?? []);

test("a value has one number wherever it is asked for, and what nobody offers has none", () => {
  const marks = newMarks();
  expect([marks.of("color", "Red"), marks.of("size", "Red"), marks.of("color", "Red")]).toEqual([1, 2, 1]);
  expect(marks.on({ color: ["Blue", "Red"], size: ["Red"], brand: ["Acme"] })).toBe("1 2");
  expect(marks.on({})).toBe("");
});

test("a facet hides all, and each of its boxes shows again what has it", () => {
  expect(
    filterStyles([
      { name: "color", values: [{ mark: 1 }, { mark: 2 }] },
      { name: "size", values: [{ mark: 3 }] },
    ]).split("\n"),
  ).toEqual([
    "body{counter-reset:left}",
    "[data-marks]{counter-increment:left;display:var(--no-color,var(--no-size,flex))}",
    "[data-left]::before{content:counter(left)}",
    "body:not(:has([data-mark]:checked)) :has(>[data-left]){display:none}",
    "body:has([name=color]:checked) [data-marks]{--no-color:none}",
    'body:has([data-mark="1"]:checked) [data-marks~="1"],body:has([data-mark="2"]:checked) [data-marks~="2"]{--no-color:initial}',
    "body:has([name=size]:checked) [data-marks]{--no-size:none}",
    'body:has([data-mark="3"]:checked) [data-marks~="3"]{--no-size:initial}',
    "",
  ]);
});

test("an order that the address asks for gives each card its place", () => {
  expect(
    orderStyles([
      { name: 2, price: 1 },
      { name: 1, price: 1 },
    ]).split("\n"),
  ).toEqual([
    ":has(>[data-marks]){reading-flow:grid-order}",
    '[id^="sort-"]:target{font-weight:700;text-decoration:none}',
    "body:has(#sort-name:target) [data-marks]{grid-area:auto;order:var(--name)}",
    "body:has(#sort-up:target) [data-marks]{grid-area:auto;order:var(--price)}",
    "body:has(#sort-down:target) [data-marks]{grid-area:auto;order:calc(-1*var(--price))}",
    "[data-marks]:nth-child(1){--name:2;--price:1}",
    "[data-marks]:nth-child(2){--name:1;--price:1}",
    "",
  ]);
});

test("no text of a tenant comes into a stylesheet, and cards say what their product has", () => {
  const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('"]{}*{display:none', "</style>", "\\22 ]{"));
  fc.assert(
    fc.property(fc.uniqueArray(text, { minLength: 2, maxLength: 5 }), (colors) => {
      const [one] = sampleProducts;
      if (one === undefined) throw new Error("no product");
      const products = colors.map((color, at) => ({
        ...one,
        id: `p${at}`,
        slug: `p${at}`,
        variants: [{ ...one.variants[0], id: `v${at}`, attributes: { color } }] as const,
      }));
      const settings = { ...fullSettings, catalog: { ...fullSettings.catalog, filters: ["color" as const] } };
      const { site } = renderSite(
        { ...sampleStore({ ...settings, home: [{ type: "quote", text: "Fine" }] }, products) },
        templateNamed("default"),
        { origin: null, links: "absolute-path" },
      );
      const sheets = [...site.files.values()].filter(({ path }) => /^assets\/filters\.[^/]+\.css$/.test(path));
      expect(sheets.length).toBeGreaterThan(0);
      for (const { body } of sheets) {
        expect(Buffer.from(body).toString()).toMatch(
          /^body\{counter-reset:left\}\n\[data-marks\]\{counter-increment:left;display:var\(--no-color,flex\)\}\n.+\n.+\nbody:has\(\[name=color\]:checked\) \[data-marks\]\{--no-color:none\}\n(?:body:has\(\[data-mark="\d+"\]:checked\) \[data-marks~="\d+"\],?)+\{--no-color:initial\}\n:has\(>\[data-marks\]\)\{reading-flow:grid-order\}\n.+\n(?:body:has\(#sort-(?:name|up|down):target\) .+\n){3}(?:\[data-marks\]:nth-child\(\d\)\{--name:\d;--price:\d\}\n)+$/,
        );
      }
      const page = pageAt(site, "collections/all/index.html");
      const boxes = new Map(
        page.all("input").map(({ attributes }) => [attributes["data-mark"], attributes["value"]] as const),
      );
      const cards = page.all("li", "card").map(({ attributes }) => boxes.get(attributes["data-marks"]));
      expect(cards).toEqual(page.all("li", "card").map((_, at) => products[at]?.variants[0].attributes.color));
    }),
    { numRuns: 60 },
  );
});

type Font = NonNullable<NonNullable<TenantSettings["theme"]["tokens"]>["font"]>;
/** Every face that a store can choose. */
const { heading: HEADINGS, body: BODIES } = (
  JSON.parse(readFileSync(join(import.meta.dirname, "../../action/schema/template.schema.json"), "utf8")) as {
    readonly $defs: { readonly tokens: { readonly properties: { readonly font: { readonly properties: Faces } } } };
  }
).$defs.tokens.properties.font.properties;

interface Faces {
  readonly heading: { readonly enum: readonly NonNullable<Font["heading"]>[] };
  readonly body: { readonly enum: readonly NonNullable<Font["body"]>[] };
}

test("with as many rules as there may be, a page of the default template is within what styles may weigh", () => {
  const { styles, presets, tokens } = templateNamed("default");
  const attributes = ["product_type", "color", "size", "material", "pattern", "brand"];
  let last = 0;
  const boxes = (name: string, count: number) => ({
    name,
    values: Array.from({ length: count }, () => ({ mark: ++last })),
  });
  const facets = [...attributes.map((name) => boxes(name, 12)), boxes("availability", 4), boxes("price", 8)];
  const cards = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ name: ((at * 37) % 53) + 1, price: at + 1 }));
  const sheets = [
    filterStyles(facets),
    ...[1, 2, 3, 4].map((some) => filterStyles(facets.slice(0, some)) + orderStyles(cards(MOST_RULES - some * 12))),
  ];
  const bytes = (text: string): number => gzipSync(text).length;
  const color = { background: "#fdf8ef", text: "#2b211a", accent: "#7a3e1d", surface: "#f3e9da" };
  const rest = { color, radius: "lg", card: { style: "framed" } } as const;
  const most = Math.max(...sheets.map(bytes));
  for (const heading of HEADINGS.enum) {
    for (const body of BODIES.enum) {
      const looks = tokensOf({ ...rest, font: { heading, body } }, undefined, { tokens, presets });
      const { always, dark } = schemesOf(looks.color, "auto");
      const own = bytes(themeCss(looks, always, dark) + styles);
      expect(own + most, `${heading}, ${body}`).toBeLessThanOrEqual(MOST_PAGE_BYTES.css);
    }
  }
});
