/** What merges without a person, and all that keeps it from merging: on a main and a ledger in memory, and the fake GitHub. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { drain } from "../../action/src/commands/drain.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { approvedName } from "../../action/src/model/approved-prices.ts";
import type { Receipt } from "../../action/src/model/receipt.ts";
import { BucketError, type Proposals } from "../../action/src/ports.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";
import { templateFiles, tenantFile } from "./fleet-fixture.ts";
import { ask, impatientProposals, NOW, receiptIn } from "./inbox-fixture.ts";
import { openMain } from "./main-fixture.ts";

const BRANCH = "requests/acme";

const TABLE = "id,title,description,price,sale_price,availability\nMUG,Mug,It holds.,10.00 GBP,,in_stock\n";
const STORE = {
  "tenants/acme.yaml": tenantFile("acme").replace(/catalog:[\s\S]*?(?=\n\w)/, "catalog: { source: products.csv }"),
  "tenants/acme/products.csv": TABLE,
};
const POLICY = (merge: string): Record<string, string> => ({ ".github/policy.yaml": `merge: { ${merge} }\n` });
const PATCHES = POLICY("catalog.patch: { price-change: { percent: 29 }, availability: merge }");

const patch = (more: object) => ({ type: "catalog.patch", tenant: "acme", products: [{ id: "MUG", ...more }] });
const SETTINGS = {
  schema: "storefront/v1",
  id: "gamma",
  brand: { name: "Gamma" },
  theme: { template: "plain" },
  locale: { default: "en-GB", currency: "GBP" },
  catalog: { source: "products.csv" },
  contact: { email: "hello@gamma.example" },
};
const newStore = { type: "tenant.upsert", tenant: "gamma", settings: SETTINGS, files: { "products.csv": TABLE } };

let fake: FakeGitHub;
let ledger: MemoryBucket;
let asked = 0;
let proposals: Proposals;
beforeEach(restart);
afterEach(() => fake[Symbol.asyncDispose]());

async function restart(): Promise<void> {
  fake = await startGitHub("example/stores");
  fake.state.tokens.set("app", {
    login: "stores[bot]",
    permissions: { contents: "write", "pull-requests": "write", checks: "read" },
  });
  ledger = memoryBucket();
  asked = 0;
  proposals = impatientProposals(fake);
}

function platform(files: Readonly<Record<string, string>>) {
  const main = openMain(fake, { ...templateFiles(), "tenants/beta.yaml": tenantFile("beta"), ...STORE, ...files });
  const warnings: string[] = [];
  const pullRequest = (branch: string) => fake.state.pullRequests.findLast(({ head }) => head === branch);
  return {
    warnings,
    ask: async (request: object): Promise<void> => {
      asked += 1;
      await ask(ledger, { number: asked, request, issuedAt: `2026-03-01T09:00:${String(asked).padStart(2, "0")}Z` });
    },
    run: async (bucket: MemoryBucket = ledger): Promise<void> => {
      await drain({
        ...main.look(),
        only: null,
        ledger: bucket,
        proposals,
        releaseAt: async () => undefined,
        clock: { now: () => NOW },
        log: (event) => void ("message" in event && event.type === "warning" && warnings.push(event.message)),
        callbacks: { post: async () => ({ kind: "delivered" }) },
        callbackHosts: [],
        callbackKeys: [],
      });
    },
    push: (...words: Parameters<typeof main.push>) => main.push(...words),
    mergeByHand: (): void => main.mergeByHand(BRANCH),
    /** The checks of what a branch holds now come to this end. */
    check: (branch: string = BRANCH, conclusion: "success" | "failure" | null = "success", more: object[] = []) =>
      fake.state.checkRuns.set(fake.state.branches.get(branch) ?? "", [
        { name: "Plan", status: "completed", conclusion, app: { slug: "github-actions" } },
        { name: "Preview", status: "completed", conclusion: "skipped", app: { slug: "github-actions" } },
        ...(more as never[]),
      ]),
    price: (): string | undefined => main.fileOf("tenants/acme/products.csv")?.split("\n")[1]?.split(",")[3],
    fileOf: (path: string) => main.fileOf(path),
    isMerged: (branch: string = BRANCH): boolean => pullRequest(branch)?.merged_at != null,
    merges: (): readonly string[] => fake.state.requests.filter((one) => one.startsWith("PUT ")),
    receipt: (number: number): Receipt => receiptIn(ledger, number),
  };
}

