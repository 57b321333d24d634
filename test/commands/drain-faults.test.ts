/** A drain against the fake GitHub: how often it asks, and an end at every one of its requests and of its writes to the ledger. */
import { expect, test } from "vitest";
import { drain, type DrainResult } from "../../action/src/commands/drain.ts";
import { openGitHub } from "../../action/src/io/github.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { inboxName } from "../../action/src/model/inbox.ts";
import { BucketError, type Proposals, type Tree } from "../../action/src/ports.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";
import { templateFiles, tenantFile } from "./fleet-fixture.ts";
import { ask, idOf, impatientProposals, NOW, receiptIn } from "./inbox-fixture.ts";
import { treeOfFiles } from "./tree-of-files.ts";

/** More than a drain of one request asks; the test below says so. */
const MOST_REQUESTS = 10;
/** A tree, a commit, a branch and a pull request. */
const MOST_WRITES = 4;

const tree: Tree = treeOfFiles(
  new Map(
    Object.entries({
      ...templateFiles(),
      "tenants/acme.yaml": tenantFile("acme"),
      "tenants/beta.yaml": tenantFile("beta"),
    }),
  ),
);

async function ledgerWithRequest(): Promise<MemoryBucket> {
  const ledger = memoryBucket();
  await ask(ledger, { number: 1, request: { type: "tenant.remove", tenant: "acme" } });
  return ledger;
}

/** As the workflow's step does. */
async function run(fake: FakeGitHub, ledger: MemoryBucket, given?: Proposals): Promise<DrainResult> {
  const log = (): void => {};
  const patient = (): ReturnType<typeof openGitHub> =>
    openGitHub({ repository: "example/stores", token: "app", api: fake.url, log });
  return drain({
    tree,
    commit: "a".repeat(40),
    folders: { tenants: "tenants", templates: "templates" },
    history: { isAncestor: async () => true, changedPaths: async () => [] },
    only: null,
    ledger,
    proposals: given ?? (await patient()).proposals,
    releaseAt: async () => undefined,
    clock: { now: () => NOW },
    log,
    callbacks: { post: async () => ({ kind: "delivered" }) },
    callbackHosts: [],
    callbackKeys: [],
  });
}

async function startFake(): Promise<FakeGitHub> {
  const fake = await startGitHub("example/stores");
  fake.state.tokens.set("app", { login: "stores[bot]", permissions: { contents: "write", "pull-requests": "write" } });
  return fake;
}

/** The next drain has finished it: one branch, one pull request, a receipt that names it, and the request still followed. */
function expectOneProposal(fake: FakeGitHub, ledger: MemoryBucket, at: string): void {
  expect(fake.state.pullRequests, at).toMatchObject([{ number: 10, state: "open", head: "requests/acme" }]);
  expect([...fake.state.branches.keys()], at).toEqual(["requests/acme"]);
  expect(receiptIn(ledger, 1).state, at).toBe("pull-request");
  expect(ledger.contents().has(inboxName(idOf(1))), at).toBe(true);
}

test("one request becomes a pull request in few requests to GitHub, and the next drain writes nothing", async () => {
  await using fake = await startFake();
  const ledger = await ledgerWithRequest();
  expect(await run(fake, ledger)).toEqual({ "pull-request": 1 });
  expectOneProposal(fake, ledger, "without a fault");
  expect(fake.state.requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
  const before = fake.state.requests.length;
  await run(fake, ledger);
  expect(fake.state.requests.slice(before).filter((one) => !one.startsWith("GET "))).toEqual([]);
});

test.each(["reset", "reset-after"] as const)(
  "whichever request to GitHub a drain ends with by %s, the next one finishes, with one pull request",
  async (kind) => {
    let isEnded = true;
    let at = 0;
    while (isEnded) {
      at += 1;
      await using fake = await startFake();
      fake.faults.push({ match: " /", at, kind });
      const ledger = await ledgerWithRequest();
      isEnded = await run(fake, ledger, impatientProposals(fake)).then(
        () => false,
        () => true,
      );
      fake.faults.length = 0;
      await run(fake, ledger, impatientProposals(fake));
      expectOneProposal(fake, ledger, `request ${at}`);
    }
    expect(at).toBeGreaterThan(MOST_WRITES);
  },
);

test.each(["before", "after"] as const)(
  "whichever write to the ledger a drain ends %s, the next one finishes, with one pull request",
  async (phase) => {
    let isEnded = true;
    let at = 0;
    while (isEnded) {
      at += 1;
      await using fake = await startFake();
      let writes = 0;
      const broken = memoryBucket({
        contents: (await ledgerWithRequest()).contents(),
        hook: async ({ verb, phase: when }) => {
          if ((verb === "write" || verb === "remove") && when === phase && ++writes === at)
            throw new BucketError("denied", "the run ends here");
        },
      });
      isEnded = await run(fake, broken).then(
        () => false,
        () => true,
      );
      const next = memoryBucket({ contents: broken.contents() });
      await run(fake, next);
      expectOneProposal(fake, next, `write ${at}`);
    }
    expect(at).toBeGreaterThan(1);
  },
);
