import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { gitRepo, type GitOptions } from "../../action/src/io/git.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { fixtureRepository, temporaryFolder, writeFiles } from "./git-fixture.ts";

function openRepo(root: string, options: Partial<GitOptions> = {}) {
  const repo = gitRepo(root, { environment: process.env, made: ["tenants", "templates", "action"], ...options });
  onTestFinished(() => repo.close());
  return repo;
}

describe("head", () => {
  it("is the commit checked out, whatever changed outside the folders that make sites", async () => {
    const repository = fixtureRepository();
    const commit = repository.commit("One", { "tenants/acme.yaml": "x" });
    writeFiles(repository.root, { "README.md": "new", "out/acme/index.html": "" });
    expect(await openRepo(repository.root).head()).toBe(commit);
  });

  it.each([
    ["changed", { "tenants/acme.yaml": "y" }],
    ["added", { "tenants/new.yaml": "" }],
    ["removed", { "tenants/acme.yaml": null }],
    ["changed in a template", { "templates/default/index.html.ejs": "y" }],
    ["changed in the engine", { "action/src/main.ts": "y" }],
  ])("is null when a file is %s", async (_what, files) => {
    const repository = fixtureRepository();
    repository.commit("One", { "tenants/acme.yaml": "x", "templates/default/index.html.ejs": "x" });
    writeFiles(repository.root, files);
    expect(await openRepo(repository.root).head()).toBeNull();
  });

  it("is null when git ignores a file that a site would hold", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ".gitignore": "draft-*\n", "tenants/acme.yaml": "x" });
    writeFiles(repository.root, { "tenants/draft-boots.yaml": "x" });
    expect(await openRepo(repository.root).head()).toBeNull();
  });

  it.each([["../shops"], ["/"]])("is null when sites are made from %s, outside of the repository", async (folder) => {
    const repository = fixtureRepository();
    repository.commit("One", { "tenants/acme.yaml": "x" });
    expect(await openRepo(repository.root, { made: [folder, "templates"] }).head()).toBeNull();
  });

  it("is null without a repository, without a commit, and without git", async () => {
    expect(await openRepo(temporaryFolder()).head()).toBeNull();
    expect(await openRepo(fixtureRepository().root).head()).toBeNull();
    const repository = fixtureRepository();
    repository.commit("One", {});
    expect(await openRepo(repository.root, { environment: { PATH: "/nowhere" } }).head()).toBeNull();
  });

  it("is not misled by the variables of a git hook", async () => {
    const repository = fixtureRepository();
    const commit = repository.commit("One", {});
    const environment = { ...process.env, GIT_DIR: "/nowhere", GIT_INDEX_FILE: "/nowhere/index" };
    expect(await openRepo(repository.root, { environment }).head()).toBe(commit);
  });
});

describe("tree", () => {
  it("lists and reads the same as the working directory", async () => {
    const repository = fixtureRepository();
    const commit = repository.commit("One", {
      "tenants/acme.yaml": "id: acme\n",
      "tenants/acme-two.yaml": "",
      'tenants/acme/a\tb"ü\n.txt': "odd name",
      "tenants/acme/logo.png": randomBytes(300_000),
      "templates/default/x": "x",
    });
    const fromGit = openRepo(repository.root).tree(commit);
    const fromDisk = workingDirectory(repository.root);
    const entries = await fromDisk.list("tenants");
    expect(await fromGit.list("tenants")).toMatchObject(entries);
    for (const { path, kind } of entries) {
      if (kind !== "file") continue;
      expect(await fromGit.identify(path)).toBe(await fromDisk.identify(path));
      expect(Buffer.from(await fromGit.read(path)).equals(await fromDisk.read(path))).toBe(true);
    }
  });

  it("keeps to the commit when the working directory moves on", async () => {
    const repository = fixtureRepository();
    const old = repository.commit("One", { "tenants/acme.yaml": "old" });
    repository.commit("Two", { "tenants/acme.yaml": "new" });
    const bytes = await openRepo(repository.root).tree(old).read("tenants/acme.yaml");
    expect(Buffer.from(bytes).toString()).toBe("old");
  });

  it("takes only plain files for files", async () => {
    const repository = fixtureRepository();
    writeFiles(repository.root, { "tenants/run.yaml": "x", secret: "s", "tenants/plain.yaml": "x" });
    chmodSync(join(repository.root, "tenants/run.yaml"), 0o755);
    symlinkSync("../secret", join(repository.root, "tenants/link.yaml"));
    repository.commit("One", {});
    repository.git(
      "update-index",
      "--add",
      "--cacheinfo",
      `160000,${repository.git("rev-parse", "HEAD")},tenants/module`,
    );
    const tree = openRepo(repository.root).tree(
      repository.git("commit-tree", "-m", "Two", repository.git("write-tree")),
    );
    expect((await tree.list("tenants")).map((entry) => [entry.path, entry.kind])).toEqual([
      ["tenants/link.yaml", "symlink"],
      ["tenants/module", "other"],
      ["tenants/plain.yaml", "file"],
      ["tenants/run.yaml", "other"],
    ]);
    await expect(tree.read("tenants/link.yaml")).rejects.toMatchObject({ code: "not-a-file" });
    await expect(tree.read("tenants/none.yaml")).rejects.toMatchObject({ code: "missing" });
    await expect(tree.list("templates")).rejects.toMatchObject({ code: "missing" });
  });

  it("reads thousands of blobs asked for at once, in whatever order they come", async () => {
    const repository = fixtureRepository();
    const names = Array.from({ length: 2_000 }, (_, index) => `tenants/t${index}.yaml`);
    const commit = repository.commit("One", Object.fromEntries(names.map((name) => [name, `${name} `.repeat(50)])));
    const tree = openRepo(repository.root).tree(commit);
    const bodies = await Promise.all(names.toReversed().map((name) => tree.read(name)));
    expect(bodies.map((body) => Buffer.from(body).toString())).toEqual(
      names.toReversed().map((name) => `${name} `.repeat(50)),
    );
  });

  it("is relative to its root, also where that is a folder of a larger repository", async () => {
    const outer = fixtureRepository();
    const base = outer.commit("One", { "shop/tenants/acme.yaml": "1", "tenants/other.yaml": "" });
    const head = outer.commit("Two", { "shop/tenants/acme.yaml": "2", "tenants/other.yaml": "2" });
    const repo = openRepo(join(outer.root, "shop"));
    expect((await repo.tree(head).list("tenants")).map((entry) => entry.path)).toEqual(["tenants/acme.yaml"]);
    expect(await repo.changedPaths(base, head)).toEqual(["tenants/acme.yaml"]);
  });

  it("says what to do about a commit that the clone does not have, and takes no option for a commit", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {});
    const repo = openRepo(repository.root);
    await expect(repo.tree("0".repeat(40)).list("tenants")).rejects.toMatchObject({
      code: "git",
      message: `this clone has no commit ${"0".repeat(40)}`,
      hint: expect.stringContaining("fetch-depth: 0") as string,
    });
    await expect(repo.tree("--output=x").list("tenants")).rejects.toMatchObject({
      message: '"--output=x" is not the name of a commit',
    });
  });
});

