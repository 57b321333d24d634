/** Plans of changes that bring another engine: each side is rendered by its own. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { plan, type PlanResult } from "../../action/src/commands/plan.ts";
import { engineHost } from "../../action/src/io/engine-host.ts";
import { gitRepo } from "../../action/src/io/git.ts";
import { SIDE_ENTRY } from "../../action/src/model/rendered-side.ts";
import type { Studio } from "../../action/src/steps/photograph-changes.ts";
import { fixtureRepository, type FixtureRepository } from "../io/git-fixture.ts";
import { PAGE, tenantFile, templateFiles } from "./fleet-fixture.ts";

const root = join(import.meta.dirname, "../..");
const FOLDERS = { tenants: "tenants", templates: "templates" };
const ENTRY = `action/dist/${SIDE_ENTRY}.mjs`;

/** What says something else in the earlier engine. */
const SPOT = "Allow: /";

/** An engine that differs from today's in `robots.txt`. */
let earlier: Readonly<Record<string, string>>;

beforeAll(async () => {
  earlier = await buildEngine("/crawling.ts", SPOT, `${SPOT}earlier`);
});

/** The bundle of an engine that says something else at one place. */
async function buildEngine(file: string, from: string, to: string): Promise<Readonly<Record<string, string>>> {
  const build = await rolldown({
    cwd: root,
    input: { [SIDE_ENTRY]: "action/src/child.ts" },
    platform: "node",
    logLevel: "silent",
    plugins: [
      {
        name: "earlier",
        transform: (code, id) => (id.endsWith(file) ? code.replace(from, to) : undefined),
      },
    ],
  });
  const { output } = await build.generate({
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
  });
  await build.close();
  return Object.fromEntries(
    output.flatMap((part) => (part.type === "chunk" ? [[`action/dist/${part.fileName}`, part.code]] : [])),
  );
}

async function planOf(repository: FixtureRepository, head: string, studio?: Studio): Promise<PlanResult> {
  const repo = gitRepo(repository.root, { environment: process.env, made: Object.values(FOLDERS) });
  onTestFinished(() => repo.close());
  const engines = engineHost({ silenceMs: 20_000, lineBytes: 1_000_000 });
  return plan({
    repo,
    head,
    base: null,
    folders: FOLDERS,
    clock: { monotonic: () => 0 },
    engines,
    ...(studio && { studio }),
  });
}

/** Notes the pages that it is shown, and keeps nothing. */
const studioThatSees = (seen: string[]): Studio => ({
  open: async () => ({
    photograph: async ({ fileAt, page, width }) => {
      seen.push(`${width} ${Buffer.from(fileAt(page)?.body ?? []).toString()}`);
      return PNG.sync.write(new PNG({ width, height: 10 }));
    },
    close: async () => {},
  }),
  keep: async () => {},
});

const NEW_ENGINE = { "action/dist/index.mjs": "// the new one\n" };

