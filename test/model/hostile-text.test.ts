import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../action/src/model/catalog.ts";
import { renderClosedSite } from "../../action/src/model/closed.ts";
import { type Diagnostic, hasErrors } from "../../action/src/model/diagnostic.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Site } from "../../action/src/model/site.ts";
import type { Product } from "../../action/src/model/store.ts";
import { readTenant } from "../../action/src/model/tenant.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { translatedSettings, sampleProducts, sampleStore } from "../fakes/sample-store.ts";
import { shapeOfSite, wordsOfSite } from "./output-shape.ts";
import { sampleTenant } from "./sample-tenant.ts";
import { CATALOG_PLACES, type Draft, SETTING_PLACES, type TextPlace } from "./text-places.ts";

/** Text that tries to be something else, wherever it lands. The reader refuses much of it; a page must not depend on that. */
const PAYLOADS = [
  "</script><script>alert(1)</script>",
  "<!--<script>",
  "--><img src=x onerror=alert(1)>",
  `" onmouseover="alert(1)`,
  "' autofocus onfocus='alert(1)",
  "` onload=`alert(1)",
  "x onfocus=alert(1) tabindex=0",
  "</title><img src=x onerror=alert(1)>",
  "</style><style>*{display:none}</style>",
  "</textarea></select></svg></p></a><b>",
  `<svg><script href="//evil.example/x.js"/>`,
  "<base href=//evil.example/><meta http-equiv=refresh content=0>",
  "<%= process.env %>",
  "<%- it.store %>",
  "]]><![CDATA[ <!DOCTYPE x>",
  "&lt;b&gt; &amp;quot; &#0; &colon; &NewLine;",
  "{{constructor.constructor('alert(1)')()}}",
  "{title} {count} {price} $& $1 $`",
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "//evil.example/../..%2f#?",
  "https://evil.example/@acme.example",
  "x; background: url(//evil.example)",
  "#fff;}*{background:red}/*",
  `"}],"@type":"Evil","url":"https://evil.example`,
  "a\tb",
  "=1+1",
  "+cmd|' /C calc'!A0",
  "-2+3",
  "@SUM(A1)",
  "\u202eevil\u202c \u2066x\u2069",
  "\u2028\u2029\u0000\u001b[2J",
  "\ud800 lone",
  "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 é ﷽ 𝔘",
  "::warning::x ##[error]y",
  "constructor __proto__ toString",
  "W".repeat(2500),
  "word ".repeat(400),
] as const;

/** Fields whose text no page or feed tells, with the reason. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  "/home/*[hero]/product": "names a product by its id",
  "/catalog/collections/*/match/product_type": "is compared with products",
  "/catalog/collections/*/match/product_type/*": "is compared with products",
  "/catalog/collections/*/match/brand": "is compared with products",
  "/catalog/collections/*/match/brand/*": "is compared with products",
  "/catalog/collections/*/match/color": "is compared with products",
  "/catalog/collections/*/match/color/*": "is compared with products",
  "/catalog/collections/*/match/material": "is compared with products",
  "/catalog/collections/*/match/material/*": "is compared with products",
  "/catalog/collections/*/match/custom_label_0": "is compared with products",
  "/catalog/collections/*/match/custom_label_0/*": "is compared with products",
  "/translations/*/home/*[hero]/product": "names a product by its id",
  "catalog:swatch": "is looked up among the colours that the engine knows",
  "catalog:item_group_id": "groups rows; a page shows the group's products",
  "catalog:checkout_url": "leads to a checkout, in a store that sells by links",
  "catalog:link": "the store's own addresses take its place",
};

/** Every kind of link in every menu and button, every match as a value and as a list, a page and a message that nothing refers to. */
const links = [
  { label: "Cups", collection: "cups" },
  { label: "About", page: "about" },
  { label: "Elsewhere", url: "https://pots.example/" },
] as const;
const match = {
  product_type: "Cups",
  brand: "Acme",
  color: "Blue",
  material: "Stoneware",
  gender: "unisex",
  age_group: "adult",
  custom_label_0: "Morning",
  availability: "in_stock",
} as const;
const matchLists = Object.fromEntries(Object.entries(match).map(([name, value]) => [name, [value]]));
/** Texts with every kind of link in each place for one, and a page that nothing refers to. */
const linkedTexts = <Texts extends Pick<Draft["settings"], "home" | "pages">>(texts: Texts) => ({
  ...texts,
  navigation: { header: [...links], footer: [...links] },
  home: [
    ...(texts.home ?? []),
    // The blocks of the sample lead to a collection.
    ...links.slice(1).flatMap((cta) => [
      { type: "hero" as const, heading: "More", product: "TARN", cta },
      {
        type: "image_text" as const,
        heading: "More",
        text: "To see.",
        image: { src: "tarn.jpg", alt: "A cup" },
        side: "start" as const,
        cta,
      },
    ]),
  ],
  pages: { ...texts.pages, care: { title: "Care", body: "care.md", description: "How to wash", noindex: false } },
});
const { translations, locale, catalog, ...first } = translatedSettings;
const settings: Draft["settings"] = {
  ...linkedTexts(first),
  redirects: [{ from: "/products/old-cup/", to: "/contact/" }],
  locale: { ...locale, messages: { ...locale.messages, "nav.skip": "Skip" } },
  catalog: {
    ...catalog,
    collections: [
      ...catalog.collections.map((collection) => ({ ...collection, match })),
      { id: "mugs", title: "Mugs", match: matchLists },
    ],
  },
  translations: Object.fromEntries(
    Object.entries(translations ?? {}).map(([tag, texts]) => [
      tag,
      {
        ...linkedTexts({ ...texts, pages: texts.pages ?? {} }),
        collections: { ...texts.collections, mugs: { title: "Chopes" } },
        messages: { ...texts.messages, "nav.skip": "Sauter" },
      },
    ]),
  ),
};

