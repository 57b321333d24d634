/** The same guards in a pull request, in a merge queue and in a deploy, on real repositories. */
import { hash } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { deploy, type DeployOptions } from "../../action/src/commands/deploy.ts";
import { plan } from "../../action/src/commands/plan.ts";
import { validate } from "../../action/src/commands/validate.ts";
import { engineHost } from "../../action/src/io/engine-host.ts";
import { gitRepo } from "../../action/src/io/git.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { scopeBucket } from "../../action/src/io/scope.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import type { Report } from "../../action/src/model/report.ts";
import { virtualClock } from "../crash/fleet.ts";
import { fixtureRepository, type FixtureRepository } from "../io/git-fixture.ts";
import { OTHER_PAGE, PAGE, tenantFile, templateFiles } from "./fleet-fixture.ts";

const FOLDERS = { tenants: "tenants", templates: "templates" };

/** A repository with two stores, and what it is deployed to. */
interface World {
  readonly repository: FixtureRepository;
  readonly sites: MemoryBucket;
  readonly planned: (head: string, base?: string) => ReturnType<typeof plan>;
  readonly deployed: (commit: string, options?: Partial<DeployOptions>) => Promise<Report>;
}

async function openWorld(files: Readonly<Record<string, string>> = {}): Promise<World> {
  const repository = fixtureRepository();
  const first = repository.commit("One", {
    ...templateFiles(),
    "templates/plain/product.html.ejs": PAGE,
    "tenants/acme.yaml": shop("acme"),
    "tenants/beta.yaml": shop("beta"),
    ...files,
  });
  // Each run is a process of its own, which knows nothing of the one before.
  const openRepo = () => {
    const repo = gitRepo(repository.root, { environment: process.env, made: Object.values(FOLDERS) });
    onTestFinished(() => repo.close());
    return repo;
  };
  const clock = virtualClock();
  const [sites, ledger] = [memoryBucket({ clock }), memoryBucket({ clock })];
  const world: World = {
    repository,
    sites,
    planned: (head, base) =>
      plan({
        repo: openRepo(),
        head,
        base: base ?? null,
        folders: FOLDERS,
        clock: { monotonic: () => 0 },
        engines: engineHost(),
      }),
    deployed: (commit, options = {}) => {
      const repo = openRepo();
      return deploy({
        tree: repo.tree(commit),
        folders: FOLDERS,
        commit,
        history: repo,
        past: repo,
        run: `run-${commit.slice(0, 7)}`,
        engine: "one",
        only: null,
        force: false,
        adopt: false,
        acceptRewrittenHistory: false,
        destination: {
          uri: "memory:{tenant}",
          needsHost: false,
          bucketOf: ({ id }) => scopeBucket(sites, `${id}/`),
          urlOf: ({ id }) => `https://${id}.example/`,
        },
        ledger,
        requests: { list: 0, read: 0, write: 0, delete: 0, retried: 0 },
        clock,
        log: () => {},
        ...options,
      });
    },
  };
  expect(statusesOf(await world.deployed(first))).toEqual({ acme: "created", beta: "created" });
  return world;
}

