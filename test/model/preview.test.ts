import * as fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { previewOf, withPreview } from "../../action/src/model/preview.ts";
import type { Tenant } from "../../action/src/model/store.ts";
import { PLAIN_TOKENS } from "../../action/src/model/theme.ts";
import { sampleTenant } from "./sample-tenant.ts";

const looks = { tokens: PLAIN_TOKENS, presets: {} };
const empty = { currency: "GBP", products: [], collections: [] };
const draw = (tenant: Tenant) => previewOf({ tenant, catalog: empty }, looks);
const linesOf = (drawing: string) => [...drawing.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe("the preview of a store", () => {
  test("holds name, tagline and address", () => {
    const tenant = sampleTenant({
      brand: { name: "Acme & Sons", tagline: "Mugs" },
      domains: [{ host: "shop.acme.example", primary: true }],
    });
    expect(linesOf(draw(tenant))).toEqual(["Acme &amp;", "Sons", "Mugs", "shop.acme.example"]);
  });

  test("is mirrored for a store that is read from the right", () => {
    const locale = { default: "ar-AE", currency: "AED", prices_include_tax: true } as const;
    const brand = { name: "سوق نجمة الوادي" };
    expect(draw(sampleTenant({ brand, locale }))).toContain('text-anchor="end"');
    expect(draw(sampleTenant({ brand }))).not.toContain('text-anchor="end"');
  });

  test("wears the colours of the theme", () => {
    const theme = { template: "default", tokens: { color: { accent: "#b00020" } } };
    expect(draw(sampleTenant({ theme }))).toContain('fill="#b00020"');
  });

  test.each([
    ["Acme 🎉 Mugs™", ["Acme", "Mugs"]],
    ["陶器の店", []],
    ["Łódź Çömlek", ["Łódź", "Çömlek"]],
  ])("writes of %s what its font can: %j", (name, lines) => {
    expect(linesOf(draw(sampleTenant({ brand: { name } })))).toEqual(lines);
  });

  test("cuts what is too long, and says so", () => {
    const lines = linesOf(draw(sampleTenant({ brand: { name: "Unbelievably ".repeat(30) } })));
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toMatch(/…$/);
  });

  test("any text gives a document of the same shape", () => {
    const shape = (drawing: string) => [...drawing.matchAll(/<(?!text)[a-z]+/g)].map(([tag]) => tag);
    const plain = shape(draw(sampleTenant()));
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (name) => {
        const drawing = draw(sampleTenant({ brand: { name, tagline: `"><script>${name}` } }));
        expect(XMLValidator.validate(drawing)).toBe(true);
        expect(shape(drawing)).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });

  test("is of a store that has an address, and is not drawn before it is stored", () => {
    const catalog = { currency: "GBP", products: [], collections: [] };
    const store = { tenant: sampleTenant(), catalog, pages: [], pictures: new Map() };
    expect(withPreview(store, looks)).toBe(store);
    const tenant = sampleTenant({ domains: [{ host: "shop.acme.example", primary: true }] });
    expect(linesOf(withPreview({ ...store, tenant }, looks).preview ?? "")).toContain("shop.acme.example");
  });
});
