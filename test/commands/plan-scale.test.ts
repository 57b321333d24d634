/** Pull requests that are large, odd or hostile, planned on real repositories. */
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { artifactOf, plan, type PlanResult } from "../../action/src/commands/plan.ts";
import { engineHost } from "../../action/src/io/engine-host.ts";
import { gitRepo } from "../../action/src/io/git.ts";
import type { Tree } from "../../action/src/ports.ts";
import { planComment } from "../../action/src/view/comment.ts";
import { fixtureRepository, type FixtureRepository } from "../io/git-fixture.ts";
import { OTHER_PAGE, tenantFile, templateFiles } from "./fleet-fixture.ts";

const FOLDERS = { tenants: "tenants", templates: "templates" };

function planIn(repository: FixtureRepository, head: string, base: string | null = null): Promise<PlanResult> {
  const repo = gitRepo(repository.root, { environment: process.env, made: Object.values(FOLDERS) });
  onTestFinished(() => repo.close());
  const engines = engineHost();
  return plan({ repo, head, base, folders: FOLDERS, clock: { monotonic: () => 0 }, engines });
}

/** With the paths of the files that were read. */
async function planCounting(repository: FixtureRepository, head: string) {
  const read: string[] = [];
  const repo = gitRepo(repository.root, { environment: process.env, made: Object.values(FOLDERS) });
  onTestFinished(() => repo.close());
  const tree = (commit: string): Tree => {
    const whole = repo.tree(commit);
    return { ...whole, read: (path, ...rest) => (read.push(path), whole.read(path, ...rest)) };
  };
  const watched = { ...repo, tree };
  const clock = { monotonic: () => 0 };
  return {
    result: await plan({ repo: watched, head, base: null, folders: FOLDERS, clock, engines: engineHost() }),
    read,
  };
}

const kinds = ({ comparisons }: PlanResult) => comparisons.map((one) => [one.tenant, one.kind]);

