import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bandKeysOf, bandsOf, bandText } from "../../action/src/model/price-band.ts";

const edgesOf = (...amounts: number[]) => bandsOf(amounts).map(({ from, to }) => [from, to]);

test("bands begin at 1, 2, 5, 10 …, those that hold something", () => {
  expect(edgesOf(34, 12.5, 99, 13)).toEqual([
    [10, 20],
    [20, 50],
    [50, 100],
  ]);
  expect(edgesOf(0, 0.99, 1)).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("one band is no choice", () => {
  expect(edgesOf(12, 13, 19.99)).toEqual([]);
  expect(edgesOf()).toEqual([]);
});

test("where prices lie far apart there are fewer, coarser bands", () => {
  expect(edgesOf(1, 2, 5, 10, 20, 50, 100, 200)).toHaveLength(8);
  expect(edgesOf(1, 2, 5, 10, 20, 50, 100, 200, 500)).toEqual([
    [1, 5],
    [5, 10],
    [10, 50],
    [50, 100],
    [100, 500],
    [500, 1_000],
  ]);
  expect(edgesOf(...Array.from({ length: 27 }, (_, at) => 2 ** at))).toEqual([
    [1, 10],
    [10, 100],
    [100, 1_000],
    [1_000, 10_000],
    [10_000, 100_000],
    [100_000, 1_000_000],
    [1_000_000, 10_000_000],
    [10_000_000, 100_000_000],
  ]);
});

test("there are never more than eight, and each amount is in exactly one of them", () => {
  const amount = fc.oneof(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.integer({ min: 0, max: 2000 }));
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 80 }), (amounts) => {
      const bands = bandsOf(amounts);
      expect(bands.length).toBeLessThanOrEqual(8);
      for (const units of bands.length === 0 ? [] : amounts) {
        const holding = bands.filter(({ key }) => bandKeysOf(units).includes(key));
        expect(holding).toEqual(bands.filter(({ from, to }) => from <= units && units < to));
        expect(holding).toHaveLength(1);
      }
    }),
  );
});

test("a band is told in the language and currency of the store", () => {
  expect(bandText({ key: "", from: 10, to: 20 }, "en-GB", "GBP")).toBe("£10 – £20");
});
