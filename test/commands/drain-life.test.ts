/** A whole life, from the inbox by a merge of the machine to the live store and its callback, with each step failing once. */
import { expect, test } from "vitest";
import { drain } from "../../action/src/commands/drain.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { BucketError, type CallbackAnswer } from "../../action/src/ports.ts";
import { type FakeGitHub, type GitHubFault, startGitHub } from "../fakes/github/server.ts";
import { templateFiles, tenantFile } from "./fleet-fixture.ts";
import { ask, impatientProposals, keepRecord, NOW, receiptIn, RECORD } from "./inbox-fixture.ts";
import { openMain } from "./main-fixture.ts";

const BRANCH = "requests/acme";
const STATES = ["accepted", "pull-request", "approved", "deployed", "live"];
/** Proposed, merged, seen deployed, seen live. */
const RUNS = 4;
/** A limit, for one that cannot end. */
const MOST_RUNS = 12;
const FILES = {
  ...templateFiles(),
  "tenants/acme.yaml": tenantFile("acme"),
  ".github/policy.yaml": "merge: { catalog.patch: { price-change: { percent: 29 } } }\n",
};

/** What fails, each by its place among all of its kind in a life. */
interface Trouble {
  readonly github?: Pick<GitHubFault, "at" | "kind">;
  readonly ledger?: { readonly at: number; readonly phase: "before" | "after" };
  readonly callback?: CallbackAnswer | "throws" | undefined;
  /** The store's address does not answer the first time. */
  readonly isUnseen?: boolean;
}

interface Life {
  readonly fake: FakeGitHub;
  readonly ledger: MemoryBucket;
  readonly price: string | undefined;
  readonly runs: number;
  /** Whether the trouble was met. */
  readonly isMet: boolean;
  /** The ids under which the end was told. */
  readonly told: readonly string[];
}

/** Runs drains, and what others do between them, until nothing waits; each run meets what is left of the trouble. */
async function live(fake: FakeGitHub, trouble: Trouble): Promise<Life> {
  fake.state.tokens.set("app", {
    login: "stores[bot]",
    permissions: { contents: "write", "pull-requests": "write", checks: "read" },
  });
  if (trouble.github !== undefined) fake.faults.push({ match: " /", ...trouble.github });
  const main = openMain(fake, FILES);
  let isDraining = false;
  let operations = 0;
  const ledger = memoryBucket({
    hook: async ({ phase }) => {
      if (isDraining && phase === trouble.ledger?.phase && ++operations === trouble.ledger.at)
        throw new BucketError("denied", "the run ends here");
    },
  });
  const request = { type: "catalog.patch", tenant: "acme", products: [{ id: "one", price: "9.00 GBP" }] };
  await ask(ledger, { number: 1, request, callback: "https://hooks.example/" });
  const told: string[] = [];
  let answer = trouble.callback;
  let release: string | undefined;
  let runs = 0;
  let isMet = false;
  let isUnseen = trouble.isUnseen === true;
  const options = () => ({
    ...main.look(),
    only: null,
    ledger,
    proposals: impatientProposals(fake),
    releaseAt: async () => {
      if (!isUnseen || release === undefined) return release;
      isUnseen = false;
      isMet = true;
      return undefined;
    },
    clock: { now: () => NOW },
    log: () => {},
    callbacks: {
      post: async (_address: URL, { id }: { readonly id: string }): Promise<CallbackAnswer> => {
        told.push(id);
        const given = answer;
        answer = undefined;
        isMet ||= given !== undefined;
        if (given === "throws") throw new Error("the run ends here");
        return given ?? { kind: "delivered" };
      },
    },
    callbackHosts: ["hooks.example"],
    callbackKeys: [new Uint8Array(24)],
  });
  const isWaiting = (): boolean => [...ledger.contents().keys()].some((name) => name.startsWith("inbox/"));
  while (isWaiting() && runs < MOST_RUNS) {
    runs += 1;
    isDraining = true;
    await drain(options()).catch(() => (isMet = true));
    isDraining = false;
    const head = fake.state.branches.get(BRANCH);
    if (head !== undefined)
      fake.state.checkRuns.set(head, [
        { name: "Plan", status: "completed", conclusion: "success", app: { slug: "github-actions" } },
      ]);
    const { state } = receiptIn(ledger, 1);
    const url = "https://acme.example/";
    if (state === "approved") await keepRecord(ledger, { ...RECORD, commit: main.look().commit, url });
    if (state === "deployed") release = RECORD.release;
  }
  return { fake, ledger, price: main.fileOf("tenants/acme.yaml"), runs, isMet, told };
}