describe("a change of the engine", () => {
  it("shows the one page that it changes", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...earlier,
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/acme/logo.svg": "not used",
    });
    const result = await planOf(repository, repository.commit("Two", NEW_ENGINE));
    expect(result.comparisons).toEqual([
      expect.objectContaining({ tenant: "acme", kind: "updated", added: [], removed: [] }),
    ]);
    expect(result.comparisons[0]?.changed).toEqual([".well-known/storefront.json", "robots.txt"]);
    expect(result.report.conclusion).toBe("success");
    expect(result.notes).toEqual(["The engine changed: each side was checked and rendered by its own."]);
  });

  it("is compared store by store: new, changed, closed, paused, removed and drafted ones", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...earlier,
      ...templateFiles(),
      "tenants/aaa-gone.yaml": tenantFile("aaa-gone"),
      "tenants/closing.yaml": tenantFile("closing"),
      "tenants/draft.yaml": tenantFile("draft", { state: "draft" }),
      "tenants/paused.yaml": tenantFile("paused", { state: "paused" }),
      "tenants/same.yaml": tenantFile("same"),
      "tenants/zzz-gone.yaml": tenantFile("zzz-gone"),
    });
    const head = repository.commit("Two", {
      ...NEW_ENGINE,
      "tenants/aaa-gone.yaml": null,
      "tenants/closing.yaml": tenantFile("closing", { state: "archived" }),
      "tenants/fresh.yaml": tenantFile("fresh"),
      "tenants/zzz-gone.yaml": null,
    });
    const { comparisons } = await planOf(repository, head);
    expect(comparisons.map(({ tenant, kind }) => [tenant, kind])).toEqual([
      ["aaa-gone", "parked"],
      ["closing", "parked"],
      ["draft", "draft"],
      ["fresh", "created"],
      ["paused", "unchanged"],
      ["same", "updated"],
      ["zzz-gone", "parked"],
    ]);
    expect(comparisons.find(({ tenant }) => tenant === "same")?.changed).toContain("robots.txt");
  });

  it("answers only for the problems that it brings", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...earlier,
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme", { more: "wishlist: true" }),
      "tenants/torn.yaml": tenantFile("torn", { more: "pages: { about: { title: About, body: none.md } }" }),
    });
    const known = await planOf(repository, repository.commit("Two", NEW_ENGINE));
    expect(known.report.conclusion).toBe("success");
    expect(known.report.diagnostics.map(({ severity }) => severity)).toEqual(["warning", "warning"]);
    const worse = repository.commit("Three", {
      "action/dist/index.mjs": "// newer still\n",
      "tenants/acme.yaml": tenantFile("acme", { more: "wishlist: true\ncompare: true" }),
    });
    const { report } = await planOf(repository, worse);
    expect(report.conclusion).toBe("invalid");
    expect(report.diagnostics.map(({ severity }) => severity).toSorted()).toEqual(["error", "warning", "warning"]);
  });

  it("can bring the first store", async () => {
    const repository = fixtureRepository();
    repository.commit("One", earlier);
    const head = repository.commit("Two", {
      ...NEW_ENGINE,
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
    });
    expect((await planOf(repository, head)).comparisons.map(({ kind }) => kind)).toEqual(["created"]);
  });
});

describe("the pictures of a change of the engine", () => {
  const files = { ...templateFiles("plain", PAGE), "tenants/acme.yaml": tenantFile("acme") };

  it("show each side as its own engine makes it", async () => {
    const repository = fixtureRepository();
    const pages = await buildEngine(
      "/site.ts",
      "utf8Of(body)",
      'utf8Of(body.replace("</body>", "<i>earlier</i></body>"))',
    );
    repository.commit("One", { ...pages, ...files });
    const seen: string[] = [];
    const head = repository.commit("Two", { ...NEW_ENGINE, "tenants/fresh.yaml": tenantFile("fresh") });
    const { album } = await planOf(repository, head, studioThatSees(seen));
    expect(album.skipped).toBe("");
    expect(new Set(album.taken.map(({ tenant }) => tenant))).toEqual(new Set(["acme", "fresh"]));
    const ofAcme = seen.filter((page) => page.includes("Shop acme"));
    expect(ofAcme.filter((page) => page.includes("earlier"))).toHaveLength(ofAcme.length / 2);
    expect(ofAcme.length).toBeGreaterThan(0);
    expect(seen.filter((page) => page.includes("Shop fresh") && page.includes("earlier"))).toEqual([]);
  });

  const home = { path: "index.html", identity: "0".repeat(64), bytes: 1 };
  const asked = `JSON.parse(require("node:fs").readFileSync("order.json", "utf8")).withBodies`;
  it.each([
    ["is too old to hand out pages", say(sideWith(home), FLEET), "hands out no pages"],
    [
      "fails when it is asked for pages",
      `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); if (${asked}) throw new Error("no paper"); ${say(sideWith(home), FLEET)}`,
      "no paper",
    ],
  ])("are left out where that of the base %s, and the plan stands", async (_what, code, reason) => {
    const repository = fixtureRepository();
    repository.commit("One", { ...files, [ENTRY]: code });
    const seen: string[] = [];
    const { album, report, engine } = await planOf(
      repository,
      repository.commit("Two", NEW_ENGINE),
      studioThatSees(seen),
    );
    expect([report.conclusion, engine]).toEqual(["success", "own"]);
    expect([album.taken, seen]).toEqual([[], []]);
    expect(album.skipped).toContain(reason);
  });
});

