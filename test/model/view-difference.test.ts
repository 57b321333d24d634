import { PNG } from "pngjs";
import { expect, it } from "vitest";
import { compareViews } from "../../action/src/model/view-difference.ts";

/** White, with a black square of 10 pixels at a row. */
function picture(width: number, height: number, row?: number): Uint8Array {
  const png = new PNG({ width, height });
  png.data.fill(255);
  for (let y = row ?? height; y < Math.min(height, (row ?? height) + 10); y += 1)
    for (let x = 0; x < 10; x += 1) png.data.set([0, 0, 0, 255], (y * width + x) * 4);
  return PNG.sync.write(png);
}
const sizeOf = (bytes: Uint8Array | undefined) => {
  const { width, height } = PNG.sync.read(Buffer.from(bytes ?? []));
  return [width, height];
};

it("shows the part that differs, before, after and marked, and how much it is", () => {
  const views = compareViews(picture(360, 3000), picture(360, 3000, 2000));
  expect(views.changed).toBeCloseTo(100 / (360 * 3000), 10);
  for (const bytes of [views.before, views.after, views.difference]) expect(sizeOf(bytes)).toEqual([360, 400]);
  const { data } = PNG.sync.read(Buffer.from(views.difference ?? []));
  // The first row that differs, below its margin.
  expect([...data.subarray(48 * 360 * 4, 48 * 360 * 4 + 3)]).toEqual([255, 0, 0]);
});

it("shows nothing where nothing differs", () => {
  expect(compareViews(picture(360, 500, 20), picture(360, 500, 20))).toEqual({ changed: 0 });
});

it("counts what one page has and the other has not", () => {
  const { changed, before } = compareViews(picture(360, 500), picture(360, 1000));
  expect(changed).toBeCloseTo(0.5, 5);
  expect(sizeOf(before)[0]).toBe(360);
});

it("shows the top of a page that is new, or gone", () => {
  const opened = compareViews(undefined, picture(360, 3000));
  expect([opened.before, opened.difference, opened.changed]).toEqual([undefined, undefined, 1]);
  expect(sizeOf(opened.after)).toEqual([360, 1000]);
  expect(sizeOf(compareViews(picture(1280, 300), undefined).before)).toEqual([1280, 300]);
});
