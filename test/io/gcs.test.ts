/** Cloud Storage over HTTP that goes wrong: the fake with faults, limits and many pages. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { startTally } from "../../action/src/io/count.ts";
import { openGoogleStorage, parseRetryAfter } from "../../action/src/io/gcs.ts";
import { withRetry } from "../../action/src/io/retry.ts";
import { BucketError, type Bucket, type Clock, type LogEvent } from "../../action/src/ports.ts";
import { codeOf, upload } from "../contract/bucket.ts";
import type { Fault, Operation } from "../fakes/gcs/fault.ts";
import { startFakeGcs, type FakeGcs, type FakeOptions } from "../fakes/gcs/server.ts";

let fake: FakeGcs | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

/** A clock whose sleeps take no time. */
function fastClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep(ms) {
      slept.push(ms);
      return Promise.resolve();
    },
  };
}

async function open(options: FakeOptions = {}, timeout?: number) {
  fake = await startFakeGcs({ buckets: ["shops"], ...options });
  const clock = fastClock();
  const tally = startTally();
  const events: LogEvent[] = [];
  const bare = openGoogleStorage({ endpoint: fake.url, clock, tally, requestTimeoutMs: timeout }).bucket("shops");
  const bucket = withRetry(bare, { clock, log: (event) => void events.push(event), random: () => 0, tally });
  return { fake, bare, bucket, clock, tally, events };
}

async function errorOf(promise: Promise<unknown>): Promise<BucketError> {
  const reason: unknown = await promise.catch((error: unknown) => error);
  if (reason instanceof BucketError) return reason;
  throw new Error(`expected a BucketError, got ${String(reason)}`);
}

interface Method {
  readonly name: string;
  readonly operation: Operation;
  /** Does the request and checks what came of it. */
  readonly run: (bucket: Bucket, generation: string) => Promise<void>;
}

/** The methods of Google's retry conformance tests that a deploy uses; all mutations carry a precondition. */
const METHODS: readonly Method[] = [
  {
    name: "objects.insert",
    operation: "storage.objects.insert",
    async run(bucket, generation) {
      const written = await bucket.write(upload("there.html", "new"), generation);
      const found = await bucket.read("there.html");
      expect(found?.object.generation).toBe(written.generation);
      expect(Buffer.from(found?.body ?? []).toString()).toBe("new");
    },
  },
  {
    name: "objects.delete",
    operation: "storage.objects.delete",
    async run(bucket, generation) {
      await bucket.remove("there.html", generation);
      expect(await bucket.read("there.html")).toBeUndefined();
    },
  },
  {
    name: "objects.list",
    operation: "storage.objects.list",
    async run(bucket, generation) {
      expect((await bucket.list({ prefix: "" })).map((object) => object.generation)).toEqual([generation]);
    },
  },
  {
    name: "objects.get",
    operation: "storage.objects.get",
    async run(bucket, generation) {
      expect((await bucket.read("there.html"))?.object.generation).toBe(generation);
    },
  },
];

describe.each(METHODS)("$name", ({ operation, run }) => {
  const recovered: Fault[][] = [
    ["return-503", "return-503"],
    ["return-reset-connection", "return-reset-connection"],
    ["return-reset-connection", "return-503"],
    ["return-408"],
    ["return-429"],
    ["return-500", "return-502", "return-504"],
    ["apply-then-reset"],
    ["apply-then-503"],
    ["apply-then-reset", "apply-then-503"],
    ["apply-then-503", "return-503", "return-reset-connection"],
  ];
  test.each(recovered.map((faults) => ({ faults })))("succeeds in spite of $faults", async ({ faults }) => {
    const { fake: server, bucket, tally } = await open();
    const { generation } = await bucket.write(upload("there.html", "old"), "0");
    server.faults.add(operation, faults);
    await run(bucket, generation);
    expect(server.faults.left()).toBe(0);
    expect(tally.retried).toBe(faults.length);
  });

  // What of a mutation was sent before may still be applied.
  const inDoubt = /insert|delete/.test(operation) ? "unknown" : undefined;
  const failing: { faults: Fault[]; code: BucketError["code"] }[] = [
    { faults: ["return-400"], code: "invalid" },
    { faults: ["return-401"], code: "denied" },
    { faults: ["return-403"], code: "denied" },
    { faults: ["return-503", "return-400"], code: inDoubt ?? "invalid" },
    { faults: ["return-reset-connection", "return-401"], code: inDoubt ?? "denied" },
  ];
  test.each(failing)("fails at once after $faults: $code", async ({ faults, code }) => {
    const { fake: server, bucket } = await open();
    const { generation } = await bucket.write(upload("there.html", "old"), "0");
    server.faults.add(operation, [...faults, "return-503"]);
    expect(await codeOf(run(bucket, generation))).toBe(code);
    // The last one is still there: nobody asked again.
    expect(server.faults.left()).toBe(1);
  });

  test.each(["return-503", "return-reset-connection"] as const)(
    "is not retried by the bucket itself: %s",
    async (fault) => {
      const { fake: server, bare } = await open();
      const { generation } = await bare.write(upload("there.html", "old"), "0");
      server.faults.add(operation, [fault]);
      expect(await codeOf(run(bare, generation))).toBe("transient");
      expect(server.faults.left()).toBe(0);
    },
  );

  test("is given up when nothing answers in time", async () => {
    const { fake: server, bare } = await open({}, 50);
    const { generation } = await bare.write(upload("there.html", "old"), "0");
    server.faults.add(operation, ["stall"]);
    const error = await errorOf(run(bare, generation));
    expect(error.code).toBe("transient");
    expect(error.message).toContain("no answer within 0.05 s");
  });
});