/** Asks, and lets the checks be green: the next run may merge. */
async function proposed(world: ReturnType<typeof platform>, request: object, branch = BRANCH): Promise<void> {
  await world.ask(request);
  await world.run();
  world.check(branch);
}

describe("what the policy on main allows", () => {
  test("is merged once its check is green, exactly as it was written, and its receipt says so", async () => {
    const world = platform(PATCHES);
    await world.ask(patch({ price: "8.00 GBP", availability: "out_of_stock" }));
    await world.run();
    expect(world.merges()).toEqual([]);
    await world.run();
    expect(world.merges()).toEqual([]);
    world.check();
    const ours = fake.state.branches.get(BRANCH);
    await world.run();
    expect(world.isMerged()).toBe(true);
    expect(world.price()).toBe("8.00 GBP");
    const commit = fake.state.pullRequests[0]?.merge_commit_sha ?? "";
    expect(world.receipt(1)).toMatchObject({ state: "approved", commit });
    expect(fake.state.commits.get(commit)?.message).toBe("acme: 1 request of Tenant Management (#10)");
    expect(fake.state.branches.get(BRANCH)).toBe(ours);
    expect(world.warnings).toEqual([]);
  });

  test.each([
    ["new stores", "tenant.upsert: new", newStore, "requests/gamma"],
    ["removals", "tenant.remove: merge", { type: "tenant.remove", tenant: "acme" }, BRANCH],
  ])("are %s, where it says so", async (_what, merge, request, branch) => {
    const world = platform(POLICY(merge));
    await proposed(world, request, branch);
    await world.run();
    expect(world.isMerged(branch)).toBe(true);
  });

  test.each<readonly [string, Readonly<Record<string, string>>, object, string]>([
    ["without a policy", {}, patch({ price: "9.99 GBP" }), BRANCH],
    ["of another kind", POLICY("tenant.remove: merge"), patch({ price: "9.99 GBP" }), BRANCH],
    [
      "with an error in the policy",
      POLICY("catalog.patch: { price-change: { percent: -1 } }"),
      patch({ price: "9.99 GBP" }),
      BRANCH,
    ],
    ["beyond the bound", PATCHES, patch({ price: "7.09 GBP" }), BRANCH],
    ["beyond the bound upwards", PATCHES, patch({ price: "12.91 GBP" }), BRANCH],
    ["on a sale beyond the bound", PATCHES, patch({ sale_price: "7.09 GBP" }), BRANCH],
    ["whose full price alone leaves the bound", PATCHES, patch({ price: "99.00 GBP", sale_price: "9.00 GBP" }), BRANCH],
    [
      "of availability",
      POLICY("catalog.patch: { price-change: { percent: 29 } }"),
      patch({ availability: "out_of_stock" }),
      BRANCH,
    ],
    ["of prices", POLICY("catalog.patch: { availability: merge }"), patch({ price: "9.99 GBP" }), BRANCH],
    [
      "of a whole store that main has",
      POLICY("tenant.upsert: new"),
      { ...newStore, tenant: "acme", settings: { ...SETTINGS, id: "acme" } },
      BRANCH,
    ],
    ["of a new store", PATCHES, newStore, "requests/gamma"],
  ])("is not what is asked %s", async (_why, policy, request, branch) => {
    const world = platform(policy);
    await proposed(world, request, branch);
    await world.run();
    expect(world.merges()).toEqual([]);
    expect(fake.state.pullRequests).toMatchObject([{ head: branch, state: "open" }]);
    expect(world.receipt(1).state).toBe("pull-request");
  });

  test("is not what a store with a warning is asked", async () => {
    const world = platform({ ...PATCHES, "tenants/acme.yaml": `\uFEFF${STORE["tenants/acme.yaml"]}` });
    await proposed(world, patch({ price: "9.00 GBP" }));
    await world.run();
    expect(world.merges()).toEqual([]);
  });
});