/** A commit of many files without ever writing them into the working directory; gives its id. */
function importCommit(
  { root }: FixtureRepository,
  files: ReadonlyMap<string, string>,
  parent?: string,
  removed: readonly string[] = [],
): string {
  const lines = [
    `commit refs/heads/imported`,
    "committer Merchant <merchant@shop.example> 1767225600 +0000",
    "data 3",
    "All",
  ];
  if (parent !== undefined) lines.push(`from ${parent}`);
  for (const [path, text] of files) lines.push(`M 100644 inline ${path}`, `data ${Buffer.byteLength(text)}`, text);
  lines.push(...removed.map((path) => `D ${path}`));
  execFileSync("git", ["fast-import", "--quiet", "--force"], { cwd: root, input: `${lines.join("\n")}\n` });
  return execFileSync("git", ["rev-parse", "refs/heads/imported"], { cwd: root, encoding: "utf8" }).trim();
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("size", () => {
  it("sees the one tenant among 3,001 changed files: git is asked, which leaves nothing out", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/zebra.yaml": tenantFile("zebra") });
    const base = repository.git("rev-parse", "HEAD");
    const files = new Map(range(3000).map((index) => [`docs/${index}.md`, "x"]));
    files.set("tenants/zebra.yaml", tenantFile("zebra", { title: "A mug" }));
    const result = await planIn(repository, importCommit(repository, files, base));
    expect(kinds(result)).toEqual([["zebra", "updated"]]);
  });

  const id = (index: number) => `store-${String(index).padStart(5, "0")}`;
  const fleetOf = (count: number) =>
    new Map([
      ...Object.entries(templateFiles()),
      ...range(count).map((index): [string, string] => [`tenants/${id(index)}.yaml`, tenantFile(id(index))]),
    ]);

  it(
    "plans one changed tenant of 10,000 from its own files, and finds whose domain it takes",
    { timeout: 120_000 },
    async () => {
      const repository = fixtureRepository();
      const fleet = fleetOf(10_000).set(`tenants/${id(7_777)}.yaml`, tenantFile(id(7_777), { host: "held.example" }));
      const base = importCommit(repository, fleet);
      const changed = (choices: Parameters<typeof tenantFile>[1]) =>
        importCommit(repository, new Map([[`tenants/${id(42)}.yaml`, tenantFile(id(42), choices)]]), base);
      const rendered = await planCounting(repository, changed({ title: "A mug", host: "free.example" }));
      expect(kinds(rendered.result)).toEqual([[id(42), "updated"]]);
      expect(rendered.result.report.conclusion).toBe("success");
      expect(rendered.result.fleet).toBe(10_000);
      expect(rendered.result.notes.join()).toContain("Stores that this change does not touch: 9999.");
      // Each of the others is looked into once, for the domain: with both sides read whole it would be twice.
      const others = rendered.read.filter((path) => path.startsWith("tenants/") && !path.includes(id(42)));
      expect(others).toHaveLength(new Set(others).size);

      const taken = await planIn(repository, changed({ host: "held.example" }));
      expect(taken.report.conclusion).toBe("invalid");
      expect(taken.report.diagnostics).toContainEqual(
        expect.objectContaining({ rule: "domain-taken", message: expect.stringContaining(id(7_777)) as string }),
      );
    },
  );

  it(
    "plans the removal of many tenants of 10,000 as one closing that a guard refuses",
    { timeout: 120_000 },
    async () => {
      const repository = fixtureRepository();
      const base = importCommit(repository, fleetOf(10_000));
      const without = (count: number) =>
        importCommit(
          repository,
          new Map(),
          base,
          range(count).map((index) => `tenants/${id(index)}.yaml`),
        );
      // 2 % of the fleet are 200.
      const few = await planIn(repository, without(200));
      expect([few.report.conclusion, few.refusals.size, few.comparisons.length]).toEqual(["success", 0, 200]);
      const many = await planIn(repository, without(201));
      expect([many.report.conclusion, many.refusals.size]).toEqual(["refused", 201]);
      expect(many.refusals.get(id(0))?.[0]?.message).toContain("201 of 10000 live stores at once, more than 200");
      // As much as a comment takes, and the rest counted.
      const comment = planComment(artifactOf(many), { runUrl: "https://github.example/run" });
      expect(comment.length).toBeLessThan(60_000);
      expect(comment).toMatch(/189 more lines/);
    },
  );

  it("finds that a template changes the same in each store of the fleet", { timeout: 120_000 }, async () => {
    const repository = fixtureRepository();
    const base = importCommit(repository, fleetOf(1000));
    const template = new Map(Object.entries(templateFiles("plain", OTHER_PAGE)));
    const { radius, report, refusals } = await planIn(repository, importCommit(repository, template, base));
    expect(radius.identical).toBe(0);
    expect(radius.groups).toMatchObject([{ stores: 1000, examples: range(5).map(id) }]);
    expect(report.tenants).toHaveLength(1000);
    expect(refusals.size).toBe(0);
  });

  it("says in business words what a catalog of a megabyte changes", { timeout: 60_000 }, async () => {
    const repository = fixtureRepository();
    const catalog = (price: string) =>
      [
        "id,title,description,availability,price",
        ...range(4000).map((index) => `p${index},Jug ${index},"${"It pours. ".repeat(22)}",in_stock,${price} GBP`),
      ].join("\n");
    const tenant = tenantFile("acme").replace(/ {2}products:\n.*\n/, "  source: products.csv\n");
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenant,
      "tenants/acme/products.csv": catalog("10.00"),
    });
    expect(catalog("10.00").length).toBeGreaterThan(1_000_000);
    const head = repository.commit("Two", { "tenants/acme/products.csv": catalog("12.00") });
    const { comparisons, report } = await planIn(repository, head);
    expect(report.conclusion).toBe("success");
    expect(comparisons[0]?.business?.priced).toHaveLength(4000);
    expect(comparisons[0]?.business?.priced[0]).toMatchObject({ from: "10.00 GBP", to: "12.00 GBP", percent: 20 });
  });
});

