import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startTally } from "../../action/src/io/count.ts";
import {
  checkApart,
  DestinationError,
  openDestination,
  openLedger,
  openPreviews,
  type OpenOptions,
} from "../../action/src/io/destination.ts";
import type { Addressee } from "../../action/src/ports.ts";
import { upload } from "../contract/bucket.ts";
import { startFakeGcs } from "../fakes/gcs/server.ts";

const scratch = mkdtempSync(join(tmpdir(), "destination-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const acme: Addressee = { id: "acme", host: "shop.acme.example" };
const hostless: Addressee = { id: "bolt", host: null };

function options(endpoint?: string): OpenOptions {
  return { log: () => undefined, tally: startTally(), endpoint };
}

describe("where a person finds the store", () => {
  test.each([
    ["file:out/{tenant}", undefined, "out/acme/index.html"],
    ["file:///srv/a%20b/{tenant}", undefined, "/srv/a b/acme/index.html"],
    ["gs://shops/{tenant}", undefined, "https://storage.googleapis.com/shops/acme/index.html"],
    ["gs://shops/v1/{tenant}/", undefined, "https://storage.googleapis.com/shops/v1/acme/index.html"],
    ["gs://shops/{tenant}", "http://127.0.0.1:4443/", "http://127.0.0.1:4443/shops/acme/index.html"],
    ["gs://{host}", undefined, "https://shop.acme.example/"],
    ["gs://{host}", "http://127.0.0.1:4443", "http://127.0.0.1:4443/shop.acme.example/index.html"],
  ])("%s at %s is %s", async (uri, endpoint, url) => {
    const destination = await openDestination(uri, options(endpoint));
    expect(destination.urlOf(acme)).toBe(url);
    expect(destination.uri).toBe(uri);
  });
});

test.each([
  ["gs://{host}", hostless],
  ["gs://{host}", { id: "acme", host: "a..b" }],
  ["gs://shops/{tenant}", { id: "Foo Bar", host: null }],
  ["file:out/{tenant}", { id: "../acme", host: null }],
])("nobody finds at %s what has no place there: %o", async (uri, tenant) => {
  const destination = await openDestination(uri, options());
  expect(destination.urlOf(tenant)).toBe("");
  expect(() => destination.bucketOf(tenant)).toThrow(DestinationError);
});

test.each([
  ["gs://previews", undefined, "https://storage.googleapis.com/previews/pr-7/a.html"],
  ["gs://shared/previews", undefined, "https://storage.googleapis.com/shared/previews/pr-7/a.html"],
  ["gs://previews", "http://127.0.0.1:4443/", "http://127.0.0.1:4443/previews/pr-7/a.html"],
  ["file:out", undefined, "out/files/pr-7/a.html"],
])("a preview in %s at %s is at %s", async (uri, endpoint, url) => {
  expect((await openPreviews(uri, options(endpoint))).urlOf("pr-7/a.html")).toBe(url);
});

test("previews have one place for all", async () => {
  await expect(openPreviews("gs://previews/{tenant}", options())).rejects.toThrow(DestinationError);
});

test("only a bucket per host needs a host", async () => {
  expect(await openDestination("gs://shops/{tenant}", options())).toMatchObject({ needsHost: false });
  expect(await openDestination("file:out/{tenant}", options())).toMatchObject({ needsHost: false });
  const destination = await openDestination("gs://{host}", options());
  expect(destination.needsHost).toBe(true);
  expect(() => destination.bucketOf(hostless)).toThrow("bolt has no host");
});

test.each([
  "",
  "out/{tenant}",
  "s3://shops/{tenant}",
  "gs://",
  "gs://shops",
  "gs://shops/",
  "gs://Shops/{tenant}",
  "gs://sh/{tenant}",
  "gs://shops/{tenant}/{tenant}",
  "gs://shops/x-{tenant}",
  "gs://shops/{host}",
  "gs://shops/../{tenant}",
  "gs://shops//{tenant}",
  "gs://{tenant}",
  "file:",
  "file:out",
  "file:out/{host}",
  "file://server/out/{tenant}",
])("refuses the destination %j with a way out", async (uri) => {
  const error: unknown = await openDestination(uri, options()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DestinationError);
  expect(error).toMatchObject({ code: "usage", hint: expect.stringMatching(/./) as string });
});

test.each(["", ".ledger", "gs://", "gs://x", "gs://notes//a", "gs://notes/..", "gs://notes/{tenant}", "file:{tenant}"])(
  "refuses the ledger %j",
  async (uri) => {
    await expect(openLedger(uri, options())).rejects.toBeInstanceOf(DestinationError);
  },
);

test.each(["../other", "a/b", "", "Acme", "a..b"])("refuses to make %j a folder", async (id) => {
  for (const uri of ["file:out/{tenant}", "gs://shops/{tenant}"]) {
    const destination = await openDestination(uri, options());
    expect(() => destination.bucketOf({ id, host: null })).toThrow("cannot be a folder");
  }
});

test.each([
  ["gs://shops/{tenant}", "gs://shops"],
  ["gs://shops/v1/{tenant}", "gs://shops/ledger"],
  ["file:out/{tenant}", "file:out/acme"],
  ["file:out/{tenant}", "file:./out"],
])("sites in %s and the ledger in %s are not apart", (destination, ledger) => {
  expect(() => checkApart(destination, ledger)).toThrow(DestinationError);
});

test.each([
  ["gs://shops/{tenant}", "gs://shops-ledger"],
  ["gs://{host}", "gs://shops-ledger"],
  ["file:out/{tenant}", "file:.ledger"],
  ["file:out/{tenant}", "gs://shops-ledger/a"],
])("sites in %s and the ledger in %s are apart", (destination, ledger) => {
  expect(() => checkApart(destination, ledger)).not.toThrow();
});

test("a ledger that a link leads into the folder that is served is not apart", () => {
  mkdirSync(join(scratch, "linked/out"), { recursive: true });
  symlinkSync(join(scratch, "linked/out"), join(scratch, "linked/notes"));
  const check = (ledger: string) => () =>
    checkApart(`file:${scratch}/linked/out/{tenant}`, `file:${scratch}/${ledger}`);
  expect(check("linked/notes/new")).toThrow(/lies in the folder that is served/);
  expect(check("linked/other/new")).not.toThrow();
});

test("sites are not written into what they are made from", () => {
  expect(() => checkApart("file:tenants/{tenant}", "file:.ledger", ["tenants", "templates"])).toThrow(
    /would write sites into tenants/,
  );
  expect(() => checkApart("file:tenants-out/{tenant}", "file:.ledger", ["tenants", "templates"])).not.toThrow();
});

test.each(["file:/proc/{tenant}", "file:///sys/x/{tenant}", "file:/dev/shm/../{tenant}"])(
  "%s is refused before anything is asked",
  async (uri) => {
    await expect(openDestination(uri, options())).rejects.toThrow(/is no place for files/);
  },
);

test("folders: each tenant has its own, requests are counted, the ledger keeps all inside one", async () => {
  const tally = startTally();
  const open = { log: () => undefined, tally };
  const destination = await openDestination(`file:${scratch}/out/{tenant}`, open);
  const ledger = await openLedger(`file:${scratch}/.ledger`, open);
  await destination.bucketOf(acme).write(upload("index.html"), "0");
  const record = await ledger.write(upload("records/acme.json"), "0");
  expect(await destination.bucketOf(hostless).list({ prefix: "" })).toEqual([]);
  expect((await destination.bucketOf(acme).list({ prefix: "" })).map(({ name }) => name)).toEqual(["index.html"]);
  expect((await ledger.read("records/acme.json"))?.object).toEqual(record);
  await ledger.remove("records/acme.json", record.generation);
  expect(tally).toEqual({ list: 2, read: 1, write: 2, delete: 1, retried: 0 });
  expect(existsSync(join(scratch, "out/acme/index.html"))).toBe(true);
  expect(existsSync(join(scratch, ".index"))).toBe(false);
});

describe("buckets", () => {
  test("each tenant has a prefix, the ledger its own, and requests are counted as they are sent", async () => {
    const fake = await startFakeGcs({ buckets: ["shops", "notes"] });
    const open = options(fake.url);
    const destination = await openDestination("gs://shops/v1/{tenant}", open);
    const ledger = await openLedger("gs://notes/fleet", open);
    await destination.bucketOf(acme).write(upload("index.html"), "0");
    await destination.bucketOf(hostless).write(upload("index.html"), "0");
    await ledger.write(upload("records/acme.json"), "0");
    const names = (bucket: string) =>
      fake.store
        .get(bucket)
        .live()
        .map(({ name }) => name);
    expect(names("shops")).toEqual(["v1/acme/index.html", "v1/bolt/index.html"]);
    expect(names("notes")).toEqual(["fleet/records/acme.json"]);
    expect((await destination.bucketOf(acme).list({ prefix: "" })).map(({ name }) => name)).toEqual(["index.html"]);
    expect(open.tally).toEqual({ list: 1, read: 0, write: 3, delete: 0, retried: 0 });
    expect(await fetch(destination.urlOf(acme)).then((answer) => answer.text())).toBe("hello");
    await fake.close();
  });

  test("a host names its own, and a passing failure is retried", async () => {
    const fake = await startFakeGcs({ buckets: ["shop.acme.example"] });
    const sleeps: number[] = [];
    const clock = { now: () => 0, monotonic: () => 0, sleep: (ms: number) => Promise.resolve(void sleeps.push(ms)) };
    const open = { ...options(fake.url), clock, random: () => 0 };
    const destination = await openDestination("gs://{host}", open);
    fake.faults.add("storage.objects.insert", ["apply-then-reset"]);
    await destination.bucketOf(acme).write(upload("index.html"), "0");
    expect(fake.store.get("shop.acme.example").live().length).toBe(1);
    expect(sleeps).toEqual([250]);
    expect(open.tally).toEqual({ list: 0, read: 1, write: 2, delete: 0, retried: 1 });
    await fake.close();
  });
});
