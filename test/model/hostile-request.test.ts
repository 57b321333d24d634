/** Text that tries to be something else, in every field of a request: refused, or only text wherever it lands. */
import { describe, expect, test } from "vitest";
import type { Request } from "../../action/src/generated/request.ts";
import { applyRequest, type FileChanges, type StoreFiles } from "../../action/src/model/apply-request.ts";
import { readRequests } from "../../action/src/model/request.ts";
import { readYaml } from "../../action/src/model/yaml.ts";
import { proposalBody, proposalTitle } from "../../action/src/view/proposal.ts";

const HOSTILE = [
  "::error file=a,line=1::x",
  "##[set-output name=a]b",
  "@everyone",
  "Fixes #1",
  "[skip ci]",
  "x\nid: other",
  'x"\nadmin: true\n"',
  "!!js/function x",
  "*alias",
  "&anchor x",
  "--- \n...",
  "{ a: [b",
  "# no comment",
  "=1+1",
  "+cmd|' /C calc'!A0",
  '"; touch owned; $(id) `id`',
  "${{ github.token }}",
  "../../fleet-head",
  "\u202eevil\u202c",
  "\u200bhidden",
  "\u0000\u001b[2J",
  "__proto__",
] as const;

/** What no text of a tenant may hold. */
const UNSAYABLE: ReadonlySet<string> = new Set(["\u202eevil\u202c", "\u200bhidden", "\u0000\u001b[2J"]);

const REQUEST_ID = "00000000-0000-4000-8000-000000000001";
const NOW = Date.parse("2026-03-01T09:30:00Z");
const MESSAGE = { schemaVersion: 1, issuedAt: "2026-03-01T09:00:00Z", expiresAt: "2026-03-02T09:00:00Z" };
const SETTINGS = { schema: "storefront/v1", id: "acme", brand: { name: "Acme" }, catalog: { source: "products.csv" } };
const UPSERT = { type: "tenant.upsert", requestId: REQUEST_ID, tenant: "acme", settings: SETTINGS } as const;
const CSV = "id,title,price,sale_price,availability\nMUG,Mug,9.00 GBP,,in_stock\nCUP,Cup,8.00 GBP,,in_stock\n";
const PRODUCT = { id: "MUG", price: "9.00 GBP", sale_price: "", availability: "in_stock" } as const;
const PATCH = { type: "catalog.patch", requestId: REQUEST_ID, tenant: "acme", products: [PRODUCT] } as const;
const MAIN: StoreFiles = {
  file: "tenants/acme.yaml",
  folder: "tenants/acme",
  texts: new Map([
    ["tenants/acme.yaml", `id: acme\ncatalog: { source: products.csv }\n`],
    ["tenants/acme/products.csv", CSV],
  ]),
};

const sent = (type: string, message: object) => readRequests(JSON.stringify({ ...MESSAGE, ...message }), type, NOW);

/** The changes; undefined where a reader or a writer refused. */
function changesOf(type: string, request: object): FileChanges | undefined {
  const [asked] = sent(type, { requests: [request] }).asked;
  if (asked === undefined) return undefined;
  const applied = applyRequest(asked.request, MAIN);
  return "code" in applied ? undefined : applied;
}

test.each(["", "{", "[".repeat(20_000), "undefined"])("a body that is no JSON is called so", (body) => {
  expect(readRequests(body, "tenant.remove", NOW)).toEqual({
    asked: [],
    refused: [],
    unreadable: ["the body is no JSON"],
  });
});

describe.each(HOSTILE)("%j", (words) => {
  test.each(["schemaVersion", "issuedAt", "expiresAt", "callback", "requests", words])(
    "as the message's %j is refused",
    (field) => {
      const { asked } = sent("tenant.remove", {
        requests: [{ type: "tenant.remove", requestId: REQUEST_ID, tenant: "acme" }],
        [field]: field === "callback" ? `https://${words} x` : words,
      });
      expect(asked).toEqual([]);
    },
  );

  test.each(["type", "requestId", "tenant", "settings", "files"])("as an upsert's %j is refused", (field) => {
    expect(sent("tenant.upsert", { requests: [{ ...UPSERT, [field]: words }] }).asked).toEqual([]);
  });

  test("as the name of a file is refused", () => {
    const files = Object.fromEntries([[words, "text"]]);
    expect(sent("tenant.upsert", { requests: [{ ...UPSERT, files }] }).asked).toEqual([]);
  });

  test("in the settings, as a name or a value, is refused or written so that it reads back as it was", () => {
    for (const brand of [{ name: words }, Object.fromEntries([[words, "Acme"]]), { name: [words, { deep: words }] }]) {
      const settings = { ...SETTINGS, brand };
      const isSayable = !UNSAYABLE.has(words) && !Object.hasOwn(brand, "__proto__");
      const written = changesOf("tenant.upsert", { ...UPSERT, settings })?.get("tenants/acme.yaml");
      const read = readYaml("tenants/acme.yaml", Buffer.from(written ?? "")).document?.value;
      expect(read ?? undefined).toEqual(isSayable ? settings : undefined);
    }
  });

  test("in a file is that file's text, and no other file's", () => {
    const changes = changesOf("tenant.upsert", { ...UPSERT, files: { "pages/about.md": words } });
    expect(changes?.get("tenants/acme/pages/about.md")).toBe(words);
    expect([...(changes?.keys() ?? [])].toSorted()).toEqual(["tenants/acme.yaml", "tenants/acme/pages/about.md"]);
  });

  test.each(["id", "availability", words])("as a product's %j is refused", (field) => {
    expect(changesOf("catalog.patch", { ...PATCH, products: [{ ...PRODUCT, [field]: words }] })).toBe(undefined);
  });

  test.each(["price", "sale_price"])("as a product's %j stays in its cell, for the rules to refuse", (field) => {
    const changes = changesOf("catalog.patch", { ...PATCH, products: [{ ...PRODUCT, [field]: words }] });
    const text = changes?.get("tenants/acme/products.csv") ?? "";
    expect([...(changes?.keys() ?? [])]).toEqual(["tenants/acme/products.csv"]);
    expect(text.endsWith("\nCUP,Cup,8.00 GBP,,in_stock\n")).toBe(true);
    expect(text.startsWith("id,title,price,sale_price,availability\nMUG,Mug,")).toBe(true);
  });

  test("in a request that is kept stands in nothing that GitHub is told", () => {
    const request = { ...UPSERT, settings: { ...SETTINGS, brand: { name: words } } } as Request;
    const { asked } = sent("tenant.upsert", { requests: [request] });
    const proposed = { tenant: "acme", requests: asked } as Parameters<typeof proposalTitle>[0][number];
    expect(`${proposalTitle([proposed])}\n${proposalBody([proposed])}`).not.toContain(words);
  });
});
