/** What is asked of many stores at once, in pull requests that they share: on the fake GitHub, a main and a ledger in memory. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { drain } from "../../action/src/commands/drain.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { BucketError } from "../../action/src/ports.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";
import { templateFiles, tenantFile } from "./fleet-fixture.ts";
import { ask, impatientProposals, NOW, receiptIn } from "./inbox-fixture.ts";
import { openMain } from "./main-fixture.ts";

const [PERSON, MACHINE] = ["requests/person.1", "requests/machine.1"];
const STORES = Array.from({ length: 24 }, (_none, index) => `shop-${String(index + 1).padStart(2, "0")}`);
const FEW = STORES.slice(0, 10);
const MANY = STORES.slice(0, 12);
const fileOf = (tenant: string): string => `tenants/${tenant}.yaml`;

let fake: FakeGitHub;
let ledger: MemoryBucket;
let asked: number;
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
}

function platform(policy = "") {
  const stores = Object.fromEntries(STORES.map((tenant) => [fileOf(tenant), tenantFile(tenant)]));
  const main = openMain(fake, { ...templateFiles(), ...stores, ".github/policy.yaml": policy });
  return {
    ...main,
    /** Gives the request's number. */
    patch: async (tenant: string, price: string): Promise<number> => {
      asked += 1;
      const request = { type: "catalog.patch", tenant, products: [{ id: "one", price }] };
      await ask(ledger, { number: asked, request, issuedAt: `2026-03-01T09:00:${String(asked).padStart(2, "0")}Z` });
      return asked;
    },
    run: (only: ReadonlySet<string> | null = null) =>
      drain({
        ...main.look(),
        only,
        ledger,
        proposals: impatientProposals(fake),
        releaseAt: async () => undefined,
        clock: { now: () => NOW },
        log: () => {},
        callbacks: { post: async () => ({ kind: "delivered" }) },
        callbackHosts: [],
        callbackKeys: [],
      }),
    check: (branch: string) =>
      fake.state.checkRuns.set(fake.state.branches.get(branch) ?? "", [
        { name: "Plan", status: "completed", conclusion: "success", app: { slug: "github-actions" } },
      ]),
  };
}

async function patchAll(world: ReturnType<typeof platform>, tenants: readonly string[], price: string): Promise<void> {
  for (const tenant of tenants) await world.patch(tenant, price);
}

const commitOf = (branch: string) => fake.state.commits.get(fake.state.branches.get(branch) ?? "");
const filesOf = (branch: string): readonly string[] => Object.keys(commitOf(branch)?.files ?? {}).toSorted();
const open = (): readonly (string | undefined)[] =>
  fake.state.pullRequests.filter(({ state }) => state === "open").map(({ head }) => head);
const states = (): ReadonlySet<string> =>
  new Set(Array.from({ length: asked }, (_none, index) => receiptIn(ledger, index + 1).state));

describe("what is asked of many stores", () => {
  test("shares a pull request that says ids alone; what is refused leaves it", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    const broken = await world.patch(STORES[20] ?? "", "seven");
    await world.run();
    expect(fake.state.pullRequests).toMatchObject([
      { head: PERSON, title: "12 stores: 12 requests of Tenant Management" },
    ]);
    expect(filesOf(PERSON)).toEqual(MANY.map(fileOf));
    expect(receiptIn(ledger, broken)).toMatchObject({ state: "refused", error: { code: "catalog-price" } });
    expect(receiptIn(ledger, 1)).toMatchObject({ state: "pull-request", pullRequest: { number: 10 } });
    const said = `${fake.state.pullRequests[0]?.body} ${commitOf(PERSON)?.message}`;
    for (const word of ["Shop", "9.00", "seven", "jug"]) expect(said).not.toContain(word);
  });

  test("does not where they are few", async () => {
    const world = platform();
    await patchAll(world, FEW, "9.00 GBP");
    await world.run();
    expect(open()).toEqual(FEW.map((tenant) => `requests/${tenant}`));
  });

  test("does where the policy says that fewer are many", async () => {
    const world = platform("requests: { share-above: 1 }\n");
    await patchAll(world, FEW, "9.00 GBP");
    await world.run();
    expect(open()).toEqual([PERSON]);
  });

  test("is approved by one merge", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    world.mergeByHand(PERSON);
    await world.run();
    expect(states()).toEqual(new Set(["approved"]));
    expect(world.fileOf(fileOf("shop-12"))).toContain("9.00 GBP");
  });

  test("is closed all together", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    await impatientProposals(fake).withdraw(10);
    await world.run();
    expect(states()).toEqual(new Set(["closed"]));
  });
});

