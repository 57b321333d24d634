import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { memoryBucket } from "../../action/src/io/memory.ts";
import type { BucketReader } from "../../action/src/ports.ts";
import { answerFromBucket, type WebsiteRequest } from "../../scripts/server/website.ts";

const bucket = memoryBucket();
const HOME = "<h1>Fernway</h1>".repeat(20);

beforeAll(async () => {
  const page = { contentType: "text/html; charset=utf-8", cacheControl: "public, max-age=60", metadata: {} };
  const plain = { ...page, contentEncoding: "" } as const;
  await bucket.write({ ...page, name: "index.html", contentEncoding: "gzip", body: gzipSync(HOME) }, "0");
  await bucket.write({ ...plain, name: "404.html", body: Buffer.from("<h1>No such page at Fernway</h1>") }, "0");
  await bucket.write({ ...plain, name: "products/moss/index.html", body: Buffer.from("<h1>Moss</h1>") }, "0");
  await bucket.write({ ...plain, name: "products/grüner tee/index.html", body: Buffer.from("<h1>Tee</h1>") }, "0");
  await bucket.write(
    {
      ...plain,
      name: "logo.png",
      contentType: "image/png",
      cacheControl: "public, max-age=31536000, immutable",
      body: Buffer.from([137, 80]),
    },
    "0",
  );
});

const ask = (target: string, options: Partial<WebsiteRequest> = {}) =>
  answerFromBucket(bucket, { method: "GET", target, headers: {}, ...options });

describe("paths", () => {
  test.each([
    { target: "/", status: 200, body: HOME },
    { target: "/?utm=1", status: 200, body: HOME },
    { target: "/index.html", status: 200, body: HOME },
    { target: "/products/moss/", status: 200, body: "<h1>Moss</h1>" },
    { target: "/products/gr%C3%BCner%20tee/", status: 200, body: "<h1>Tee</h1>" },
    { target: "/products/moss", status: 301, location: "/products/moss/" },
    { target: "/products/moss?a=b", status: 301, location: "/products/moss/?a=b" },
    { target: "/products/gr%C3%BCner%20tee", status: 301, location: "/products/gr%C3%BCner%20tee/" },
    { target: "/products/", status: 404 },
    { target: "/products/none", status: 404 },
    { target: "/products/none/", status: 404 },
    { target: "//products/moss", status: 404 },
    { target: "/products//moss/", status: 404 },
    { target: "/./index.html", status: 404 },
    { target: "/products/../index.html", status: 404 },
    { target: "/%2e%2e/index.html", status: 404 },
    { target: "/products%2fmoss%2findex.html", status: 404 },
    { target: "/..%5cindex.html", status: 404 },
    { target: "/index.html%00", status: 404 },
    { target: "/%E0%A4%A", status: 404 },
    { target: `/${"long".repeat(400)}`, status: 404 },
    { target: "http://elsewhere.example/index.html", status: 404 },
    { target: "*", status: 404 },
  ])("$target answers $status", async ({ target, status, location, body }) => {
    const reply = await ask(target);
    expect(reply.status).toBe(status);
    expect(reply.headers["location"]).toBe(location);
    expect(textOf(reply.body)).toBe(status === 404 ? "<h1>No such page at Fernway</h1>" : (body ?? ""));
  });

  test.each(["//products", "/a//b/", "/./b", "/a/../b", "/%2e%2e/b", "/a%2fb", "/..%5cb", "/b%00", "/%E0%A4%A"])(
    "%s never gets as far as the bucket",
    async (target) => {
      const asked: string[] = [];
      const willing: BucketReader = {
        list: () => Promise.resolve([]),
        read: (name) => {
          asked.push(name);
          return bucket.read("index.html");
        },
      };
      const reply = await answerFromBucket(willing, { method: "GET", target, headers: {} });
      expect([reply.status, asked]).toEqual([404, ["404.html"]]);
    },
  );

  test("a store without a 404 page answers 404 in plain words", async () => {
    const reply = await answerFromBucket(memoryBucket(), { method: "GET", target: "/", headers: {} });
    expect([reply.status, textOf(reply.body)]).toEqual([404, "Not found\n"]);
  });
});

describe("headers", () => {
  test("come as they are stored, with the generation as ETag", async () => {
    const { headers } = await ask("/logo.png");
    expect(headers).toEqual({
      "content-type": "image/png",
      "cache-control": "public, max-age=31536000, immutable",
      "content-length": "2",
      etag: '"5"',
      "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT",
      "x-goog-generation": "5",
    });
  });

  test.each([
    { accept: "gzip", encoded: true },
    { accept: "br, gzip;q=0.5", encoded: true },
    { accept: "*", encoded: true },
    { accept: "gzip;q=0, *", encoded: false },
    { accept: "br", encoded: false },
    { accept: undefined, encoded: false },
  ])("Accept-Encoding $accept: gzip $encoded", async ({ accept, encoded }) => {
    const reply = await ask("/", { headers: { "accept-encoding": accept } });
    expect(reply.headers["content-encoding"]).toBe(encoded ? "gzip" : undefined);
    expect(reply.headers["vary"]).toBe("Accept-Encoding");
    expect(reply.headers["content-length"]).toBe(String(reply.body.byteLength));
    expect((encoded ? gunzipSync(reply.body) : Buffer.from(reply.body)).toString()).toBe(HOME);
  });

  test("HEAD has the headers of GET and no body", async () => {
    const [get, head] = [await ask("/"), await ask("/", { method: "HEAD" })];
    expect(head.headers).toEqual(get.headers);
    expect(head.body.byteLength).toBe(0);
  });

  test.each([
    { ifNoneMatch: '"1"', status: 304 },
    { ifNoneMatch: 'W/"1"', status: 304 },
    { ifNoneMatch: '"7", "1"', status: 304 },
    { ifNoneMatch: "*", status: 304 },
    { ifNoneMatch: '"7"', status: 200 },
  ])("If-None-Match $ifNoneMatch answers $status", async ({ ifNoneMatch, status }) => {
    const reply = await ask("/", { headers: { "if-none-match": ifNoneMatch } });
    expect(reply.status).toBe(status);
    expect(reply.headers["etag"]).toBe('"1"');
    expect(reply.body.byteLength > 0).toBe(status === 200);
  });

  test("a 404 is never turned into a 304", async () => {
    const reply = await ask("/none", { headers: { "if-none-match": "*" } });
    expect(reply.status).toBe(404);
  });

  test("other methods are refused with those that are not", async () => {
    const reply = await ask("/", { method: "POST" });
    expect([reply.status, reply.headers["allow"]]).toEqual([405, "GET, HEAD"]);
  });
});

const textOf = (body: Uint8Array): string => Buffer.from(body).toString();
