/** The contract of a tenant file: what ten lines give, what the schema says, what rules add. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { primaryHost, readTenant } from "../../action/src/model/tenant.ts";

const root = join(import.meta.dirname, "../..");
const schema = JSON.parse(readFileSync(join(root, "action/schema/tenant.schema.json"), "utf8")) as {
  $defs: Record<string, { oneOf?: { $ref: string }[]; properties?: { type?: { const?: string } } }>;
};

const TEN_LINES = `schema: storefront/v1
id: acme
brand: { name: Acme }
locale: { default: en-GB, currency: GBP }
contact: { email: hello@acme.example }
catalog:
  products:
    - { id: mug, title: Mug, price: 12.00 GBP }
`;

const read = (text: string, id = "acme") =>
  readTenant({ id, file: `tenants/${id}.yaml`, folder: `tenants/${id}` }, Buffer.from(text));
const rulesOf = (text: string): string[] => read(text).diagnostics.map((one) => one.rule);

describe("the schema", () => {
  it("compiles in full strict mode", () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: true, allErrors: true, discriminator: true });
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  it("says of every property what it is for", () => {
    const silent: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const { properties } = node as { properties?: Record<string, Record<string, unknown> | true> };
      for (const [name, property] of Object.entries(properties ?? {})) {
        if (property === true || name === "type" || "$ref" in property || "items" in property) continue;
        if (typeof property["description"] !== "string") silent.push(`${path}/${name}`);
      }
      for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`);
    };
    visit(schema, "");
    expect(silent).toEqual([]);
  });

  it("has the block types that a message offers", () => {
    const types = schema.$defs["block"]?.oneOf?.map(({ $ref }) => {
      const name = $ref.slice("#/$defs/".length);
      return schema.$defs[name]?.properties?.type?.const;
    });
    const { diagnostics } = read(`${TEN_LINES}home: [{ type: 'nothing of the kind' }]`);
    expect(diagnostics[0]?.hint).toBe(`known: ${types?.join(", ")}`);
  });
});

describe("ten lines", () => {
  const { tenant, diagnostics } = read(TEN_LINES);

  it("are enough", () => expect(diagnostics).toEqual([]));

  it("get every default", () => {
    expect(tenant?.settings).toMatchObject({
      lifecycle: { state: "live" },
      theme: { template: "default" },
      locale: { prices_include_tax: true },
      pages: {},
      catalog: { sort: "featured", per_page: 48, collections: [] },
      commerce: { mode: "enquiry" },
      seo: { organization_type: "Store", robots: "index" },
      domains: [],
    });
  });

  it("share no default with another tenant", () => {
    expect(read(TEN_LINES).tenant?.settings.domains).not.toBe(tenant?.settings.domains);
  });
});

describe("defaults inside lists", () => {
  it("reach blocks, pages and domains", () => {
    const { tenant } = read(`${TEN_LINES}home: [{ type: products }, { type: products, limit: 3 }]
pages: { about: { title: About, body: about.md } }
domains: [{ host: one.acme.example }, { host: two.acme.example, primary: true }]
`);
    expect(tenant?.settings.home).toEqual([
      { type: "products", collection: "all", limit: 8 },
      { type: "products", collection: "all", limit: 3 },
    ]);
    expect(tenant?.settings.pages["about"]?.noindex).toBe(false);
    expect(tenant?.settings.domains).toEqual([
      { host: "one.acme.example", primary: false },
      { host: "two.acme.example", primary: true },
    ]);
    expect(tenant && primaryHost(tenant.settings)).toBe("two.acme.example");
  });

  it("make a single domain the primary one", () => {
    const { tenant } = read(`${TEN_LINES}domains: [{ host: one.acme.example }]`);
    expect(tenant && primaryHost(tenant.settings)).toBe("one.acme.example");
    expect(tenant && primaryHost({ ...tenant.settings, domains: [] })).toBeNull();
  });
});

describe("rules", () => {
  it.each([
    ["en-GB", []],
    ["es-419", []],
    ["zh-Hant-TW", []],
    ["iw", ["unknown-locale"]],
    ["qq", ["unknown-locale"]],
    ["en-ZZ", ["unknown-locale"]],
    ["en_GB", ["malformed-value"]],
  ])("locale %s: %j", (locale, rules) => {
    expect(rulesOf(TEN_LINES.replace("en-GB", locale))).toEqual(rules);
  });

  const COLOR_RULE = "a colour is # and six of 0 to 9, a to f: #rrggbb";
  it.each([
    ['"#000"', `write "#000000"; ${COLOR_RULE}`],
    ['"#ffffff80"', `write "#ffffff"; ${COLOR_RULE}`],
    ['"1f4fa3"', `write "#1f4fa3"; ${COLOR_RULE}`],
    ["rebeccapurple", `write "#663399"; ${COLOR_RULE}`],
    ['"rgb(0 128 255)"', `write "#0080ff"; ${COLOR_RULE}`],
    ['"#00000000"', COLOR_RULE],
    ["brand blue", COLOR_RULE],
    ["#1a1a1a", 'put the colour in quotes, as in "#1a1a1a": without, # begins a comment'],
  ])("the colour %s: %s", (color, hint) => {
    const text = `${TEN_LINES}theme:\n  tokens:\n    color:\n      text: ${color}\n`;
    expect(read(text).diagnostics.map((one) => one.hint)).toEqual([hint]);
  });

  it("names the canonical form of an old locale", () => {
    expect(read(TEN_LINES.replace("en-GB", "iw")).diagnostics[0]?.hint).toBe('write "he"');
  });

  it.each([
    ["pages: { about: { title: About, body: about.docx } }", "it ends in .md, in small letters"],
    ["domains: [shop.example]", 'write it under its key: { host: "shop.example" }'],
    ["home: [hero]", 'write it under its key: { type: "hero" }'],
    ["navigation: { header: [{ label: All, colection: all }] }", 'did you mean "collection"?'],
    ["announcement: Sale: 20 % off", "put the whole text in double quotes"],
    ["announcement: 'It's on'", "put the whole text in double quotes"],
    ["home:\n  - type: hero\n     heading: X", "lines of one level begin in the same column"],
  ])("leads out of %j", (line, hint) => {
    expect(
      read(`${TEN_LINES}${line}\n`)
        .diagnostics.map((one) => one.hint)
        .join("\n"),
    ).toContain(hint);
  });

  it("collects a schema error and a wrong id in one go", () => {
    expect(rulesOf(TEN_LINES.replace("acme", "beta").replace("Acme", "<b>"))).toEqual(["text-markup", "id-mismatch"]);
  });

  it.each([
    "a..b@acme.example",
    "a@b@acme.example",
    "a@acme",
    ".a@acme.example",
    "a@-acme.example",
    "a?subject=x@acme.example",
    '"a b"@acme.example',
  ])("refuses the e-mail address %s", (email) => {
    expect(rulesOf(TEN_LINES.replace("hello@acme.example", `'${email}'`))).toEqual(["malformed-value"]);
  });

  // Quadratic work would run into the time limit of a test.
  it("answers a wall of errors", () => {
    const links = Array.from({ length: 4000 }, () => "- {}").join("\n    ");
    const { diagnostics } = read(`${TEN_LINES}navigation:\n  header:\n    ${links}\n`);
    expect(diagnostics.length).toBeGreaterThan(4000);
  });
});
