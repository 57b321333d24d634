/** `docs/templates.md` says what the code does: its tables are made from it, its example is a template. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { validate } from "../../action/src/commands/validate.ts";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { DRAWING_SIZE } from "../../action/src/model/illustration.ts";
import { MOST_PAGE_BYTES } from "../../action/src/model/page-weight.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Store } from "../../action/src/model/store.ts";
import { MOST_BYTES, tokenNames } from "../../action/src/model/template-assets.ts";
import { MOST_DEPTH } from "../../action/src/model/template-calls.ts";
import { FRAME_LOCALS, KIND_LOCALS, localsOf, PAGE_LOCALS } from "../../action/src/model/template-locals.ts";
import { compileTemplate, PAGE_KINDS, type PageKind } from "../../action/src/model/template.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore, translatedSettings } from "../fakes/sample-store.ts";
import { pageAt } from "./page-tree.ts";

const root = join(import.meta.dirname, "../..");
const file = join(root, "docs/templates.md");
const text = readFileSync(file, "utf8");

type Values = Readonly<Record<string, unknown>>;

/** What a page of each kind finds in `it`, of a store in which everything is said. */
const seen = new Map<PageKind, Values>();
const look = (kind: PageKind) => (it: object) => {
  if (!seen.has(kind)) seen.set(kind, it as Values);
  return "";
};
const pages = Object.fromEntries(PAGE_KINDS.map((kind) => [kind, look(kind)])) as Record<
  PageKind,
  (it: object) => string
>;
renderSite(sampleStore(), { ...templateNamed("default"), pages }, { origin: null, links: "absolute-path" });

/** The value at a path, the first of a list. */
function at(kind: PageKind, ...path: readonly string[]): Values {
  let value: unknown = seen.get(kind);
  for (const step of path) {
    value = (value as Values)[step];
    if (Array.isArray(value)) value = value[0];
  }
  return value as Values;
}

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(", ");
const rowsOf = (names: Values) => Object.entries(names).map(([name, says]) => [code([`it.${name}`]), String(says)]);
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
const kilobytes = (bytes: number): string => `${bytes / 1000} kB`;

function viewRows(): string[][] {
  const blocks = seen.get("index")?.["blocks"] as readonly Values[];
  const views: readonly (readonly [string, Values])[] = [
    ["it.store", at("index", "store")],
    ["it.store.header", at("index", "store", "header")],
    ["it.meta", at("index", "meta")],
    ["it.collection", at("collection", "collection")],
    ["it.listing", at("collection", "listing")],
    ["it.product", at("product", "product")],
    ["it.product.price", at("product", "product", "price")],
    ["it.product.pictures", at("product", "product", "pictures")],
    ["it.product.variants", at("product", "product", "variants")],
    ["it.page", at("page", "page")],
    ["it.trail", at("page", "trail")],
  ];
  const kinds = new Map(blocks.map((block) => [`it.blocks, ${String(block["type"])}`, block]));
  return [...views, ...kinds].map(([name, value]) => [name.replace(/^[^,]*/, "`$&`"), code(Object.keys(value))]);
}

function tokenRows(): string[][] {
  const schema = JSON.parse(readFileSync(join(root, "action/schema/template.schema.json"), "utf8")) as {
    readonly $defs: { readonly tokens: Values };
  };
  const walk = (node: Values, path: string): string[][] =>
    Object.entries((node["properties"] ?? {}) as Record<string, Values>).flatMap(([name, child]) =>
      child["properties"] === undefined
        ? [[code([path + name]), child["enum"] === undefined ? "`#rrggbb`" : code(child["enum"] as string[])]]
        : walk(child, `${path}${name}.`),
    );
  return walk(schema.$defs.tokens, "");
}

const REFUSED = "a warning; no deploy";

