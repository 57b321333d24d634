import pLimit from "p-limit";
import { expect, it } from "vitest";
import { forEachBounded } from "../../action/src/steps/bounded.ts";

it("does all, no more at once than the limit says", async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await forEachBounded([1, 2, 3, 4, 5], pLimit(2), async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    done.push(item);
  });
  expect(done).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

it("begins nothing more after a failure, and rejects once nothing is under way", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = forEachBounded([1, 2, 3, 4], pLimit(2), async (item) => {
    begun.push(item);
    if (item === 1) throw new Error("first");
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    ended.push(item);
  });
  await expect(work).rejects.toThrow("first");
  expect(begun).toEqual([1, 2]);
  expect(ended).toEqual([2]);
});

it("lets a short list through beside a long one", async () => {
  const limit = pLimit(2);
  const ended: string[] = [];
  const list = (name: string, length: number): Promise<void> =>
    forEachBounded(Array.from({ length }), limit, () => Promise.resolve()).then(() => void ended.push(name));
  await Promise.all([list("long", 100), list("short", 3)]);
  expect(ended).toEqual(["short", "long"]);
});
