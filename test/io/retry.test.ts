import { describe, expect, test } from "vitest";
import { startTally } from "../../action/src/io/count.ts";
import { memoryBucket, type RequestHook } from "../../action/src/io/memory.ts";
import { REQUEST_TIMEOUT_MS, withRetry } from "../../action/src/io/retry.ts";
import { BucketError, LONGEST_MUTATION_MS, type Clock, type LogEvent } from "../../action/src/ports.ts";
import { codeOf, upload } from "../contract/bucket.ts";

/** A clock that only sleeping moves, with what was slept. */
function stoppedClock(): Clock & { readonly slept: number[]; advance(ms: number): void } {
  const slept: number[] = [];
  let time = 0;
  return {
    slept,
    advance: (ms) => void (time += ms),
    now: () => time,
    monotonic: () => time,
    sleep(ms) {
      slept.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
}

function lost(): BucketError {
  return new BucketError("transient", "connection reset");
}

/** A memory bucket behind a retry; `faults` names, for each request in turn, how it goes wrong. */
function open(faults: readonly ("before" | "after" | BucketError | undefined)[]) {
  const clock = stoppedClock();
  const events: LogEvent[] = [];
  const tally = startTally();
  const left = [...faults];
  let fault: (typeof faults)[number];
  const hook: RequestHook = ({ phase }) => {
    if (phase === "before") fault = left.shift();
    if (fault instanceof BucketError && phase === "before") throw fault;
    if (fault === phase) throw lost();
  };
  const inner = memoryBucket({ hook });
  const bucket = withRetry(inner, { clock, log: (event) => void events.push(event), random: () => 0, tally });
  return { bucket, inner, clock, events, tally, left };
}

describe("waiting", () => {
  test("doubles up to its longest, then gives up and says after how many attempts", async () => {
    const { bucket, clock, tally } = open(Array<"before">(99).fill("before"));
    await expect(bucket.read("a")).rejects.toThrow("read a failed after 8 attempts: connection reset");
    expect(clock.slept).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000]);
    expect(tally.retried).toBe(7);
  });

  test("is shortened at random by up to a half", async () => {
    const clock = stoppedClock();
    const inner = memoryBucket({
      hook: () => {
        throw lost();
      },
    });
    await codeOf(withRetry(inner, { clock, log: () => undefined, random: () => 0.5 }).read("a"));
    expect(clock.slept.slice(0, 3)).toEqual([188, 375, 750]);
  });

  test("is as long as the server asks", async () => {
    const { bucket, clock } = open([new BucketError("transient", "429", { retryAfterMs: 7000 })]);
    await bucket.write(upload("a"), "0");
    expect(clock.slept).toEqual([7000]);
  });

  test("does not outlast the longest mutation", async () => {
    const { bucket, clock, inner } = open([new BucketError("transient", "429", { retryAfterMs: 61_000 })]);
    await expect(bucket.write(upload("a"), "0")).rejects.toThrow("asked to wait 61 s");
    expect(clock.slept).toEqual([]);
    expect(inner.contents().size).toBe(0);
  });

  test("starts no attempt that could end after the longest mutation", async () => {
    const clock = stoppedClock();
    const starts: number[] = [];
    const inner = memoryBucket({
      hook: () => {
        starts.push(clock.monotonic());
        clock.advance(REQUEST_TIMEOUT_MS);
        throw lost();
      },
    });
    await codeOf(withRetry(inner, { clock, log: () => undefined, random: () => 0 }).write(upload("a"), "0"));
    expect(starts).toEqual([0, 30_250]);
    expect(Math.max(...starts) + REQUEST_TIMEOUT_MS).toBeLessThanOrEqual(LONGEST_MUTATION_MS);
  });

  test("is told as it happens", async () => {
    const { bucket, events } = open(["before"]);
    await bucket.list({ prefix: "acme/" });
    expect(events).toEqual([
      { type: "retry", request: "list acme/", attempt: 1, attempts: 8, waitMs: 250, reason: "connection reset" },
    ]);
  });
});

