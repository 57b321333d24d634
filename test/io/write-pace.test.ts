/** The pace of writes on a clock that nobody waits for. */
import { expect, test } from "vitest";
import { paceWrites } from "../../action/src/io/write-pace.ts";
import type { Clock } from "../../action/src/ports.ts";

const MINUTE = 60_000;

function fakeClock(): Pick<Clock, "monotonic" | "sleep"> {
  let now = 0;
  return { monotonic: () => now, sleep: async (ms) => void (now += ms) };
}

test("the writes of one pull request go out at once", async () => {
  const clock = fakeClock();
  const takeTurn = paceWrites(clock, MINUTE);
  for (let count = 0; count < 5; count++) await takeTurn();
  expect(clock.monotonic()).toBe(0);
});

test("never more than GitHub takes in any minute and any hour, and an hour is not waited for", async () => {
  const clock = fakeClock();
  const takeTurn = paceWrites(clock, MINUTE);
  const at: number[] = [];
  await expect(
    (async () => {
      // More than an hour takes; a pace without that bound ends here, and is seen.
      while (at.length < 1000) {
        await takeTurn();
        at.push(clock.monotonic());
      }
    })(),
  ).rejects.toMatchObject({ code: "limited" });
  const mostIn = (ms: number): number =>
    Math.max(...at.map((start) => at.filter((one) => one >= start && one < start + ms).length));
  expect(at.length).toBeGreaterThan(100);
  expect(mostIn(MINUTE)).toBeLessThanOrEqual(80);
  expect(mostIn(60 * MINUTE)).toBeLessThanOrEqual(500);
});
