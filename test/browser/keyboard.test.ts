import { afterAll, describe, expect, test } from "vitest";
import { launchChromium, visit } from "./chromium.ts";
import { findTabStops } from "./focus.ts";
import { openMenu } from "./menu.ts";
import { badPage, pageOf, stores } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

describe.each(stores)("$id", (store) => {
  test.each(store.pages)("$kind starts with a link that skips to the main part", async ({ url }) => {
    await visit(browser, url, { width: 360 }, async (page) => {
      await page.keyboard.press("Tab");
      const isSkipLink = await page.evaluate(() => {
        const link = document.activeElement;
        const { top, bottom, width } = link?.getBoundingClientRect() ?? { top: 0, bottom: 0, width: 0 };
        const isInWindow = width > 1 && bottom > top && top >= 0 && bottom <= innerHeight;
        return isInWindow && link?.matches("a[href^='#']") === true;
      });
      expect(isSkipLink).toBe(true);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      const isBeforeMain = await page.evaluate(() => {
        const main = document.querySelector("main");
        const stop = document.activeElement;
        if (main === null || stop === null) return true;
        return (main.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_PRECEDING) !== 0 && stop !== document.body;
      });
      expect(isBeforeMain).toBe(false);
    });
  });

  describe.each([360, 1280])("at %d px", (width) => {
    test.each(store.pages)("every Tab stop of $kind can be seen", async ({ url }) => {
      const stops = await visit(browser, url, { width }, findTabStops);
      expect(stops.length).toBeGreaterThan(2);
      expect(stops.filter((stop) => !stop.isInWindow || !stop.isMarked)).toEqual([]);
    });
  });

  test("the menu opens by keyboard", async () => {
    expect(await visit(browser, pageOf(store, "home").url, { width: 360 }, openMenu)).toBeUndefined();
  });
});

test("a stop without a mark, or with one that is cut off, is seen", async () => {
  const stops = await visit(browser, badPage("unmarked.html"), { width: 360 }, findTabStops);
  expect(stops.map(({ isMarked }) => isMarked)).toEqual([false, false, true]);
});

test("a menu that does not open is seen", async () => {
  expect(await visit(browser, badPage("no-menu.html"), { width: 360 }, openMenu)).toEqual(["A"]);
});
