import { beforeEach, describe, expect, it } from "vitest";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { scopeBucket } from "../../action/src/io/scope.ts";
import type { Desired } from "../../action/src/model/desired.ts";
import { decodeIntent, encodeIntent, intentName } from "../../action/src/model/intent.ts";
import type { Override } from "../../action/src/model/override.ts";
import { DEFAULT_POLICY } from "../../action/src/model/policy.ts";
import { recordName } from "../../action/src/model/record.ts";
import { BEACON_PATH } from "../../action/src/model/site.ts";
import { BucketError, type Destination, type LogEvent } from "../../action/src/ports.ts";
import type { DeployFleetOptions } from "../../action/src/steps/deploy-fleet.ts";
import {
  closedStore,
  deployCommit,
  hostDestination,
  live,
  virtualClock,
  type TinyStore,
  type VirtualClock,
} from "../crash/fleet.ts";

let clock: VirtualClock;
let sites: MemoryBucket;
let ledger: MemoryBucket;
let requests: string[];
let events: LogEvent[];
/** The name of an object that nobody may write. */
let denied: string;
/** What the next write of an object meets. */
let faults: Map<string, BucketError>;
/** The object whose next write is applied and answered as a second attempt would be: it must not be there yet. */
let lostAnswer: string;
/** What the next listing of a site meets. */
let listFault: BucketError | undefined;

beforeEach(() => {
  clock = virtualClock();
  requests = [];
  events = [];
  denied = "";
  faults = new Map();
  lostAnswer = "";
  listFault = undefined;
  const hook = (bucket: string) => (request: { verb: string; name: string; phase: string }) => {
    if (request.phase === "after" && request.verb === "write" && request.name === lostAnswer) {
      lostAnswer = "";
      throw new BucketError("conflict", "412");
    }
    if (request.phase !== "before") return;
    requests.push(`${bucket} ${request.verb} ${request.name}`);
    if (request.verb === "write" && request.name === denied) throw new BucketError("denied", `403 ${request.name}`);
    if (bucket === "sites" && request.verb === "list" && listFault !== undefined) {
      const lost = listFault;
      listFault = undefined;
      throw lost;
    }
    const fault = request.verb === "write" ? faults.get(request.name) : undefined;
    faults.delete(request.name);
    if (fault !== undefined) throw fault;
  };
  sites = memoryBucket({ clock, hook: hook("sites") });
  ledger = memoryBucket({ clock, hook: hook("ledger") });
});

async function deploy(commit: number | null, desired: readonly Desired[], options: Partial<DeployFleetOptions> = {}) {
  requests.length = 0;
  const world = { clock, ledger, site: (tenant: string) => scopeBucket(sites, `${tenant}/`) };
  const outcomes = await deployCommit(world, commit, desired, {
    log: (event) => events.push(event),
    rules: { policy: DEFAULT_POLICY, overrides: [] },
    ...options,
  });
  return { outcomes, statuses: Object.fromEntries(outcomes.map(({ id, status }) => [id, status])) };
}

/** An object that says nothing about itself. */
const PLAIN = { contentType: "text/html", cacheControl: "no-cache", contentEncoding: "", metadata: {} } as const;

const store = (text: string): TinyStore => ({
  "index.html": { text, links: ["about/index.html"], assets: ["assets/style.css"] },
  "about/index.html": { text: "about", assets: ["assets/style.css"] },
});
const parked = (id: string): Desired => ({
  state: "parked",
  id,
  host: null,
  hosts: [],
  fingerprint: "paused",
  closed: closedStore(id),
});
const textOf = (name: string): string => new TextDecoder().decode(sites.contents().get(name)?.body);
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `store-${100 + index}`);
const warnings = (): string[] => events.flatMap((event) => (event.type === "warning" ? [event.message] : []));

