import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openWorkplace, settingsOf } from "./workplace.ts";

const BROKEN = settingsOf("brook", "Brook").replace("en-GB", "english");

test("a good fleet is said to be one", async () => {
  const { run } = await openWorkplace();
  expect(await run("validate.ts")).toEqual({ code: 0, stdout: "1 tenant checked: no problems\n", stderr: "" });
});

describe("a broken tenant", () => {
  test("is shown with its place and the way out", async () => {
    const { run, write } = await openWorkplace();
    await write("tenants/brook.yaml", BROKEN);
    const { code, stdout, stderr } = await run("validate.ts");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^tenants\/brook\.yaml:6:20 error \S+ .*"english".*\n {2}hint: /m);
    expect(stdout).toMatch(/^2 tenants checked: \d errors?$/m);
    expect(stderr).toBe("");
  });

  test("is nothing but JSON on standard output where JSON is asked for", async () => {
    const { run, write } = await openWorkplace();
    await write("tenants/brook.yaml", BROKEN);
    const { code, stdout } = await run("validate.ts", ["--format", "json"]);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Record<string, unknown>[] };
    expect(code).toBe(1);
    expect(diagnostics[0]).toEqual({
      rule: expect.any(String) as unknown,
      severity: "error",
      message: expect.stringContaining('"english"') as unknown,
      hint: expect.stringMatching(/./) as unknown,
      file: "tenants/brook.yaml",
      line: 6,
      column: 20,
    });
  });

  test("is an annotation where GitHub reads along", async () => {
    const { run, write } = await openWorkplace();
    await write("tenants/brook.yaml", BROKEN);
    const { code, stdout } = await run("validate.ts", ["--format", "github"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error title=[a-z-]+,file=tenants\/brook\.yaml,line=6,col=20::.*english/m);
  });

  test("is of no interest to a look at another one", async () => {
    const { run, write } = await openWorkplace();
    await write("tenants/brook.yaml", BROKEN);
    expect((await run("validate.ts", ["--only", "fernway"])).code).toBe(0);
    expect((await run("validate.ts", ["--only", "fernway,brook"])).code).toBe(1);
  });
});

test("more problems than GitHub keeps are listed below those that it shows", async () => {
  const { run, write } = await openWorkplace();
  for (let at = 10; at < 22; at++) await write(`tenants/brook-${at}.yaml`, `schema: storefront/v0\nid: brook-${at}\n`);
  const all = JSON.parse((await run("validate.ts", ["--format", "json"])).stdout) as { diagnostics: unknown[] };
  const lines = (await run("validate.ts", ["--format", "github"])).stdout.split("\n");
  const kept = lines.filter((line) => line.startsWith("::error ")).length;
  expect(kept).toBe(10);
  expect(lines.filter((line) => /^tenants\/brook-\d+\.yaml:\d+:\d+ error /.test(line))).toHaveLength(
    all.diagnostics.length - kept,
  );
});

test("a tenant that is not there is said with what is", async () => {
  const { run } = await openWorkplace();
  const { code, stdout } = await run("validate.ts", ["--only", "fernwey"]);
  expect([code, stdout]).toEqual([1, expect.stringContaining("fernway")]);
});

test.each([
  { name: "missing", tenants: "nowhere" },
  { name: "empty", tenants: "empty" },
])("a $name tenants folder is an error, not an empty fleet", async ({ tenants }) => {
  const { run, write } = await openWorkplace();
  await write("empty/.keep", "");
  const { code, stdout, stderr } = await run("validate.ts", ["--tenants", tenants]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^error: .+/);
});

test("folders may lie anywhere; their files go by the names that were given", async () => {
  const [here, there] = [await openWorkplace(), await openWorkplace()];
  const tenants = join(there.folder, "tenants");
  expect((await here.run("validate.ts", ["--tenants", `${tenants}/`])).code).toBe(0);
  await there.write("tenants/brook.yaml", BROKEN);
  const { code, stdout } = await here.run("validate.ts", ["--tenants", tenants]);
  expect([code, stdout]).toEqual([1, expect.stringContaining(`${tenants}/brook.yaml:6:20 error`)]);
});

test.each([
  { args: ["--formt", "json"], says: "Did you mean --format?" },
  { args: ["--format", "xml"], says: "Allowed choices are text, github, json" },
  { args: ["--only", "a,,b"], says: "commas between them" },
  { args: ["tenants"], says: "too many arguments" },
  { args: ["--tenants"], says: "argument missing" },
])("wrong usage ends with 64: $args", async ({ args, says }) => {
  const { run } = await openWorkplace();
  const { code, stdout, stderr } = await run("validate.ts", args);
  expect({ code, stdout, stderr }).toEqual({ code: 64, stdout: "", stderr: expect.stringContaining(says) as unknown });
});

test.each(["validate.ts", "provision.ts"])("the help of %s tells flags and exit codes", async (script) => {
  const { run } = await openWorkplace();
  const { code, stdout } = await run(script, ["--help"]);
  expect(code).toBe(0);
  for (const word of ["--tenants", "--templates", "--only", "Exit codes:", "64", "70"]) expect(stdout).toContain(word);
});