/** Nothing in it is shared: what is put into one place is in no other. */
const draft = (): Draft => ({ settings: JSON.parse(JSON.stringify(settings)) as Draft["settings"], attributes: {} });

/** What the reader of a tenant's file says, or that of its catalog where the draft has something for it. */
function diagnose({ settings: changed, attributes }: Draft): readonly Diagnostic[] {
  if (Object.keys(attributes).length === 0) {
    const source = { id: "acme", file: "tenants/acme.yaml", folder: "tenants/acme" };
    return readTenant(source, Buffer.from(JSON.stringify(changed))).diagnostics;
  }
  const row = { id: "TARN", title: "Tarn cup", price: "34.00 GBP", ...attributes };
  const bytes = Buffer.from(JSON.stringify({ products: [row] }));
  return readCatalog(sampleTenant(), { file: "tenants/acme/products.json", bytes }).diagnostics;
}

function withText(place: TextPlace, text: string): Draft {
  const changed = draft();
  place.put(changed, text);
  return changed;
}

const isAccepted = (place: TextPlace, text: string): boolean => !hasErrors(diagnose(withText(place, text)));

/** Plain words of a length that the field takes, and in the form of a detail. */
const plainWords = ({ minLength, maxLength }: TextPlace): string[] => [
  "Plain words".padEnd(minLength, " and more").slice(0, maxLength),
  "Plain:words:said",
];

const PLACES = [...SETTING_PLACES, ...CATALOG_PLACES];
/** Where people write what they like; the others take names, addresses and choices only. */
const free = PLACES.filter((place) => plainWords(place).some((words) => isAccepted(place, words)));
const bound = PLACES.filter((place) => !free.includes(place));

const chosen = sampleProducts.filter(({ slug }) => ["tarn", "bowl-1", "mug"].includes(slug));

/** The products of the sample with the attributes, past every check of the catalog. */
function productsWith(attributes: Draft["attributes"]): Product[] {
  const {
    title,
    description,
    brand,
    product_type: type,
    product_highlight: highlight,
    product_detail: detail,
  } = attributes;
  return chosen.map((product) => ({
    ...product,
    title: title ?? product.title,
    description: description ?? product.description,
    brand: brand ?? product.brand,
    type: type === undefined ? product.type : ["Cups", type],
    highlights: highlight === undefined ? product.highlights : [highlight, highlight],
    details: detail === undefined ? product.details : [{ section: detail, name: detail, value: detail }],
    variants: product.variants.map((variant, index) => ({
      ...variant,
      title: title ?? variant.title,
      // Siblings differ, so that labels show what sets them apart; a product of one variant shows the attribute itself.
      attributes: {
        ...variant.attributes,
        ...Object.fromEntries(
          Object.entries(attributes).map(([name, text]) => [name, index === 0 ? text : `${text} 2`]),
        ),
      },
    })) as unknown as Product["variants"],
  }));
}

function sitesOf({ settings: changed, attributes }: Draft, template: string): readonly Site[] {
  const store = sampleStore(changed, productsWith(attributes));
  const { site, closed, diagnostics } = renderSite(store, templateNamed(template), {
    origin: "https://shop.acme.example",
    links: "absolute-path",
  });
  expect(diagnostics).toEqual([]);
  return [site, renderClosedSite(closed)];
}

const shapesOf = (changed: Draft, template: string) => sitesOf(changed, template).map(shapeOfSite);

/** As long, with the same words: what is left of a text when it is nothing but a text. */
const twinOf = (text: string): string => text.replaceAll(/[^\sA-Za-z0-9]/g, ".");

/** Told apart by its end, so that no two places say the same. */
const tagOf = (place: TextPlace): string => ` zq${PLACES.indexOf(place)}q`;

function saying(places: readonly TextPlace[], textAt: (index: number) => string): Draft {
  const changed = draft();
  for (const [index, place] of places.entries()) place.put(changed, textAt(index) + tagOf(place));
  return changed;
}

