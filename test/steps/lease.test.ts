import { beforeEach, expect, it } from "vitest";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { CLOCK_SKEW_MS, decodeIntent, intentName } from "../../action/src/model/intent.ts";
import { BucketError } from "../../action/src/ports.ts";
import { takeLease, underLease, type Lease } from "../../action/src/steps/lease.ts";
import type { LeaseTerms } from "../../action/src/steps/protocol.ts";
import { virtualClock, type VirtualClock } from "../crash/fleet.ts";

const terms: LeaseTerms = { durationMs: 90_000, marginMs: 30_000, patienceMs: 200_000, pollMs: 10_000 };
const NAME = intentName("acme");
let clock: VirtualClock;
let ledger: MemoryBucket;
let writes: number;
/** The answer to the next write gets lost. */
let waitedFor: string[];
let losesAnswer: boolean;

beforeEach(() => {
  clock = virtualClock();
  writes = 0;
  losesAnswer = false;
  waitedFor = [];
  ledger = memoryBucket({
    clock,
    hook({ verb, phase }) {
      if (verb !== "write" || phase !== "after") return;
      writes += 1;
      if (!losesAnswer) return;
      losesAnswer = false;
      throw new BucketError("conflict", "as a retry sees its own first attempt");
    },
  });
});

const ask = (run: string, patience: Partial<LeaseTerms> = {}, host: string | null = null) =>
  takeLease({
    ledger,
    clock,
    terms: { ...terms, ...patience },
    intent: { tenant: "acme", run, commit: null, host },
    waiting: ({ run: holder }) => waitedFor.push(holder),
  });

async function take(run: string, host: string | null = null): Promise<Lease> {
  const taken = await ask(run, {}, host);
  if ("holder" in taken) throw new Error(`${taken.holder.run} holds it`);
  return taken.lease;
}

function held() {
  const found = ledger.contents().get(NAME);
  return found && decodeIntent("acme", found.body);
}

it("is taken, kept and finished", async () => {
  const lease = await take("one");
  expect(held()).toEqual({ tenant: "acme", run: "one", commit: null, host: null, begun: [], leaseMs: 90_000 });
  await lease.keep();
  expect(writes).toBe(1);
  await lease.finish();
  expect(held()).toBeUndefined();
});

it("is renewed after a third, once for all who ask at that time", async () => {
  const lease = await take("one");
  clock.advance(29_999);
  await lease.keep();
  expect(writes).toBe(1);
  clock.advance(1);
  await Promise.all([lease.keep(), lease.keep(), lease.keep()]);
  expect(writes).toBe(2);
  await lease.finish();
  expect(held()).toBeUndefined();
});

it("is waited for until it ends, and taken over", async () => {
  await take("one");
  expect(waitedFor).toEqual([]);
  const lease = await take("two");
  // Said once, however often it was looked at.
  expect(waitedFor).toEqual(["one"]);
  expect(clock.monotonic()).toBeGreaterThan(90_000 + CLOCK_SKEW_MS);
  expect(lease.predecessor).toMatchObject({ run: "one" });
  expect(held()).toMatchObject({ run: "two" });
});

it("is not waited for longer than patience goes", async () => {
  await take("one");
  expect(await ask("two", { patienceMs: 50_000 })).toMatchObject({ holder: { run: "one" } });
  expect(clock.monotonic()).toBe(50_000);
});

it("need not be waited for once it is abandoned", async () => {
  await (await take("one")).abandon();
  const lease = await take("two");
  expect(clock.monotonic()).toBe(0);
  expect(lease.predecessor).toMatchObject({ run: "one", leaseMs: 0 });
});

it("hands on every host where something was begun, until all is done", async () => {
  await (await take("one", "a.example")).abandon();
  await (await take("two", "b.example")).abandon();
  expect(held()).toMatchObject({ host: "b.example", begun: ["a.example"] });
  const lease = await take("three", "a.example");
  expect(lease.begun).toEqual(["b.example"]);
  clock.advance(40_000);
  await lease.keep();
  expect(held()).toMatchObject({ host: "a.example", begun: ["b.example"] });
  await lease.finish();
  expect((await take("four")).begun).toEqual([]);
});

it("lets nothing be written once another run has taken it over", async () => {
  const lease = await take("one");
  const bucket = underLease(ledger, lease);
  clock.advance(200_000);
  await take("two");
  const upload = {
    body: Buffer.from(""),
    contentType: "text/plain",
    cacheControl: "no-cache",
    contentEncoding: "",
  } as const;
  await expect(bucket.write({ ...upload, name: "page", metadata: {} }, "0")).rejects.toMatchObject({
    code: "lease-lost",
    message: "lost hold of acme: run two has taken it over",
  });
  await expect(bucket.remove("page", "1")).rejects.toMatchObject({ code: "lease-lost" });
  await lease.finish();
  expect(held()).toMatchObject({ run: "two" });
  expect([...ledger.contents().keys()]).toEqual([NAME]);
});

it("lets nothing be written when renewing takes so long that it is over again", async () => {
  const taken = await takeLease({
    ledger: {
      ...ledger,
      async write(upload, generation) {
        const written = await ledger.write(upload, generation);
        clock.advance(60_000);
        return written;
      },
    },
    clock,
    terms,
    intent: { tenant: "acme", run: "one", commit: null, host: null },
  });
  if ("holder" in taken) throw new Error("nobody else is here");
  await expect(taken.lease.keep()).rejects.toMatchObject({ code: "lease-lost" });
});

it("is ours although the answer to taking or renewing it was lost", async () => {
  losesAnswer = true;
  const lease = await take("one");
  expect(lease.predecessor).toBeUndefined();
  clock.advance(40_000);
  losesAnswer = true;
  await lease.keep();
  await lease.finish();
  expect(held()).toBeUndefined();
});