describe("reading", () => {
  test("goes on after an answer that breaks off, twice", async () => {
    const { fake: server, bucket, tally } = await open();
    const body = Buffer.alloc(600_000, "abc");
    await bucket.write(upload("big", "", { body }), "0");
    server.faults.add("storage.objects.get", ["return-broken-stream", "return-broken-stream"]);
    expect(Buffer.compare((await bucket.read("big"))?.body ?? new Uint8Array(), body)).toBe(0);
    expect(tally.retried).toBe(2);
  });

  test("notices a wrong bit", async () => {
    const { fake: server, bucket, events } = await open();
    await bucket.write(upload("a", "right"), "0");
    server.faults.add("storage.objects.get", ["return-corrupted-data"]);
    expect(Buffer.from((await bucket.read("a"))?.body ?? []).toString()).toBe("right");
    expect(events).toMatchObject([
      { type: "retry", request: "read a", reason: "read shops/a: the body was damaged on the way" },
    ]);
  });
});

describe("writing", () => {
  test("of a body that is damaged on the way is refused by the server, and made again", async () => {
    const { fake: server, bare, bucket, tally } = await open();
    server.faults.add("storage.objects.insert", ["damage-upload", "damage-upload"]);
    expect(await codeOf(bare.write(upload("a", "right"), "0"))).toBe("transient");
    await bucket.write(upload("a", "right"), "0");
    expect(tally.retried).toBe(1);
    expect(Buffer.from((await bucket.read("a"))?.body ?? []).toString()).toBe("right");
  });

  test("is one request", async () => {
    const { fake: server, bucket } = await open();
    await bucket.write(upload("a", "body with a checksum"), "0");
    expect(server.counts()).toEqual({ "storage.objects.insert": 1 });
  });

  test("of another's bytes in between is a conflict, not ours", async () => {
    const { fake: server, bare, bucket } = await open();
    const first = await bare.write(upload("a", "one"), "0");
    await bare.write(upload("a", "theirs"), first.generation);
    server.faults.add("storage.objects.insert", ["return-503"]);
    expect(await codeOf(bucket.write(upload("a", "ours"), first.generation))).toBe("conflict");
  });

  test("waits as long as a 429 says, and slows all writers down", async () => {
    const { fake: server, bucket, clock } = await open();
    server.faults.add("storage.objects.insert", ["return-429-retry-after-3"]);
    await bucket.write(upload("a"), "0");
    expect(clock.slept[0]).toBe(3000);
  });

  test("an object more often than once a second is refused, and comes through after waiting", async () => {
    let time = 1_000_000;
    const { bare } = await open({ objectWritesPerSecond: 1, now: () => time });
    const first = await bare.write(upload("a", "one"), "0");
    const refused = await errorOf(bare.write(upload("a", "two"), first.generation));
    expect(refused.code).toBe("transient");
    expect(refused.message).toContain("429 The rate limit of shops/a was exceeded.");
    time += 1000;
    await bare.write(upload("a", "two"), first.generation);
  });
});

