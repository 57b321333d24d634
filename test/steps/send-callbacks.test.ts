/** Of every request that came to its end its sender hears, also after a crash at any write. */
import { describe, expect, test } from "vitest";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { encodeInboxEntry, inboxName } from "../../action/src/model/inbox.ts";
import { encodeReceipt, openReceipt, receiptName } from "../../action/src/model/receipt.ts";
import { askedIn } from "../../action/src/model/request.ts";
import { BucketError, type CallbackAnswer, type LogEvent } from "../../action/src/ports.ts";
import { openInboxDesk } from "../../action/src/steps/inbox-desk.ts";
import { noteUpload } from "../../action/src/steps/ledger.ts";
import { readInbox } from "../../action/src/steps/read-inbox.ts";
import { sendCallbacks } from "../../action/src/steps/send-callbacks.ts";

const NOW = Date.parse("2026-03-01T09:30:00Z");
const HOUR = 3_600_000;
const DELIVERED: CallbackAnswer = { kind: "delivered" };
const DOWN: CallbackAnswer = { kind: "unreachable", why: "it answered 503" };
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

interface Wish {
  readonly callback?: string | undefined;
}

/** A ledger in which each wish waits, `accepted`. */
async function openInbox(...wishes: readonly Wish[]) {
  const ledger = memoryBucket();
  for (const [index, { callback }] of wishes.entries()) {
    const requestId = idOf(index + 1);
    const [asked] = askedIn({
      schemaVersion: 1,
      issuedAt: "2026-03-01T09:00:00Z",
      expiresAt: "2026-03-01T21:00:00Z",
      ...(callback === undefined ? {} : { callback }),
      requests: [{ type: "tenant.remove", requestId, tenant: "acme" }],
    });
    if (asked === undefined) throw new Error("a message of one request has one");
    await ledger.write(noteUpload(inboxName(requestId), encodeInboxEntry(asked)), "0");
    await ledger.write(noteUpload(receiptName(requestId), encodeReceipt(openReceipt(asked, NOW))), "0");
  }
  const posted: string[] = [];
  const said: string[] = [];
  return {
    ledger,
    posted,
    said,
    waiting: () => [...ledger.contents().keys()].filter((name) => name.startsWith("inbox/")),
    /** What drain does at its end; `ends`: the requests that come to theirs in this run. */
    run: async (
      options: {
        answer?: (url: URL) => CallbackAnswer;
        now?: number;
        ends?: readonly number[];
        bucket?: MemoryBucket;
      } = {},
    ) => {
      const { answer = () => DELIVERED, now = NOW, ends = [], bucket = ledger } = options;
      const clock = { now: () => now };
      const desk = openInboxDesk(bucket, clock, await readInbox(bucket));
      for (const number of ends) await desk.advance(idOf(number), "refused", {});
      const callbacks = {
        post: async (address: URL, { id }: { readonly id: string }) => {
          posted.push(`${address.href} ${id}`);
          return answer(address);
        },
      };
      const place = {
        callbacks,
        callbackHosts: ["hooks.example", "other.example"],
        callbackKeys: [new Uint8Array(24)],
      };
      await sendCallbacks(
        desk,
        place,
        clock,
        (event: LogEvent) => void (event.type === "warning" && said.push(event.message)),
      );
    },
  };
}

test("what is final is told once, and what is not waits", async () => {
  const { run, posted, waiting } = await openInbox(
    { callback: "https://hooks.example/a" },
    {},
    { callback: "https://hooks.example/c" },
  );
  await run({ ends: [1, 2] });
  await run();
  expect(posted).toEqual([`https://hooks.example/a msg_${idOf(1)}`]);
  expect(waiting()).toEqual([`inbox/${idOf(3)}.json`]);
});

test("an address that is down is tried by each run, for a day, with the same id", async () => {
  const { run, posted, waiting, said } = await openInbox({ callback: "https://hooks.example/a" });
  await run({ ends: [1], answer: () => DOWN });
  await run({ now: NOW + HOUR, answer: () => DOWN });
  expect(new Set(posted)).toEqual(new Set([`https://hooks.example/a msg_${idOf(1)}`]));
  expect(posted).toHaveLength(2);
  expect(waiting()).toHaveLength(1);
  await run({ now: NOW + 25 * HOUR });
  expect(posted).toHaveLength(2);
  expect(waiting()).toEqual([]);
  expect(said.at(-1)).toBe(`request ${idOf(1)} gets no callback: it was tried for a day`);
});

test("a host in trouble is left alone until the next run, and others are called", async () => {
  const urls = ["https://hooks.example/a", "https://hooks.example/b", "https://other.example/c"];
  const { run, posted } = await openInbox(...urls.map((callback) => ({ callback })));
  await run({ ends: [1, 2, 3], answer: ({ host }) => (host === "hooks.example" ? DOWN : DELIVERED) });
  expect(posted.map((one) => one.split(" ")[0])).toEqual(["https://hooks.example/a", "https://other.example/c"]);
});

test.each([
  { kind: "refused", left: 1 },
  { kind: "gone", left: 0 },
] as const)("one message that is $kind keeps the next from nothing", async ({ kind, left }) => {
  const { run, posted, waiting, said } = await openInbox(
    { callback: "https://hooks.example/a" },
    { callback: "https://hooks.example/b" },
  );
  await run({ ends: [1, 2], answer: ({ pathname }) => (pathname === "/a" ? { kind, why: "it said so" } : DELIVERED) });
  expect(posted).toHaveLength(2);
  expect(waiting()).toHaveLength(left);
  expect(said).toEqual([`the callback of request ${idOf(1)} to hooks.example: it said so`]);
});

test.each(["https://evil.example/", "https://10.0.0.1/"])(
  "%s, which nobody has allowed, is not called",
  async (callback) => {
    const { run, posted, waiting, said } = await openInbox({ callback });
    await run({ ends: [1] });
    expect({ posted, waiting: waiting() }).toEqual({ posted: [], waiting: [] });
    expect(said).toEqual([`request ${idOf(1)} gets no callback: its address is not one that is allowed`]);
  },
);

describe("after a crash", () => {
  const points = [0, 1, 2, 3].flatMap((at) => (["before", "after"] as const).map((phase) => ({ at, phase })));
  test.each(points)("$phase mutation $at, the next run tells it", async ({ at, phase }) => {
    const inbox = await openInbox({ callback: "https://hooks.example/a" }, {});
    let mutations = 0;
    const dying = memoryBucket({
      contents: inbox.ledger.contents(),
      hook: ({ verb, phase: now }) => {
        if (verb !== "write" && verb !== "remove") return;
        if (now === "before") mutations += 1;
        if (mutations > at && now === phase) throw new BucketError("unknown", "the run has ended");
      },
    });
    await inbox.run({ ends: [1, 2], bucket: dying }).catch(() => {});
    const after = memoryBucket({ contents: dying.contents() });
    await inbox.run({ ends: [1, 2], bucket: after });
    await inbox.run({ ends: [1, 2], bucket: after });
    expect(new Set(inbox.posted)).toEqual(new Set([`https://hooks.example/a msg_${idOf(1)}`]));
    expect(inbox.posted.length).toBeLessThanOrEqual(2);
    expect([...after.contents().keys()].filter((name) => name.startsWith("inbox/"))).toEqual([]);
  });
});
