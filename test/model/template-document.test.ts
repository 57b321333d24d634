/** `docs/templates.md` says what the code does: its tables are made from it, its example is a template. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { validate } from "../../action/src/commands/validate.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { MOST_PAGE_BYTES } from "../../action/src/model/page-weight.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { MOST_BYTES, tokenNames } from "../../action/src/model/template-assets.ts";
import { MOST_DEPTH } from "../../action/src/model/template-calls.ts";
import { FRAME_LOCALS, KIND_LOCALS, localsOf, PAGE_LOCALS } from "../../action/src/model/template-locals.ts";
import { compileTemplate, PAGE_KINDS, type PageKind } from "../../action/src/model/template.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";

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

test("the example is a template without a problem, which renders every product", () => {
  expect([...example.keys()]).toEqual(["index.html.ejs", "styles.css", "main.js"]);
  const files = new Map([...example].map(([path, body]) => [path, Buffer.from(body)]));
  const { template, diagnostics } = compileTemplate("paper", "templates/paper", files);
  expect(diagnostics).toEqual([]);
  if (template === undefined) throw new Error("did not compile");
  const rendered = renderSite(sampleStore(), template, { origin: null, links: "relative" });
  expect(rendered.diagnostics).toEqual([]);
  const home = Buffer.from(rendered.site.files.get("index.html")?.body ?? "").toString();
  for (const word of ["Tarn cup", "Bowl 12", "From £29.00", 'href="#product-mug"', 'id="page-about"', "mailto:"]) {
    expect(home).toContain(word.replace("#product", "index.html#product"));
  }
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