describe("a merge needs the check of that very commit", () => {
  const GREEN = { name: "Plan", status: "completed", conclusion: "success", app: { slug: "github-actions" } };
  test.each<readonly [string, readonly object[]]>([
    ["none", []],
    ["one that runs", [{ ...GREEN, status: "in_progress", conclusion: null }]],
    ["a red one", [{ ...GREEN, conclusion: "failure" }]],
    ["a skipped plan", [{ ...GREEN, conclusion: "skipped" }]],
    ["a plan of another App", [{ ...GREEN, app: { slug: "stranger" } }]],
    ["a green plan beside a red check", [GREEN, { ...GREEN, name: "CI", conclusion: "failure" }]],
    ["other checks alone", [{ ...GREEN, name: "CI" }]],
  ])("and is not made on %s", async (_what, runs) => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "9.00 GBP" }));
    fake.state.checkRuns.set(fake.state.branches.get(BRANCH) ?? "", runs as never);
    await world.run();
    expect(world.merges()).toEqual([]);
  });

  test("which GitHub may still refuse: then a person is told, and may merge it", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "8.00 GBP" }));
    fake.state.requiredChecks.push("Approval");
    await world.run();
    expect(world.merges()).toHaveLength(1);
    expect(world.isMerged()).toBe(false);
    expect(world.warnings.join()).toContain("did not merge pull request 10");
    fake.state.requiredChecks.length = 0;
    world.mergeByHand();
    await world.run();
    expect(world.receipt(1).state).toBe("approved");
    // A person approved 8.00: the next price is measured from there, and 10.33 is too far.
    await proposed(world, patch({ price: "10.33 GBP" }));
    await world.run();
    expect(world.isMerged()).toBe(false);
  });

  test("and it still stands when main changed other stores, but not when it changed more", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "9.00 GBP" }));
    world.push("templates/plain/styles.css", "body { margin: 1px }\n");
    await world.run();
    expect(world.merges()).toEqual([]);
    // It was written anew on the new main, and needs a new check.
    world.check();
    world.push("tenants/beta.yaml", tenantFile("beta", { title: "A bowl" }));
    await world.run();
    expect(world.isMerged()).toBe(true);
  });

  test("and not one from before its own store changed", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "9.00 GBP" }));
    world.push("tenants/acme.yaml", STORE["tenants/acme.yaml"].replace("Shop acme", "Acme"));
    await world.run();
    expect(world.merges()).toEqual([]);
  });
});

test("what was asked for since is not left behind: the branch is written anew, and checked anew", async () => {
  const world = platform(PATCHES);
  await proposed(world, patch({ price: "9.00 GBP" }));
  await world.ask(patch({ price: "8.50 GBP" }));
  await world.run();
  expect(world.merges()).toEqual([]);
  world.check();
  await world.run();
  expect(world.price()).toBe("8.50 GBP");
  expect([world.receipt(1).state, world.receipt(2).state]).toEqual(["approved", "approved"]);
});

test("a commit is known to be ours although the run ended the moment its branch was there", async () => {
  const world = platform(PATCHES);
  fake.faults.push({ match: "POST /repos/example/stores/git/refs", at: 1, kind: "reset-after" });
  await world.ask(patch({ price: "9.00 GBP" }));
  await expect(world.run()).rejects.toThrow("closed");
  await world.run();
  world.check();
  await world.run();
  expect(world.isMerged()).toBe(true);
});

describe("what others put on the branch is never merged", () => {
  const foreign = (files: Readonly<Record<string, string>>, message: string): void => {
    const theirs = "c".repeat(40);
    fake.state.commits.set(theirs, { parent: fake.state.branches.get(BRANCH) ?? "", message, files });
    fake.state.branches.set(BRANCH, theirs);
  };

  test.each(["Mend a price", `Mend a price\n\nProposal: ${"0".repeat(64)}`])(
    "with green checks, and by the message %j",
    async (message) => {
      const world = platform(PATCHES);
      await proposed(world, patch({ price: "9.00 GBP" }));
      foreign({ "tenants/acme/products.csv": TABLE.replace("10.00", "0.01") }, message);
      world.check();
      await world.run();
      expect(world.merges()).toEqual([]);
      expect(world.warnings.join()).toContain("pull request 10 is not as it was written");
    },
  );

  test("even under the message of ours: whoever reads it can write it", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "9.00 GBP" }));
    const message = fake.state.commits.get(fake.state.branches.get(BRANCH) ?? "")?.message ?? "";
    foreign({ "tenants/acme/products.csv": TABLE.replace("10.00", "0.01") }, message);
    world.check();
    await world.run();
    await world.run();
    expect(world.merges()).toEqual([]);
  });

  test("when it comes after the look at the checks: GitHub is given the commit that we wrote", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "9.00 GBP" }));
    const ours = proposals;
    proposals = {
      ...ours,
      isGreen: async (commit) => {
        const isGreen = await ours.isGreen(commit);
        foreign({ "tenants/acme/products.csv": TABLE.replace("10.00", "0.01") }, "Mend a price");
        return isGreen;
      },
    };
    await world.run();
    expect(world.merges()).toEqual(["PUT /repos/example/stores/pulls/10/merge 409"]);
    expect(world.isMerged()).toBe(false);
    expect(world.receipt(1).state).toBe("pull-request");
  });

  test("nor paths that nobody asked for, nor a pull request that asks another branch than main", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "9.00 GBP" }));
    const ours = fake.state.branches.get(BRANCH) ?? "";
    const written = fake.state.commits.get(ours);
    if (written === undefined) throw new Error("what was written is there");
    fake.state.commits.set(ours, { ...written, files: { ...written.files, ".github/policy.yaml": "" } });
    await world.run();
    expect(world.merges()).toEqual([]);
    fake.state.commits.set(ours, written);
    const [found] = fake.state.pullRequests;
    if (found === undefined) throw new Error("a pull request was opened");
    fake.state.pullRequests[0] = { ...found, base: "other" };
    await world.run();
    expect(world.merges()).toEqual([]);
    fake.state.pullRequests[0] = found;
    await world.run();
    expect(world.isMerged()).toBe(true);
  });
});

