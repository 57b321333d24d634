import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { directoryBucket } from "../../action/src/io/directory.ts";
import { upload } from "../contract/bucket.ts";

const scratch = mkdtempSync(join(tmpdir(), "directory-"));
afterAll(() => rmSync(scratch, { recursive: true }));

test("a link at the folder's own place is refused, and nothing behind it is read or written", async () => {
  const behind = join(scratch, "behind");
  mkdirSync(behind);
  writeFileSync(join(behind, "index.html"), "not ours");
  symlinkSync(behind, join(scratch, "acme"));
  const bucket = directoryBucket(join(scratch, "acme"));
  await expect(bucket.list({ prefix: "" })).rejects.toThrow(/acme is a link/);
  await expect(bucket.read("index.html")).rejects.toThrow(/acme is a link/);
  await expect(bucket.write(upload("new.html"), "0")).rejects.toThrow(/acme is a link/);
  await expect(bucket.remove("index.html", "1")).rejects.toThrow(/acme is a link/);
  expect(readdirSync(behind)).toEqual(["index.html"]);
});

test.each(["{", "null", '{"versions":[7]}', '{"versions":[{}]}', ""])(
  "a file whose entry of the index holds %j is foreign until it is written again",
  async (damage) => {
    const folder = join(scratch, "damaged");
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(scratch, ".index"), { recursive: true, force: true });
    const bucket = directoryBucket(folder);
    await bucket.write(upload("index.html"), "0");
    const index = join(scratch, ".index/damaged");
    for (const name of readdirSync(index)) writeFileSync(join(index, name), damage);
    const [foreign] = await bucket.list({ prefix: "" });
    expect(foreign).toMatchObject({ name: "index.html", metadata: {} });
    const written = await bucket.write(upload("index.html"), foreign?.generation ?? "");
    expect(await bucket.list({ prefix: "" })).toEqual([written]);
  },
);