/** Five products at these prices. */
const shop = (id: string, { price = "10.00", currency = "GBP", count = 5, more = "" } = {}): string =>
  tenantFile(id, { host: `${id}.example`, more })
    .replace(/currency: \w+/, `currency: ${currency}`)
    .replace(
      / {4}- \{ id: one.*\n/,
      Array.from(
        { length: count },
        (_, index) =>
          `    - { id: p${index}, title: Jug ${index}, price: ${price} ${currency}, availability: in_stock, description: It pours. }\n`,
      ).join(""),
    );

const statusesOf = ({ tenants }: Report) => Object.fromEntries(tenants.map(({ id, status }) => [id, status]));
const errorOf = ({ tenants }: Report, tenant: string) => tenants.find(({ id }) => id === tenant)?.error;

const breaches: readonly (readonly [guard: string, file: string])[] = [
  ["products-lost", shop("acme", { count: 3 })],
  ["price-change", shop("acme", { price: "14.00" })],
  ["currency-changed", shop("acme", { currency: "EUR" })],
  ["host-changed", shop("acme").replace("host: acme.example", "host: shop.acme.example")],
];

describe.each(breaches)("%s", (guard, file) => {
  it("is refused by the plan, in the queue and by the deploy in the same words, and passes all three by one line", async () => {
    const { repository, planned, deployed } = await openWorld();
    const base = repository.git("rev-parse", "HEAD");
    repository.commit("Two", { "tenants/acme.yaml": file, "tenants/beta.yaml": shop("beta", { price: "11.00" }) });
    const head = repository.commit("Three", { "README.md": "another change of the group" });

    const plans = [await planned(repository.git("rev-parse", "HEAD~1")), await planned(head, base)];
    for (const { report, refusals } of plans) {
      expect(report.conclusion).toBe("refused");
      expect([...refusals.keys()]).toEqual(["acme"]);
      expect(refusals.get("acme")?.map(({ code }) => code)).toContain(guard);
    }
    const report = await deployed(head);
    expect(report.conclusion).toBe("refused");
    // Only the tenant that the guard is about.
    expect(statusesOf(report)).toEqual({ acme: "refused", beta: "updated" });
    expect(errorOf(report, "acme")).toEqual(errorOf(plans[1]?.report ?? report, "acme"));

    const lines = plans[1]?.refusals.get("acme")?.map(({ line }) => line.replace("…", "meant")) ?? [];
    const passing = repository.commit("Four", { ".github/overrides.yaml": `${lines.join("\n")}\n` });
    expect((await planned(passing, base)).report).toMatchObject({ conclusion: "success" });
    expect(statusesOf(await deployed(passing))).toEqual({ acme: "updated", beta: "unchanged" });
  });
});

it("a policy decides alike for plan and deploy", async () => {
  const { repository, planned, deployed } = await openWorld();
  const head = repository.commit("Two", {
    "tenants/acme.yaml": shop("acme", { price: "10.60" }),
    ".github/policy.yaml": "guards: { price-change: { percent: 5 } }\n",
  });
  expect((await planned(head)).refusals.get("acme")).toMatchObject([{ code: "price-change" }]);
  expect(statusesOf(await deployed(head))).toEqual({ acme: "refused", beta: "unchanged" });
});

it("a broken policy is red in the plan, and stops a deploy as a whole", async () => {
  const { repository, planned, deployed } = await openWorld();
  const head = repository.commit("Two", {
    "tenants/acme.yaml": shop("acme", { price: "10.60" }),
    ".github/policy.yaml": "guards: { price-change: much }\n",
  });
  const { report, comparisons } = await planned(head);
  expect(report).toMatchObject({ conclusion: "invalid", diagnostics: [{ location: { file: ".github/policy.yaml" } }] });
  // What would change is planned all the same.
  expect(comparisons.map(({ kind }) => kind)).toEqual(["updated"]);
  expect(await deployed(head)).toMatchObject({ conclusion: "invalid", tenants: [] });
});

describe("a page over its budget", () => {
  /** A home page with so many kilobytes of words that hardly compress. */
  const heavy = (kilobytes: number): string => {
    let words = "";
    for (let index = 0; words.length < kilobytes * 1000; index += 1) words += hash("sha256", String(index));
    return PAGE.replace("</body>", `<p>${words}</p></body>`);
  };

  it("is what the check of files warned of, in the same words and with the same figures", async () => {
    const { repository, planned } = await openWorld();
    const page = heavy(40).replace("</body>", "<p><%= it.meta.canonical %></p></body>");
    const head = repository.commit("Two", {
      ...templateFiles("plain", page),
    });
    const tree = workingDirectory(repository.root);
    const { diagnostics } = await validate({ tree, folders: FOLDERS, only: new Set(["acme"]) });
    const found = diagnostics.find(({ rule }) => rule === "page-weight");
    const { report } = await planned(head);
    expect(found?.message).toMatch(/^the HTML of index\.html has \d+ bytes as sent, and 14000 are the budget$/);
    expect(errorOf(report, "acme")).toMatchObject({
      message: expect.stringContaining(found?.message ?? "none") as string,
    });
  });

  it("is refused by plan and deploy with the same numbers, and may get lighter", async () => {
    const { repository, planned, deployed } = await openWorld();
    const head = repository.commit("Two", templateFiles("plain", heavy(40)));
    const { report, refusals } = await planned(head);
    expect(refusals.get("acme")).toMatchObject([
      {
        code: "over-budget",
        line: expect.stringMatching(/from: "\d+ of 60000 bytes", to: "\d+ of 14000 bytes"/) as string,
      },
    ]);
    const refused = await deployed(head);
    expect(statusesOf(refused)).toEqual({ acme: "refused", beta: "refused" });
    expect(errorOf(refused, "acme")).toEqual(errorOf(report, "acme"));

    const lines = ["acme", "beta"].map((id) => refusals.get(id)?.[0]?.line.replace("…", "for a week"));
    const passing = repository.commit("Three", { ".github/overrides.yaml": `${lines.join("\n")}\n` });
    expect(statusesOf(await deployed(passing))).toEqual({ acme: "updated", beta: "updated" });
    const lighter = repository.commit("Four", templateFiles("plain", heavy(39)));
    expect((await planned(lighter)).report.conclusion).toBe("success");
    expect(statusesOf(await deployed(lighter))).toEqual({ acme: "updated", beta: "updated" });
    const heavier = repository.commit("Five", templateFiles("plain", heavy(41)));
    expect((await planned(heavier)).report.conclusion).toBe("refused");
    expect(statusesOf(await deployed(heavier))).toEqual({ acme: "refused", beta: "refused" });
  });
});

describe("a deploy", () => {
  it("measures from the commit in each tenant's record, whatever lies between", async () => {
    const { repository, planned, deployed } = await openWorld();
    // Each step is small; no deploy saw the one between.
    const between = repository.commit("Two", { "tenants/acme.yaml": shop("acme", { price: "12.50" }) });
    const head = repository.commit("Three", { "tenants/acme.yaml": shop("acme", { price: "15.00" }) });
    expect((await planned(between)).report.conclusion).toBe("success");
    expect((await planned(head)).report.conclusion).toBe("success");
    expect(errorOf(await deployed(head), "acme")).toMatchObject({ code: "price-change" });
  });

  it("sees a change of the template alone as none of the store", async () => {
    const { repository, deployed } = await openWorld();
    const head = repository.commit("Two", templateFiles("plain", OTHER_PAGE));
    expect(statusesOf(await deployed(head))).toEqual({ acme: "updated", beta: "updated" });
  });

  it("refuses a store whose commit is gone, names the flag, and goes on with it", async () => {
    const { repository, deployed } = await openWorld();
    repository.git("checkout", "--quiet", "--orphan", "rewritten");
    repository.commit("One again", { "tenants/acme.yaml": shop("acme", { price: "99.00" }) });
    const head = repository.git("rev-parse", "HEAD");
    repository.git("branch", "--quiet", "-D", "main");
    repository.git("reflog", "expire", "--expire=all", "--all");
    repository.git("gc", "--quiet", "--prune=now");
    // The fleet head is gone, too; that is said before anything else.
    await expect(deployed(head)).rejects.toMatchObject({
      hint: expect.stringContaining("accept-rewritten-history") as string,
    });
    const report = await deployed(head, { acceptRewrittenHistory: true });
    expect(statusesOf(report)).toEqual({ acme: "updated", beta: "unchanged" });

    // The record of the other still names the commit that is gone.
    const next = repository.commit("Two", {
      "tenants/acme.yaml": shop("acme", { price: "98.00" }),
      "tenants/beta.yaml": shop("beta", { price: "99.00" }),
    });
    const later = await deployed(next);
    expect(statusesOf(later)).toEqual({ acme: "updated", beta: "refused" });
    expect(errorOf(later, "beta")).toMatchObject({
      code: "commit-gone",
      hint: expect.stringContaining("accept-rewritten-history (--accept-rewritten-history)") as string,
    });
    expect(statusesOf(await deployed(next, { acceptRewrittenHistory: true }))).toEqual({
      acme: "unchanged",
      beta: "updated",
    });
  });

  it("knows without git what the records tell: how much is lost, not what it costs", async () => {
    const { repository, deployed } = await openWorld();
    const dearer = repository.commit("Two", { "tenants/acme.yaml": shop("acme", { price: "99.00" }) });
    expect(statusesOf(await deployed(dearer, { commit: null }))).toMatchObject({ acme: "updated" });
    const fewer = repository.commit("Three", { "tenants/acme.yaml": shop("acme", { count: 3 }) });
    expect(errorOf(await deployed(fewer, { commit: null }), "acme")).toMatchObject({
      code: "pages-lost",
      message: expect.stringContaining("2 of its 5 products") as string,
    });
  });
});
