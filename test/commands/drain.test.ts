/** From an inbox to pull requests and on to live stores, on a main, a ledger and a GitHub in memory; with an end at every step. */
import { describe, expect, test } from "vitest";
import { drain } from "../../action/src/commands/drain.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { inboxName } from "../../action/src/model/inbox.ts";
import type { Receipt } from "../../action/src/model/receipt.ts";
import type { ReleaseRecord } from "../../action/src/model/record.ts";
import { BucketError, type Proposal, type Proposals } from "../../action/src/ports.ts";
import { templateFiles, tenantFile } from "./fleet-fixture.ts";
import { ask, idOf, keepRecord, NOW, receiptIn, RECORD, type Wish } from "./inbox-fixture.ts";
import { treeOfFiles } from "./tree-of-files.ts";

const commitOf = (number: number): string => String(number).padStart(40, "0");

/** A platform: main, its pull requests, its ledger and its visitors. */
function platform(files: Readonly<Record<string, string>>) {
  const main = new Map(Object.entries({ ...templateFiles(), ...files }));
  let commit = 1;
  const opened = new Map<
    string,
    Proposal & { number: number; state: "open" | "merged" | "closed"; commit: string | null }
  >();
  const ledger = memoryBucket();
  const seen = new Map<string, string>();
  const writes: string[] = [];
  /** Branches that end with somebody else's commit. */
  const taken = new Set<string>();
  let now = NOW;
  const proposals: Proposals = {
    propose: async (proposal) => {
      if (taken.has(proposal.branch)) return undefined;
      writes.push(`propose ${proposal.branch}`);
      const open = [...opened.values()].find((one) => one.branch === proposal.branch && one.state === "open");
      const number = open?.number ?? 10 + opened.size;
      await proposal.noteCommit?.(commitOf(900 + writes.length));
      opened.set(String(number), { ...proposal, number, state: "open", commit: null });
      return { number, url: `https://git.example/pull/${number}` };
    },
    stateOf: async (number) => {
      const { state, commit: merged } = opened.get(String(number)) ?? { state: "closed", commit: null };
      return { state, commit: merged };
    },
    listOpen: async () => [...opened.values()].filter(({ state }) => state === "open"),
    // Only people merge here.
    contentOf: async () => undefined,
    isGreen: async () => false,
    merge: async () => undefined,
    withdraw: async (number) => {
      const one = opened.get(String(number));
      if (one !== undefined) opened.set(String(number), { ...one, state: "closed" });
    },
  };
  return {
    ledger,
    opened,
    taken,
    writes,
    ask: (wish: Wish): Promise<void> => ask(ledger, wish),
    pass: (days: number): void => void (now += days * 24 * 60 * 60 * 1000),
    run: (bucket: MemoryBucket = ledger) =>
      drain({
        tree: treeOfFiles(main),
        commit: commitOf(commit),
        folders: { tenants: "tenants", templates: "templates" },
        history: { isAncestor: async (ancestor, descendant) => ancestor <= descendant, changedPaths: async () => [] },
        only: null,
        ledger: bucket,
        proposals,
        releaseAt: async (url) => seen.get(url),
        clock: { now: () => now },
        log: () => {},
        callbacks: { post: async () => ({ kind: "delivered" }) },
        callbackHosts: [],
        callbackKeys: [],
      }),
    /** As a person does by the green button. */
    merge: (branch: string) => {
      const one = [...opened.values()].find((each) => each.branch === branch && each.state === "open");
      if (one === undefined) throw new Error(`no open pull request of ${branch}`);
      commit += 1;
      for (const [path, text] of one.files) {
        if (text === null) main.delete(path);
        else main.set(path, text);
      }
      opened.set(String(one.number), { ...one, state: "merged", commit: commitOf(commit) });
    },
    close: (branch: string) => {
      for (const [key, one] of opened) if (one.branch === branch) opened.set(key, { ...one, state: "closed" });
    },
    /** As the workflow does after a merge. */
    deploy: async (tenant: string, more: Partial<ReleaseRecord> = {}) => {
      const url = `https://${tenant}.example/`;
      const record: ReleaseRecord = { ...RECORD, tenant, url, commit: commitOf(commit), ...more };
      await keepRecord(ledger, record);
      return () => void seen.set(url, record.release);
    },
    receipt: (number: number): Receipt => receiptIn(ledger, number),
    waiting: (): readonly string[] => [...ledger.contents().keys()].filter((name) => name.startsWith("inbox/")),
    fileOf: (path: string): string | undefined => main.get(path),
  };
}

