import * as fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { expect, test } from "vitest";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { renderClosedSite } from "../../action/src/model/closed.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Site } from "../../action/src/model/site.ts";
import type { Product } from "../../action/src/model/store.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleProducts, sampleStore } from "../fakes/sample-store.ts";

/** Text that tries to be markup, wherever it lands. The schema refuses most of it; a page must not depend on that. */
const TRICKS = [
  "</script><script>alert(1)</script>",
  "<!--<script>",
  `" onmouseover="alert(1)`,
  "' autofocus onfocus='alert(1)",
  "</title><img src=x onerror=alert(1)>",
  "</style><style>*{display:none}",
  "<%= process.env %>",
  "<%- it.store %>",
  "]]>",
  "&lt;b&gt; &amp;quot; &#0;",
  "{{constructor.constructor('alert(1)')()}}",
  "{title} {count} $& $1 $`",
  "javascript:alert(1)",
  "\u2028\u2029\u202e\u0000",
  "\ud800 lone",
  "`${alert(1)}`",
  "x; background: url(//evil.example)",
];

const anyText = fc.oneof(
  fc.constantFrom(...TRICKS),
  fc
    .tuple(fc.constantFrom(...TRICKS), fc.string({ unit: "binary", maxLength: 20 }))
    .map(([trick, noise]) => noise + trick),
  fc.string({
    unit: fc.constantFrom("<", ">", '"', "'", "&", "/", "=", "`", "%", "-", "!", "a", " "),
    minLength: 1,
    maxLength: 30,
  }),
);

/** The same store with one text in every place for plain text. */
function storeSaying(text: string) {
  const settings: TenantSettings = {
    ...fullSettings,
    brand: { ...fullSettings.brand, name: text, legal_name: text, tagline: text, description: text, logo: { text } },
    announcement: text,
    locale: { ...fullSettings.locale, messages: { "product.ask": text, "nav.skip": text, "search.found": text } },
    navigation: {
      header: [{ label: text, collection: "cups" }],
      footer: [{ label: text, url: "https://pots.example/" }],
    },
    home: [
      { type: "hero", heading: text, text, cta: { label: text, collection: "cups" }, product: "TARN" },
      { type: "collections", heading: text, collections: ["cups"] },
      { type: "products", heading: text, collection: "all", limit: 2 },
      { type: "features", heading: text, items: [{ title: text, text }] },
      { type: "faq", heading: text, items: [{ q: text, a: text }] },
      { type: "quote", text, cite: text },
      { type: "text", heading: text, text: text },
    ],
    pages: { about: { title: text, body: "about.md", description: text, noindex: false } },
    catalog: { ...fullSettings.catalog, collections: [{ id: "cups", title: text, description: text, match: {} }] },
    seo: { ...fullSettings.seo, title_suffix: text, description: text },
    contact: {
      ...fullSettings.contact,
      phone: text,
      email: text,
      address: { street: text, city: text, region: text, postal_code: text, country: "GB" },
    },
  };
  const [first, second] = sampleProducts;
  if (first === undefined || second === undefined) throw new Error("the sample has products");
  const say = (product: Product): Product => ({
    ...product,
    title: text,
    description: text,
    brand: text,
    type: ["Cups", text],
    highlights: [text],
    details: [{ section: text, name: text, value: text }],
    // Known swatches: which colours a text happens to name is no attack.
    variants: product.variants.map((variant, index) => ({
      ...variant,
      title: text,
      attributes: { color: `${text}${variant.id}`, swatch: `#10203${index}`, material: text, gtin: text },
    })) as unknown as Product["variants"],
  });
  return sampleStore(settings, [say(first), say(second)]);
}

/** Elements with their attributes' names, without any text: what a text must not be able to change. */
function shapeOf(html: string): string {
  const walk = (node: DefaultTreeAdapterTypes.ChildNode): string => {
    if (node.nodeName === "#text" || !("tagName" in node)) return node.nodeName === "#comment" ? "<!>" : "";
    const children = "content" in node ? node.content.childNodes : node.childNodes;
    return `<${node.tagName} ${node.attrs.map(({ name }) => name).join(" ")}>${children.map(walk).join("")}</>`;
  };
  return parse(html).childNodes.map(walk).join("\n");
}

function shapes(site: Site): string[] {
  return [...site.files.values()]
    .filter(({ path }) => path.endsWith(".html") || path === "favicon.svg")
    .map(({ path, body }) => `${path}\n${shapeOf(Buffer.from(body).toString())}`);
}

const everyPage = (text: string, template: string): string[] => {
  const { site, closed, diagnostics } = renderSite(storeSaying(text), templateNamed(template), {
    origin: "https://shop.acme.example",
    links: "absolute-path",
  });
  expect(diagnostics).toEqual([]);
  return [...shapes(site), ...shapes(renderClosedSite(closed))];
};

test.each(["default", "minimal"])("no text changes the shape of a page of template %s", (template) => {
  const harmless = everyPage("Plain words", template);
  expect(harmless.length).toBeGreaterThan(3);
  fc.assert(
    fc.property(
      // Nothing but blanks would drop a paragraph, which is no attack.
      anyText.filter((text) => text.trim() !== "" && !text.includes("\n")),
      (text) => {
        expect(everyPage(text, template)).toEqual(harmless);
      },
    ),
    { numRuns: 60, examples: TRICKS.map((trick) => [trick]) },
  );
});

test("no address of a page or of structured data starts a script", () => {
  const { site } = renderSite(storeSaying("javascript:alert(1)"), templateNamed("default"), {
    origin: null,
    links: "relative",
  });
  const pages = [...site.files.values()].filter(({ path }) => path.endsWith(".html"));
  expect(pages.length).toBeGreaterThan(3);
  for (const { body } of pages) {
    expect(Buffer.from(body).toString()).not.toMatch(/(?:href|src|action)="\s*javascript:/i);
  }
});