const TABLES: Readonly<Record<string, () => string>> = {
  frame: () => table(["", "is"], rowsOf(FRAME_LOCALS)),
  page: () => table(["", "is"], rowsOf(PAGE_LOCALS)),
  kinds: () =>
    table(
      ["page", "", "is"],
      PAGE_KINDS.flatMap((kind) => rowsOf(KIND_LOCALS[kind]).map((row) => [`\`${kind}.html.ejs\``, ...row])),
    ),
  views: () => table(["", "has"], viewRows()),
  tokens: () => table(["token", "values"], tokenRows()),
  properties: () => code(tokenNames()),
  budgets: () =>
    table(
      ["", "at most", "over it"],
      [
        [
          "`styles.css` with a store's tokens, without comments and needless space",
          kilobytes(MOST_BYTES["styles.css"]),
          "an error",
        ],
        ["`main.js`", kilobytes(MOST_BYTES["main.js"]), "an error"],
        ["partials inside partials", `${MOST_DEPTH} deep`, "an error"],
        ["the HTML of a page", kilobytes(MOST_PAGE_BYTES.html), REFUSED],
        ["all styles of a page, those for visitors without scripts too", kilobytes(MOST_PAGE_BYTES.css), REFUSED],
        ["a page with all that it loads at once, without photographs", kilobytes(MOST_PAGE_BYTES.drawn), REFUSED],
        ["the same with photographs", kilobytes(MOST_PAGE_BYTES.photographed), REFUSED],
      ],
    ),
};

/** However the formatter lays it out. */
const plain = (markdown: string): string => markdown.replaceAll(/-{3,}/g, "---").replaceAll(/\s+/g, " ").trim();
const section = (name: string) => new RegExp(`(?<=<!-- ${name} -->)[\\s\\S]*?(?=<!-- /${name} -->)`);

if (process.env["BLESS"] !== undefined) {
  const blessed = Object.entries(TABLES).reduce(
    (all, [name, make]) => all.replace(section(name), () => `\n\n${make()}\n\n`),
    text,
  );
  writeFileSync(file, blessed);
}

test.each(Object.keys(TABLES))("the part %s is what the code says", (name) => {
  expect(plain(section(name).exec(readFileSync(file, "utf8"))?.[0] ?? "")).toBe(plain(TABLES[name]?.() ?? ""));
});

test.each(PAGE_KINDS)("a page of the kind %s finds in `it` what the contract says, and nothing else", (kind) => {
  const has = Object.entries(seen.get(kind) ?? {}).filter(([, value]) => value !== undefined);
  expect(has.map(([name]) => name).toSorted()).toEqual([...new Set(localsOf(kind))].toSorted());
});

