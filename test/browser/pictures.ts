/** Compares a picture of a page with the one that a person approved. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { loadEverything } from "./chromium.ts";

const APPROVED = join(import.meta.dirname, "approved");
const SEEN = join(tmpdir(), "store-pictures");

/** Pixels: less than the smallest letter. */
const MOST_DIFFERENT = 20;
/** A long page is compared down to here, in CSS pixels. */
const MOST_HEIGHT = 1_600;

/** As few bytes as PNG allows: no transparency, the best that gzip can do. */
const SMALL = { colorType: 2, deflateLevel: 9, deflateStrategy: 0 } as const;

/** The whole page, down to a limit, with all its pictures. */
export async function takePicture(page: Page): Promise<Buffer> {
  await loadEverything(page);
  await rest(page);
  const { width, height } = await page.evaluate(() => ({
    width: innerWidth,
    height: document.documentElement.scrollHeight,
  }));
  const clip = { x: 0, y: 0, width, height: Math.min(height, MOST_HEIGHT) };
  return page.screenshot({ fullPage: true, clip, animations: "disabled", caret: "hide" });
}

/** Where nothing is scrolled, what sticks lies where it lies; but in a layer of its own, whose half pixels fall either way. */
function rest(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      if (getComputedStyle(element).position !== "sticky") continue;
      element.style.position = "relative";
      element.style.inset = "auto";
    }
  });
}

/** The names of all approved pictures, without `.png`, sorted. */
export function approvedNames(): readonly string[] {
  if (!existsSync(APPROVED)) return [];
  return readdirSync(APPROVED)
    .filter((name) => name.endsWith(".png"))
    .map((name) => basename(name, ".png"))
    .toSorted();
}

/** Approves these pictures. One that was approved before stays, unless it is of nothing: its name not among `names`. */
export function approve(pictures: ReadonlyMap<string, Buffer>, names: ReadonlySet<string>): void {
  mkdirSync(APPROVED, { recursive: true });
  for (const name of approvedNames()) if (!names.has(name)) rmSync(join(APPROVED, `${name}.png`));
  for (const [name, picture] of pictures) {
    writeFileSync(join(APPROVED, `${name}.png`), PNG.sync.write(PNG.sync.read(picture), SMALL));
  }
}

/** Undefined where `picture` looks as approved; otherwise what is wrong and the file that shows it. */
export function compareWithApproved(name: string, picture: Buffer): string | undefined {
  const file = join(APPROVED, `${name}.png`);
  mkdirSync(SEEN, { recursive: true });
  const seen = join(SEEN, `${name}.png`);
  if (!existsSync(file)) {
    writeFileSync(seen, picture);
    return `${name}: no picture was approved; look at ${seen}, then npm run bless`;
  }
  const { different, comparison } = compare(readFileSync(file), picture);
  if (different <= MOST_DIFFERENT) return undefined;
  writeFileSync(seen, comparison);
  return `${name}: ${different} pixels differ; ${seen} shows approved, now and the difference; after a look, npm run bless`;
}

/** The number of pixels that differ, and a picture of both with the difference beside them. */
export function compare(approved: Buffer, now: Buffer): { readonly different: number; readonly comparison: Buffer } {
  const pictures = [PNG.sync.read(approved), PNG.sync.read(now)];
  const width = Math.max(...pictures.map((one) => one.width));
  const height = Math.max(...pictures.map((one) => one.height));
  const [one, other] = pictures.map((picture) => onCanvas(picture, width, height));
  const difference = new PNG({ width, height });
  if (one === undefined || other === undefined) throw new Error("there are two pictures");
  const different = pixelmatch(one.data, other.data, difference.data, width, height, { threshold: 0.1 });
  const comparison = new PNG({ width: width * 3, height });
  for (const [at, part] of [one, other, difference].entries()) {
    PNG.bitblt(part, comparison, 0, 0, width, height, at * width, 0);
  }
  return { different, comparison: PNG.sync.write(comparison) };
}

/** The part of the canvas that the picture does not cover is transparent, and so unlike any picture of a page. */
function onCanvas(picture: PNG, width: number, height: number): PNG {
  const canvas = new PNG({ width, height, fill: true });
  PNG.bitblt(picture, canvas, 0, 0, picture.width, picture.height, 0, 0);
  return canvas;
}
