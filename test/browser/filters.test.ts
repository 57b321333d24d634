import { afterAll, expect, test } from "vitest";
import { launchChromium, visit } from "./chromium.ts";
import { pageOf, stores } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

test.each(stores)(
  "$id narrows a collection down, says how many are left, and keeps it in the address",
  async (store) => {
    let address = "";
    let titles: readonly string[] = [];
    await visit(browser, pageOf(store, "collections").url, { width: 360 }, async (page) => {
      const before = await page.locator(".grid > li").count();
      await page.locator(".filters > summary").click();
      await page.locator(".filters select").selectOption("up");
      await page.waitForURL(/[?&]sort=up/);
      const status = page.locator("main").getByRole("status");
      const all = Number(/\d+/.exec(await status.innerText())?.[0]);
      expect(all).toBeGreaterThanOrEqual(before);
      await page.locator(".filters [type=checkbox]").first().check();
      await page.waitForFunction(
        (most) => Number(/\d+/.exec(document.querySelector("[role=status]")?.textContent ?? "")?.[0]) < most,
        all,
      );
      address = page.url();
      titles = await page.locator(".grid .card-title").allInnerTexts();
      expect(titles.length).toBeGreaterThan(0);
      await page.locator(".filters [type=reset]").click();
      await page.waitForURL((url) => url.search === "");
      expect(await page.locator(".grid > li").count()).toBe(before);
    });
    await visit(browser, address, { width: 360 }, async (page) => {
      await expect.poll(() => page.locator(".grid .card-title").allInnerTexts(), { timeout: 10_000 }).toEqual(titles);
      await page.locator(".filters [type=number]").last().fill("0.01");
      await page.locator(".filters [type=submit]").click();
      await page.locator(".grid > li").first().waitFor({ state: "detached" });
    });
  },
);

// Of the examples one has more values than are seen at once.
test.each(stores.filter(({ id }) => id === "otterlight-eyewear"))(
  "$id has rare values to open, and shows one that the address names",
  async (store) => {
    await visit(browser, pageOf(store, "collections").url, { width: 360 }, async (page) => {
      const rare = page.locator(".filters fieldset details").first();
      const all = await page.locator(".grid > li").count();
      await page.locator(".filters > summary").click();
      await rare.locator("summary").click();
      const box = rare.locator("input").first();
      await box.check();
      await expect.poll(() => page.locator(".grid > li").count(), { timeout: 10_000 }).toBeLessThan(all);
      await page.reload();
      expect(await box.isChecked()).toBe(true);
      expect(await box.isVisible()).toBe(true);
    });
  },
);