describe("a pull request that stores share", () => {
  test("stays as it is when other stores come: those get their own, or the next one", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    const before = fake.state.branches.get(PERSON);
    await world.patch("shop-13", "9.00 GBP");
    await world.run();
    expect(open()).toEqual([PERSON, "requests/shop-13"]);
    await patchAll(world, STORES.slice(13), "9.00 GBP");
    await world.run();
    expect(open()).toEqual([PERSON, "requests/shop-13", "requests/person.2"]);
    expect(filesOf("requests/person.2")).toEqual(STORES.slice(13).map(fileOf));
    expect(fake.state.branches.get(PERSON)).toBe(before);
  });

  test("holds what else is asked of its stores", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    await world.patch("shop-03", "8.00 GBP");
    await world.run();
    expect(open()).toEqual([PERSON]);
    expect(commitOf(PERSON)?.files[fileOf("shop-03")]).toContain("8.00 GBP");
    expect(fake.state.pullRequests).toMatchObject([{ title: "12 stores: 13 requests of Tenant Management" }]);
  });

  test("loses a store whose request main says already, and one that main would break with", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    world.push(fileOf("shop-01"), tenantFile("shop-01").replace("10.00", "9.00"));
    world.push(fileOf("shop-02"), tenantFile("shop-02").replace("id: one", "id: two"));
    await world.run();
    expect(receiptIn(ledger, 1).state).toBe("approved");
    expect(receiptIn(ledger, 2)).toMatchObject({ state: "refused", error: { code: "unknown-product" } });
    expect(filesOf(PERSON)).toEqual(MANY.slice(2).map(fileOf));
    expect(open()).toEqual([PERSON]);
  });

  test("is closed when it asks for nothing any more", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    for (const tenant of MANY) world.push(fileOf(tenant), tenantFile(tenant).replace("10.00", "9.00"));
    await world.run();
    expect(open()).toEqual([]);
    expect(states()).toEqual(new Set(["approved"]));
  });

  test("is left alone by a run for some of its stores, and not by one for all of them", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    const before = fake.state.branches.get(PERSON);
    await world.patch("shop-03", "8.00 GBP");
    await world.patch("shop-13", "8.00 GBP");
    await world.run(new Set(["shop-03", "shop-13"]));
    expect(fake.state.branches.get(PERSON)).toBe(before);
    expect(open()).toEqual([PERSON, "requests/shop-13"]);
    await world.run(new Set(MANY));
    expect(commitOf(PERSON)?.files[fileOf("shop-03")]).toContain("8.00 GBP");
    expect(open()).toEqual([PERSON, "requests/shop-13"]);
  });

  test("is left to who committed to it", async () => {
    const world = platform();
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    const theirs = "c".repeat(40);
    fake.state.commits.set(theirs, { parent: fake.state.branches.get(PERSON) ?? "", message: "Mend", files: {} });
    fake.state.branches.set(PERSON, theirs);
    await world.patch("shop-03", "8.00 GBP");
    await world.patch("shop-13", "8.00 GBP");
    await world.run();
    expect(fake.state.branches.get(PERSON)).toBe(theirs);
    expect([receiptIn(ledger, 13).state, receiptIn(ledger, 14).state]).toEqual(["accepted", "pull-request"]);
  });
});

