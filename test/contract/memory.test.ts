import { expect, test } from "vitest";
import { memoryBucket, type BucketRequest } from "../../action/src/io/memory.ts";
import { scopeBucket } from "../../action/src/io/scope.ts";
import { BucketError } from "../../action/src/ports.ts";
import { codeOf, testBucket, upload } from "./bucket.ts";

testBucket("memory", () => memoryBucket());
testBucket("a part of memory", async () => {
  const whole = memoryBucket();
  for (const name of ["acm", "acme", "acme.html", "acme-eu/index.html", "b/index.html"])
    await whole.write(upload(name), "0");
  return scopeBucket(whole, "acme/");
});

async function writeTwice() {
  const bucket = memoryBucket();
  const a = await bucket.write(upload("a"), "0");
  await bucket.write(upload("b"), "0");
  await bucket.write(upload("a"), a.generation);
  return bucket.contents();
}

test("the same calls give the same generations", async () => {
  expect(await writeTwice()).toEqual(await writeTwice());
});

test("a hook sees each request before and after, may lose it or its answer, and waits are waited for", async () => {
  const seen: BucketRequest[] = [];
  let lose: BucketRequest["phase"] | undefined;
  const bucket = memoryBucket({
    hook: async (request) => {
      await Promise.resolve();
      seen.push(request);
      if (request.phase === lose) throw new BucketError("transient", "lost");
    },
  });
  await bucket.write(upload("a"), "0");
  expect(seen).toEqual([
    { verb: "write", name: "a", phase: "before" },
    { verb: "write", name: "a", phase: "after" },
  ]);
  lose = "before";
  expect(await codeOf(bucket.write(upload("b"), "0"))).toBe("transient");
  expect([...bucket.contents().keys()]).toEqual(["a"]);
  lose = "after";
  expect(await codeOf(bucket.write(upload("b"), "0"))).toBe("transient");
  expect(await codeOf(bucket.write(upload("b"), "0"))).toBe("transient");
  expect([...bucket.contents().keys()]).toEqual(["a", "b"]);
});

test("a bucket that starts from another's contents goes on with its generations, apart from it", async () => {
  const first = memoryBucket({ clock: { now: () => 7 } });
  await first.write(upload("a"), "0");
  const second = memoryBucket({ contents: first.contents() });
  const written = await second.write(upload("b"), "0");
  expect(written.generation).toBe("2");
  expect([...first.contents().keys()]).toEqual(["a"]);
  expect(second.contents().get("a")?.object.updated).toBe(7);
});

test("the bytes held are not the caller's", async () => {
  const bucket = memoryBucket();
  const page = upload("a", "before");
  await bucket.write(page, "0");
  page.body.fill(0);
  const found = await bucket.read("a");
  found?.body.fill(0);
  expect(Buffer.from(bucket.contents().get("a")?.body ?? []).toString()).toBe("before");
});

test("leaves alone what is kept for certificates", async () => {
  expect(await codeOf(memoryBucket().write(upload(".well-known/acme-challenge/token"), "0"))).toBe("invalid");
});
