/** Old addresses in a browser: who asks for one arrives at the page that took its place, with scripts and without. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { launchChromium, visit } from "./chromium.ts";
import { stores } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

const redirects = stores.flatMap(({ folder, origin }) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("index.html"))
    .flatMap((path) => {
      const [, to] =
        /http-equiv="refresh" content="0; url=([^"]+)"/.exec(readFileSync(join(folder, path), "utf8")) ?? [];
      return to === undefined
        ? []
        : [{ from: `${origin}/${path.replace(/index\.html$/, "")}`, to: new URL(to, origin).href }];
    }),
);

test("an example has an old address", () => {
  expect(redirects.length).toBeGreaterThan(0);
});

test.each(redirects.flatMap((one) => [true, false].map((scripts) => ({ ...one, scripts }))))(
  "$from leads on, scripts: $scripts",
  async ({ from, to, scripts }) => {
    await visit(browser, from, { width: 360, scripts }, async (page) => {
      await page.waitForURL(to);
      expect(await page.locator("h1").isVisible()).toBe(true);
    });
  },
);
