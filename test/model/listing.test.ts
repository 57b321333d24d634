import { assert, constantFrom, oneof, property, string, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import { isListing, openListings } from "../../action/src/model/listing.ts";

test.each([
  ["listings/all/sort-up/index.html", true],
  ["listings/all/sort-up/2/index.html", true],
  ["fr-ch/listings/all/color-bleu/index.html", true],
  ["ar/listings/all/color-bleu/index.html", true],
  ["collections/listings/index.html", false],
  ["products/listings/index.html", false],
  ["pages/listings/index.html", false],
  ["listings.html", false],
])("%s is a listing: %s", (path, expected) => {
  expect(isListing(path)).toBe(expected);
});

test("a listing's address tells what it is about, as far as ASCII can", () => {
  const list = openListings<string>("all");
  expect(list("color", "Sea Blue", "Sea blue", ["mug"])).toEqual({
    path: "listings/all/color-sea-blue/",
    label: "Sea blue",
    query: "color=Sea+Blue",
    products: ["mug"],
  });
  expect(list("product_type", "Mugs & Cups", "", []).path).toBe("listings/all/product-type-mugs-cups/");
  expect(list("color", "أزرق", "", []).path).toMatch(/^listings\/all\/color-[0-9a-f]{8}\/$/);
  expect(list("price", "10", "", [], "min=10&max=19.99").query).toBe("min=10&max=19.99");
});

test("different values have different addresses, and each is a listing's", () => {
  const values = uniqueArray(oneof(constantFrom("Red", "red!", "RED?", "red-"), string({ unit: "binary" })));
  assert(
    property(values, (wanted) => {
      const list = openListings<string>("all");
      const paths = wanted.map((value) => list("color", value, value, []).path);
      expect(new Set(paths).size).toBe(wanted.length);
      for (const path of paths) {
        expect(path).toMatch(/^listings\/all\/[a-z0-9-]+\/$/);
        expect(isListing(`${path}index.html`)).toBe(true);
      }
    }),
  );
});
