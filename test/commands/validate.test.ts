import { describe, expect, it } from "vitest";
import { validate } from "../../action/src/commands/validate.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { temporaryFolder, writeFiles } from "../io/git-fixture.ts";
import { tenantFile, templateFiles } from "./fleet-fixture.ts";

async function validateFiles(files: Readonly<Record<string, string>>, only: readonly string[] | null = null) {
  const root = temporaryFolder();
  writeFiles(root, files);
  const { diagnostics, tenants } = await validate({
    tree: workingDirectory(root),
    folders: { tenants: "tenants", templates: "templates" },
    only: only === null ? null : new Set(only),
  });
  return { tenants, found: diagnostics.map(({ rule, location }) => `${location.file}:${location.line} ${rule}`) };
}

const BROKEN = {
  ...templateFiles(),
  ...templateFiles("torn", "<% if (x) { %>"),
  ".github/overrides.yaml": "one: two\n",
  "tenants/acme.yaml": tenantFile("acme", { host: "shop.acme.example" }),
  "tenants/beta.yaml": tenantFile("beta", { host: "shop.acme.example" }),
  "tenants/gamma.yaml": tenantFile("gamma", { template: "nowhere" }),
  "tenants/delta.yaml": tenantFile("delta", { more: "pages: { about: { title: About, body: none.md } }" }),
};

describe("validate", () => {
  it("finds nothing in a good fleet", async () => {
    expect(await validateFiles({ ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") })).toEqual({
      tenants: 1,
      found: [],
    });
  });

  it("finds what is wrong with settings, the fleet, stores' files, templates and overrides, in one sorted list", async () => {
    const { tenants, found } = await validateFiles(BROKEN);
    expect(tenants).toBe(4);
    expect(found).toEqual(found.toSorted());
    expect(found).toEqual([
      expect.stringMatching(/^\.github\/overrides\.yaml:1 override-/),
      "templates/torn/index.html.ejs:1 template-policy",
      "templates/torn/index.html.ejs:1 template-syntax",
      "tenants/acme.yaml:11 domain-taken",
      "tenants/beta.yaml:11 domain-taken",
      expect.stringMatching(/^tenants\/delta\.yaml:11 /),
      "tenants/gamma.yaml:4 template-unknown",
    ]);
  });

  it("says that a template is broken where it is, and not at each tenant that wants it", async () => {
    const { found } = await validateFiles({
      ...templateFiles(),
      ...templateFiles("torn", "<% if (x) { %>"),
      "tenants/acme.yaml": tenantFile("acme", { template: "torn" }),
      "tenants/beta.yaml": tenantFile("beta", { template: "torn" }),
    });
    expect(found).not.toEqual([]);
    expect(found.filter((line) => !line.startsWith("templates/torn/"))).toEqual([]);
  });

  it("keeps to the ids asked for, and still compares them with the others", async () => {
    const { tenants, found } = await validateFiles(BROKEN, ["acme", "gamma"]);
    expect(tenants).toBe(2);
    expect(found.filter((line) => line.startsWith("tenants/"))).toEqual([
      "tenants/acme.yaml:11 domain-taken",
      "tenants/gamma.yaml:4 template-unknown",
    ]);
  });

  it("says when an id has no file", async () => {
    const { found } = await validateFiles({ ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") }, ["amce"]);
    expect(found).toEqual(["tenants/amce.yaml:1 tenant-unknown"]);
  });

  it.each([
    ["no tenants folder", { ...templateFiles() }],
    ["no tenant in it", { ...templateFiles(), "tenants/.gitkeep": "" }],
    ["no templates folder", { "tenants/acme.yaml": tenantFile("acme") }],
  ])("throws when there is %s", async (_what, files) => {
    await expect(validateFiles(files)).rejects.toMatchObject({ code: "missing" });
  });
});
