import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { plan, type PlanOptions, type PlanResult } from "../../action/src/commands/plan.ts";
import { engineHost } from "../../action/src/io/engine-host.ts";
import { gitRepo } from "../../action/src/io/git.ts";
import type { Tree } from "../../action/src/ports.ts";
import { fixtureRepository, type FixtureRepository } from "../io/git-fixture.ts";
import { OTHER_PAGE, PAGE, tenantFile, templateFiles } from "./fleet-fixture.ts";

const FOLDERS = { tenants: "tenants", templates: "templates" };

function planIn(repository: FixtureRepository, head: string, options: Partial<PlanOptions> = {}): Promise<PlanResult> {
  const repo = gitRepo(repository.root, { environment: process.env, made: Object.values(FOLDERS) });
  onTestFinished(() => repo.close());
  return plan({
    repo,
    head,
    base: null,
    folders: FOLDERS,
    clock: { monotonic: () => 0 },
    engines: engineHost(),
    ...options,
  });
}

const kinds = ({ comparisons }: PlanResult) => comparisons.map((one) => [one.tenant, one.kind]);
const problems = ({ report }: PlanResult) =>
  report.diagnostics.map(({ rule, severity, location }) => `${location.file}:${location.line} ${severity} ${rule}`);

/** Every test runs on a fleet that is read whole, and on one of which only what matters is read. */
describe.each([
  ["a small fleet", 100],
  ["a large fleet", 0],
])("in %s", (_what, wholeFleet) => {
  const planAt = (repository: FixtureRepository, head: string, options: Partial<PlanOptions> = {}) =>
    planIn(repository, head, { wholeFleet, ...options });

  it("says which addresses a store keeps by redirects, and which it loses", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme", { more: "redirects: [{ from: /old/, to: / }, { from: /gone/, to: / }]" }),
    });
    const head = repository.commit("Two", {
      "tenants/acme.yaml": tenantFile("acme", { more: "redirects: [{ from: /old/, to: / }, { from: /new/, to: / }]" }),
    });
    const [acme] = (await planAt(repository, head)).comparisons;
    expect(acme?.added).toContain("new/index.html");
    expect(acme?.business?.lostAddresses).toEqual(["gone/index.html"]);
    expect(acme?.business?.facts).toEqual([
      { what: "redirect of /gone/", from: "/", to: "" },
      { what: "redirect of /new/", from: "", to: "/" },
    ]);
  });

  it("says which stores are created, updated and removed, file by file", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/gone.yaml": tenantFile("gone"),
      "tenants/same.yaml": tenantFile("same"),
      "tenants/eu/acme.yaml": tenantFile("acme"),
    });
    const head = repository.commit("Two", {
      "tenants/gone.yaml": null,
      "tenants/eu/acme.yaml": tenantFile("acme", { title: "A mug", host: "shop.acme.example" }),
      "tenants/fresh.yaml": tenantFile("fresh"),
    });
    const result = await planAt(repository, head);
    expect(kinds(result)).toEqual([
      ["acme", "updated"],
      ["fresh", "created"],
      ["gone", "parked"],
    ]);
    const [acme, fresh, gone] = result.comparisons;
    expect(acme?.changed).toContain("index.html");
    expect(acme?.added).toContain("sitemap.xml");
    expect(fresh?.added).toContain("index.html");
    expect(fresh?.pages.before).toBe(0);
    // A closed page takes the place of the store.
    expect(gone?.changed).toContain("index.html");
    expect(gone?.removed).toContain("favicon.svg");
    expect(gone?.pages.after).toBe(0);
    expect(result.report).toMatchObject({ command: "plan", commit: head, conclusion: "success", diagnostics: [] });
    expect(result.report.tenants[0]).toMatchObject({
      id: "acme",
      status: "updated",
      url: "https://shop.acme.example/",
      created: acme?.added.length,
      updated: acme?.changed.length,
      deleted: acme?.removed.length,
      release: acme?.release.after,
    });
  });

  it("shows nothing where nothing that matters changed", async () => {
    const repository = fixtureRepository();
    const acme = tenantFile("acme");
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": acme });
    const comment = repository.commit("Two", { "tenants/acme.yaml": `# a comment\n${acme}`, "README.md": "x" });
    expect(kinds(await planAt(repository, comment))).toEqual([["acme", "unchanged"]]);
    const document = repository.commit("Three", { "README.md": "y" });
    const result = await planAt(repository, document);
    expect(kinds(result)).toEqual([]);
    expect(result.report.conclusion).toBe("success");
  });

  it("does not show main's own changes backwards on a branch behind main", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/beta.yaml": tenantFile("beta"),
    });
    repository.git("checkout", "--quiet", "-b", "change");
    const branch = repository.commit("Change acme", { "tenants/acme.yaml": tenantFile("acme", { title: "A mug" }) });
    repository.git("checkout", "--quiet", "main");
    const main = repository.commit("Change beta, add newer", {
      "tenants/beta.yaml": tenantFile("beta", { title: "A cup" }),
      "tenants/newer.yaml": tenantFile("newer"),
    });
    repository.git("merge", "--quiet", "--no-ff", "--message=Merge", "change");
    const merge = repository.git("rev-parse", "HEAD");
    expect(kinds(await planAt(repository, merge))).toEqual([["acme", "updated"]]);
    // The same without the merge commit, to show what it is for.
    expect(kinds(await planAt(repository, branch, { base: main }))).toEqual([
      ["acme", "updated"],
      ["beta", "updated"],
      ["newer", "parked"],
    ]);
  });

  it("plans a queued group from its base over all of its commits", async () => {
    const repository = fixtureRepository();
    const base = repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    repository.commit("Two", { "tenants/beta.yaml": tenantFile("beta") });
    const head = repository.commit("Three", { "tenants/gamma.yaml": tenantFile("gamma") });
    expect(kinds(await planAt(repository, head, { base }))).toEqual([
      ["beta", "created"],
      ["gamma", "created"],
    ]);
  });

  it("renders each side by its own template", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      ...templateFiles("other"),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/beta.yaml": tenantFile("beta", { template: "other" }),
    });
    const head = repository.commit("Two", templateFiles("plain", OTHER_PAGE));
    const result = await planAt(repository, head);
    expect(kinds(result)).toEqual([["acme", "updated"]]);
    expect(result.comparisons[0]?.changed).toContain("index.html");
    expect(result.comparisons[0]?.changed).not.toContain("robots.txt");
  });

  it("touches every store when the engine changes, and says that a base without one hides what it changes", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/beta.yaml": tenantFile("beta"),
      "action/dist/index.mjs": "1",
    });
    const head = repository.commit("Two", { "action/dist/index.mjs": "2", "tenants/gone.yaml": tenantFile("gone") });
    const result = await planAt(repository, head);
    expect(kinds(result)).toEqual([
      ["acme", "unchanged"],
      ["beta", "unchanged"],
      ["gone", "created"],
    ]);
    expect(result.notes.join()).toContain("the table does not show what it changes");
  });

  it("takes for the engine what runs, and nothing that it is made from", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme"), "action/src/x.ts": "1" });
    const head = repository.commit("Two", { "action/src/x.ts": "2", "action/README.md": "x" });
    expect(kinds(await planAt(repository, head))).toEqual([]);
  });

  it("knows drafts, closed stores and stores that come back", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/closing.yaml": tenantFile("closing"),
      "tenants/opening.yaml": tenantFile("opening", { state: "paused" }),
      "tenants/sketch.yaml": tenantFile("sketch", { state: "draft" }),
    });
    const head = repository.commit("Two", {
      "tenants/closing.yaml": tenantFile("closing", { state: "archived" }),
      "tenants/opening.yaml": tenantFile("opening"),
      "tenants/planned.yaml": tenantFile("planned", { state: "draft" }),
      "tenants/sketch.yaml": tenantFile("sketch"),
    });
    const result = await planAt(repository, head);
    expect(kinds(result)).toEqual([
      ["closing", "parked"],
      ["opening", "restored"],
      ["planned", "draft"],
      ["sketch", "created"],
    ]);
    expect(result.comparisons[0]?.changed).toContain("index.html");
    expect(result.comparisons[2]?.pages.after).toBeGreaterThan(0);
    expect(result.comparisons[3]?.changed).toEqual([]);
  });

  it("says which stores a deploy will refuse to close, and which line lets them pass", async () => {
    const repository = fixtureRepository();
    const ids = ["aaa", "bbb", "ccc", "ddd", "eee"];
    repository.commit("One", {
      ...templateFiles(),
      ...Object.fromEntries(ids.map((id) => [`tenants/${id}.yaml`, tenantFile(id)])),
    });
    const changes = {
      "tenants/aaa.yaml": null,
      "tenants/bbb.yaml": null,
      "tenants/ccc.yaml": tenantFile("ccc", { state: "paused" }),
      "tenants/ddd.yaml": tenantFile("ddd", { state: "archived" }),
      "tenants/eee.yaml": tenantFile("eee", { title: "A cup" }),
    };
    const { report, comparisons } = await planAt(repository, repository.commit("Two", changes));
    expect(report.conclusion).toBe("refused");
    expect(report.tenants.map(({ id, status }) => [id, status])).toEqual([
      ["aaa", "refused"],
      ["bbb", "refused"],
      ["ccc", "refused"],
      ["ddd", "refused"],
      ["eee", "updated"],
    ]);
    const [first] = report.tenants;
    expect(first).toMatchObject({ release: comparisons[0]?.release.before, error: { code: "stores-parked" } });
    expect(first?.error?.message).toContain("4 of 5 live stores");
    const line = /add to \.github\/overrides\.yaml: (- .*)$/.exec(first?.error?.hint ?? "")?.[1] ?? "";

    // The line, with its reason, in the same change: then three are left, which may go.
    const passing = repository.commit("Three", { ".github/overrides.yaml": `${line.replace("…", "sold")}\n` });
    const base = repository.git("rev-parse", "HEAD~2");
    const passed = await planAt(repository, passing, { base });
    expect(passed.report.conclusion).toBe("success");
    expect(kinds(passed)).toEqual([
      ["aaa", "parked"],
      ["bbb", "parked"],
      ["ccc", "parked"],
      ["ddd", "parked"],
      ["eee", "updated"],
    ]);
  });

  it("says when a deploy will refuse a store that would lose most of its pages, unless an override names these numbers", async () => {
    const repository = fixtureRepository();
    const names = ["about", "care", "history", "people"];
    repository.commit("One", {
      ...templateFiles(),
      "templates/plain/page.html.ejs": PAGE,
      "tenants/acme.yaml": tenantFile("acme", {
        more: `pages: { ${names.map((name) => `${name}: { title: ${name}, body: ${name}.md }`).join(", ")} }`,
      }),
      ...Object.fromEntries(names.map((name) => [`tenants/acme/${name}.md`, "Hello"])),
    });
    const head = repository.commit("Two", { "tenants/acme.yaml": tenantFile("acme") });
    const { report, comparisons } = await planAt(repository, head);
    const lost = comparisons[0]?.pages ?? { before: 0, after: 0 };
    expect(lost.before - lost.after).toBe(4);
    expect(report.tenants).toMatchObject([{ status: "refused", error: { code: "pages-lost" } }]);
    const override = `- { guard: pages-lost, tenant: acme, from: "${lost.before}", to: "${lost.after}", reason: sold }\n`;
    const passing = repository.commit("Three", { ".github/overrides.yaml": override });
    const passed = await planAt(repository, passing, { base: repository.git("rev-parse", "HEAD~2") });
    expect(passed.report.tenants).toMatchObject([{ status: "updated" }]);
  });

  it("is red for what the change breaks, and only warns of what was broken before", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/broken.yaml": tenantFile("broken", { more: "wishlist: true" }),
      "tenants/other.yaml": tenantFile("other"),
    });
    const head = repository.commit("Two", { "tenants/acme.yaml": tenantFile("acme", { template: "nowhere" }) });
    const result = await planAt(repository, head);
    expect(result.report.conclusion).toBe("invalid");
    expect(problems(result)).toEqual([
      "tenants/acme.yaml:4 error template-unknown",
      expect.stringMatching(/^tenants\/broken\.yaml:\d+ warning /),
    ]);
    expect(kinds(result)).toEqual([["acme", "invalid"]]);
    expect(result.comparisons[0]?.removed).toEqual([]);
  });

  it("knows what was wrong before inside the files of a store that it does not touch", async () => {
    const repository = fixtureRepository();
    const torn = tenantFile("torn", { more: "pages: { about: { title: About, body: none.md } }" });
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/torn.yaml": torn,
    });
    const head = repository.commit("Two", { "tenants/acme.yaml": tenantFile("acme", { template: "nowhere" }) });
    expect(problems(await planAt(repository, head))).toEqual([
      "tenants/acme.yaml:4 error template-unknown",
      expect.stringMatching(/^tenants\/torn\.yaml:11 warning /),
    ]);
  });

  it("excuses nothing when the engine changed and the old one is not at hand: under it the base may have been right", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme", { more: "wishlist: true" }),
    });
    const head = repository.commit("Two", { "action/dist/main.js": "2" });
    const result = await planAt(repository, head);
    expect(result.report.conclusion).toBe("invalid");
    expect(problems(result)).toEqual([expect.stringMatching(/^tenants\/acme\.yaml:11 error /)]);
  });

  it("stays green when a broken store is touched and no more broken than before, wherever its lines moved", async () => {
    const repository = fixtureRepository();
    const broken = tenantFile("broken", { more: "wishlist: true" });
    repository.commit("One", {
      ...templateFiles(),
      "tenants/broken.yaml": broken,
      "tenants/other.yaml": tenantFile("other"),
    });
    const moved = repository.commit("Two", { "tenants/broken.yaml": `# moved\n\n${broken}` });
    const result = await planAt(repository, moved);
    expect(result.report.conclusion).toBe("success");
    expect(problems(result)).toEqual([expect.stringMatching(/^tenants\/broken\.yaml:13 warning /)]);
    expect(result.report.diagnostics[0]?.hint).toContain("it was so before this change");
    const worse = repository.commit("Three", { "tenants/broken.yaml": `${broken}compare: true\n` });
    const second = await planAt(repository, worse);
    expect(second.report.conclusion).toBe("invalid");
    expect(second.report.diagnostics.map((one) => one.severity).toSorted()).toEqual(["error", "warning"]);
  });

  it.each([
    ["as it is", "shop.beta.example"],
    ["in escapes", String.raw`"\x73hop.beta.example"`],
  ])("sees a host that an untouched store claims, written %s", async (_how, host) => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme", { host: "shop.acme.example" }),
      "tenants/eu/beta.yaml": tenantFile("beta", { host }),
    });
    const head = repository.commit("Two", { "tenants/thief.yaml": tenantFile("thief", { host: "shop.beta.example" }) });
    const result = await planAt(repository, head);
    expect(result.report.conclusion).toBe("invalid");
    expect(problems(result)).toEqual([
      "tenants/eu/beta.yaml:11 error domain-taken",
      "tenants/thief.yaml:11 error domain-taken",
    ]);
  });

  it.each(["beta", "Beta"])("sees an id that an untouched store %s has", async (id) => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      [`tenants/eu/${id}.yaml`]: tenantFile(id),
    });
    const head = repository.commit("Two", { "tenants/us/beta.yaml": tenantFile("beta") });
    const result = await planAt(repository, head);
    expect(result.report.conclusion).toBe("invalid");
    expect(problems(result)).toContain("tenants/us/beta.yaml:1 error id-taken");
  });

  it("warns of a file that belongs to no tenant", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    const files = { "tenants/notes.txt": "x", "tenants/beta.yaml": tenantFile("beta") };
    const result = await planAt(repository, repository.commit("Two", files));
    expect(problems(result)).toEqual(["tenants/notes.txt:1 warning stray-file"]);
  });

  it.each([
    ["alone", {}],
    ["with a store that goes", { "tenants/gone.yaml": null }],
  ])("finds what is wrong with the guards' files, changed %s", async (_how, files) => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/gone.yaml": tenantFile("gone"),
    });
    const head = repository.commit("Two", {
      ...files,
      ".github/overrides.yaml": "- 29\n",
      ".github/policy.yaml": "guards: 29\n",
    });
    const result = await planAt(repository, head);
    expect(result.report.conclusion).toBe("invalid");
    expect(problems(result)).toEqual([
      ".github/overrides.yaml:1 error override-entry",
      ".github/policy.yaml:1 error wrong-type",
    ]);
    const found = repository.commit("Three", { "README.md": "x" });
    expect((await planAt(repository, found)).report.conclusion).toBe("success");
  });

  it("finds what took the place of a store's folder", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    const result = await planAt(repository, repository.commit("Two", { "tenants/acme": "a file" }));
    expect(problems(result)).toEqual(["tenants/acme:1 error not-a-folder"]);
    expect(kinds(result)).toEqual([["acme", "unchanged"]]);
  });

  it("reads no file through a link", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      secret: tenantFile("linked"),
    });
    symlinkSync("../secret", join(repository.root, "tenants/linked.yaml"));
    const head = repository.commit("Two", {});
    const result = await planAt(repository, head);
    expect(kinds(result)).toEqual([["linked", "invalid"]]);
    expect(problems(result)).toEqual(["tenants/linked.yaml:1 error not-a-file"]);
  });

  it("reports a template that fails while it renders", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    const page = OTHER_PAGE.replace("<p>new</p>", "\n<%= it.store.nothing.at.all %>");
    const head = repository.commit("Two", templateFiles("plain", page));
    const result = await planAt(repository, head);
    expect(result.report.conclusion).toBe("invalid");
    expect(problems(result)).toEqual(["templates/plain/index.html.ejs:6 error template-failed"]);
    expect(kinds(result)).toEqual([["acme", "invalid"]]);
  });

  it("plans the change that brings the first tenant", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { "README.md": "x" });
    const head = repository.commit("Two", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    expect(kinds(await planAt(repository, head))).toEqual([["acme", "created"]]);
  });

  it("refuses a head without tenants, and a commit without a parent", async () => {
    const repository = fixtureRepository();
    const first = repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    await expect(planAt(repository, first)).rejects.toMatchObject({
      code: "git",
      hint: expect.stringContaining("fetch-depth") as string,
    });
    const empty = repository.commit("Two", { "tenants/acme.yaml": null, "tenants/.gitkeep": "" });
    await expect(planAt(repository, empty)).rejects.toMatchObject({ code: "missing" });
    const none = repository.commit("Three", { tenants: null });
    await expect(planAt(repository, none)).rejects.toMatchObject({
      code: "missing",
      message: expect.stringContaining("there is no folder tenants") as string,
      hint: expect.stringContaining("to close a store, set lifecycle.state") as string,
    });
  });

  it("plans the same twice", async () => {
    const repository = fixtureRepository();
    repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
    const head = repository.commit("Two", { "tenants/beta.yaml": tenantFile("beta") });
    expect(await planAt(repository, head)).toEqual(await planAt(repository, head));
  });
});

