/** What the schema lets pass as a web address, everything that reads it can read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, domain, nat, pre, property, record, string } from "fast-check";
import { expect, test } from "vitest";

const schema = readFileSync(join(import.meta.dirname, "../../action/schema/tenant.schema.json"), "utf8");
const patterns = [...new Set(schema.match(/"pattern": "\^(?:\(\?:)?https:.*"/g))].map(
  (line) => new RegExp((JSON.parse(`{${line}}`) as { readonly pattern: string }).pattern, "u"),
);

const addresses = record({ host: domain(), port: nat(99_999), rest: string() }).map(
  ({ host, port, rest }) => `https://${host}:${port}/${rest}`,
);

test("every address that a pattern lets pass is one", () => {
  expect(patterns.length).toBeGreaterThan(0);
  for (const pattern of patterns) {
    assert(
      property(addresses, (address) => {
        pre(pattern.test(address));
        expect(URL.canParse(address)).toBe(true);
      }),
    );
    expect(pattern.test("https://form.example:65535/")).toBe(true);
    expect(pattern.test("https://form.example:65536/")).toBe(false);
    expect(pattern.test("https://form.example:0/")).toBe(false);
  }
});
