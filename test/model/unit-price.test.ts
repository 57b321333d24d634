import { expect, test } from "vitest";
import { renderSite } from "../../action/src/model/render.ts";
import { unitPrice } from "../../action/src/model/unit-price.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleProducts, sampleStore } from "../fakes/sample-store.ts";
import { only, pageAt } from "./page-tree.ts";

const EUROS = { amount: 999, currency: "EUR" };

test.each([
  ["750 ml", "1 l", 1332, "1 l"],
  ["250g", "100 g", 400, "100 g"],
  ["0.5 kg", undefined, 1998, "1 kg"],
  ["12 oz", "1 lb", 1332, "1 lb"],
  ["6 ct", "1 ct", 167, "1 ct"],
])("999 cents for %s are, for %s, %d", (measure, base, amount, text) => {
  expect(unitPrice(EUROS, measure, base)).toEqual({ price: { amount, currency: "EUR" }, measure: text });
});

test.each([
  ["750 ml", "1 kg"],
  ["a few", "1 kg"],
  ["0 g", "1 kg"],
  ["5 constructor", undefined],
  ["", undefined],
])("%s and %s say nothing", (measure, base) => {
  expect(unitPrice(EUROS, measure, base)).toBeUndefined();
});

test("it stands beside the price, of a sale the one that is paid", () => {
  const products = sampleProducts.map((product) => ({
    ...product,
    variants: product.variants.map((variant) => ({
      ...variant,
      salePrice: { amount: 2500, currency: "GBP" },
      attributes: { ...variant.attributes, unit_pricing_measure: "500 g", unit_pricing_base_measure: "100 g" },
    })) as unknown as typeof product.variants,
  }));
  const { site } = renderSite(sampleStore(fullSettings, products), templateNamed("default"), {
    origin: null,
    links: "absolute-path",
  });
  const price = only(pageAt(site, "products/mug/index.html"), "p", "big");
  expect(only(price, "span", "unit").text).toBe("£5.00 / 100 g");
  expect(only(price, "del").text).toBe("Before £34.00");
});
