import { afterAll, expect, test } from "vitest";
import { launchChromium, visit } from "./chromium.ts";
import { pageOf, stores } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

test.each(stores)("$id finds a product by its name", async (store) => {
  const product = pageOf(store, "products");
  const name = await visit(browser, product.url, { width: 360 }, (page) => page.locator("h1").innerText());
  await visit(browser, pageOf(store, "search").url, { width: 360 }, async (page) => {
    const box = page.locator("main").getByRole("searchbox");
    await box.fill(name);
    await box.press("Enter");
    const { pathname } = new URL(product.url);
    const hit = page.locator(`main a[href$="${pathname}"], main a[href$="${pathname}index.html"]`).first();
    await hit.waitFor({ state: "visible", timeout: 10_000 });
    expect(await hit.innerText()).not.toBe("");
    await box.fill("zzqxxyk");
    await box.press("Enter");
    await hit.waitFor({ state: "hidden", timeout: 10_000 });
    expect(await page.locator("main").getByRole("status").innerText()).not.toBe("");
  });
});

// Of the examples one has more of anything than are shown.
test.each(stores.filter(({ id }) => id === "souq-najmat-alwadi"))(
  "$id says how many there are, and in a sentence of its own that not all are shown",
  async (store) => {
    await visit(browser, `${pageOf(store, "search").url}?q=a`, { width: 360 }, async (page) => {
      const status = page.locator("main").getByRole("status");
      await expect.poll(() => status.innerText(), { timeout: 10_000 }).toMatch(/\d\. \S.*24/);
      expect(await page.locator("#search-results > li").count()).toBe(24);
    });
  },
);
