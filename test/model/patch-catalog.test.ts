/** Patches of catalogs, read by the one reader. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProductPatch } from "../../action/src/generated/request.ts";
import { readCatalog } from "../../action/src/model/catalog.ts";
import { patchCatalog } from "../../action/src/model/patch-catalog.ts";
import { sampleTenant } from "./sample-tenant.ts";

const TENANTS = join(import.meta.dirname, "../../tenants");

/** What a visitor would pay for what, by the id of the variant. */
function offersIn(file: string, text: string, currency: string): ReadonlyMap<string, unknown> {
  const tenant = sampleTenant({ locale: { default: "en", currency, prices_include_tax: true } });
  const { catalog, diagnostics } = readCatalog(tenant, { file, bytes: Buffer.from(text) });
  if (catalog === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const variants = catalog.products.flatMap((product) => product.variants);
  return new Map(
    variants.map(({ id, price, salePrice, availability }) => [
      id,
      { price: price.amount, sale: salePrice?.amount, availability },
    ]),
  );
}

describe.each([
  ["otterlight-eyewear/products.csv", "GBP"],
  ["kilnfold-keramik/products.yaml", "EUR"],
  ["sundial-row-coffee/products.json", "USD"],
])("%s", (path, currency) => {
  const text = readFileSync(join(TENANTS, path), "utf8");
  const before = offersIn(path, text, currency);
  const ids = [...before.keys()];

  test("patched with nothing new says the same", () => {
    expect(patchCatalog(path, text, []).text).toBe(text);
  });

  test("any prices and availabilities are as asked, all else is as it was", () => {
    const patch = fc.record(
      {
        // Above every sale price: a sale that costs more than the price is no sale, and the reader says so.
        price: fc.integer({ min: 2_000_00, max: 90_000_00 }),
        availability: fc.constantFrom("in_stock" as const, "out_of_stock" as const, "backorder" as const),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...ids), patch, { minKeys: 1, maxKeys: 6 }), (wishes) => {
        const products = Object.entries(wishes).map(([id, { price, availability }]): ProductPatch => ({
          id,
          ...(price === undefined ? {} : { price: `${(price / 100).toFixed(2)} ${currency}` }),
          ...(availability === undefined ? {} : { availability }),
        }));
        const patched = patchCatalog(path, text, products).text ?? "";
        const after = offersIn(path, patched, currency);
        for (const [id, offer] of before) {
          const { price, availability } = wishes[id] ?? {};
          const asked = {
            ...(price === undefined ? {} : { price }),
            ...(availability === undefined ? {} : { availability }),
          };
          expect(after.get(id)).toEqual({ ...(offer as object), ...asked });
        }
      }),
      { numRuns: 100 },
    );
  });
});

test("a table keeps its quotes, line ends and other cells to the byte", () => {
  const text = 'id,title,"price",note\r\nA,"Mug, ""big""",9.00 GBP,ü\r\n\r\nB,سوق,"12.00 GBP",\r\n';
  const products = [
    { id: "B", price: "11.00 GBP" },
    { id: "A", price: "8.50 GBP" },
  ];
  expect(patchCatalog("p.csv", text, products).text).toBe(text.replace("9.00", "8.50").replace("12.00", "11.00"));
});

test("a tree keeps its comments, and takes what it had not", () => {
  const text = `# ours
products:
  - id: A # the first
    title: Mug
    price: 9.00 GBP # since May
  - item_group_id: g
    price: "12.00 GBP"
    variants:
      - { id: B, color: Red }
      - { id: C, color: Blue, price: 13.00 GBP }
`;
  const products: ProductPatch[] = [
    { id: "A", price: "8.00 GBP", availability: "out_of_stock" },
    { id: "B", price: "11.00 GBP" },
    { id: "C", price: "10.00 GBP", sale_price: "9.00 GBP" },
  ];
  expect(patchCatalog("p.yaml", text, products).text).toBe(`# ours
products:
  - id: A # the first
    availability: "out_of_stock"
    title: Mug
    price: 8.00 GBP # since May
  - item_group_id: g
    price: "12.00 GBP"
    variants:
      - { id: B, price: "11.00 GBP", color: Red }
      - { id: C, sale_price: "9.00 GBP", color: Blue, price: 10.00 GBP }
`);
});

test.each([
  ["a product that is not there", [{ id: "Z", price: "1.00 GBP" }], 'no product "Z"'],
  ["a column that is not there", [{ id: "A", sale_price: "1.00 GBP" }], 'no column "sale_price"'],
  [
    "one product twice",
    [
      { id: "A", price: "1.00 GBP" },
      { id: "A", price: "2.00 GBP" },
    ],
    "named twice",
  ],
])("%s cannot be patched", (_what, products, message) => {
  const { problem } = patchCatalog("p.csv", "id,title,price\nA,Mug,9.00 GBP\n", products);
  expect(problem?.message).toContain(message);
  expect(problem?.hint).toMatch(/./);
});

test("hostile values stay in their cell", () => {
  const price = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('"', "a\nb", "=1+1", "1 }, x: 2", "# no", "a,b", "'"),
  );
  fc.assert(
    fc.property(fc.constantFrom("p.csv", "p.yaml", "p.json"), price, (file, value) => {
      const text = {
        "p.csv": "id,title,price\nA,Mug,9.00 GBP\nB,Cup,8.00 GBP\n",
        "p.yaml":
          "products:\n  - { id: A, title: Mug, price: 9.00 GBP }\n  - id: B\n    title: Cup\n    price: 8.00 GBP\n",
        "p.json":
          '{"products":[{"id":"A","title":"Mug","price":"9.00 GBP"},{"id":"B","title":"Cup","price":"8.00 GBP"}]}',
      }[file];
      const patched = patchCatalog(file ?? "", text ?? "", [{ id: "A", price: value }]).text ?? "";
      // What is no price is refused by the reader; what else stands in the catalog is as it was.
      const back = patchCatalog(file ?? "", patched, [{ id: "A", price: "9.00 GBP" }]).text ?? "";
      expect(offersIn(file ?? "", back, "GBP")).toEqual(offersIn(file ?? "", text ?? "", "GBP"));
    }),
    { numRuns: 500 },
  );
});