describe("prices are measured from what a person approved", () => {
  test("so that ten cuts of 29 % do not pass", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "7.10 GBP" }));
    await world.run();
    expect(world.price()).toBe("7.10 GBP");
    let pence = 710;
    for (let cut = 2; cut <= 10; cut++) {
      pence = Math.ceil(pence * 0.71);
      await proposed(world, patch({ price: `${(pence / 100).toFixed(2)} GBP` }));
      await world.run();
      expect(world.price()).toBe("7.10 GBP");
    }
    // Back to what was approved is no distance at all.
    await proposed(world, patch({ price: "10.00 GBP" }));
    await world.run();
    expect(world.receipt(11).state).toBe("approved");
  });

  test("also when the cuts go through a sale, or each pull request is refused by GitHub first", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ sale_price: "7.20 GBP" }));
    await world.run();
    expect(world.isMerged()).toBe(true);
    await proposed(world, patch({ sale_price: "", price: "7.20 GBP" }));
    fake.state.requiredChecks.push("Approval");
    await world.run();
    fake.state.requiredChecks.length = 0;
    await proposed(world, patch({ price: "5.50 GBP" }));
    await world.run();
    expect(world.isMerged()).toBe(false);
  });

  test("and what a person merged since is the new measure", async () => {
    const world = platform(PATCHES);
    await proposed(world, patch({ price: "7.10 GBP" }));
    await world.run();
    await proposed(world, patch({ price: "6.00 GBP" }));
    await world.run();
    expect(world.price()).toBe("7.10 GBP");
    world.mergeByHand();
    await world.run();
    await proposed(world, patch({ price: "5.00 GBP" }));
    await world.run();
    expect(world.price()).toBe("5.00 GBP");
  });

  test("of a store that no person saw there is none yet", async () => {
    const world = platform(POLICY("tenant.upsert: new, catalog.patch: { price-change: { percent: 29 } }"));
    await proposed(world, newStore, "requests/gamma");
    await world.run();
    expect(world.fileOf("tenants/gamma/products.csv")).toBe(TABLE);
    await proposed(world, { ...patch({ price: "9.00 GBP" }), tenant: "gamma" }, "requests/gamma");
    await world.run();
    expect(world.fileOf("tenants/gamma/products.csv")).toBe(TABLE);
  });

  test("wherever a run ends: the next one neither forgets a measure nor merges twice", async () => {
    for (let at = 1; at <= 5; at++) {
      for (const phase of ["before", "after"] as const) {
        await fake[Symbol.asyncDispose]();
        await restart();
        const world = platform(PATCHES);
        await proposed(world, patch({ price: "7.10 GBP" }));
        let mutations = 0;
        const broken = memoryBucket({
          contents: ledger.contents(),
          hook: async ({ verb, phase: when }) => {
            if ((verb === "write" || verb === "remove") && when === phase && ++mutations === at)
              throw new BucketError("denied", "the run ends here");
          },
        });
        await world.run(broken).catch(() => undefined);
        ledger = memoryBucket({ contents: broken.contents() });
        await world.run();
        expect(world.price()).toBe("7.10 GBP");
        expect(world.receipt(1).state).toBe("approved");
        expect(world.merges()).toHaveLength(1);
        await proposed(world, patch({ price: "5.10 GBP" }));
        await world.run();
        expect(world.price()).toBe("7.10 GBP");
        expect(ledger.contents().has(approvedName("acme"))).toBe(true);
      }
    }
  });
});
