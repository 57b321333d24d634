/** The YAML reader: exact places, and no input that it cannot answer. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../action/src/model/diagnostic.ts";
import { readTenant } from "../../action/src/model/tenant.ts";
import { readYaml } from "../../action/src/model/yaml.ts";

const read = (text: string) => readYaml("acme.yaml", Buffer.from(text), { root: "any" });

describe("where things stand", () => {
  const text = [
    "# a comment",
    "brand: { name: Acme, tagline: 'two words' }",
    "home:",
    "  - type: hero",
    '    "odd/key~": "quoted"',
    "  -",
    "  - text: |",
    "      a block",
    "empty:",
    "list: [1, , 3]",
  ].join("\n");
  const { document } = read(text.replace("[1, , 3]", "[1, 2, 3]"));

  it.each([
    ["", "value", 2, 1],
    ["/brand", "key", 2, 1],
    ["/brand", "value", 2, 8],
    ["/brand/name", "value", 2, 16],
    ["/brand/tagline", "key", 2, 22],
    ["/brand/tagline", "value", 2, 31],
    ["/home/0", "value", 4, 5],
    ["/home/0/odd~1key~0", "key", 5, 5],
    ["/home/0/odd~1key~0", "value", 5, 17],
    ["/home/2/text", "value", 7, 5],
    ["/empty", "value", 9, 1],
    ["/list/2", "value", 10, 14],
    ["/brand/missing", "value", 2, 8],
    ["/nowhere/at/all", "value", 2, 1],
  ] as const)("%s (%s) is at %i:%i", (pointer, part, line, column) => {
    expect(document?.locate(pointer, part)).toEqual({ file: "acme.yaml", line, column });
  });

  it("counts every kind of line break, and columns in UTF-16 units", () => {
    const { document: mixed } = read('a: 1\r\nb: 2\rc: 3\nd: { "😀": 1, e: 2 }\n');
    expect(mixed?.locate("/b")).toMatchObject({ line: 2, column: 4 });
    expect(mixed?.locate("/c")).toMatchObject({ line: 3, column: 4 });
    expect(mixed?.locate("/d/e")).toMatchObject({ line: 4, column: 18 });
  });
});

describe("numbers", () => {
  it.each([
    "9007199254740992",
    "-9007199254740992",
    "0x20000000000000",
    "1e16",
    "1234567890e9",
    ".inf",
    "-.INF",
    ".nan",
  ])("refuses %s", (number) => {
    expect(read(`a: [${number}]`).diagnostics.map((one) => one.rule)).toEqual(["yaml-number"]);
  });

  it.each(["9007199254740991", "19.99", '"12345678901234567890"', '"#f8e7cb"', "1e3", "0.1234567890123456789"])(
    "accepts %s",
    (number) => {
      expect(read(`a: [${number}]`).diagnostics).toEqual([]);
    },
  );
});

describe("any input", () => {
  const pieces = fc.constantFrom(
    ..."a|:|: |- |\n|\n  |{|}|[|]|,|\"|'|\\|\\u202e|\u202e|&x|*x|!t|---\n|#|~|null|7|\t|\r|\0|\ufeff|__proto__|||>|?|%|\ud83d|schema: storefront/v1\n|home:\n|type: hero".split(
      "|",
    ),
  );
  const yamlish = fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join("")));
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  const values = fc
    .jsonValue()
    .map((value) => Buffer.from(JSON.stringify({ schema: "storefront/v1", home: [value], catalog: value })));

  it("is answered inside the file, and never thrown at", () => {
    fc.assert(
      fc.property(fc.oneof(yamlish, bytes, values), (input) => {
        const source = { id: "acme", file: "acme.yaml", folder: "acme" };
        const { tenant, diagnostics } = readTenant(source, input);
        expect(tenant === undefined).toBe(diagnostics.some((one) => one.severity === "error"));
        for (const one of diagnostics) expectInside(one, input);
      }),
      { numRuns: 3000 },
    );
  });

  it("is the same twice", () => {
    fc.assert(
      fc.property(yamlish, (input) => {
        expect(readYaml("a.yaml", input).diagnostics).toEqual(readYaml("a.yaml", input).diagnostics);
      }),
      { numRuns: 300 },
    );
  });
});

function expectInside({ location, message, hint }: Diagnostic, input: Buffer): void {
  const lines = input
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .split(/\r\n?|\n/);
  expect(location.file).toBe("acme.yaml");
  expect(location.line).toBeGreaterThanOrEqual(1);
  expect(location.line).toBeLessThanOrEqual(lines.length);
  expect(location.column).toBeGreaterThanOrEqual(1);
  expect(location.column).toBeLessThanOrEqual((lines[location.line - 1] ?? "").length + 1);
  expect(message).not.toBe("");
  expect(hint).not.toBe("");
  // oxlint-disable-next-line no-control-regex
  expect(message).not.toMatch(/[\u0000-\u001f\u202e\u200b]/);
}