test("it names every rule about templates", () => {
  const sources = ["action/src/model", "action/src/steps"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
  const rules = sources.flatMap((source) =>
    [...source.matchAll(/(?:rule: |report\(\s*)"((?:template|page-weight)[a-z-]*)"/g)].map((match) => match[1] ?? ""),
  );
  const named = [...text.matchAll(/^\| .*$/gm)].flatMap(([row]) =>
    [...(row.split("|")[1] ?? "").matchAll(/`((?:template-|page-weight)[a-z-]*)`/g)].map((match) => match[1] ?? ""),
  );
  expect(rules.length).toBeGreaterThan(20);
  expect(named.toSorted()).toEqual([...new Set(rules)].toSorted());
});

/** The files of the example, as somebody copies them. */
const example = new Map(
  [...text.matchAll(/^### `([\w./]+)`\n+```\w+\n([\s\S]*?)^```$/gm)].map(([, path = "", body = ""]) => [path, body]),
);

/** The home page of a store with the example as its template. */
function paperHome(store: Store) {
  const files = new Map([...example].map(([path, body]) => [path, Buffer.from(body)]));
  const { template, diagnostics } = compileTemplate("paper", "templates/paper", files);
  expect(diagnostics).toEqual([]);
  if (template === undefined) throw new Error("did not compile");
  const rendered = renderSite(store, template, { origin: null, links: "relative" });
  expect(rendered.diagnostics).toEqual([]);
  return pageAt(rendered.site, "index.html");
}

test("the example is a template without a problem, which shows the whole store", () => {
  expect([...example.keys()]).toEqual(["index.html.ejs", "styles.css", "main.js"]);
  const home = paperHome(sampleStore());
  const links = home.all("a").map(({ attributes }) => attributes["href"] ?? "");
  for (const word of ["Tarn cup", "Bowl 12", "£29.00", "In stock", "1 Canal Side"]) expect(home.text).toContain(word);
  for (const product of sampleStore().catalog.products)
    expect(home.all("article").map(({ attributes }) => attributes["id"])).toContain(`product-${product.slug}`);
  expect(links).toEqual(
    expect.arrayContaining([
      "index.html#product-mug",
      expect.stringMatching(/^mailto:/),
      expect.stringMatching(/^tel:/),
    ]),
  );
  expect(home.all("section").map(({ attributes }) => attributes["id"])).toContain("page-about");
});

test("the example shows the home page's blocks, pictures in the size that they have", () => {
  const home: TenantSettings["home"] = [
    { type: "hero", heading: "Cups first", text: "They are the best.", cta: { label: "Go", collection: "all" } },
    { type: "features", heading: "Why", items: [{ title: "Strong", text: "Fired twice." }] },
    { type: "faq", heading: "Asked", items: [{ q: "Is it safe?", a: "It is." }] },
    { type: "quote", text: "I like it", cite: "Ada" },
    { type: "text", heading: "More", text: "One.\n\nTwo." },
    { type: "hours", heading: "Open", text: "Come in." },
  ];
  const page = paperHome(sampleStore({ ...fullSettings, home }));
  const said = [
    "Cups first",
    "They are the best.",
    "Go",
    "Why",
    "Strong",
    "Fired twice.",
    "Asked",
    "Is it safe?",
    "It is.",
  ];
  for (const words of [...said, "I like it", "Ada", "More", "One.", "Two.", "Open", "Come in.", "09:30–18:00"])
    expect(page.text).toContain(words);
  const drawn = page.all("img").filter(({ attributes }) => attributes["src"]?.includes("/drawing."));
  expect(drawn.length).toBeGreaterThan(0);
  for (const { attributes } of drawn) {
    expect([attributes["width"], attributes["height"]]).toEqual([String(DRAWING_SIZE), String(DRAWING_SIZE)]);
  }
});

test("in the example visitors ask where a store takes enquiries, buy where it has links, and change the language", () => {
  const buttons = (store: Store) =>
    paperHome(store)
      .all("a", "button")
      .map((link) => `${link.text} ${link.attributes["href"]}`);
  const asking = sampleStore({ ...fullSettings, commerce: { mode: "enquiry", enquiry: { via: "mailto" } } });
  expect(buttons(asking)).toContainEqual(expect.stringMatching(/^Ask the potter mailto:.*subject=/));
  const address = "https://pay.acme.example/tarn";
  const sold = asking.catalog.products.map((product) => {
    const [first, ...others] = product.variants;
    return { ...product, variants: [{ ...first, checkout: address }, ...others] as const };
  });
  const selling = sampleStore(
    { ...fullSettings, commerce: { mode: "links", checkout_hosts: ["pay.acme.example"] } },
    sold,
  );
  expect(buttons(selling)).toContain(`Buy ${address}`);
  expect(buttons(selling).join()).not.toContain("Ask the potter");
  const switches = paperHome(sampleStore(translatedSettings))
    .all("a")
    .filter(({ attributes }) => attributes["hreflang"] !== undefined);
  expect(switches.map((link) => link.text)).toEqual(["English", "français"]);
});

test("a store that chooses the example passes the check of everything", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paper-"));
  const write = (path: string, body: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), body);
  };
  for (const [path, body] of example) write(`templates/paper/${path}`, body);
  const { brand, contact } = fullSettings;
  write(
    "tenants/acme.yaml",
    JSON.stringify({
      schema: "storefront/v1",
      id: "acme",
      brand: { name: brand.name },
      theme: { template: "paper" },
      locale: { default: "en-GB", currency: "GBP" },
      catalog: { products: [{ id: "TARN", title: "Tarn cup", price: "34.00 GBP" }] },
      contact: { email: contact.email },
    }),
  );
  const folders = { tenants: "tenants", templates: "templates" };
  const { diagnostics, tenants } = await validate({ tree: workingDirectory(folder), folders, only: null });
  expect(diagnostics).toEqual([]);
  expect(tenants).toBe(1);
});
