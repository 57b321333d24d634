/** The intake over a ledger in memory, with faults at every write. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { intake, type IntakeResult } from "../../action/src/commands/intake.ts";
import { memoryBucket, type MemoryBucket, type RequestHook } from "../../action/src/io/memory.ts";
import { decodeInboxEntry, inboxName } from "../../action/src/model/inbox.ts";
import { decodeReceipt, receiptName } from "../../action/src/model/receipt.ts";
import { readSecret, signMessage } from "../../action/src/model/signed-message.ts";
import { BucketError } from "../../action/src/ports.ts";

const NOW = Date.parse("2026-03-01T09:30:00Z");
const KEY = readSecret(`whsec_${Buffer.alloc(32, 7).toString("base64")}`) ?? new Uint8Array();
const FORGED = readSecret(`whsec_${Buffer.alloc(32, 8).toString("base64")}`) ?? new Uint8Array();

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const remove = (number: number, tenant = "acme"): object => ({
  type: "tenant.remove",
  requestId: idOf(number),
  tenant,
});
const patch = (number: number, price: string): object => ({
  type: "catalog.patch",
  requestId: idOf(number),
  tenant: "acme",
  products: [{ id: "MUG", price }],
});
const TIMES = { schemaVersion: 1, issuedAt: "2026-03-01T09:00:00Z", expiresAt: "2026-03-02T09:00:00Z" };

interface Sent {
  readonly requests?: readonly unknown[];
  readonly message?: object;
  readonly body?: string;
  readonly type?: string;
  readonly key?: Uint8Array;
}

function eventOf({ requests = [remove(1)], message = {}, body, type = "tenant.remove", key = KEY }: Sent): object {
  const text = body ?? JSON.stringify({ ...TIMES, requests, ...message });
  const request = signMessage(key, { id: "msg_1", timestamp: "1772357400", body: text });
  return { action: type, client_payload: { request } };
}

const take = (ledger: MemoryBucket, sent: Sent = {}): Promise<IntakeResult> =>
  intake({ event: eventOf(sent), keys: [KEY], ledger, clock: { now: () => NOW } });

const receiptIn = (ledger: MemoryBucket, number: number) =>
  decodeReceipt(idOf(number), ledger.contents().get(receiptName(idOf(number)))?.body ?? new Uint8Array());

const becameIn = (result: IntakeResult): unknown =>
  result.kind === "rejected" ? result.reason : result.requests.map(({ became, code }) => code ?? became);

test("a request is in the inbox, and has a receipt", async () => {
  const ledger = memoryBucket();
  expect(becameIn(await take(ledger))).toEqual(["kept"]);
  expect([...ledger.contents().keys()]).toEqual([inboxName(idOf(1)), receiptName(idOf(1))]);
  const entry = decodeInboxEntry(idOf(1), ledger.contents().get(inboxName(idOf(1)))?.body ?? new Uint8Array());
  expect(entry).toMatchObject({ request: remove(1), issuedAt: TIMES.issuedAt });
  expect(receiptIn(ledger, 1)).toMatchObject({
    state: "accepted",
    isFinal: false,
    digest: entry.digest,
    tenant: "acme",
  });
});

test("a forger leaves nothing, and cannot name a victim's request before or after the victim", async () => {
  const ledger = memoryBucket();
  const forged = { key: FORGED, requests: [remove(1, "victim")] };
  expect(await take(ledger, forged)).toMatchObject({ kind: "rejected" });
  expect(ledger.contents().size).toBe(0);
  await take(ledger);
  const before = [...ledger.contents()];
  expect(await take(ledger, forged)).toMatchObject({ kind: "rejected" });
  expect([...ledger.contents()]).toEqual(before);
});

test("the same again changes nothing, wherever it is by then", async () => {
  const ledger = memoryBucket();
  await take(ledger);
  const before = [...ledger.contents()];
  expect(becameIn(await take(ledger))).toEqual(["known"]);
  expect([...ledger.contents()]).toEqual(before);
});

test("the same id with another body is a conflict, and leaves the first receipt as it is", async () => {
  const ledger = memoryBucket();
  await take(ledger, { type: "catalog.patch", requests: [patch(1, "12.00 EUR")] });
  const before = [...ledger.contents()];
  const other = { type: "catalog.patch", requests: [patch(1, "0.01 EUR")] };
  expect(becameIn(await take(ledger, other))).toEqual(["conflict"]);
  expect([...ledger.contents()]).toEqual(before);
  const done = memoryBucket({
    contents: new Map([...ledger.contents()].filter(([name]) => name.startsWith("requests/"))),
  });
  expect(becameIn(await take(done, other))).toEqual(["conflict"]);
  expect(receiptIn(done, 1)).toEqual(receiptIn(ledger, 1));
});

test.each([
  ["expired", { expiresAt: "2026-03-01T09:29:59Z" }, "expired"],
  ["of tomorrow", { issuedAt: "2026-03-02T09:30:00Z", expiresAt: "2026-03-02T10:00:00Z" }, "not-yet-issued"],
  ["that would live for ever", { expiresAt: "2026-03-09T09:30:00Z" }, "lives-too-long"],
  ["that ends before it begins", { expiresAt: "2026-03-01T08:30:00Z" }, "lives-too-long"],
  ["of no day", { expiresAt: "2026-02-30T09:30:00Z" }, "invalid-request"],
  ["of another version", { schemaVersion: 2 }, "invalid-request"],
  ["with a field of nobody's", { wish: "more" }, "invalid-request"],
  ["that calls back in the clear", { callback: "http://platform.example/" }, "invalid-request"],
])("a message %s is refused by a receipt that says why", async (_what, message, code) => {
  const ledger = memoryBucket();
  expect(becameIn(await take(ledger, { message }))).toEqual([code]);
  expect([...ledger.contents().keys()]).toEqual([receiptName(idOf(1))]);
  expect(receiptIn(ledger, 1)).toMatchObject({ state: "refused", isFinal: true, error: { code } });
});

test("one bad request of a message does not keep the others", async () => {
  const ledger = memoryBucket();
  const bad = { ...remove(2), force: true };
  const nameless = { type: "tenant.remove", requestId: "../../fleet-head", tenant: "acme" };
  const result = await take(ledger, { requests: [remove(1), bad, remove(3), nameless] });
  expect(becameIn(result)).toEqual(["kept", "kept", "invalid-request"]);
  expect(result).toMatchObject({ unreadable: [expect.stringContaining("/requests/3/requestId")] });
  expect(receiptIn(ledger, 2).error?.message).toContain('has "force"');
});

test("a request does what its event says, or nothing", async () => {
  const ledger = memoryBucket();
  expect(becameIn(await take(ledger, { type: "catalog.patch" }))).toEqual(["wrong-event"]);
  expect(receiptIn(ledger, 1).state).toBe("refused");
});

test("after a crash between any two writes the same event finishes what was begun", async () => {
  for (let crashAt = 1; crashAt <= 4; crashAt++) {
    for (const phase of ["before", "after"] as const) {
      let writes = 0;
      const hook: RequestHook = async (request) => {
        if (request.verb !== "write" || request.phase !== phase) return;
        if (++writes === crashAt) throw new BucketError("denied", "the run ends here");
      };
      const crashed = memoryBucket({ hook });
      const sent = { requests: [remove(1), remove(2, "beta")] };
      await take(crashed, sent).catch(() => undefined);
      const next = memoryBucket({ contents: crashed.contents() });
      await take(next, sent);
      const names = [1, 2].flatMap((number) => [inboxName(idOf(number)), receiptName(idOf(number))]).toSorted();
      expect([...next.contents().keys()]).toEqual(names);
      expect([1, 2].map((number) => receiptIn(next, number).state)).toEqual(["accepted", "accepted"]);
    }
  }
});

test("no body, however made, gets past its own names", async () => {
  const hostile = fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.anything().map((value) => JSON.stringify({ ...TIMES, requests: [value, remove(1)] }) ?? ""),
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (body) => {
      const ledger = memoryBucket();
      const result = await take(ledger, { body });
      expect(result.kind).toBe("taken");
      for (const name of ledger.contents().keys()) expect(name).toMatch(/^(?:inbox|requests)\/[0-9a-f-]{36}\.json$/);
    }),
    { numRuns: 500 },
  );
});

test.each([undefined, null, [], {}, { action: "tenant.remove" }, { client_payload: { request: [] } }])(
  "an event that is %j is rejected",
  async (event) => {
    const ledger = memoryBucket();
    expect(await intake({ event, keys: [KEY], ledger, clock: { now: () => NOW } })).toMatchObject({ kind: "rejected" });
    expect(ledger.contents().size).toBe(0);
  },
);