/** One branch, one pull request, one merge, one end that was told; a receipt that only went forward. */
function expectWhole({ fake, ledger, price, told }: Life, at: string): void {
  expect([...fake.state.branches.keys()], at).toEqual([BRANCH]);
  expect(fake.state.pullRequests, at).toMatchObject([{ head: BRANCH, state: "closed" }]);
  expect(
    fake.state.requests.filter((one) => /^PUT .* 200$/.test(one)),
    at,
  ).toHaveLength(1);
  expect(price, at).toContain("9.00 GBP");
  const { isFinal, history, pullRequest } = receiptIn(ledger, 1);
  expect(pullRequest?.number, at).toBe(fake.state.pullRequests[0]?.number);
  expect({ isFinal, states: history.map(({ state }) => state) }, at).toEqual({ isFinal: true, states: STATES });
  expect(new Set(told).size, at).toBe(1);
}

/** Lives with the trouble at the first place, the second, until there is none; each takes one run more at most. Gives how many. */
async function failEach(troubleAt: (at: number) => Trouble): Promise<number> {
  let at = 0;
  for (let isMet = true; isMet;) {
    at += 1;
    await using fake = await startGitHub("example/stores");
    const life = await live(fake, troubleAt(at));
    expectWhole(life, `request ${at}`);
    expect(life.runs, `request ${at}`).toBeLessThanOrEqual(RUNS + 1);
    ({ isMet } = life);
  }
  return at;
}

test("takes a drain for each step, and none is left out", async () => {
  await using fake = await startGitHub("example/stores");
  const life = await live(fake, {});
  expectWhole(life, "without trouble");
  expect(life).toMatchObject({ runs: RUNS, isMet: false });
});

test.each<readonly [string, GitHubFault["kind"]]>([
  ["is lost", "reset"],
  ["is carried out, its answer lost", "reset-after"],
  ["meets an error of the server", { status: 500 }],
  ["meets a limit", { status: 403, headers: { "retry-after": "60" } }],
])("whichever request to GitHub %s, the life goes on", async (_what, kind) => {
  // Each step asks something: proposing alone eight times.
  expect(await failEach((at) => ({ github: { at, kind } }))).toBeGreaterThan(12);
});

test.each(["before", "after"] as const)(
  "whichever request to the ledger ends the run %s it, the life goes on",
  async (phase) => {
    expect(await failEach((at) => ({ ledger: { at, phase } }))).toBeGreaterThan(20);
  },
);

test("where the store's address does not answer, the next run asks it again", async () => {
  await using fake = await startGitHub("example/stores");
  const life = await live(fake, { isUnseen: true });
  expectWhole(life, "address");
  expect(life).toMatchObject({ runs: RUNS + 1, isMet: true });
});

test.each<readonly [string, Trouble["callback"]]>([
  ["nobody answers", { kind: "unreachable", why: "it answered 503" }],
  ["the run ends", "throws"],
])("where %s at the callback, the next run tells it under the same id", async (_what, callback) => {
  await using fake = await startGitHub("example/stores");
  const life = await live(fake, { callback });
  expectWhole(life, "callback");
  expect(life.told).toHaveLength(2);
  expect(life).toMatchObject({ runs: RUNS + 1, isMet: true });
});
