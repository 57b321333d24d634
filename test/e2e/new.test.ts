import { expect, test } from "vitest";
import { openWorkplace } from "./workplace.ts";

const EMAIL = ["--email", "hello@acme.example"];

test("writes ten lines and a catalog that the real checks accept", async () => {
  const { run, read } = await openWorkplace();
  const { code, stdout, stderr } = await run("new.ts", ["acme", ...EMAIL]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Wrote tenants/acme.yaml and tenants/acme/products.csv");
  expect(stdout).toContain("http://acme.localhost:8080/");
  expect(await read("tenants/acme.yaml")).toBe(`# yaml-language-server: $schema=../action/schema/tenant.schema.json
schema: storefront/v1
id: acme
brand:
  name: Acme
theme: { template: default }
locale: { default: en-GB, currency: GBP }
catalog: { source: products.csv }
contact:
  email: "hello@acme.example"
`);
  expect(await run("validate.ts")).toMatchObject({ code: 0, stdout: "2 tenants checked: no problems\n" });
});

test("takes every answer as a flag, and a name as it is", async () => {
  const { run, read } = await openWorkplace();
  const flags = [
    "--name",
    'No: "Way" & #1',
    "--colors",
    "#ffffff, #202020,#7a2e12",
    "--locale",
    "ja-JP",
    "--template",
    "minimal",
  ];
  expect((await run("new.ts", ["eu/acme", ...EMAIL, ...flags])).code).toBe(0);
  const settings = await read("tenants/eu/acme.yaml");
  expect(settings).toContain("$schema=../../action/schema/tenant.schema.json");
  expect(settings).toContain(String.raw`name: "No: \"Way\" & #1"`);
  expect(settings).toContain('color: { background: "#ffffff", text: "#202020", accent: "#7a2e12" }');
  expect(settings).toContain("locale: { default: ja-JP, currency: JPY }");
  expect(await read("tenants/eu/acme/products.csv")).toContain(",1200 JPY,");
  expect((await run("validate.ts")).code).toBe(0);
});

test.each(["moss", "clay", "harbour", "plum", "night"])("the colours %s can be read", async (palette) => {
  const { run } = await openWorkplace();
  expect(await run("new.ts", ["acme", ...EMAIL, "--colors", palette])).toMatchObject({ code: 0, stderr: "" });
});

test("never overwrites", async () => {
  const { run, read, write } = await openWorkplace();
  const before = await read("tenants/fernway.yaml");
  const again = await run("new.ts", ["eu/fernway", ...EMAIL]);
  expect([again.code, again.stderr]).toEqual([64, expect.stringContaining(`"fernway" is another store's id`)]);
  expect(await read("tenants/fernway.yaml")).toBe(before);
  await write("tenants/acme/products.csv", "kept");
  const left = await run("new.ts", ["acme", ...EMAIL]);
  expect([left.code, left.stderr]).toEqual([64, expect.stringContaining("tenants/acme/ is there already")]);
  expect(await read("tenants/acme/products.csv")).toBe("kept");
});

test.each([
  { args: ["acme"], says: "--email missing" },
  { args: EMAIL, says: "an id missing" },
  { args: ["Acme Candles", ...EMAIL], says: "Did you mean acme-candles?" },
  { args: ["../acme", ...EMAIL], says: "is not a folder inside tenants" },
  { args: ["/tmp/acme", ...EMAIL], says: "is not a folder inside tenants" },
  { args: ["acme", "--email", "hello"], says: "An e-mail address" },
  { args: ["acme", ...EMAIL, "--locale", "English"], says: "A language and a country" },
  { args: ["acme", ...EMAIL, "--locale", "en-AQ"], says: "--currency missing" },
  { args: ["acme", ...EMAIL, "--currency", "euro"], says: "Three capital letters" },
  { args: ["acme", ...EMAIL, "--colors", "pink"], says: "background,text,accent" },
  { args: ["acme", ...EMAIL, "--colors", "#fff,#000,#123456"], says: "is not a colour" },
  { args: ["acme", ...EMAIL, "--name", "<b>"], says: "without < and >" },
])("refuses $args with the way out", async ({ args, says }) => {
  const { run, read } = await openWorkplace();
  const { code, stderr } = await run("new.ts", args);
  expect([code, stderr]).toEqual([64, expect.stringContaining(says)]);
  await expect(read("tenants/acme.yaml")).rejects.toThrow("ENOENT");
});

test("writes nothing where the real checks find an error", async () => {
  const { run, read } = await openWorkplace();
  const { code, stderr } = await run("new.ts", ["acme", ...EMAIL, "--template", "nope"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('"nope"')]);
  expect(stderr).toContain("Nothing was written");
  await expect(read("tenants/acme.yaml")).rejects.toThrow("ENOENT");
  await expect(read("tenants/acme/products.csv")).rejects.toThrow("ENOENT");
});

test("needs no tenant to be there before", async () => {
  const { run, remove } = await openWorkplace();
  await remove("tenants");
  expect((await run("new.ts", ["acme", ...EMAIL])).code).toBe(0);
});
