/** The fake does what Cloud Storage does, as its own client library and bare requests see it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Storage, type Bucket } from "@google-cloud/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startFakeGcs, type FakeGcs } from "./gcs/server.ts";

let fake: FakeGcs;
let storage: Storage;
let bucket: Bucket;
let name = "";
let buckets = 0;

beforeAll(async () => {
  fake = await startFakeGcs();
  storage = new Storage({ apiEndpoint: fake.url, projectId: "test", retryOptions: { autoRetry: false } });
});
afterAll(() => fake.close());
beforeEach(async () => {
  name = `bucket-${++buckets}`;
  [bucket] = await storage.createBucket(name);
});

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => ({ code: "went through" }),
    (reason: unknown) => reason,
  );
  return (error as { code?: unknown }).code;
}

/** A bare request to an object's address; `path` begins after the bucket. */
async function ask(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await fetch(`${fake.url}/storage/v1/b/${name}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: (text.startsWith("{") ? JSON.parse(text) : {}) as Record<string, unknown>,
    text,
  };
}

async function put(object: string, text: string): Promise<string> {
  await bucket.file(object).save(text, { resumable: false, validation: false });
  return String((await bucket.file(object).getMetadata())[0].generation);
}

function upload(query: string, body: string | Uint8Array<ArrayBuffer>, contentType: string): Promise<Response> {
  const address = `${fake.url}/upload/storage/v1/b/${name}/o?${query}`;
  return fetch(address, { method: "POST", body, headers: { "content-type": contentType } });
}

/** A page as it is served; `fetch` decompresses by itself, so what was stored shows in the headers. */
function getPage(acceptEncoding: string): Promise<Response> {
  return fetch(`${fake.url}/${name}/page.html`, { headers: { "accept-encoding": acceptEncoding } });
}

async function textAt(path: string): Promise<string> {
  return (await fetch(`${fake.url}/${path}`)).text();
}

describe("the client library", () => {
  test("saves in one request and in two, and its own checks agree", async () => {
    fake.resetCounts();
    await bucket.file("one.txt").save("one", { resumable: false, validation: "crc32c", contentType: "text/plain" });
    expect(fake.counts()).toEqual({ "storage.objects.insert": 1 });
    await bucket.file("two.txt").save("two", { resumable: true, validation: "md5" });
    expect(fake.counts()["storage.objects.insert"]).toBe(3);
    expect(String((await bucket.file("one.txt").download())[0])).toBe("one");
    expect(String((await bucket.file("two.txt").download())[0])).toBe("two");
  });

  test("sends a large body in chunks", async () => {
    const body = Buffer.alloc(1_500_000, "0123456789");
    await bucket.file("large").save(body, { resumable: true, chunkSize: 256 * 1024, validation: "crc32c" });
    expect(Buffer.compare((await bucket.file("large").download())[0], body)).toBe(0);
  });

  test("sets and reads headers and metadata", async () => {
    const file = bucket.file("a/b.html");
    await file.save("x", {
      resumable: false,
      validation: false,
      metadata: { contentType: "text/html", cacheControl: "no-cache", metadata: { tenant: "acme", gone: "x" } },
    });
    await file.setMetadata({ cacheControl: "max-age=5", metadata: { gone: null, release: "1" } });
    const [metadata] = await file.getMetadata();
    expect(metadata).toMatchObject({ contentType: "text/html", cacheControl: "max-age=5", metageneration: "2" });
    expect(metadata.metadata).toEqual({ tenant: "acme", release: "1" });
  });

  test("meets 412 at every mutation whose precondition does not hold", async () => {
    const generation = await put("a", "one");
    const wrong = { ifGenerationMatch: 1 };
    expect(
      await codeOf(bucket.file("a").save("x", { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } })),
    ).toBe(412);
    expect(
      await codeOf(bucket.file("a").save("x", { resumable: true, preconditionOpts: { ifGenerationMatch: 0 } })),
    ).toBe(412);
    expect(await codeOf(bucket.file("a").delete(wrong))).toBe(412);
    expect(await codeOf(bucket.file("a").setMetadata({ cacheControl: "x" }, { ifMetagenerationMatch: 9 }))).toBe(412);
    expect(await codeOf(bucket.file("a").copy(bucket.file("a"), { preconditionOpts: wrong }))).toBe(412);
    expect(String((await bucket.file("a").getMetadata())[0].generation)).toBe(generation);
  });

  test("lists with prefix, delimiter and pages", async () => {
    for (const object of ["a/1", "a/2", "a/b/3", "a/b/4", "b/5"]) await put(object, "");
    const [files, , answer] = await bucket.getFiles({ prefix: "a/", delimiter: "/", autoPaginate: false });
    expect(files.map((file) => file.name)).toEqual(["a/1", "a/2"]);
    expect(answer).toMatchObject({ prefixes: ["a/b/"] });
    const [first, next] = await bucket.getFiles({ maxResults: 3, autoPaginate: false });
    expect(first.map((file) => file.name)).toEqual(["a/1", "a/2", "a/b/3"]);
    const [second, end] = await bucket.getFiles({ ...next, autoPaginate: false });
    expect(second.map((file) => file.name)).toEqual(["a/b/4", "b/5"]);
    expect(end).toBeNull();
  });

  test("copies an old generation over the live one, and lists versions", async () => {
    await bucket.setMetadata({ versioning: { enabled: true } });
    const first = await put("a", "one");
    const second = await put("a", "two");
    await bucket
      .file("a", { generation: first })
      .copy(bucket.file("a"), { preconditionOpts: { ifGenerationMatch: second } });
    expect(String((await bucket.file("a").download())[0])).toBe("one");
    expect(String((await bucket.file("a", { generation: second }).download())[0])).toBe("two");
    const [versions] = await bucket.getFiles({ versions: true });
    expect(versions.length).toBe(3);
    await bucket.file("a").delete();
    expect(await codeOf(bucket.file("a").getMetadata())).toBe(404);
    expect(String((await bucket.file("a", { generation: first }).download())[0])).toBe("one");
    await bucket.file("a", { generation: first }).delete();
    expect(await codeOf(bucket.file("a", { generation: first }).getMetadata())).toBe(404);
  });

  test("keeps no old generation without versioning", async () => {
    const first = await put("a", "one");
    await put("a", "two");
    expect(await codeOf(bucket.file("a", { generation: first }).getMetadata())).toBe(404);
  });

  test("makes, finds and deletes buckets", async () => {
    expect(await bucket.exists()).toEqual([true]);
    expect(await codeOf(storage.createBucket(name))).toBe(409);
    await put("a", "");
    expect(await codeOf(bucket.delete())).toBe(409);
    await bucket.file("a").delete();
    await bucket.delete();
    expect(await bucket.exists()).toEqual([false]);
  });
});

describe("preconditions of bare requests", () => {
  test.each([
    ["GET", "/o/a?ifGenerationMatch=1", 412],
    ["GET", "/o/a?alt=media&ifGenerationMatch=1", 412],
    ["GET", "/o/a?ifGenerationNotMatch=GENERATION", 304],
    ["GET", "/o/a?ifGenerationNotMatch=1", 200],
    ["GET", "/o/a?ifMetagenerationMatch=2", 412],
    ["GET", "/o/a?ifMetagenerationNotMatch=1", 304],
    ["GET", "/o/a?ifGenerationMatch=x", 400],
    ["PATCH", "/o/a?ifGenerationMatch=1", 412],
    ["PATCH", "/o/a?ifMetagenerationNotMatch=1", 304],
    ["PUT", "/o/a?ifMetagenerationMatch=2", 412],
    ["PUT", "/o/a?ifGenerationMatch=GENERATION", 200],
    ["DELETE", "/o/a?ifGenerationMatch=0", 412],
    ["DELETE", "/o/a?ifGenerationNotMatch=GENERATION", 304],
    ["DELETE", "/o/a?ifMetagenerationMatch=1", 204],
    ["DELETE", "/o/nothing?ifGenerationMatch=1", 404],
    ["POST", "/o/a/copyTo/b/BUCKET/o/c?ifSourceGenerationMatch=1", 412],
    ["POST", "/o/a/copyTo/b/BUCKET/o/c?ifSourceMetagenerationNotMatch=1", 304],
    ["POST", "/o/a/copyTo/b/BUCKET/o/a?ifGenerationMatch=0", 412],
    ["POST", "/o/a/copyTo/b/BUCKET/o/c?ifGenerationMatch=0", 200],
    ["POST", "/o/a/rewriteTo/b/BUCKET/o/a?ifGenerationMatch=0", 412],
    ["POST", "/o/a/rewriteTo/b/BUCKET/o/c?ifSourceGenerationNotMatch=GENERATION", 304],
    ["POST", "/o/a/copyTo/b/BUCKET/o/c?sourceGeneration=1", 404],
  ])("%s %s is answered with %d", async (method, path, status) => {
    const generation = await put("a", "one");
    const address = path.replace("GENERATION", generation).replace("BUCKET", name);
    const body = method === "PATCH" || method === "PUT" ? { cacheControl: "no-cache" } : undefined;
    expect((await ask(method, address, body)).status).toBe(status);
  });
});

describe("uploads", () => {
  const bytes = Buffer.from("body");

  test("media takes the body and its type as they come", async () => {
    const answer = await upload("uploadType=media&name=a.txt", bytes, "text/plain");
    expect(await answer.json()).toMatchObject({ name: "a.txt", contentType: "text/plain", size: "4" });
  });

  test.each([
    ["crc32c", "AAAAAA=="],
    ["md5Hash", "AAAAAAAAAAAAAAAAAAAAAA=="],
  ])("multipart with a wrong %s is refused and leaves what was there", async (field, value) => {
    const generation = await put("a", "before");
    const resource = JSON.stringify({ name: "a", [field]: value });
    const body = `--B\r\ncontent-type: application/json\r\n\r\n${resource}\r\n--B\r\ncontent-type: text/plain\r\n\r\nbody\r\n--B--`;
    const answer = await upload("uploadType=multipart", body, 'multipart/related; boundary="B"');
    expect(answer.status).toBe(400);
    expect((await ask("GET", "/o/a")).body["generation"]).toBe(generation);
  });

  test("resumable tells what has arrived, takes repeated bytes once, and ends when all are there", async () => {
    const start = await upload("uploadType=resumable&name=r", "{}", "application/json");
    const session = start.headers.get("location") ?? "";
    const send = (range: string, chunk: Buffer) =>
      fetch(session, { method: "PUT", headers: { "content-range": range }, body: new Uint8Array(chunk) });
    const chunk = Buffer.alloc(256 * 1024, "x");
    const nothing = await send("bytes */*", Buffer.from(""));
    expect([nothing.status, nothing.headers.get("range")]).toEqual([308, null]);
    expect((await send("bytes 0-9/*", Buffer.alloc(10))).status).toBe(400);
    const first = await send(`bytes 0-${chunk.length - 1}/*`, chunk);
    expect([first.status, first.headers.get("range")]).toEqual([308, `bytes=0-${chunk.length - 1}`]);
    const end = Buffer.concat([chunk, Buffer.from("end")]);
    const last = await send(`bytes 0-${end.length - 1}/${end.length}`, end);
    expect(await last.json()).toMatchObject({ name: "r", size: String(end.length) });
    expect((await fetch(`${fake.url}/${name}/r`).then((answer) => answer.text())).endsWith("xend")).toBe(true);
    expect((await send("bytes */*", Buffer.from(""))).status).toBe(404);
  });
});