describe("requests", () => {
  it("needs two for a fleet that is as it should be, and one write more for a new commit", async () => {
    const desired = ids(30).map((id) => live(id, store("home")));
    await deploy(1, desired);
    const again = await deploy(1, desired);
    expect(requests).toEqual(["ledger read fleet-head.json", "ledger list tenants/"]);
    expect(new Set(Object.values(again.statuses))).toEqual(new Set(["unchanged"]));
    await deploy(2, desired);
    expect(requests).toEqual(["ledger read fleet-head.json", "ledger write fleet-head.json", "ledger list tenants/"]);
  });

  it("needs eleven for one changed page", async () => {
    const others = ids(30).map((id) => live(id, store("home")));
    await deploy(1, [...others, live("acme", store("home"))]);
    const { outcomes } = await deploy(2, [...others, live("acme", store("new"))]);
    expect(requests).toEqual([
      "ledger read fleet-head.json",
      "ledger write fleet-head.json",
      "ledger list tenants/",
      "ledger write tenants/acme/intent.json",
      "ledger read fleet-head.json",
      "sites list acme/",
      "ledger read tenants/acme/record.json",
      "sites write acme/index.html",
      `sites write acme/${BEACON_PATH}`,
      "ledger write tenants/acme/record.json",
      "ledger remove tenants/acme/intent.json",
    ]);
    expect(outcomes.find(({ id }) => id === "acme")).toMatchObject({
      status: "updated",
      created: 0,
      updated: 2,
      deleted: 0,
      unchanged: 2,
    });
  });

  it("renders nothing that is as it should be", async () => {
    const acme = live("acme", store("home"));
    await deploy(1, [acme]);
    const { statuses } = await deploy(1, [{ ...acme, render: () => Promise.reject(new Error("rendered")) }]);
    expect(statuses).toEqual({ acme: "unchanged" });
  });
});

describe("the order of commits", () => {
  it("leaves everything to a newer commit, and names it", async () => {
    await deploy(7, [live("acme", store("new"))]);
    const { outcomes } = await deploy(6, [live("acme", store("old"))]);
    expect(outcomes).toMatchObject([
      { status: "superseded", error: { message: "commit 7 is newer; run run-7 deploys it" } },
    ]);
    expect(textOf("acme/index.html")).toContain("new");
    expect(requests).toEqual(["ledger read fleet-head.json"]);
  });

  it.each([false, "unknown"] as const)("refuses a history that is %s about the head, until told", async (answer) => {
    await deploy(7, [live("acme", store("new"))]);
    const history = { isAncestor: () => Promise.resolve(answer) };
    await expect(deploy(8, [live("acme", store("other"))], { history })).rejects.toMatchObject({
      code: "rewritten",
      hint: expect.stringContaining("accept-rewritten-history (--accept-rewritten-history)") as string,
    });
    expect(textOf("acme/index.html")).toContain("new");
    const { statuses } = await deploy(8, [live("acme", store("other"))], { history, acceptRewrittenHistory: true });
    expect(statuses).toEqual({ acme: "updated" });
  });

  it("takes a main that was reset to an older commit, once told", async () => {
    await deploy(7, [live("acme", store("new"))]);
    expect((await deploy(6, [live("acme", store("old"))])).statuses).toEqual({ acme: "superseded" });
    expect(warnings()[0]).toContain("accept-rewritten-history (--accept-rewritten-history)");
    const { statuses } = await deploy(6, [live("acme", store("old"))], { acceptRewrittenHistory: true });
    expect(statuses).toEqual({ acme: "updated" });
    expect((await deploy(6, [live("acme", store("old"))])).statuses).toEqual({ acme: "unchanged" });
  });

  it("is off without a commit, and says so", async () => {
    await deploy(7, [live("acme", store("new"))]);
    const { statuses } = await deploy(null, [live("acme", store("mine"))]);
    expect(statuses).toEqual({ acme: "updated" });
    expect(warnings()).toEqual(["no commit stands for these files: nothing checks that no newer ones are deployed"]);
  });
});

