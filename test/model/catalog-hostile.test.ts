import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../action/src/model/catalog.ts";
import type { Location } from "../../action/src/model/diagnostic.ts";
import { sampleTenant, withCatalog } from "./sample-tenant.ts";

const tenant = sampleTenant();
const folder = "tenants/acme";
const read = (text: string | Uint8Array, extension = "csv") =>
  readCatalog(tenant, {
    file: `${folder}/products.${extension}`,
    bytes: typeof text === "string" ? Buffer.from(text) : text,
  });

/** Whatever went in: nothing thrown, a catalog or a reason, every reason in the file. */
function expectAnswer(text: string | Uint8Array, extension?: string): void {
  const { catalog, diagnostics } = read(text, extension);
  const source = Buffer.from(text).toString();
  const lines = source.split(/\r\n|\r|\n/);
  expect(catalog === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
  for (const { location, message, hint } of diagnostics) {
    expect(location.line).toBeGreaterThanOrEqual(1);
    expect(location.line).toBeLessThanOrEqual(lines.length);
    expect(location.column).toBeGreaterThanOrEqual(1);
    expect(location.column).toBeLessThanOrEqual((lines[location.line - 1] ?? "").length + 1);
    expect(message).not.toMatch(/[\n\u202e\0]/);
    expect(hint).not.toBe("");
  }
}

const HOSTILE = [
  "=1+1",
  "</script>",
  '"',
  '""',
  ",",
  "\t",
  "\r\n",
  "\n",
  "\0",
  "\u202e",
  "\u200b",
  "__proto__",
  "${x}",
];
const cell = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.array(fc.constantFrom(...HOSTILE, "A", "9.00 GBP", "é", "😀"), { maxLength: 4 }).map((parts) => parts.join("")),
);
const names = fc.constantFrom(
  "id",
  "title",
  "price",
  "sale_price",
  "gtin",
  "image_link",
  "product_detail",
  "color",
  "x",
);

describe("hostile catalogs", () => {
  test("any bytes", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom("csv", "tsv", "yaml", "json"), expectAnswer),
      {
        numRuns: 1000,
      },
    );
  });

  test("any cells, quoted or not", () => {
    expect.hasAssertions();
    const table = fc.tuple(
      fc.uniqueArray(names, { minLength: 1 }),
      fc.array(fc.array(fc.tuple(cell, fc.boolean()), { maxLength: 10 }), { maxLength: 6 }),
      fc.constantFrom(",", "\t"),
    );
    fc.assert(
      fc.property(table, ([header, rows, separator]) => {
        const written = rows.map((cells) =>
          cells.map(([text, quoted]) => (quoted ? `"${text.replaceAll('"', '""')}"` : text)).join(separator),
        );
        expectAnswer([header.join(separator), ...written].join("\n"), separator === "," ? "csv" : "tsv");
      }),
      { numRuns: 2000 },
    );
  });

  test("any values inside a tenant file", () => {
    const product = fc.dictionary(
      fc.oneof(names, fc.constantFrom("variants", "__proto__", "constructor")),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.array(product, { maxLength: 5 }), (products) => {
        const { catalog, diagnostics } = readCatalog(withCatalog({ products }), "inline");
        expect(catalog === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
      }),
      { numRuns: 1000 },
    );
  });

  test("a wrong cell is found where it was written, whatever stands around it", () => {
    const plain = fc
      .array(fc.constantFrom("a", "é", "😀", '"', ",", "\n", "\r\n", " ", "b"), { maxLength: 6 })
      .map((parts) => `x${parts.join("")}`);
    const input = fc.tuple(
      fc.array(fc.tuple(plain, plain), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom("", "\ufeff"),
    );
    fc.assert(
      fc.property(input, ([rows, pick, lineEnd, mark]) => {
        const wrong = pick % rows.length;
        let text = `id,description,availability,title,price${lineEnd}`;
        let expected: Location | undefined;
        rows.forEach(([before, after], index) => {
          text += `ID${index},"${before.replaceAll('"', '""')}",`;
          if (index === wrong) {
            const lines = text.split("\n");
            expected = { file: `${folder}/products.csv`, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
          }
          text += `${index === wrong ? "soon" : "preorder"},"${after.replaceAll(/["\r\n]/g, "")}",9.00 GBP${lineEnd}`;
        });
        expect(read(mark + text).diagnostics.map(({ rule, location }) => ({ rule, location }))).toEqual([
          { rule: "catalog-availability", location: expected },
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["quotes", `id,title,price\n${'"'.repeat(1_000_000)}`],
    ["empty lines", "\n".repeat(2_000_000)],
    ["separators", ",".repeat(1_000_000)],
    [
      "lists",
      `id,title,price,product_highlight,product_detail\n${`A,B,C,"${',""'.repeat(1600)}","${':,""'.repeat(1200)}"\n`.repeat(100)}`,
    ],
    ["missing names", `idd,titl,prce${",titlee".repeat(480)}\n${`${"x,".repeat(482)}x\n`.repeat(1000)}`],
    ["brackets", `products: ${"[".repeat(100_000)}`],
  ])("many %s are answered", (_name, text) => {
    // Quadratic work would take minutes, and run into the time limit of a test.
    expectAnswer(text, text.startsWith("products") ? "yaml" : "csv");
  });
});