const SETTINGS = {
  schema: "storefront/v1",
  id: "acme",
  brand: { name: "Acme" },
  theme: { template: "plain" },
  locale: { default: "en-GB", currency: "GBP" },
  catalog: { source: "products.csv" },
  contact: { email: "hello@acme.example" },
};
const CSV = "id,title,price,availability\nMUG,Mug,9.00 GBP,in_stock\nCUP,Cup,8.00 GBP,in_stock\n";
const upsert = { type: "tenant.upsert", tenant: "acme", settings: SETTINGS, files: { "products.csv": CSV } };
const patch = (price: string, tenant = "acme") => ({ type: "catalog.patch", tenant, products: [{ id: "MUG", price }] });
const remove = { type: "tenant.remove", tenant: "acme" };
/** A store that is on main already, so that a removal leaves one. */
const OTHERS = { "tenants/beta.yaml": tenantFile("beta") };

test("from the request to the live store, one step at a time", async () => {
  const world = platform(OTHERS);
  await world.ask({ number: 1, request: upsert });
  expect(await world.run()).toEqual({ "pull-request": 1 });
  expect(world.receipt(1)).toMatchObject({ state: "pull-request", pullRequest: { number: 10 } });
  expect([...world.opened.values()]).toMatchObject([
    { branch: "requests/acme", title: "acme: 1 request of Tenant Management" },
  ]);
  expect(await world.run()).toEqual({});
  world.merge("requests/acme");
  expect(world.fileOf("tenants/acme/products.csv")).toBe(CSV);
  await world.run();
  expect(world.receipt(1)).toMatchObject({ state: "approved", commit: commitOf(2) });
  const goLive = await world.deploy("acme");
  await world.run();
  expect(world.receipt(1)).toMatchObject({ state: "deployed", release: RECORD.release, url: "https://acme.example/" });
  expect(world.waiting()).toHaveLength(1);
  goLive();
  await world.run();
  expect(world.receipt(1)).toMatchObject({ state: "live", isFinal: true });
  expect(world.receipt(1).history.map(({ state }) => state)).toEqual([
    "accepted",
    "pull-request",
    "approved",
    "deployed",
    "live",
  ]);
  expect(world.waiting()).toEqual([]);
});

test("what asks for the domain of another store is refused", async () => {
  const world = platform({ ...OTHERS, "tenants/gamma.yaml": tenantFile("gamma", { host: "www.acme.example" }) });
  const settings = { ...SETTINGS, domains: [{ host: "www.acme.example" }] };
  await world.ask({ number: 1, request: { ...upsert, settings } });
  expect(await world.run()).toEqual({ refused: 1 });
  expect(world.receipt(1).error?.code).toBe("domain-taken");
  expect(world.receipt(1).error?.message).toContain("tenants/gamma.yaml:");
});

test.each(["approved", "deployed"] as const)("what stays %s for a week has failed", async (state) => {
  const world = platform(OTHERS);
  await world.ask({ number: 1, request: upsert });
  await world.run();
  world.merge("requests/acme");
  await world.run();
  if (state === "deployed") await world.deploy("acme");
  await world.run();
  world.pass(7);
  await world.run();
  expect(world.receipt(1)).toMatchObject({ state, isFinal: false });
  world.pass(1);
  await world.run();
  expect(world.receipt(1)).toMatchObject({ state: "failed", isFinal: true, error: { code: "not-live" } });
  expect(world.waiting()).toEqual([]);
});