describe("what may merge without a person", () => {
  const LETS = "merge: { catalog.patch: { price-change: { percent: 29 } } }\n";

  test("is apart from what may not, and merges all together", async () => {
    const world = platform(LETS);
    await patchAll(world, MANY, "9.00 GBP");
    await patchAll(world, STORES.slice(12), "1.00 GBP");
    await world.run();
    expect(open()).toEqual([MACHINE, PERSON]);
    expect(filesOf(MACHINE)).toEqual(MANY.map(fileOf));
    world.check(MACHINE);
    world.check(PERSON);
    await world.run();
    expect(open()).toEqual([PERSON]);
    expect(world.fileOf(fileOf("shop-12"))).toContain("9.00 GBP");
    expect(receiptIn(ledger, 12)).toMatchObject({ state: "approved" });
    expect(receiptIn(ledger, 13)).toMatchObject({ state: "pull-request" });
  });

  test("does not wait for a store in it that needs a person now: that one moves", async () => {
    const world = platform(LETS);
    await patchAll(world, MANY, "9.00 GBP");
    await world.run();
    const moved = await world.patch("shop-03", "1.00 GBP");
    await world.run();
    expect(open()).toEqual([MACHINE, "requests/shop-03"]);
    expect(filesOf(MACHINE)).not.toContain(fileOf("shop-03"));
    expect(receiptIn(ledger, 3)).toMatchObject({ state: "pull-request", pullRequest: { number: 11 } });
    world.check(MACHINE);
    await world.run();
    expect(receiptIn(ledger, 1).state).toBe("approved");
    expect([receiptIn(ledger, 3).state, receiptIn(ledger, moved).state]).toEqual(["pull-request", "pull-request"]);
  });
});

describe("wherever a run ends, the next one goes on in the same pull requests", () => {
  test.each(["reset", "reset-after"] as const)("at any request to GitHub, by %s", async (kind) => {
    let isEnded = true;
    for (let at = 1; isEnded; at += 1) {
      await fake[Symbol.asyncDispose]();
      await restart();
      const world = platform();
      await patchAll(world, MANY, "9.00 GBP");
      fake.faults.push({ match: " /", at, kind });
      isEnded = await world.run().then(
        () => false,
        () => true,
      );
      fake.faults.length = 0;
      await world.run();
      expect(open(), `request ${at}`).toEqual([PERSON]);
      expect(fake.state.pullRequests).toHaveLength(1);
      expect(states()).toEqual(new Set(["pull-request"]));
    }
  });

  test.each(["before", "after"] as const)("%s any write to the ledger, also when a store moves", async (phase) => {
    let isEnded = true;
    for (let at = 1; isEnded; at += 1) {
      await fake[Symbol.asyncDispose]();
      await restart();
      const world = platform("merge: { catalog.patch: { price-change: { percent: 29 } } }\n");
      await patchAll(world, MANY, "9.00 GBP");
      // Both runs count: the first opens, the second moves a store.
      let [writes, isRunning] = [0, false];
      const whole = ledger;
      const broken = memoryBucket({
        contents: whole.contents(),
        hook: async ({ verb, phase: when }) => {
          if (isRunning && (verb === "write" || verb === "remove") && when === phase && ++writes === at)
            throw new BucketError("denied", "the run ends here");
        },
      });
      ledger = broken;
      const runEnds = async (): Promise<boolean> => {
        isRunning = true;
        return world
          .run()
          .then(
            () => false,
            () => true,
          )
          .finally(() => (isRunning = false));
      };
      isEnded = await runEnds();
      if (!isEnded) {
        await world.patch("shop-03", "1.00 GBP");
        isEnded = await runEnds();
      }
      ledger = memoryBucket({ contents: broken.contents() });
      await world.run();
      const held = [...new Set(open().flatMap((branch) => filesOf(branch ?? "")))];
      expect(held.toSorted(), `write ${at}`).toEqual(MANY.map(fileOf));
      expect(open().flatMap((branch) => filesOf(branch ?? ""))).toHaveLength(MANY.length);
      expect(states()).not.toContain("closed");
      expect([...states()].filter((state) => state !== "pull-request")).toEqual([]);
    }
  });
});
