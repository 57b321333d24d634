import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { launchChromium, openTab, visit } from "./chromium.ts";
import { findOverflow } from "./layout.ts";
import { badPage, stores } from "./stores.ts";

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
