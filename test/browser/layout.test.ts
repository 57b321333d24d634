import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { launchChromium, openTab, visit } from "./chromium.ts";
import { findOverflow } from "./layout.ts";
import { badPage, pageOf, stores } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

/** Between the widths that people name are those at which a layout breaks. */
const WIDTHS = [320, 340, 360, 390, 414, 480, 560, 640, 700, 768, 850, 900, 960, 1024, 1100, 1280];

describe.each(stores)("$id", ({ pages }) => {
  test.each(pages)("$kind fits every window, read from either side", async ({ url }) => {
    const page = await openTab(browser, { width: 320 });
    await page.goto(url);
    const found: string[] = [];
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await findOverflow(page)).map((fault) => `${width} px: ${fault}`));
      await turn(page);
      found.push(...(await findOverflow(page)).map((fault) => `${width} px, turned: ${fault}`));
      await turn(page);
    }
    await page.context().close();
    expect(found).toEqual([]);
  });
});

/** By number of products, how many pixels the last one ends before its list does. */
function findHoles(page: Page): Promise<readonly (readonly [number, number])[]> {
  return page.evaluate((most) => {
    const grid = document.querySelector(".grid");
    const card = grid?.firstElementChild;
    if (grid == null || card == null) throw new Error("there is no list of products");
    return Array.from({ length: most }, (_, index) => {
      grid.replaceChildren(...Array.from({ length: index + 1 }, () => card.cloneNode(true)));
      const end = grid.lastElementChild?.getBoundingClientRect().right ?? 0;
      return [index + 1, Math.round(grid.getBoundingClientRect().right - end)] as const;
    }).filter(([, hole]) => hole !== 0);
  }, MOST_PRODUCTS);
}

/** More than a page lists. */
const MOST_PRODUCTS = 100;

test.each([360, 768, 1280])("at %d px no list of products ends in a hole", async (width) => {
  const [store] = stores;
  assert(store, "there are no examples");
  expect(await visit(browser, pageOf(store, "collections").url, { width }, findHoles)).toEqual([]);
});

/** From left-to-right to right-to-left, or back. */
async function turn(page: Page): Promise<void> {
  await page.evaluate(() => {
    const root = document.documentElement;
    root.dir = getComputedStyle(root).direction === "rtl" ? "ltr" : "rtl";
  });
}

test("what is too wide or cut is seen", async () => {
  const found = await visit(browser, badPage("wide.html"), { width: 360 }, findOverflow);
  expect(found).toEqual([
    expect.stringMatching(/^the page is \d{4} px wide$/),
    expect.stringContaining('cut by <div>: "Cut in'),
  ]);
});