/** Says which places break, one by one, if they break together. */
function expectHarmless(textAt: (index: number) => string, template: string): void {
  const compare = (places: readonly TextPlace[], offset: number) =>
    expect(
      shapesOf(
        saying(places, (index) => textAt(index + offset)),
        template,
      ),
      `${places[0]?.path} …`,
    ).toEqual(
      shapesOf(
        saying(places, (index) => twinOf(textAt(index + offset))),
        template,
      ),
    );
  try {
    compare(free, 0);
  } catch (error) {
    for (const [index, place] of free.entries()) compare([place], index);
    throw error;
  }
}

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

test("the sample has every place that the schema has, and its own texts are accepted", () => {
  expect(diagnose(draft())).toEqual([]);
  expect(PLACES.filter((place) => place.put(draft(), "x") === undefined).map(({ path }) => path)).toEqual([]);
  expect(free.length).toBeGreaterThan(50);
});

test("every place is shown somewhere, or said not to be", () => {
  const words = sitesOf(
    saying(free, () => "Plain words"),
    "default",
  )
    .map(wordsOfSite)
    .join("\n");
  const hidden = free.filter((place) => !words.includes(tagOf(place).trim())).map(({ path }) => path);
  expect(hidden).toEqual(Object.keys(NOT_SHOWN).filter((path) => free.some((place) => place.path === path)));
});

test("rendering reads no attribute of a row that is not among the places", () => {
  const read = new Set<string>();
  const watched = chosen.map((product) => ({
    ...product,
    variants: product.variants.map((variant) => ({
      ...variant,
      attributes: new Proxy(variant.attributes, {
        get(target, name) {
          read.add(String(name));
          return target[String(name)];
        },
        ownKeys() {
          throw new Error("attributes are read by name");
        },
      }),
    })) as unknown as Product["variants"],
  }));
  renderSite(sampleStore(settings, watched), templateNamed("default"), {
    origin: "https://shop.acme.example",
    links: "absolute-path",
  });
  expect(read.size).toBeGreaterThan(5);
  const known = new Set(CATALOG_PLACES.map(({ path }) => path.replace("catalog:", "")));
  expect([...read].filter((name) => !known.has(name))).toEqual([]);
});

describe(`${free.length} fields of free text × ${PAYLOADS.length} payloads change no element, attribute or address`, () => {
  // Round after round each place says the next payload: all of them after as many rounds as there are payloads.
  test.each(["default", "minimal"])("of template %s", { timeout: 120_000 }, (template) => {
    expect.hasAssertions();
    for (const round of PAYLOADS.keys()) expectHarmless((index) => at(PAYLOADS, index + round), template);
    process.stdout.write(`hostile text, ${template}: ${free.length} fields × ${PAYLOADS.length} payloads\n`);
  });

  test("nor do texts made of them", { timeout: 120_000 }, () => {
    expect.hasAssertions();
    const sharp = fc.string({
      unit: fc.constantFrom("<", ">", '"', "'", "&", "/", "=", "`", "%", "-", "!", "a", " ", "{", "}", ";", ":"),
      minLength: 1,
      maxLength: 30,
    });
    const noisy = fc
      .tuple(fc.constantFrom(...PAYLOADS), fc.string({ unit: "binary", maxLength: 20 }))
      .map(([payload, noise]) => noise + payload);
    const texts = fc.array(fc.oneof(sharp, noisy), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(texts, (list) => expectHarmless((index) => at(list, index), "default")),
      { numRuns: 25 },
    );
  });
});

test(
  `${bound.length} fields of names, addresses and choices × ${PAYLOADS.length} payloads are refused or harmless`,
  { timeout: 120_000 },
  () => {
    expect(bound.length).toBeGreaterThan(20);
    const counts = { refused: 0, harmless: 0 };
    for (const place of bound) {
      const good = place.put(draft(), "") ?? "";
      for (const payload of PAYLOADS) {
        for (const text of [payload, good + payload]) {
          const found = diagnose(withText(place, text));
          counts[hasErrors(found) ? "refused" : "harmless"]++;
          if (!hasErrors(found)) expectOnlyValue(place, good, text);
          for (const { location, message, hint } of found) {
            expect(location.line).toBeGreaterThanOrEqual(1);
            expect(message + hint).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
          }
        }
      }
    }
    expect(counts.harmless).toBeGreaterThan(0);
    process.stdout.write(
      `hostile text: ${bound.length} fields × ${PAYLOADS.length} payloads ${JSON.stringify(counts)}\n`,
    );
  },
);

/** An address that was accepted stands where the good one stood, and nowhere else but for its origin in the policy. */
function expectOnlyValue(place: TextPlace, good: string, text: string): void {
  const plain = good || "https://pots.example/";
  const without = (value: string) =>
    [value, plain].reduce(
      // An attribute's value, or the text of a feed's element.
      (shape, one) =>
        ["=", " "]
          .reduce(
            (changed, sign) => changed.replaceAll(`${sign}${JSON.stringify(one).slice(1, -1)}`, `${sign}(value)`),
            shape,
          )
          .replaceAll(`form-action 'self' ${URL.parse(one)?.origin};`, "form-action 'self' (origin);"),
      JSON.stringify(shapesOf(withText(place, value), "default").map((shape) => [...shape])),
    );
  expect(without(text), `${place.path} ${text}`).toBe(without(plain));
}