describe("one deadline", () => {
  async function openSlow(writesPerSecond: number, lateness = 0) {
    fake = await startFakeGcs({ buckets: ["shops"] });
    let time = 0;
    const clock: Clock = {
      now: () => time,
      monotonic: () => time,
      sleep(ms) {
        time += ms + lateness;
        return Promise.resolve();
      },
    };
    const options = { endpoint: fake.url, clock, tally: startTally(), requestTimeoutMs: 150, writesPerSecond };
    return { server: fake, bucket: openGoogleStorage(options).bucket("shops") };
  }

  test("is too early for a write whose turn comes later: nothing is sent", async () => {
    const { server, bucket } = await openSlow(5);
    await bucket.write(upload("one"), "0");
    expect(await codeOf(bucket.write(upload("two"), "0"))).toBe("transient");
    expect(server.counts()).toEqual({ "storage.objects.insert": 1 });
  });

  test("is over when a turn took too long: nothing is sent", async () => {
    const { server, bucket } = await openSlow(10, 60);
    const { generation } = await bucket.write(upload("one"), "0");
    await expect(bucket.write(upload("two"), "0")).rejects.toThrow("write shops/two: could not be sent within 0.15 s");
    await expect(bucket.remove("one", generation)).resolves.toBeUndefined();
    expect(server.counts()).toEqual({ "storage.objects.insert": 1, "storage.objects.delete": 1 });
  });

  test("holds for credentials that never come", async () => {
    await using silent = await listenSilently();
    const folder = mkdtempSync(join(tmpdir(), "credentials-"));
    const token = join(folder, "token");
    const file = join(folder, "credentials.json");
    writeFileSync(token, "token");
    const credentials = {
      type: "external_account",
      audience: "nobody",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: silent.url,
      credential_source: { file: token },
    };
    writeFileSync(file, JSON.stringify(credentials));
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
    const options = { clock: fastClock(), tally: startTally(), requestTimeoutMs: 500 };
    const error = await errorOf(openGoogleStorage(options).bucket("shops").write(upload("a"), "0"));
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
    expect(error).toMatchObject({ code: "transient", message: "write shops/a: could not be sent within 0.5 s" });
  });
});

/** A server that takes every connection and never says anything. */
async function listenSilently() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("listing", () => {
  test("turns all pages, each a request", async () => {
    const { fake: server, bucket, tally } = await open();
    for (let index = 0; index < 2500; index++) server.store.get("shops").put(`p/${index}`, Buffer.from(""), {}, {});
    const listed = await bucket.list({ prefix: "p/" });
    expect(new Set(listed.map(({ name }) => name)).size).toBe(2500);
    expect(tally.list).toBe(3);
    expect(server.counts()).toEqual({ "storage.objects.list": 3 });
  });
});

describe("what went wrong is said with the way out", () => {
  test("a bucket that does not exist is neither an empty one nor a missing object", async () => {
    fake = await startFakeGcs();
    const bucket = openGoogleStorage({ endpoint: fake.url, clock: fastClock(), tally: startTally() }).bucket("nowhere");
    for (const call of [
      bucket.list({ prefix: "" }),
      bucket.read("a"),
      bucket.write(upload("a"), "0"),
      bucket.remove("a", "1"),
    ]) {
      const error = await errorOf(call);
      expect(error.code).toBe("invalid");
      expect(error.message).toContain("there is no bucket nowhere");
      expect(error.hint).toContain("gcloud storage buckets create gs://nowhere");
    }
  });

  test("a refused permission names the role", async () => {
    const { fake: server, bare } = await open();
    server.faults.add("storage.objects.list", ["return-403"]);
    expect((await errorOf(bare.list({ prefix: "" }))).hint).toContain("roles/storage.objectUser on gs://shops");
  });

  test("credentials that cannot be had say how to sign in, before anything is sent", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "no/such/file.json");
    const tally = startTally();
    const bucket = openGoogleStorage({ clock: fastClock(), tally }).bucket("shops");
    const error = await errorOf(bucket.list({ prefix: "" }));
    vi.unstubAllEnvs();
    expect(error.code).toBe("denied");
    expect(error.message).toContain("no/such/file.json");
    expect(error.hint).toContain("gcloud auth application-default login");
  });

  test("an emulator that is not there is asked about, at once", async () => {
    const { bare, fake: server } = await open();
    await server.close();
    fake = undefined;
    const error = await errorOf(bare.list({ prefix: "" }));
    expect(error.code).toBe("unknown");
    expect(error.hint).toBe(`is the emulator running at ${server.url}?`);
  });
});

test("many calls at once share few connections", async () => {
  fake = await startFakeGcs({ buckets: ["shops"], latencyMs: 5 });
  const storage = openGoogleStorage({ endpoint: fake.url, clock: fastClock(), tally: startTally(), connections: 8 });
  const bucket = storage.bucket("shops");
  await Promise.all(Array.from({ length: 200 }, (_, index) => bucket.write(upload(`p/${index}`), "0")));
  expect(fake.peakConnections()).toBeLessThanOrEqual(8);
  expect(fake.store.get("shops").live().length).toBe(200);
});

test.each([
  ["120", 120_000],
  ["0", 0],
  ["Thu, 01 Jan 1970 00:00:10 GMT", 9000],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["soon", undefined],
  [undefined, undefined],
])("Retry-After %s is %s ms", (value, ms) => {
  expect(parseRetryAfter(value, 1000)).toBe(ms);
});