const store = (tenant: string) => JSON.stringify({ tenant, side: { state: "invalid" }, diagnostics: [] });
const FLEET = JSON.stringify({ diagnostics: [] });
const ROBOTS = { path: "robots.txt", identity: "0".repeat(64), bytes: 1 };
const say = (...lines: readonly string[]) => `console.log(${JSON.stringify(lines.join("\n"))});`;

describe("an engine of the base", () => {
  it("that keeps to the protocol is believed", async () => {
    const { comparisons } = await planWith(say(sideWith(ROBOTS), store("beta"), FLEET));
    expect(comparisons.map(({ tenant, state }) => [tenant, state.before])).toEqual([
      ["acme", "live"],
      ["beta", "invalid"],
    ]);
    expect(comparisons[0]?.changed).toEqual(["robots.txt"]);
  });

  it.each([
    ["crashes", 'throw new Error("no paper");', /exit code 1: [^]*no paper/],
    ["says nothing", "", /ended before it had said everything/],
    ["leaves a store out", say(store("beta"), FLEET), /did not speak of "acme"/],
    ["ends too early", say(store("acme")), /ended before/],
    ["never says its end", say(store("acme"), store("beta")), /ended before/],
    ["tells a store twice", say(store("acme"), store("beta"), store("beta"), FLEET), /"beta" after the last store/],
    ["goes on after its end", say(store("acme"), store("beta"), FLEET, FLEET), /said more than it was asked/],
    ["fails after its end", `${say(store("acme"), store("beta"), FLEET)} process.exitCode = 3;`, /exit code 3/],
    ["says no JSON", say("hello"), /not of its protocol: hello/],
    ["says other JSON", say('{"__proto__":{"tenant":"acme"}}'), /not of its protocol/],
    ["adds to its lines", say(store("acme").replace("{", '{"more":1,')), /not of its protocol/],
    ["says a line that is too long", say("x".repeat(2_000_000)), /a line of more than/],
    ["says files that cannot be", say(sideWith({ path: "", identity: "x", bytes: -1 })), /not of its protocol/],
  ])("that %s is told, with the way out, and does not keep its repair from passing", async (_what, code, message) => {
    const { engine, notes, comparisons } = await planWith(code);
    expect(engine).toBe("head");
    expect(notes.join()).toMatch(message);
    expect(notes.join()).toContain("action/dist");
    expect(comparisons.map(({ state }) => state.before)).not.toContain("invalid");
  });

  it("has every file of its bundle beside it", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      [ENTRY]: `import { readFileSync } from "node:fs"; console.log(readFileSync(new URL("words.bin", import.meta.url), "utf8"));`,
      "action/dist/words.bin": `${store("acme")}\n${FLEET}`,
      "tenants/acme.yaml": tenantFile("acme"),
    });
    const { comparisons } = await planOf(repository, repository.commit("Two", NEW_ENGINE));
    expect(comparisons.map(({ state }) => state.before)).toEqual(["invalid"]);
  });

  it("is not run where its file is a link", async () => {
    const repository = fixtureRepository();
    repository.commit("One", {
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "action/dist/other.mjs": "process.exitCode = 1;",
    });
    symlinkSync("other.mjs", join(repository.root, ENTRY));
    repository.commit("Two", {});
    expect((await planOf(repository, repository.commit("Three", NEW_ENGINE))).notes.join()).toContain(
      "missing or too old",
    );
  });
});

function sideWith(file: object): string {
  const shown = { release: "0123456789abcdef", pages: 1, products: 1, files: [file] };
  return JSON.stringify({ tenant: "acme", side: { state: "live", shown }, diagnostics: [] });
}

async function planWith(code: string): Promise<PlanResult> {
  const repository = fixtureRepository();
  repository.commit("One", {
    ...templateFiles(),
    [ENTRY]: code,
    "tenants/acme.yaml": tenantFile("acme"),
    "tenants/beta.yaml": tenantFile("beta"),
  });
  return planOf(repository, repository.commit("Two", NEW_ENGINE));
}
