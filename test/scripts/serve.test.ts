import { once } from "node:events";
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryBucket } from "../../action/src/io/memory.ts";
import type { BucketReader } from "../../action/src/ports.ts";
import type { LocalStore } from "../../scripts/server/local-store.ts";
import { serveStores, type LocalServer } from "../../scripts/server/serve.ts";

const COLORS = { background: "#fffaf0", text: "#20140a", accent: "#a03c1e" };
let server: LocalServer;
let errors: unknown[];

beforeEach(async () => {
  errors = [];
  server = await serveStores({ port: 0, onError: (error) => errors.push(error) });
  server.show([await storeOf({ id: "fernway" }), await storeOf({ id: "tidemark", status: "unchanged" })], []);
});
afterEach(() => server.close());

async function storeOf({ id, bucket, ...rest }: Partial<LocalStore> & { id: string }): Promise<LocalStore> {
  const filled = memoryBucket();
  const html = {
    contentType: "text/html; charset=utf-8",
    cacheControl: "public, max-age=60",
    contentEncoding: "",
    metadata: {},
  } as const;
  await filled.write({ ...html, name: "index.html", body: Buffer.from(`<head></head>${id}`) }, "0");
  return {
    id,
    name: `Store ${id}`,
    colors: COLORS,
    status: "created",
    note: "1 file",
    release: "a1",
    bucket: bucket ?? filled,
    problems: [],
    ...rest,
  };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(host: string, path = "/", headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      { port: server.port, host: "127.0.0.1", path, method, headers: { host, ...headers } },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      },
    );
    call.on("error", reject).end();
  });
}

describe("hosts", () => {
  test.each([
    { host: "fernway.localhost", says: "fernway", status: 200 },
    { host: "Tidemark.LOCALHOST:8080", says: "tidemark", status: 200 },
    { host: "localhost", says: "2 stores", status: 200 },
    { host: "127.0.0.1:8080", says: "2 stores", status: 200 },
    { host: "fernweh.localhost", says: "No store at fernweh.localhost", status: 404 },
    { host: "fernway.attacker.example", says: "No store at fernway.attacker.example", status: 404 },
    { host: "<script>", says: "No store at &lt;script&gt;", status: 404 },
  ])("$host answers $status", async ({ host, says, status }) => {
    const answer = await ask(host);
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(says)]);
  });

  test("the index has no other page", async () => {
    expect((await ask("localhost", "/fernway/")).status).toBe(404);
  });
});

describe("the index", () => {
  test("links every store that can be visited, in its own colours, with its status", async () => {
    server.show(
      [await storeOf({ id: "fernway" }), { ...(await storeOf({ id: "sketch" })), bucket: undefined, status: "draft" }],
      [],
    );
    const { body } = await ask("localhost");
    expect(body).toContain(`<a href="http://fernway.localhost:${server.port}/">Store fernway</a>`);
    expect(body).toContain(".store-0{--background:#fffaf0;--text:#20140a;--accent:#a03c1e}");
    expect(body).toContain("<h2>Store sketch</h2>");
    expect(body).toContain("<strong>draft</strong>");
  });

  test("escapes a store's name", async () => {
    server.show([await storeOf({ id: "fernway", name: '<img src=x onerror="1">' })], []);
    expect((await ask("localhost")).body).toContain("&lt;img src=x onerror=&#34;1&#34;&gt;");
  });
});

