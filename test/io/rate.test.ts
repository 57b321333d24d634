import { expect, test } from "vitest";
import { limitWrites } from "../../action/src/io/rate.ts";

/** A clock that only `advance` moves; sleeping resolves at once and tells how long it would have been. */
function stillClock() {
  const slept: number[] = [];
  let time = 0;
  return {
    slept,
    advance: (ms: number) => void (time += ms),
    monotonic: () => time,
    sleep: (ms: number) => {
      slept.push(ms);
      return Promise.resolve();
    },
  };
}

function takeMany(rate: ReturnType<typeof limitWrites>, count: number): void {
  for (let index = 0; index < count; index++) void rate.takeTurn();
}

test("lets a burst through at once, then one write after another", () => {
  const clock = stillClock();
  const rate = limitWrites(clock, 100);
  takeMany(rate, 10);
  expect(clock.slept).toEqual([]);
  takeMany(rate, 3);
  expect(clock.slept).toEqual([10, 20, 30]);
});

test("a second of writers gets a second's writes", () => {
  const clock = stillClock();
  const rate = limitWrites(clock, 1000);
  takeMany(rate, 1100);
  expect(Math.max(...clock.slept)).toBe(1000);
});

test("a pause saves up no more than the burst", () => {
  const clock = stillClock();
  const rate = limitWrites(clock, 100);
  clock.advance(60_000);
  takeMany(rate, 11);
  expect(clock.slept).toEqual([10]);
});

test("gives no turn that comes too late, and keeps none for it", () => {
  const clock = stillClock();
  const rate = limitWrites(clock, 10);
  takeMany(rate, 3);
  expect(clock.slept).toEqual([100, 200]);
  expect(rate.takeTurn(299)).toBe("late");
  void rate.takeTurn(300);
  expect(clock.slept).toEqual([100, 200, 300]);
});

test("is halved when the server asks for less, once for all who were told at the same moment", () => {
  const clock = stillClock();
  const rate = limitWrites(clock, 100);
  clock.advance(1000);
  for (let index = 0; index < 64; index++) rate.slowDown();
  takeMany(rate, 2);
  expect(clock.slept).toEqual([20, 40]);
});

test("halves again for as long as it is asked, down to one write a second", () => {
  const clock = stillClock();
  const rate = limitWrites(clock, 100);
  for (let index = 0; index < 20; index++) {
    clock.advance(1000);
    rate.slowDown();
  }
  takeMany(rate, 1);
  expect(clock.slept[0]).toBeGreaterThan(150);
  expect(clock.slept[0]).toBeLessThanOrEqual(1000);
});

test("comes back within some quiet seconds", () => {
  const clock = stillClock();
  const rate = limitWrites(clock, 100);
  clock.advance(1000);
  rate.slowDown();
  clock.advance(10_000);
  takeMany(rate, 11);
  expect(clock.slept).toEqual([10]);
});