describe("serving", () => {
  const plain = "hello ".repeat(50);

  async function putCompressed(cacheControl: string): Promise<void> {
    const metadata = { contentEncoding: "gzip", contentType: "text/html", cacheControl, metadata: { tenant: "acme" } };
    await bucket.file("page.html").save(gzipSync(plain), { resumable: false, validation: false, metadata });
  }

  test("a compressed object comes as stored to who takes gzip, decompressed to others", async () => {
    await putCompressed("no-cache");
    const compressed = await getPage("gzip");
    expect(compressed.headers.get("content-encoding")).toBe("gzip");
    expect(compressed.headers.get("x-goog-meta-tenant")).toBe("acme");
    expect(await compressed.text()).toBe(plain);
    const other = await getPage("identity");
    expect(other.headers.get("content-encoding")).toBeNull();
    expect(other.headers.get("x-goog-stored-content-encoding")).toBe("gzip");
    expect(await other.text()).toBe(plain);
  });

  test("no-transform is never decompressed", async () => {
    await putCompressed("no-transform");
    expect((await getPage("identity")).headers.get("content-encoding")).toBe("gzip");
  });

  test("the XML API says what is missing", async () => {
    expect(await textAt(`${name}/none`)).toContain("<Code>NoSuchKey</Code>");
    expect(await textAt("none/none")).toContain("<Code>NoSuchBucket</Code>");
  });
});