describe("one tenant's trouble", () => {
  it("is its own: the others go on", async () => {
    denied = "bravo/index.html";
    const { outcomes, statuses } = await deploy(
      1,
      ["alpha", "bravo", "charlie"].map((id) => live(id, store("home"))),
    );
    expect(statuses).toEqual({ alpha: "created", bravo: "failed", charlie: "created" });
    expect(outcomes[1]?.error).toMatchObject({ code: "denied", message: "403 bravo/index.html" });
    denied = "";
    const again = await deploy(
      1,
      ["alpha", "bravo", "charlie"].map((id) => live(id, store("home"))),
    );
    expect(again.statuses).toEqual({ alpha: "unchanged", bravo: "created", charlie: "unchanged" });
  });

  it("is invalid when what it renders from is, and then nothing is written", async () => {
    const { statuses } = await deploy(1, [
      { ...live("acme", store("home")), render: () => Promise.resolve(undefined) },
    ]);
    expect(statuses).toEqual({ acme: "invalid" });
    expect(sites.contents().size).toBe(0);
  });

  it.each([
    ["tenants/acme/record.json", "{"],
    ["tenants/acme/intent.json", '{"schema":1,"tenant":"other"}'],
  ])("is a corrupt %s, which nobody overwrites", async (name, text) => {
    await deploy(1, [live("acme", store("home"))]);
    const found = ledger.contents().get(name);

    await ledger.write({ ...PLAIN, name, body: Buffer.from(text) }, found?.object.generation ?? "0");
    const { outcomes } = await deploy(2, [live("acme", store("new")), live("other", store("new"))]);
    expect(outcomes).toMatchObject([
      { id: "acme", status: "failed", error: { code: "corrupt", hint: expect.stringContaining(name) as string } },
      { id: "other", status: "created" },
    ]);
    expect(new TextDecoder().decode(ledger.contents().get(name)?.body)).toBe(text);
    expect(textOf("acme/index.html")).toContain("home");
  });

  it("is looked at once more after a 412, and then it is fine", async () => {
    faults.set("acme/index.html", new BucketError("conflict", "412"));
    const { outcomes } = await deploy(1, [live("acme", store("home"))]);
    expect(outcomes).toMatchObject([{ status: "created", created: 4, unchanged: 0 }]);
    expect(requests.filter((request) => request === "sites list acme/")).toHaveLength(2);
  });

  it("keeps its status when the answer to its commit is lost", async () => {
    lostAnswer = recordName("acme");
    const created = await deploy(1, [live("acme", store("home"))]);
    expect(created.outcomes).toMatchObject([{ status: "created", created: 4 }]);
    const closed = parked("acme");
    await deploy(2, [closed]);
    lostAnswer = recordName("acme");
    expect((await deploy(3, [live("acme", store("home"))])).statuses).toEqual({ acme: "restored" });
    lostAnswer = recordName("acme");
    expect((await deploy(4, [closed])).statuses).toEqual({ acme: "parked" });
    expect(lostAnswer).toBe("");
  });

  it.each([
    { code: "denied", leaseMs: 0, why: "nothing can still arrive: the next run need not wait" },
    { code: "transient", leaseMs: 90_000, why: "a late write could still arrive" },
  ] as const)("leaves an intent behind after $code: $why", async ({ code, leaseMs }) => {
    faults.set("acme/index.html", new BucketError(code, "no"));
    expect((await deploy(1, [live("acme", store("home"))])).statuses).toEqual({ acme: "failed" });
    const intent = ledger.contents().get(intentName("acme"));
    expect(decodeIntent("acme", intent?.body ?? new Uint8Array())).toMatchObject({ run: "run-1", leaseMs });
  });

  it("leaves the intent to its end when any of several requests may still arrive", async () => {
    faults.set("acme/about/index.html", new BucketError("denied", "no"));
    faults.set("acme/index.html", new BucketError("transient", "503"));
    await deploy(1, [live("acme", store("home"))]);
    const intent = ledger.contents().get(intentName("acme"));
    expect(decodeIntent("acme", intent?.body ?? new Uint8Array())).toMatchObject({ leaseMs: 90_000 });
  });

  it.each([10 ** 12, Number.MAX_SAFE_INTEGER])(
    "is busy under an intent of %i ms, with the way out",
    async (leaseMs) => {
      const intent = { tenant: "acme", run: "run-9", commit: null, host: null, begun: [], leaseMs };
      await ledger.write({ ...PLAIN, name: intentName("acme"), body: encodeIntent(intent) }, "0");
      const { outcomes } = await deploy(1, [live("acme", store("home"))]);
      expect(outcomes).toMatchObject([{ status: "busy", error: { code: "busy" } }]);
      expect(outcomes[0]?.error?.message).toMatch(/^run run-9 is still changing acme: its intent holds until \+?\d+-/);
      expect(outcomes[0]?.error?.hint).toContain(`remove ${intentName("acme")} from the ledger`);
    },
  );

  it("is not even its own where the ledger holds what no tenant is called", async () => {
    await ledger.write({ ...PLAIN, name: "tenants/Foo Bar/intent.json", body: Buffer.from("{}") }, "0");
    expect((await deploy(1, [live("acme", store("home"))])).statuses).toEqual({ acme: "created" });
  });

  it("is everybody's where the fleet head is corrupt", async () => {
    await ledger.write({ ...PLAIN, name: "fleet-head.json", body: Buffer.from("[]") }, "0");
    await expect(deploy(1, [live("acme", store("home"))])).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("what lies there already", () => {
  it("refuses a store with someone else's file at its path, unless it is to be taken over", async () => {
    await sites.write({ ...PLAIN, name: "acme/index.html", body: Buffer.from("theirs") }, "0");
    await sites.write({ ...PLAIN, name: "acme/notes.txt", body: Buffer.from("theirs too") }, "0");
    const { outcomes } = await deploy(1, [live("acme", store("home"))]);
    expect(outcomes[0]).toMatchObject({ status: "refused", error: { code: "foreign-object" } });
    expect(outcomes[0]?.error?.message).toContain("index.html");
    expect(textOf("acme/index.html")).toBe("theirs");
    expect([...ledger.contents().keys()]).toEqual(["fleet-head.json"]);
    const adopted = await deploy(1, [live("acme", store("home"))], { adopt: true });
    expect(adopted.statuses).toEqual({ acme: "created" });
    expect(textOf("acme/notes.txt")).toBe("theirs too");
  });

  it("is written again when asked, in spite of its fingerprint", async () => {
    await deploy(1, [live("acme", store("home"))]);
    const { outcomes } = await deploy(1, [live("acme", store("home"))], { force: true });
    expect(outcomes[0]).toMatchObject({ status: "updated", updated: 4 });
  });
});

describe("stores that close", () => {
  it("closes a paused store and brings it back", async () => {
    await deploy(1, [live("acme", store("home"))]);
    const closed = await deploy(2, [parked("acme")]);
    expect(closed.statuses).toEqual({ acme: "parked" });
    expect(textOf("acme/index.html")).toContain("Store acme is closed");
    expect(sites.contents().has("acme/about/index.html")).toBe(false);
    expect((await deploy(3, [parked("acme")])).statuses).toEqual({ acme: "unchanged" });
    expect((await deploy(4, [live("acme", store("home"))])).statuses).toEqual({ acme: "restored" });
    expect(textOf("acme/index.html")).toContain("home");
  });

  it("closes a store whose YAML is gone, once", async () => {
    await deploy(1, [live("acme", store("home")), live("other", store("home"))]);
    const closed = await deploy(2, [live("other", store("home"))]);
    expect(closed.statuses).toEqual({ acme: "parked", other: "unchanged" });
    expect(textOf("acme/index.html")).toContain("Store acme is closed");
    expect((await deploy(3, [live("other", store("home"))])).statuses).toEqual({
      acme: "unchanged",
      other: "unchanged",
    });
    expect(requests).toHaveLength(3);
  });

  it("closes nothing when only some are to be deployed", async () => {
    await deploy(1, [live("acme", store("home")), live("other", store("home"))]);
    const { statuses } = await deploy(2, [live("other", store("new"))], { only: new Set(["other"]) });
    expect(statuses).toEqual({ other: "updated" });
    expect(textOf("acme/index.html")).toContain("home");
  });

  it("refuses to close four at once, says how to mean it, and goes on with the others", async () => {
    await deploy(
      1,
      ids(20).map((id) => live(id, store("home"))),
    );
    const left = ids(20).slice(4);
    const { outcomes, statuses } = await deploy(
      2,
      left.map((id) => live(id, store("new"))),
      { force: true },
    );
    expect(ids(4).map((id) => statuses[id])).toEqual(["refused", "refused", "refused", "refused"]);
    expect(left.every((id) => statuses[id] === "updated")).toBe(true);
    const release = outcomes[0]?.release;
    expect(release).toMatch(/^[0-9a-f]{16}$/);
    expect(outcomes[0]?.error?.hint).toContain(
      `- { guard: stores-parked, tenant: store-100, from: "live ${release}", to: "parked", reason: "…" }`,
    );
    const override = {
      guard: "stores-parked",
      tenant: "store-100",
      from: `live ${release}`,
      to: "parked",
      reason: "sold",
    } as const;
    const again = await deploy(
      3,
      left.map((id) => live(id, store("new"))),
      { rules: { policy: DEFAULT_POLICY, overrides: [override] } },
    );
    expect(ids(4).map((id) => again.statuses[id])).toEqual(["parked", "parked", "parked", "parked"]);
  });

  it("leaves a live store alone that becomes a draft, and says so", async () => {
    await deploy(1, [live("acme", store("home"))]);
    const { statuses } = await deploy(2, [
      { state: "draft", id: "acme" },
      { state: "draft", id: "new" },
    ]);
    expect(statuses).toEqual({ acme: "draft", new: "draft" });
    expect(textOf("acme/index.html")).toContain("home");
    expect(warnings()).toEqual([
      "acme is a draft, but was deployed before: it stays as it is; to close it, say paused",
    ]);
  });

  it("leaves a live store alone that becomes invalid", async () => {
    await deploy(1, [live("acme", store("home"))]);
    const { outcomes } = await deploy(2, [{ state: "invalid", id: "acme" }]);
    expect(outcomes).toMatchObject([{ status: "invalid", unchanged: 4 }]);
    expect(textOf("acme/index.html")).toContain("home");
  });
});

describe("stores that shrink", () => {
  const large: TinyStore = Object.fromEntries(
    ["index.html", "a.html", "b.html", "c.html", "d.html"].map((path) => [path, { text: path }]),
  );
  const small: TinyStore = { "index.html": { text: "index" }, "a.html": { text: "a" } };

  it("refuses the loss of more than a third of the pages before a store is touched, whatever else is asked", async () => {
    await deploy(1, [live("acme", large)]);
    const { outcomes } = await deploy(2, [live("acme", small)], { force: true });
    const line = '- { guard: pages-lost, tenant: acme, from: "5", to: "2", reason: "…" }';
    expect(outcomes[0]).toMatchObject({ status: "refused", error: { code: "pages-lost" } });
    expect(outcomes[0]?.error?.hint).toContain(line);
    expect(textOf("acme/c.html")).toContain("c.html");
    expect([...ledger.contents().keys()]).not.toContain(intentName("acme"));
    const override: Override = { guard: "pages-lost", tenant: "acme", from: "5", to: "2", reason: "smaller now" };
    expect(
      (await deploy(2, [live("acme", small)], { rules: { policy: DEFAULT_POLICY, overrides: [override] } })).statuses,
    ).toEqual({ acme: "updated" });
  });
});

describe("what the ledger's listing does not tell", () => {
  it("is read: a guard still sees what would be lost", async () => {
    const pages = ["index.html", "a.html", "b.html", "c.html", "d.html"];
    await deploy(1, [live("acme", Object.fromEntries(pages.map((path) => [path, { text: path }])))]);
    const name = recordName("acme");
    const found = ledger.contents().get(name);
    await ledger.write({ ...PLAIN, name, body: found?.body ?? new Uint8Array() }, found?.object.generation ?? "0");
    const { outcomes } = await deploy(2, [live("acme", { "index.html": { text: "home" } })]);
    expect(outcomes).toMatchObject([{ status: "refused", error: { code: "pages-lost" } }]);
    expect([...ledger.contents().keys()]).not.toContain(intentName("acme"));
  });

  it("is where a first release was begun, when its YAML is gone: the intent knows", async () => {
    const asked: (string | null)[] = [];
    const destination: Destination = {
      uri: "memory:{host}",
      needsHost: true,
      bucketOf({ host }) {
        asked.push(host);
        return scopeBucket(sites, `${host}/`);
      },
      urlOf: ({ host }) => `https://${host}/`,
    };
    faults.set("shop.example/index.html", new BucketError("transient", "503"));
    await deploy(1, [live("acme", store("home"), ["shop.example"])], { destination });
    expect(sites.contents().size).toBeGreaterThan(0);
    const { statuses } = await deploy(2, [], { destination });
    expect(statuses).toEqual({ acme: "parked" });
    expect(asked).toEqual(["shop.example", "shop.example"]);
    expect(sites.contents().size).toBe(0);
    expect([...ledger.contents().keys()]).toEqual(["fleet-head.json"]);
  });
});

describe("a place that is the store's host", () => {
  let destination: Destination;
  beforeEach(() => {
    destination = hostDestination((host) => scopeBucket(sites, `${host}/`));
  });
  const undescribe = async (id: string): Promise<void> => {
    const found = ledger.contents().get(recordName(id));
    const body = found?.body ?? new Uint8Array();
    await ledger.write({ ...PLAIN, name: recordName(id), body }, found?.object.generation ?? "0");
  };

  it.each([true, false])(
    "is not closed under a store that was renamed, and is handed over when asked; listing described: %s",
    async (described) => {
      await deploy(1, [live("acme", store("home"), ["shop.example"])], { destination });
      if (!described) await undescribe("acme");
      const renamed = [live("acme-two", store("home"), ["shop.example"])];
      const { outcomes } = await deploy(2, renamed, { destination });
      expect(outcomes).toMatchObject([
        { id: "acme", status: "unchanged" },
        { id: "acme-two", status: "refused", error: { code: "foreign-object" } },
      ]);
      expect(outcomes[1]?.error?.message).toContain("files of tenant acme where");
      expect(outcomes[1]?.error?.hint).toContain("adopt (--adopt)");
      expect(warnings()).toEqual([expect.stringContaining("its domain shop.example is claimed by acme-two")]);
      expect(textOf("shop.example/index.html")).toContain("home");

      const adopted = await deploy(3, renamed, { destination, adopt: true });
      expect(adopted.statuses).toEqual({ acme: "unchanged", "acme-two": "created" });
      expect((await deploy(4, renamed, { destination })).statuses).toEqual({
        acme: "unchanged",
        "acme-two": "unchanged",
      });
      expect(textOf("shop.example/index.html")).toContain("home");
    },
  );

  const moved = live("acme", store("home"), ["two.example"]);
  const lying = (host: string): string[] => [...sites.contents().keys()].filter((name) => name.startsWith(`${host}/`));

  it.each([
    { what: "its YAML went", desired: [], status: "parked" },
    { what: "it moved back", desired: [live("acme", store("home"), ["one.example"])], status: "updated" },
    { what: "it moved on", desired: [live("acme", store("home"), ["three.example"])], status: "updated" },
  ])("is cleared where a move was begun and $what", async ({ desired, status }) => {
    await deploy(1, [live("acme", store("home"), ["one.example"])], { destination });
    faults.set(`two.example/${BEACON_PATH}`, new BucketError("denied", "no"));
    expect((await deploy(2, [moved], { destination })).statuses).toEqual({ acme: "failed" });
    expect(lying("two.example")).not.toEqual([]);
    expect((await deploy(3, desired, { destination })).statuses).toEqual({ acme: status });
    expect(lying("two.example")).toEqual([]);
    expect(lying("one.example")).not.toEqual([]);
    expect([...ledger.contents().keys()]).not.toContain(intentName("acme"));
  });

  it("is cleared although the run that was to clear it failed, too", async () => {
    await deploy(1, [live("acme", store("home"), ["one.example"])], { destination });
    faults.set(`two.example/${BEACON_PATH}`, new BucketError("denied", "no"));
    await deploy(2, [moved], { destination });
    listFault = new BucketError("transient", "503");
    expect((await deploy(3, [], { destination })).statuses).toEqual({ acme: "failed" });
    expect(lying("two.example")).not.toEqual([]);
    await deploy(4, [], { destination });
    expect(lying("two.example")).toEqual([]);
  });

  it("is let go, with a warning, where a move was begun and the bucket is no more", async () => {
    await deploy(1, [live("acme", store("home"), ["one.example"])], { destination });
    faults.set(`two.example/${BEACON_PATH}`, new BucketError("denied", "no"));
    await deploy(2, [moved], { destination });
    listFault = new BucketError("invalid", "there is no bucket two.example");
    expect((await deploy(3, [], { destination })).statuses).toEqual({ acme: "parked" });
    expect(warnings().at(-1)).toContain("stays there: there is no bucket two.example");
  });

  it("stops nobody else where a store was deployed without a host before", async () => {
    await deploy(1, [live("acme", store("home")), live("bolt", store("home"))]);
    const desired = [live("acme", store("home")), live("charlie", store("home"), ["shop.example"])];
    const { outcomes } = await deploy(2, desired, { destination });
    expect(outcomes).toMatchObject([
      { id: "acme", status: "unchanged", url: "" },
      { id: "bolt", status: "failed", url: "" },
      { id: "charlie", status: "created" },
    ]);
  });

  it("is closed where nobody else claims it", async () => {
    await deploy(1, [live("acme", store("home"), ["shop.example"])], { destination });
    expect((await deploy(2, [], { destination })).statuses).toEqual({ acme: "parked" });
    expect(textOf("shop.example/index.html")).toContain("Store acme is closed");
  });
});

describe("two stores that claim one domain", () => {
  it("leaves it to the one that has it", async () => {
    await deploy(1, [live("acme", store("home"), ["shop.example"])]);
    const { outcomes } = await deploy(2, [
      live("acme", store("new"), ["shop.example"]),
      live("aaa", store("home"), ["shop.example"]),
    ]);
    expect(outcomes).toMatchObject([
      {
        id: "aaa",
        status: "invalid",
        error: { code: "host-taken", message: "the domain shop.example belongs to acme" },
      },
      { id: "acme", status: "updated" },
    ]);
  });

  it.each(["invalid", "draft"] as const)("leaves it to the one that has it while that is %s (I7)", async (state) => {
    await deploy(1, [live("acme", store("home"), ["shop.example"])]);
    const { outcomes } = await deploy(2, [
      { state, id: "acme" },
      live("aaa", store("home"), ["www.example", "shop.example"]),
    ]);
    expect(outcomes).toMatchObject([
      { id: "aaa", status: "invalid", error: { message: "the domain shop.example belongs to acme" } },
      { id: "acme", status: state },
    ]);
    const holders = [...ledger.contents()].filter(([, { object }]) =>
      Object.values(object.metadata).includes("shop.example"),
    );
    expect(holders.map(([name]) => name)).toEqual([recordName("acme")]);
  });

  it("gives it to neither of two that were deployed with it, and says so", async () => {
    const both = [live("acme", store("home"), ["shop.example"]), live("aaa", store("home"), ["shop.example"])];
    for (const one of both) await deploy(1, [one], { only: new Set([one.id]) });
    const { outcomes } = await deploy(2, both);
    const message = "the domain shop.example is claimed by acme too, and acme and aaa were both deployed with it";
    expect(outcomes[0]).toMatchObject({ id: "aaa", status: "invalid", error: { message } });
  });

  it("gives it to neither of two newcomers", async () => {
    const { statuses } = await deploy(1, [
      live("acme", store("home"), ["shop.example"]),
      live("aaa", store("home"), ["shop.example"]),
    ]);
    expect(statuses).toEqual({ aaa: "invalid", acme: "invalid" });
  });
});
