/** Many requests at once against the limits of GitHub: nothing is lost, and no limit is met. Nobody waits for the clock. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { drain } from "../../action/src/commands/drain.ts";
import { openGitHub } from "../../action/src/io/github.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { GitHubError } from "../../action/src/ports.ts";
import { listRecentWrites } from "../../action/src/steps/written-branches.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";
import { templateFiles, tenantFile } from "./fleet-fixture.ts";
import { ask, NOW, receiptIn } from "./inbox-fixture.ts";
import { openMain } from "./main-fixture.ts";

const MINUTE = 60_000;

let passed: number;
let fake: FakeGitHub;
let ledger: MemoryBucket;
const clock = {
  now: () => NOW + passed,
  monotonic: () => passed,
  sleep: async (ms: number) => void (passed += ms),
};

beforeEach(async () => {
  passed = 0;
  ledger = memoryBucket({ clock });
  fake = await startGitHub("example/stores", { contentClock: clock.monotonic });
  fake.state.tokens.set("app", {
    login: "stores[bot]",
    permissions: { contents: "write", "pull-requests": "write", checks: "read" },
  });
});
afterEach(() => fake[Symbol.asyncDispose]());

const storeOf = (number: number): string => `shop-${String(number).padStart(3, "0")}`;
const fileOf = (number: number): string => `tenants/${storeOf(number)}.yaml`;

/** Main with so many stores, a price of each of which is asked to change: the request's number is the store's. */
async function platform(count: number, policy = "") {
  const numbers = Array.from({ length: count }, (_none, index) => index + 1);
  const stores = Object.fromEntries(numbers.map((number) => [fileOf(number), tenantFile(storeOf(number))]));
  const main = openMain(fake, { ...templateFiles(), ...stores, ".github/policy.yaml": policy });
  for (const number of numbers) {
    const products = [{ id: "one", price: "9.00 GBP" }];
    await ask(ledger, { number, request: { type: "catalog.patch", tenant: storeOf(number), products } });
  }
  return {
    ...main,
    /** As a job does that begins now. */
    run: async () => {
      const writtenAgo = await listRecentWrites(ledger, clock.now());
      const reach = { repository: "example/stores", token: "app", api: fake.url, log: () => {} };
      const { proposals } = await openGitHub({ ...reach, clock, writtenAgo });
      return drain({
        ...main.look(),
        only: null,
        ledger,
        proposals,
        releaseAt: async () => undefined,
        clock,
        log: () => {},
        callbacks: { post: async () => ({ kind: "delivered" }) },
        callbackHosts: [],
        callbackKeys: [],
      });
    },
    numbers,
    /** Of each request the pull request that its receipt names; those without are left out. */
    pullRequests: (): readonly number[] =>
      numbers.flatMap((number) => receiptIn(ledger, number).pullRequest?.number ?? []),
  };
}

const refusals = (): readonly string[] => fake.state.requests.filter((one) => / (?:403|429)$/.test(one));

test("500 requests at once end in receipts by few requests to GitHub, though it asks twice to wait", async () => {
  fake.faults.push(
    { match: "POST /repos/example/stores/git/trees", at: 1, kind: { status: 403, headers: { "retry-after": "60" } } },
    { match: "POST /repos/example/stores/pulls", at: 1, kind: { status: 429, headers: { "retry-after": "90" } } },
  );
  const world = await platform(500);
  expect(await world.run()).toEqual({ "pull-request": 500 });
  expect(clock.monotonic()).toBe(150_000);
  expect(refusals()).toHaveLength(2);
  expect(fake.state.requests.length).toBeLessThanOrEqual(40);
  expect(fake.state.pullRequests).toMatchObject([{ head: "requests/person.1", state: "open" }]);
  world.mergeByHand("requests/person.1");
  expect(await world.run()).toEqual({ approved: 500 });
  expect(world.numbers.filter((number) => world.fileOf(fileOf(number))?.includes("9.00 GBP") !== true)).toEqual([]);
  expect(fake.state.requests.length).toBeLessThanOrEqual(40);
});

test("a pull request each goes on by the hour: no limit is met, no store has two, none is left out", async () => {
  const world = await platform(130, "requests: { share-above: 1000 }\n");
  const after: number[] = [];
  while (after.length < 10 && after.at(-1) !== world.numbers.length) {
    await world.run().catch((error: unknown) => {
      if (!(error instanceof GitHubError) || error.code !== "limited") throw error;
    });
    after.push(world.pullRequests().length);
    await clock.sleep(15 * MINUTE);
  }
  expect(refusals()).toEqual([]);
  // Of four writes each, which GitHub takes 500 of in an hour.
  expect(after[0]).toBe(100);
  expect(after.at(-1)).toBe(130);
  expect(new Set(world.pullRequests()).size).toBe(130);
  expect(fake.state.pullRequests).toHaveLength(130);
});
