import { describe, expect, test } from "vitest";
import type { Request } from "../../action/src/generated/request.ts";
import { applyRequest, type StoreFiles } from "../../action/src/model/apply-request.ts";
import { readYaml } from "../../action/src/model/yaml.ts";

const YAML = `# yaml-language-server: $schema=../../action/schema/tenant.schema.json
schema: storefront/v1
id: acme
brand: { name: Acme } # as on the door
catalog: { source: products.csv }
`;
const CSV = "id,title,price,availability\nMUG,Mug,9.00 GBP,in_stock\n";
const FILE = "tenants/eu/acme.yaml";
const requestId = "00000000-0000-4000-8000-000000000001";
const SETTINGS = { schema: "storefront/v1", id: "acme", brand: { name: "Acme" }, catalog: { source: "products.csv" } };

const store = (
  texts: Readonly<Record<string, string>> = { [FILE]: YAML, "tenants/eu/acme/products.csv": CSV },
): StoreFiles => ({
  file: FILE,
  folder: "tenants/eu/acme",
  texts: new Map(Object.entries(texts)),
});
const changes = (request: Request, files = store()): unknown => {
  const applied = applyRequest(request, files);
  return "code" in applied ? applied.code : Object.fromEntries(applied);
};

describe("upsert", () => {
  const upsert = (settings: object, files?: Record<string, string>): Request => ({
    type: "tenant.upsert",
    requestId,
    tenant: "acme",
    settings: settings as Record<string, unknown>,
    ...(files && { files }),
  });

  test("of a new store writes its files, the YAML with the schema's place", () => {
    const written = changes(upsert(SETTINGS, { "products.csv": CSV }), store({})) as Record<string, string>;
    expect(Object.keys(written).toSorted()).toEqual([FILE, "tenants/eu/acme/products.csv"]);
    expect(written[FILE]).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/action\/schema\/tenant\.schema\.json\n/,
    );
    expect(readYaml(FILE, Buffer.from(written[FILE] ?? "")).document?.value).toEqual(SETTINGS);
  });

  test("of what main says already changes nothing", () => {
    expect(changes(upsert(SETTINGS, { "products.csv": CSV }))).toEqual({});
  });

  test("keeps what people wrote beside what stays", () => {
    const written = changes(upsert({ ...SETTINGS, lifecycle: { state: "paused" } }));
    expect(written).toEqual({ [FILE]: `${YAML}lifecycle:\n  state: paused\n` });
  });

  test("for another store than its settings' is refused", () => {
    expect(changes(upsert({ ...SETTINGS, id: "beta" }))).toBe("settings-mismatch");
  });

  test("of what the reader would read as something else is refused", () => {
    expect(changes(upsert(JSON.parse('{"id":"acme","__proto__":{"a":1}}') as object))).toBe("not-writable");
  });
});

test("remove takes the YAML and its folder", () => {
  const request = { type: "tenant.remove", requestId, tenant: "acme" } as const;
  expect(changes(request)).toEqual({ [FILE]: null, "tenants/eu/acme/products.csv": null });
  expect(changes(request, store({}))).toBe("unknown-tenant");
});

describe("patch", () => {
  const patch = (id: string, price: string): Request => ({
    type: "catalog.patch",
    requestId,
    tenant: "acme",
    products: [{ id, price }],
  });

  test("changes the catalog's file", () => {
    expect(changes(patch("MUG", "8.00 GBP"))).toEqual({ "tenants/eu/acme/products.csv": CSV.replace("9.00", "8.00") });
    expect(changes(patch("MUG", "9.00 GBP"))).toEqual({});
  });

  test("changes products that stand in the YAML itself", () => {
    const inline = `id: acme\ncatalog:\n  products:\n    - { id: MUG, title: Mug, price: 9.00 GBP } # ours\n`;
    expect(changes(patch("MUG", "8.00 GBP"), store({ [FILE]: inline }))).toEqual({
      [FILE]: inline.replace("9.00", "8.00"),
    });
  });

  test.each([
    ["a product that is not there", patch("CUP", "8.00 GBP"), store(), "unknown-product"],
    ["a store that is not there", patch("MUG", "8.00 GBP"), store({}), "unknown-tenant"],
    ["a catalog that is not there", patch("MUG", "8.00 GBP"), store({ [FILE]: YAML }), "not-writable"],
  ])("of %s is refused", (_what, request, files, code) => {
    expect(changes(request, files)).toBe(code);
  });
});