describe("history", () => {
  it("knows ancestors, parents and changed paths", async () => {
    const repository = fixtureRepository();
    const one = repository.commit("One", { "tenants/a.yaml": "1", "tenants/b.yaml": "1", "tenants/c.yaml": "1" });
    const two = repository.commit("Two", { "tenants/a.yaml": "2", "tenants/b.yaml": null, "tenants/ü.yaml": "1" });
    const repo = openRepo(repository.root);
    expect(await repo.isAncestor(one, two)).toBe(true);
    expect(await repo.isAncestor(two, two)).toBe(true);
    expect(await repo.isAncestor(two, one)).toBe(false);
    expect(await repo.firstParent(two)).toBe(one);
    expect(await repo.firstParent(one)).toBeNull();
    expect(await repo.changedPaths(one, two)).toEqual(["tenants/a.yaml", "tenants/b.yaml", "tenants/ü.yaml"]);
  });

  it("lists what came to a branch, newest first, without what was merged into it", async () => {
    const repository = fixtureRepository();
    const one = repository.commit("One", { a: "1" });
    repository.git("switch", "--quiet", "--create", "side");
    repository.commit("On the side", { b: "1" });
    repository.git("switch", "--quiet", "-");
    const two = repository.commit("Two", { a: "2" });
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", "side");
    const merged = repository.git("rev-parse", "HEAD").trim();
    const repo = openRepo(repository.root);
    expect(await repo.commitsSince(one, merged, 10)).toEqual([merged, two]);
    expect(await repo.commitsSince(null, merged, 10)).toEqual([merged, two, one]);
    expect(await repo.commitsSince("f".repeat(40), merged, 2)).toEqual([merged, two]);
    expect(await repo.commitsSince(merged, merged, 10)).toEqual([]);
  });

  it("lists a renamed file under both names", async () => {
    const repository = fixtureRepository();
    const one = repository.commit("One", { "tenants/old.yaml": "the same\n".repeat(50) });
    repository.git("mv", "tenants/old.yaml", "tenants/new.yaml");
    const two = repository.commit("Two", {});
    expect(await openRepo(repository.root).changedPaths(one, two)).toEqual(["tenants/new.yaml", "tenants/old.yaml"]);
  });

  it("fetches a commit that the clone does not have once, and otherwise does not know", async () => {
    const origin = fixtureRepository();
    const one = origin.commit("One", { a: "1" });
    const clone = cloneOf(origin.root, "--quiet");
    const two = origin.commit("Two", { a: "2" });
    const repo = openRepo(clone);
    expect(await repo.isAncestor(one, two)).toBe(true);
    expect(await repo.isAncestor("1".repeat(40), one)).toBe("unknown");
  });

  it("does not guess behind the cut of a shallow clone", async () => {
    const origin = fixtureRepository();
    const side = origin.commit("One", { a: "1" });
    origin.commit("Two", { a: "2" });
    const head = origin.commit("Three", { a: "3" });
    const clone = cloneOf(origin.root, "--quiet", "--depth=1");
    const repo = openRepo(clone);
    expect(await repo.firstParent(head)).toBeNull();
    const shallowSide = fixtureRepository(clone);
    shallowSide.git("fetch", "--quiet", "--depth=1", "origin", side);
    await expect(repo.isAncestor(side, head)).rejects.toMatchObject({
      code: "git",
      hint: expect.stringContaining("fetch-depth: 0") as string,
    });
  });
});

it("serves no blob after it is closed", async () => {
  const repository = fixtureRepository();
  const commit = repository.commit("One", { "tenants/a.yaml": "1" });
  const repo = gitRepo(repository.root, { environment: process.env, made: [] });
  const tree = repo.tree(commit);
  await tree.read("tenants/a.yaml");
  await repo.close();
  await expect(tree.read("tenants/a.yaml")).rejects.toMatchObject({ code: "git" });
});

function cloneOf(root: string, ...words: readonly string[]): string {
  const folder = join(temporaryFolder(), "clone");
  mkdirSync(folder);
  const outer = fixtureRepository(join(folder, "..", "any"));
  outer.git("-C", root, "config", "uploadpack.allowAnySHA1InWant", "true");
  outer.git("clone", ...words, pathToFileURL(root).href, folder);
  return folder;
}
