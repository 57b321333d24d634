/** A drain against the fake GitHub: how often it asks, and an end at every one of its requests and of its writes to the ledger. */
import { expect, test } from "vitest";
import { drain, type DrainResult } from "../../action/src/commands/drain.ts";
import { openGitHub } from "../../action/src/io/github.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { inboxName } from "../../action/src/model/inbox.ts";
import { BucketError, type Proposals, type Tree } from "../../action/src/ports.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";
import { templateFiles, tenantFile } from "./fleet-fixture.ts";
import { ask, idOf, impatientProposals, keepRecord, NOW, receiptIn, RECORD } from "./inbox-fixture.ts";
import { openMain } from "./main-fixture.ts";
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

/** What may go wrong once in a life: of all requests to GitHub, or of all operations of the ledger, the `at`-th. */
type Mishap =
  | { readonly where: "github"; readonly kind: FakeGitHub["faults"][number]["kind"] }
  | { readonly where: "ledger"; readonly phase: "before" | "after" }
  | { readonly where: "store" | "callback" };

/** From the inbox to the callback, with one mishap; whether it came to it. */
async function live(mishap: Mishap, at: number): Promise<boolean> {
  await using fake = await startGitHub("example/stores");
  fake.state.tokens.set("app", {
    login: "stores[bot]",
    permissions: { contents: "write", "pull-requests": "write", checks: "read" },
  });
  const main = openMain(fake, {
    ...templateFiles(),
    "tenants/acme.yaml": tenantFile("acme").replace(/catalog:[\s\S]*?(?=\n\w)/, "catalog: { source: products.csv }"),
    "tenants/acme/products.csv": "id,title,description,price,availability\nMUG,Mug,It holds.,10.00 GBP,in_stock\n",
    ".github/policy.yaml": "merge: { catalog.patch: { price-change: { percent: 29 } } }\n",
  });
  let isDraining = false;
  const counted = { ledger: 0, store: 0, callback: 0 };
  const goesWrong = (where: keyof typeof counted): boolean => mishap.where === where && ++counted[where] === at;
  const ledger = memoryBucket({
    hook: async ({ phase }) => {
      if (isDraining && mishap.where === "ledger" && phase === mishap.phase && goesWrong("ledger"))
        throw new BucketError("denied", "the run ends here");
    },
  });
  const products = [{ id: "MUG", price: "8.00 GBP" }];
  const request = { type: "catalog.patch", tenant: "acme", products };
  await ask(ledger, { number: 1, request, callback: "https://hooks.example/stores" });
  if (mishap.where === "github") fake.faults.push({ match: " /", at, kind: mishap.kind });

  const states: string[] = [receiptIn(ledger, 1).state];
  const told: string[] = [];
  const once = async (): Promise<boolean> => {
    isDraining = true;
    const isWhole = await drain({
      ...main.look(),
      only: null,
      ledger,
      proposals: impatientProposals(fake),
      releaseAt: async () => (goesWrong("store") ? undefined : RECORD.release),
      clock: { now: () => NOW },
      log: () => {},
      callbacks: {
        post: async (_address, { id }) => {
          if (goesWrong("callback")) return { kind: "unreachable", why: "nobody answers" };
          told.push(id);
          return { kind: "delivered" };
        },
      },
      callbackHosts: ["hooks.example"],
      callbackKeys: [Buffer.alloc(32, 7)],
    }).then(
      () => true,
      () => false,
    );
    isDraining = false;
    states.push(receiptIn(ledger, 1).state);
    return isWhole;
  };
  const where = `${JSON.stringify(mishap)} at ${at}`;
  /** A run, and where it went wrong the next one. */
  const reach = async (state: string): Promise<void> => {
    let isWhole = await once();
    if (!isWhole || receiptIn(ledger, 1).state !== state) isWhole = await once();
    expect(isWhole, where).toBe(true);
    expect(receiptIn(ledger, 1).state, where).toBe(state);
  };
  await reach("pull-request");
  fake.state.checkRuns.set(fake.state.branches.get("requests/acme") ?? "", [
    { name: "Plan", status: "completed", conclusion: "success", app: { slug: "github-actions" } },
  ]);
  await reach("approved");
  await keepRecord(ledger, { ...RECORD, commit: fake.state.pullRequests[0]?.merge_commit_sha ?? null });
  await reach("live");
  await once();
  await once();
  expect(ledger.contents().has(inboxName(idOf(1))), where).toBe(false);
  expect(new Set(told).size, where).toBe(1);
  expect(fake.state.pullRequests, where).toHaveLength(1);
  expect([...fake.state.branches.keys()], where).toEqual(["requests/acme"]);
  expect(fake.state.requests.filter((one) => one.startsWith("PUT ") && one.endsWith(" 200"))).toHaveLength(1);
  expect(main.fileOf("tenants/acme/products.csv"), where).toContain("8.00 GBP");
  const order = ["accepted", "pull-request", "approved", "deployed", "live"];
  const steps = states.map((state) => order.indexOf(state));
  expect(steps, where).toEqual(steps.toSorted((a, b) => a - b));
  return at <= (mishap.where === "github" ? fake.state.requests.length : counted[mishap.where]);
}

test.each<readonly [string, Mishap, number]>([
  ["GitHub fails", { where: "github", kind: { status: 500 } }, 12],
  ["GitHub is not heard", { where: "github", kind: "reset-after" }, 12],
  ["GitHub asks to wait", { where: "github", kind: { status: 403, headers: { "retry-after": "60" } } }, 12],
  ["the ledger fails before", { where: "ledger", phase: "before" }, 30],
  ["the ledger fails after", { where: "ledger", phase: "after" }, 30],
  ["the store does not answer", { where: "store" }, 1],
  ["the receiver does not answer", { where: "callback" }, 1],
])(
  "wherever %s once from the inbox to the callback, the next run finishes: one pull request, one merge, forward only",
  async (_what, mishap, least) => {
    let at = 1;
    while (await live(mishap, at)) at += 1;
    expect(at).toBeGreaterThan(least);
  },
  60_000,
);