describe("what a browser opens", () => {
  test("reloads itself; all other clients get the stored bytes", async () => {
    const stored = await ask("fernway.localhost");
    expect([stored.body, stored.headers["cache-control"]]).toEqual(["<head></head>fernway", "public, max-age=60"]);
    const opened = await ask("fernway.localhost", "/", { "sec-fetch-dest": "document" });
    expect(opened.body).toContain('<script src="/.local/reload.js" data-release="a1">');
    expect((await ask("fernway.localhost", "/.local/reload.js")).headers["content-type"]).toMatch("text/javascript");
  });

  test("hears of its own store's new release, and of no other's", async () => {
    const fernway = await listen("fernway.localhost");
    const tidemark = await listen("tidemark.localhost");
    expect(await fernway.next()).toEqual({ release: "a1", problems: [] });
    expect(await tidemark.next()).toEqual({ release: "a1", problems: [] });
    server.show([await storeOf({ id: "fernway", release: "b2" }), await storeOf({ id: "tidemark" })], []);
    expect(await fernway.next()).toMatchObject({ release: "b2" });
    server.show(
      [await storeOf({ id: "fernway", release: "b2" }), await storeOf({ id: "tidemark", release: "c3" })],
      [],
    );
    expect(await tidemark.next()).toMatchObject({ release: "c3" });
  });

  test("hears of its own store's problems, when they come and when they are gone; the index hears of all", async () => {
    const problem = { place: "tenants/fernway.yaml:6:20", message: '"english" is no locale', hint: "write en-GB" };
    const fernway = await listen("fernway.localhost");
    const tidemark = await listen("tidemark.localhost");
    const index = await listen("127.0.0.1");
    await Promise.all([fernway.next(), tidemark.next(), index.next()]);
    server.show([await storeOf({ id: "fernway", problems: [problem] }), await storeOf({ id: "tidemark" })], [problem]);
    expect(await fernway.next()).toEqual({ release: "a1", problems: [problem] });
    expect(await index.next()).toMatchObject({ problems: [problem] });
    expect(await (await listen("fernway.localhost")).next()).toMatchObject({ problems: [problem] });
    server.show([await storeOf({ id: "fernway" }), await storeOf({ id: "tidemark", release: "c3" })], []);
    expect(await fernway.next()).toEqual({ release: "a1", problems: [] });
    expect(await tidemark.next()).toEqual({ release: "c3", problems: [] });
  });

  test("where no store answers, waits for the store and does not reload before", async () => {
    const released = /data-release="(.*?)"/.exec((await ask("brook.localhost")).body)?.[1];
    const brook = await listen("brook.localhost");
    server.show([{ ...(await storeOf({ id: "brook", status: "invalid", release: "" })), bucket: undefined }], []);
    expect(await brook.next()).toMatchObject({ release: released });
    server.show([await storeOf({ id: "brook" })], []);
    expect(await brook.next()).toMatchObject({ release: "a1" });
  });
});

test("a bucket that cannot be read is a 500 for the visitor and an error for whoever started the server", async () => {
  const broken: BucketReader = {
    list: () => Promise.reject(new Error("disk gone")),
    read: () => Promise.reject(new Error("disk gone")),
  };
  server.show([await storeOf({ id: "fernway", bucket: broken })], []);
  expect((await ask("fernway.localhost")).status).toBe(500);
  expect(errors).toEqual([new Error("disk gone")]);
});

test("HEAD carries no body", async () => {
  const answer = await ask("fernway.localhost", "/", {}, "HEAD");
  expect([answer.status, answer.body, answer.headers["content-length"]]).toEqual([200, "", "20"]);
});

test("closing ends pages that still listen", async () => {
  const page = await listen("fernway.localhost");
  expect(await page.next()).toMatchObject({ release: "a1" });
  await server.close();
  expect(await page.next()).toBeUndefined();
  server = await serveStores({ port: 0, onError: () => undefined });
});

test("closing ends a connection that never says what it wants", async () => {
  const socket = connect(server.port, "127.0.0.1");
  const ended = once(socket, "close");
  await new Promise<void>((resolve) => socket.write("GET / HTTP/1.1\r\nHost:", () => resolve()));
  await ask("localhost");
  await server.close();
  expect(await ended).toEqual([false]);
  server = await serveStores({ port: 0, onError: () => undefined });
});

test("a port in use is said with Node's own code", async () => {
  await expect(serveStores({ port: server.port, onError: () => undefined })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

/** The states that a page of a host is told, one by one; undefined at the end. */
async function listen(host: string): Promise<{ next(): Promise<unknown> }> {
  const events = await new Promise<AsyncIterator<string>>((resolve, reject) => {
    request({ port: server.port, host: "127.0.0.1", path: "/.local/events", headers: { host } }, (response) => {
      response.setEncoding("utf8");
      resolve(response[Symbol.asyncIterator]() as AsyncIterator<string>);
    })
      .on("error", reject)
      .end();
  });
  let buffered = "";
  return {
    async next() {
      for (;;) {
        const data = /data: (.*)\n\n/.exec(buffered);
        if (data !== null) {
          buffered = buffered.slice(data.index + data[0].length);
          return JSON.parse(data[1] ?? "");
        }
        const chunk = await events.next();
        if (chunk.done === true) return undefined;
        buffered += chunk.value;
      }
    },
  };
}
