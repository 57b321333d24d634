import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { directoryBucket } from "../../action/src/io/directory.ts";
import { scopeBucket } from "../../action/src/io/scope.ts";
import { codeOf, testBucket, upload } from "./bucket.ts";

const scratch = mkdtempSync(join(tmpdir(), "directory-bucket-"));
let folders = 0;
afterAll(() => rmSync(scratch, { recursive: true }));

/** A folder of its own two levels down: the index lies beside it. */
function freshFolder(): string {
  return join(scratch, String(++folders), "out");
}

testBucket("a directory", () => directoryBucket(freshFolder()));
testBucket("a part of a directory", () => scopeBucket(directoryBucket(freshFolder()), "acme/"));

test("holds bodies as a person can open them, and nothing else", async () => {
  const folder = freshFolder();
  const bucket = directoryBucket(folder);
  await bucket.write(upload("index.html", "", { body: gzipSync("<p>hi</p>"), contentEncoding: "gzip" }), "0");
  await bucket.write(upload("assets/logo.svg", "<svg/>"), "0");
  expect(readFileSync(join(folder, "index.html"), "utf8")).toBe("<p>hi</p>");
  expect(readFileSync(join(folder, "assets/logo.svg"), "utf8")).toBe("<svg/>");
  expect(new Set(readdirSync(folder, { recursive: true, encoding: "utf8" }))).toEqual(
    new Set(["assets", "assets/logo.svg", "index.html"]),
  );
});

test("is the same bucket when opened again", async () => {
  const folder = freshFolder();
  const first = directoryBucket(folder);
  await first.write(upload("index.html", "", { body: gzipSync("one"), contentEncoding: "gzip" }), "0");
  await first.write(upload("a/b.html", "two"), "0");
  const again = directoryBucket(folder);
  expect(await again.list({ prefix: "" })).toEqual(await first.list({ prefix: "" }));
  expect(await again.read("index.html")).toEqual(await first.read("index.html"));
  const [page] = await again.list({ prefix: "a/" });
  await again.write(upload("a/b.html", "three"), page?.generation ?? "");
});

test("does not repeat a generation when a name comes back, also with a clock that stands still", async () => {
  const bucket = directoryBucket(freshFolder(), { clock: { now: () => 5 } });
  const first = await bucket.write(upload("a"), "0");
  await bucket.remove("a", first.generation);
  expect((await bucket.write(upload("a"), "0")).generation).not.toBe(first.generation);
});

test("a file put there by somebody else is foreign, and only written over when expected", async () => {
  const folder = freshFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.html"), "by hand");
  const bucket = directoryBucket(folder);
  const [foreign] = await bucket.list({ prefix: "" });
  expect(foreign).toMatchObject({ name: "index.html", size: 7, metadata: {} });
  expect(await codeOf(bucket.write(upload("index.html"), "0"))).toBe("conflict");
  await bucket.write(upload("index.html", "ours"), foreign?.generation ?? "");
  expect((await bucket.list({ prefix: "" }))[0]?.metadata).toEqual({ tenant: "acme", release: "0123abcd" });
});

test("a file of ours that somebody changed is no longer ours", async () => {
  const folder = freshFolder();
  const bucket = directoryBucket(folder);
  const written = await bucket.write(upload("index.html", "ours"), "0");
  writeFileSync(join(folder, "index.html"), "edit");
  utimesSync(join(folder, "index.html"), 1, 1);
  const [found] = await bucket.list({ prefix: "" });
  expect(found?.metadata).toEqual({});
  expect(found?.generation).not.toBe(written.generation);
});

test("two versions that only their bytes tell apart are told apart", async () => {
  const folder = freshFolder();
  const bucket = directoryBucket(folder);
  const first = await bucket.write(upload("a.html", "one"), "0");
  await bucket.write(upload("a.html", "two"), first.generation);
  // As after a kill between the entry of the second version and its file, both within one tick of the clock.
  writeFileSync(join(folder, "a.html"), "one");
  const index = join(folder, "..", ".index", "out");
  const [entry = ""] = readdirSync(index);
  const modified = String(statSync(join(folder, "a.html"), { bigint: true }).mtimeNs);
  const text = readFileSync(join(index, entry), "utf8").replaceAll(/"modified":"\d+"/g, `"modified":"${modified}"`);
  writeFileSync(join(index, entry), text);
  expect(await bucket.list({ prefix: "" })).toEqual([first]);
});

test("a file of ours that was only touched or copied is still ours", async () => {
  const folder = freshFolder();
  const bucket = directoryBucket(folder);
  const written = await bucket.write(upload("index.html", "ours"), "0");
  utimesSync(join(folder, "index.html"), 1, 1);
  expect(await bucket.list({ prefix: "" })).toEqual([written]);
});

test.each([
  ["a/../../b", "invalid"],
  ["../b", "invalid"],
  ["a//b", "invalid"],
  ["a/", "invalid"],
  ["a\\b", "invalid"],
  [`${"x".repeat(256)}/a`, "invalid"],
])("refuses the name %s", async (name, code) => {
  const folder = freshFolder();
  const bucket = directoryBucket(folder);
  expect(await codeOf(bucket.write(upload(name), "0"))).toBe(code);
  expect(await codeOf(bucket.read(name))).toBe(code);
  expect(await bucket.list({ prefix: "" })).toEqual([]);
});

test("refuses what cannot stand beside what is there", async () => {
  const bucket = directoryBucket(freshFolder());
  await bucket.write(upload("page", "file"), "0");
  await bucket.write(upload("folder/index.html"), "0");
  expect(await codeOf(bucket.write(upload("page/index.html"), "0"))).toBe("invalid");
  expect(await codeOf(bucket.write(upload("folder"), "0"))).toBe("invalid");
  expect(await codeOf(bucket.write(upload("Page"), "0"))).toBe("invalid");
  expect((await bucket.list({ prefix: "" })).map(({ name }) => name)).toEqual(["folder/index.html", "page"]);
});

test("an emptied folder makes room for a file of its name", async () => {
  const bucket = directoryBucket(freshFolder());
  const inner = await bucket.write(upload("folder/deep/index.html"), "0");
  await bucket.remove("folder/deep/index.html", inner.generation);
  await bucket.write(upload("folder"), "0");
  expect((await bucket.list({ prefix: "" })).map(({ name }) => name)).toEqual(["folder"]);
});

test("neither lists nor writes through a link", async () => {
  const folder = freshFolder();
  const elsewhere = freshFolder();
  mkdirSync(folder, { recursive: true });
  mkdirSync(elsewhere, { recursive: true });
  writeFileSync(join(elsewhere, "secret"), "x");
  symlinkSync(elsewhere, join(folder, "link"));
  symlinkSync(join(elsewhere, "secret"), join(folder, "secret"));
  const bucket = directoryBucket(folder);
  expect(await bucket.list({ prefix: "" })).toEqual([]);
  expect(await bucket.read("secret")).toBeUndefined();
  expect(await codeOf(bucket.write(upload("link/new"), "0"))).toBe("invalid");
  expect(await codeOf(bucket.write(upload("secret"), "0"))).toBe("invalid");
  expect(readdirSync(elsewhere)).toEqual(["secret"]);
});

test("refuses a body that is not what its encoding says", async () => {
  const bucket = directoryBucket(freshFolder());
  expect(await codeOf(bucket.write(upload("a.html", "plain", { contentEncoding: "gzip" }), "0"))).toBe("invalid");
  expect(await bucket.list({ prefix: "" })).toEqual([]);
});
