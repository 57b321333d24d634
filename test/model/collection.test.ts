import { describe, expect, test } from "vitest";
import { collectProducts, matches, sortProducts } from "../../action/src/model/collection.ts";
import type { Match } from "../../action/src/generated/tenant.ts";
import type { Product, Variant } from "../../action/src/model/store.ts";
import { withCatalog } from "./sample-tenant.ts";

const variant = (amount: number, attributes: Record<string, string> = {}, sale?: number): Variant => ({
  id: `v${amount}`,
  title: "Mug",
  price: { amount, currency: "GBP" },
  ...(sale !== undefined && { salePrice: { amount: sale, currency: "GBP" } }),
  availability: "in_stock",
  attributes,
});

const product = (title: string, variants: readonly [Variant, ...Variant[]], type = "Home > Mugs > Large"): Product => ({
  id: title,
  slug: title.toLowerCase(),
  title,
  description: "",
  brand: "Acme",
  type: type.split(" > "),
  highlights: [],
  details: [],
  variants,
});

const mug = product("Mug", [variant(1200, { color: "Red" }), variant(900, { color: "Blue", material: "Clay" })]);

describe("a rule", () => {
  test.each<[Match, boolean]>([
    [{ product_type: "Home" }, true],
    [{ product_type: "Mugs" }, true],
    [{ product_type: "mugs" }, true],
    [{ product_type: "Home > Mugs" }, true],
    [{ product_type: "Home>Mugs" }, true],
    [{ product_type: "Mugs > Large" }, false],
    [{ product_type: "Home > Large" }, false],
    [{ product_type: "Home > Mugs > Large > Blue" }, false],
    [{ product_type: "Mug" }, false],
    [{ product_type: ["Plates", "Home > Mugs"] }, true],
    [{ brand: "acme" }, true],
    [{ brand: "Other" }, false],
    [{ color: "blue" }, true],
    [{ color: ["Green", "Red"] }, true],
    [{ color: "Green" }, false],
    [{ color: "Red", material: "Clay" }, true],
    [{ color: "Red", brand: "Other" }, false],
    [{ availability: "in_stock" }, true],
    [{ availability: "preorder" }, false],
    [{ gender: "female" }, false],
  ])("%j", (match, expected) => {
    expect(matches(mug, match)).toBe(expected);
  });
});

describe("collections", () => {
  test("all comes first; the others keep their order", () => {
    const tenant = withCatalog({
      collections: [
        { id: "mugs", title: "Mugs", description: "To drink from.", match: { product_type: "Mugs" } },
        { id: "blue", title: "Blue", match: { color: "Blue" } },
      ],
    });
    const { collections, diagnostics } = collectProducts(tenant, [mug]);
    expect(collections.map(({ id, description, products }) => [id, description, products.length])).toEqual([
      ["all", "", 1],
      ["mugs", "To drink from.", 1],
      ["blue", "", 1],
    ]);
    expect(diagnostics).toEqual([]);
  });

  test("an empty one is a warning that names the product types there are", () => {
    const tenant = withCatalog({ collections: [{ id: "plates", title: "Plates", match: { product_type: "Plates" } }] });
    const { collections, diagnostics } = collectProducts(tenant, [mug]);
    expect(collections[1]?.products).toEqual([]);
    expect(diagnostics).toEqual([
      {
        rule: "collection-empty",
        severity: "warning",
        message: 'no product belongs to the collection "plates"',
        hint: "the catalog's product types are Home > Mugs > Large",
        location: tenant.locate("/catalog/collections/0/match"),
      },
    ]);
  });
});

describe("orders", () => {
  const products = [
    product("Öl", [variant(500)]),
    product("Zinn", [variant(900), variant(800, {}, 100)]),
    product("Apfel", [variant(500, { size: "S" })]),
  ];
  test.each([
    ["featured", ["Öl", "Zinn", "Apfel"]],
    ["name", ["Apfel", "Öl", "Zinn"]],
    ["price-asc", ["Zinn", "Öl", "Apfel"]],
    ["price-desc", ["Öl", "Apfel", "Zinn"]],
  ] as const)("%s", (sort, titles) => {
    expect(sortProducts(products, sort, "de-DE").map(({ title }) => title)).toEqual(titles);
  });
});