describe("oddities", () => {
  it("plans nothing for a tenant that is added and removed again", async () => {
    const repository = fixtureRepository();
    const base = repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    repository.commit("Add", { "tenants/brief.yaml": tenantFile("brief"), "tenants/brief/note.md": "x" });
    const head = repository.commit("Remove", { "tenants/brief.yaml": null, "tenants/brief": null });
    const result = await planIn(repository, head, base);
    expect(kinds(result)).toEqual([]);
    expect(result.report.conclusion).toBe("success");
  });

  it("plans the commit that it was given, also when the branch is pushed over meanwhile", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    const head = repository.commit("Two", { "tenants/acme.yaml": tenantFile("acme", { title: "A mug" }) });
    const running = planIn(repository, head);
    repository.git("reset", "--quiet", "--hard", "HEAD~1");
    const other = repository.commit("Two, rewritten", { "tenants/acme.yaml": tenantFile("acme", { title: "A cup" }) });
    const disturbed = await running;
    const quiet = await planIn(repository, head);
    expect(disturbed.report.commit).toBe(head);
    expect(disturbed).toEqual(quiet);
    expect((await planIn(repository, other)).digest).not.toBe(quiet.digest);
  });

  it("reads nothing through links and submodules, and goes on with the rest", async () => {
    const repository = fixtureRepository();
    const first = repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "secret.yaml": tenantFile("secret"),
    });
    symlinkSync("../secret.yaml", join(repository.root, "tenants/secret.yaml"));
    symlinkSync("..", join(repository.root, "tenants/acme"));
    repository.git("add", "--all");
    for (const path of ["tenants/module.yaml", "tenants/module", "templates/module"])
      repository.git("update-index", "--add", "--cacheinfo", `160000,${first},${path}`);
    repository.git("commit", "--quiet", "--message=Two");
    const { comparisons, report } = await planIn(repository, repository.git("rev-parse", "HEAD"), first);
    expect(comparisons.map(({ tenant, kind }) => [tenant, kind])).toEqual([
      ["acme", "unchanged"],
      ["module", "invalid"],
      ["secret", "invalid"],
    ]);
    expect(report.conclusion).toBe("invalid");
    expect(new Set(report.diagnostics.map(({ location }) => location.file))).toEqual(
      new Set(["tenants/acme", "tenants/module", "tenants/module.yaml", "tenants/secret.yaml"]),
    );
  });

  it("does the same on a branch of any name, after commits of any title", async () => {
    const plansOn = async (branch: string, title: string) => {
      const repository = fixtureRepository();
      repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
      repository.git("checkout", "--quiet", "-b", branch);
      const head = repository.commit(title, { "tenants/acme.yaml": tenantFile("acme", { title: "A mug" }) });
      const { comparisons, digest, notes } = await planIn(repository, head);
      return { comparisons, digest, notes };
    };
    const plain = await plansOn("change", "Two");
    expect(await plansOn("$(touch${IFS}x);`id`|&'\"", "::error::x\n@everyone [skip ci] Fixes #1")).toEqual(plain);
  });

  it("shows a branch far behind main only its own change, though main is partly broken", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    repository.git("checkout", "--quiet", "-b", "change");
    repository.commit("Change acme", { "tenants/acme.yaml": tenantFile("acme", { title: "A mug" }) });
    repository.git("checkout", "--quiet", "main");
    for (const index of range(30))
      repository.commit(`Main ${index}`, {
        [`tenants/shop-${index}.yaml`]: tenantFile(`shop-${index}`, { template: index === 7 ? "none" : "plain" }),
      });
    repository.git("merge", "--quiet", "--no-ff", "--message=Merge", "change");
    const { comparisons, report } = await planIn(repository, repository.git("rev-parse", "HEAD"));
    expect(comparisons.map(({ tenant, kind }) => [tenant, kind])).toEqual([["acme", "updated"]]);
    expect(report.conclusion).toBe("success");
    expect(report.diagnostics.map(({ severity, location }) => [severity, location.file])).toEqual([
      ["warning", "tenants/shop-7.yaml"],
    ]);
  });
});
