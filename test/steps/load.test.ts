/** Loading from real folders: the examples are right, and no folder is never an empty fleet. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { RepoError, type Tree } from "../../action/src/ports.ts";
import { loadFleet } from "../../action/src/steps/load.ts";
import { loadStore } from "../../action/src/steps/load-store.ts";

const repository = workingDirectory(join(import.meta.dirname, "../.."));

describe("the example tenants", () => {
  it("are whole stores without a word to say about them", async () => {
    const { sources, tenants, diagnostics } = await loadFleet(repository, { tenants: "tenants" });
    expect(diagnostics).toEqual([]);
    for (const id of ["kilnfold-keramik", "otterlight-eyewear", "sundial-row-coffee"]) {
      const tenant = tenants.get(id);
      const source = sources.find((one) => one.id === id);
      const { store, diagnostics: found } =
        tenant && source ? await loadStore(repository, tenant, source) : { store: undefined, diagnostics: [] };
      expect(found).toEqual([]);
      expect(store?.catalog.products.length).toBeGreaterThan(5);
      expect(store?.pages.map((page) => page.slug)).toContain("about");
    }
  });
});

describe("a folder without tenants", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "load-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("that is missing aborts", async () => {
    await expect(loadFleet(workingDirectory(root), { tenants: "tenants" })).rejects.toThrow(RepoError);
  });

  it("that is empty aborts", async () => {
    await mkdir(join(root, "tenants/acme"), { recursive: true });
    await writeFile(join(root, "tenants/acme/products.csv"), "id\n");
    await expect(loadFleet(workingDirectory(root), { tenants: "tenants" })).rejects.toMatchObject({ code: "missing" });
  });

  it("that is a file aborts", async () => {
    await writeFile(join(root, "tenants"), "");
    await expect(loadFleet(workingDirectory(root), { tenants: "tenants" })).rejects.toThrow(RepoError);
  });
});

describe("what a store is read from", () => {
  it("is looked at before it is opened", async () => {
    const opened: string[] = [];
    const tree: Tree = {
      ...repository,
      read: (path) => {
        opened.push(path);
        return repository.read(path);
      },
    };
    const { sources, tenants } = await loadFleet(tree, { tenants: "tenants" });
    const source = sources.find((one) => one.id === "otterlight-eyewear");
    const tenant = tenants.get("otterlight-eyewear");
    if (!source || !tenant) throw new Error("the example is gone");
    opened.length = 0;
    const links = source.entries.map((entry) => ({ ...entry, kind: "symlink" as const }));
    const { store, diagnostics } = await loadStore(tree, tenant, { ...source, entries: links });
    expect(store).toBeUndefined();
    expect(diagnostics.map((one) => one.rule)).toEqual(["not-a-file", "not-a-file"]);
    expect(opened).toEqual([]);
  });
});