describe("requests for one store", () => {
  const STORE = {
    ...OTHERS,
    "tenants/acme.yaml": tenantFile("acme").replace(/catalog:[\s\S]*?(?=\n\w|$)/, "catalog: { source: products.csv }"),
    "tenants/acme/products.csv": CSV,
  };

  test("share a pull request, in the order in which they were issued", async () => {
    const world = platform(STORE);
    await world.ask({ number: 1, request: patch("7.00 GBP"), issuedAt: "2026-03-01T09:02:00Z" });
    await world.run();
    await world.ask({ number: 2, request: patch("6.00 GBP"), issuedAt: "2026-03-01T09:01:00Z" });
    await world.run();
    expect(world.opened.size).toBe(1);
    world.merge("requests/acme");
    expect(world.fileOf("tenants/acme/products.csv")).toBe(CSV.replace("9.00", "7.00"));
    await world.run();
    expect([world.receipt(1).state, world.receipt(2).state]).toEqual(["approved", "approved"]);
    await world.ask({ number: 3, request: patch("1.00 GBP"), issuedAt: "2026-03-01T09:00:00Z" });
    await world.run();
    expect(world.receipt(3)).toMatchObject({ state: "refused", error: { code: "out-of-order" } });
  });

  test("wait where somebody else committed to the branch, and follow once that is merged", async () => {
    const world = platform(STORE);
    await world.ask({ number: 1, request: patch("7.00 GBP"), issuedAt: "2026-03-01T09:01:00Z" });
    await world.run();
    world.taken.add("requests/acme");
    await world.ask({ number: 2, request: patch("6.00 GBP"), issuedAt: "2026-03-01T09:02:00Z" });
    await world.run();
    expect([world.receipt(1).state, world.receipt(2).state]).toEqual(["pull-request", "accepted"]);
    world.merge("requests/acme");
    world.taken.clear();
    await world.run();
    expect([world.receipt(1).state, world.receipt(2).state]).toEqual(["approved", "pull-request"]);
    world.merge("requests/acme");
    expect(world.fileOf("tenants/acme/products.csv")).toBe(CSV.replace("9.00", "6.00"));
  });

  test("that say what main says already need no pull request", async () => {
    const world = platform(STORE);
    await world.ask({ number: 1, request: patch("9.00 GBP") });
    await world.run();
    expect(world.receipt(1)).toMatchObject({ state: "approved", commit: commitOf(1) });
    expect(world.opened.size).toBe(0);
  });

  test("that would break it are refused in the words of a plan, and leave the others", async () => {
    const world = platform(STORE);
    await world.ask({ number: 1, request: patch("7.00 GBP"), issuedAt: "2026-03-01T09:01:00Z" });
    await world.ask({ number: 2, request: patch("seven"), issuedAt: "2026-03-01T09:02:00Z" });
    await world.ask({
      number: 3,
      request: { type: "catalog.patch", tenant: "acme", products: [{ id: "JUG", price: "1.00 GBP" }] },
    });
    await world.run();
    expect(world.receipt(1).state).toBe("pull-request");
    expect(world.receipt(2)).toMatchObject({
      state: "refused",
      error: { code: "catalog-price", message: expect.stringContaining("tenants/acme/products.csv:2") as string },
    });
    expect(world.receipt(3)).toMatchObject({ state: "refused", error: { code: "unknown-product" } });
    world.merge("requests/acme");
    expect(world.fileOf("tenants/acme/products.csv")).toBe(CSV.replace("9.00", "7.00"));
  });

  test("are removed with everything, and the receipt ends when a closed page stands there", async () => {
    const world = platform(STORE);
    await world.ask({ number: 1, request: remove });
    await world.run();
    world.merge("requests/acme");
    expect(world.fileOf("tenants/acme.yaml")).toBeUndefined();
    expect(world.fileOf("tenants/acme/products.csv")).toBeUndefined();
    await world.run();
    await world.deploy("acme", { state: "parked" });
    await world.run();
    expect(world.receipt(1)).toMatchObject({ state: "removed", isFinal: true });
  });

  test("whose pull request is closed are closed", async () => {
    const world = platform(STORE);
    await world.ask({ number: 1, request: patch("7.00 GBP") });
    await world.run();
    world.close("requests/acme");
    await world.run();
    expect(world.receipt(1)).toMatchObject({ state: "closed", error: { code: "closed" } });
    expect(world.waiting()).toEqual([]);
  });
});

test("no text of a tenant stands in what GitHub is told", async () => {
  const world = platform(OTHERS);
  const words = "Fixes #1 @everyone [skip ci] ::error::";
  await world.ask({ number: 1, request: { ...upsert, settings: { ...SETTINGS, brand: { name: words } } } });
  await world.run();
  const [proposal] = world.opened.values();
  expect(`${proposal?.branch} ${proposal?.title} ${proposal?.body}`).not.toMatch(/Fixes|@|skip|::/);
});

test("a drain that ends before or after any write is finished by the next one, without a second pull request", async () => {
  const whole = platform(OTHERS);
  await whole.ask({ number: 1, request: upsert });
  for (const stage of ["open", "merged", "deployed", "live"] as const) {
    for (let at = 1; at <= 4; at++) {
      for (const phase of ["before", "after"] as const) {
        const world = platform(OTHERS);
        await world.ask({ number: 1, request: upsert });
        const goLive = await reach(world, stage);
        let mutations = 0;
        const broken = memoryBucket({
          contents: world.ledger.contents(),
          hook: async ({ verb, phase: when }) => {
            if ((verb === "write" || verb === "remove") && when === phase && ++mutations === at)
              throw new BucketError("denied", "the run ends here");
          },
        });
        await world.run(broken).catch(() => undefined);
        const next = memoryBucket({ contents: broken.contents() });
        await world.run(next);
        if (stage === "open") world.merge("requests/acme");
        await world.run(next);
        expect(world.opened.size).toBe(1);
        const { state } = receiptIn(next, 1);
        expect(state).toBe({ open: "approved", merged: "approved", deployed: "deployed", live: "live" }[stage]);
        expect(next.contents().has(inboxName(idOf(1)))).toBe(stage !== "live");
        goLive();
      }
    }
  }
});

/** Brings the one request to just before a stage. */
async function reach(
  world: ReturnType<typeof platform>,
  stage: "open" | "merged" | "deployed" | "live",
): Promise<() => void> {
  if (stage === "open") return () => {};
  await world.run();
  world.merge("requests/acme");
  if (stage === "merged") return () => {};
  await world.run();
  const goLive = await world.deploy("acme");
  if (stage === "live") goLive();
  return goLive;
}