test("answers hold the fields asked for and no others", async () => {
  await put("a", "x");
  const { body } = await ask("GET", "/o?fields=items(name,size),nextPageToken");
  expect(body).toEqual({ items: [{ name: "a", size: "1" }] });
  expect((await ask("GET", "/o/a?fields=name")).body).toEqual({ name: "a" });
});

test("a rewrite may take several calls", async () => {
  await put("a", "0123456789");
  const path = `/o/a/rewriteTo/b/${name}/o/c`;
  const first = await ask("POST", `${path}?maxBytesRewrittenPerCall=6`);
  expect(first.body).toMatchObject({ done: false, totalBytesRewritten: "6" });
  expect((await ask("GET", "/o/c")).status).toBe(404);
  const token = String(first.body["rewriteToken"]);
  const second = await ask("POST", `${path}?maxBytesRewrittenPerCall=6&rewriteToken=${token}`);
  expect(second.body).toMatchObject({ done: true, resource: { name: "c", size: "10" } });
});

test.each(["", ".", "..", "a\nb", "x".repeat(1025)])("refuses the object name %j", async (object) => {
  const address = `${fake.url}/upload/storage/v1/b/${name}/o?uploadType=media&name=${encodeURIComponent(object)}`;
  expect((await fetch(address, { method: "POST", body: "x" })).status).toBe(400);
});

