import { expect, test } from "vitest";
import { memoryBucket } from "../../action/src/io/memory.ts";
import { scopeBucket } from "../../action/src/io/scope.ts";
import type { Bucket } from "../../action/src/ports.ts";
import { codeOf, upload } from "../contract/bucket.ts";

test("writes under its prefix and nowhere else", async () => {
  const whole = memoryBucket();
  const part = scopeBucket(whole, "acme/");
  await part.write(upload("assets/style.css"), "0");
  expect([...whole.contents().keys()]).toEqual(["acme/assets/style.css"]);
});

test.each(["../other/index.html", "a/../../other/index.html", "a/..", "./a", "a//b", "/a", "a/", ""])(
  "refuses the name %j before the bucket hears of it",
  async (name) => {
    const requests: string[] = [];
    const part = scopeBucket(memoryBucket({ hook: ({ verb }) => void requests.push(verb) }), "acme/");
    expect(await codeOf(part.write(upload(name), "0"))).toBe("invalid");
    expect(await codeOf(part.read(name))).toBe("invalid");
    expect(await codeOf(part.remove(name, "1"))).toBe("invalid");
    expect(requests).toEqual([]);
  },
);

test.each(["acme", "/", "a//", "../", "a/../b/"])("refuses the prefix %j", (prefix) => {
  expect(() => scopeBucket(memoryBucket(), prefix)).toThrow(/prefix|segment/);
});

test("does not pass on what a bucket lists from elsewhere", async () => {
  const whole = memoryBucket();
  const stray = await whole.write(upload("other/index.html"), "0");
  const straying: Bucket = { ...whole, list: () => Promise.resolve([stray]) };
  await expect(scopeBucket(straying, "acme/").list({ prefix: "" })).rejects.toThrow("not under acme/");
});