test.each(["conflict", "denied", "missing", "invalid", "unknown"] as const)("%s is not tried again", async (code) => {
  const { bucket, clock, left } = open([new BucketError(code, "no"), undefined]);
  expect(await codeOf(bucket.write(upload("a"), "0"))).toBe(code);
  expect(clock.slept).toEqual([]);
  expect(left.length).toBe(1);
});

test("what is transient and then not is not tried a third time", async () => {
  const { bucket, left } = open(["before", new BucketError("denied", "no"), undefined]);
  expect(await codeOf(bucket.read("a"))).toBe("denied");
  expect(left.length).toBe(1);
});

describe("a mutation that may have been applied", () => {
  const denied = new BucketError("denied", "403 a", { hint: "grant it" });

  test.each(["write", "remove"] as const)("leaves a %s in doubt, whatever a later attempt meets", async (verb) => {
    const { bucket, left } = open(["before", denied, undefined]);
    const request = verb === "write" ? bucket.write(upload("a"), "0") : bucket.remove("a", "1");
    await expect(request).rejects.toMatchObject({
      code: "unknown",
      message: expect.stringContaining("an earlier one may have been applied: 403 a") as string,
      hint: "grant it",
      cause: denied,
    });
    expect(left.length).toBe(1);
  });

  test("stays in doubt when the look itself is denied", async () => {
    const { bucket } = open(["after", undefined, denied]);
    await expect(bucket.write(upload("a"), "0")).rejects.toMatchObject({ code: "unknown", cause: denied });
  });
});

describe("a lost answer", () => {
  test("to a write that was applied is settled by looking", async () => {
    const { bucket, inner } = open(["after"]);
    const written = await bucket.write(upload("a", "mine"), "0");
    expect(written).toEqual(inner.contents().get("a")?.object);
    expect(written.generation).toBe("1");
  });

  test("is settled although the look is lost, too", async () => {
    const { bucket } = open(["after", undefined, "before", "after"]);
    expect((await bucket.write(upload("a"), "0")).generation).toBe("1");
  });

  test("to an update is settled the same way", async () => {
    const { bucket } = open([undefined, "after"]);
    const first = await bucket.write(upload("a", "one"), "0");
    expect((await bucket.write(upload("a", "two"), first.generation)).generation).toBe("2");
  });

  test.each([
    ["bytes", { body: Buffer.from("their") }],
    ["metadata", { metadata: { run: "other" } }],
    ["headers", { cacheControl: "max-age=60" }],
    ["type", { contentType: "text/plain" }],
  ])("does not turn another's object into ours: other %s", async (_, theirs) => {
    const { bucket, inner } = open([undefined, "before"]);
    await inner.write(upload("a", "mine!", theirs), "0");
    expect(await codeOf(bucket.write(upload("a", "mine!"), "0"))).toBe("conflict");
  });

  test("does not hide a conflict of the first attempt", async () => {
    const { bucket, inner, left } = open([undefined, undefined, undefined]);
    await inner.write(upload("a", "same"), "0");
    expect(await codeOf(bucket.write(upload("a", "same"), "0"))).toBe("conflict");
    expect(left.length).toBe(1);
  });

  test("does not take what was there before for what was written", async () => {
    const { bucket, inner } = open([undefined, "before", new BucketError("conflict", "412 out of the blue")]);
    const first = await inner.write(upload("a", "same"), "0");
    expect(await codeOf(bucket.write(upload("a", "same"), first.generation))).toBe("conflict");
  });

  test("to a delete that was applied is settled by its absence", async () => {
    const { bucket, inner } = open([undefined, "after"]);
    const first = await inner.write(upload("a"), "0");
    await bucket.remove("a", first.generation);
    expect(inner.contents().size).toBe(0);
  });

  test("to a delete does not let it remove what was written since", async () => {
    const { bucket, inner } = open([undefined, "before"]);
    await inner.write(upload("a"), "0");
    expect(await codeOf(bucket.remove("a", "99"))).toBe("conflict");
    expect(inner.contents().size).toBe(1);
  });

  test("to a delete does not make a delete of nothing a success", async () => {
    const { bucket } = open([]);
    expect(await codeOf(bucket.remove("a", "1"))).toBe("missing");
  });
});