describe("limits, faults and latency", () => {
  test("a bucket takes so many mutations a second", async () => {
    let time = 0;
    const limited = await startFakeGcs({ buckets: ["b"], bucketWritesPerSecond: 2, now: () => time });
    const write = async (object: string) =>
      (
        await fetch(`${limited.url}/upload/storage/v1/b/b/o?uploadType=media&name=${object}`, {
          method: "POST",
          body: "x",
        })
      ).status;
    time = 10_000;
    expect([await write("a"), await write("b"), await write("c"), await write("d")]).toEqual([200, 200, 200, 429]);
    time += 500;
    expect([await write("d"), await write("e")]).toEqual([200, 429]);
    await limited.close();
  });

  test("a fault hits the request that it was meant for", async () => {
    fake.faults.addAt("storage.objects.get", 1, "return-503");
    const statuses = [await ask("GET", "/o/a"), await ask("GET", "/o/a"), await ask("GET", "/o/a")].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([404, 503, 404]);
    expect(fake.faults.left()).toBe(0);
  });

  test("a request waits for the latency", async () => {
    const slow = await startFakeGcs({ buckets: ["b"], latencyMs: 30 });
    const start = performance.now();
    await fetch(`${slow.url}/storage/v1/b/b`).then((answer) => answer.text());
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    await slow.close();
  });
});

test("runs as a process of its own, which says where it is and ends when asked to", async () => {
  const main = join(import.meta.dirname, "gcs", "main.ts");
  const child = spawn(process.execPath, [main, "--bucket", "b", "--latency", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  const faults = JSON.stringify({ operation: "storage.buckets.get", faults: ["return-503"] });
  await fetch(`${url}/_fake/faults`, { method: "POST", body: faults });
  expect((await fetch(`${url}/storage/v1/b/b`)).status).toBe(503);
  expect((await fetch(`${url}/storage/v1/b/b`)).status).toBe(200);
  expect(await fetch(`${url}/_fake/counts`).then((answer) => answer.json())).toEqual({ "storage.buckets.get": 2 });
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