it("reads of a large fleet only what may matter", async () => {
  const repository = fixtureRepository();
  const many = Array.from({ length: 30 }, (_, index) => `store-${String.fromCodePoint(97 + (index % 26))}${index}`);
  repository.commit("One", {
    ...templateFiles(),
    ...Object.fromEntries(
      many.flatMap((id) => [
        [`tenants/${id}.yaml`, tenantFile(id, { more: "pages: { about: { title: About, body: about.md } }" })],
        [`tenants/${id}/about.md`, "Hello"],
      ]),
    ),
  });
  const head = repository.commit("Two", { "tenants/acme.yaml": tenantFile("acme") });
  const repo = gitRepo(repository.root, { environment: process.env, made: Object.values(FOLDERS) });
  onTestFinished(() => repo.close());
  const read: string[] = [];
  const watched = (commit: string): Tree => {
    const tree = repo.tree(commit);
    return {
      ...tree,
      read: async (path) => {
        read.push(path);
        return tree.read(path);
      },
    };
  };
  const options = {
    repo: { ...repo, tree: watched },
    head,
    base: null,
    folders: FOLDERS,
    clock: { monotonic: () => 0 },
    engines: engineHost(),
  };
  const result = await plan({ ...options, wholeFleet: 10 });
  expect(kinds(result)).toEqual([["acme", "created"]]);
  expect(result.notes).toEqual([
    expect.stringMatching(
      /^Stores that this change does not touch: 30\..* problems that they had before are not listed\.$/,
    ),
  ]);
  expect(read.filter((path) => path.endsWith("about.md"))).toEqual([]);
  read.length = 0;
  expect((await plan({ ...options, wholeFleet: 100 })).notes).toEqual([]);
  expect(read.filter((path) => path.endsWith("about.md"))).toHaveLength(30);
});
