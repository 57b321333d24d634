import assert from "node:assert/strict";
import { afterAll, describe, expect, test } from "vitest";
import { findViolations } from "./accessibility.ts";
import { launchChromium, openTab, visit, WIDTHS } from "./chromium.ts";
import { badPage, type ExampleStore, stores, type StorePage } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

/** Each finding once, with the widths and schemes that show it. */
async function findEverywhere(
  { hasDarkScheme }: ExampleStore,
  { kind, url }: StorePage,
  direction?: "rtl",
): Promise<readonly string[]> {
  const seen = new Map<string, string[]>();
  const page = await openTab(browser, { width: WIDTHS[0] });
  await page.goto(url);
  if (direction !== undefined) await page.evaluate((dir) => (document.documentElement.dir = dir), direction);
  // A store of one scheme, be it light or dark, has the same styles for whoever prefers the other.
  for (const scheme of hasDarkScheme ? (["light", "dark"] as const) : (["light"] as const)) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      for (const finding of await findViolations(page)) {
        seen.set(finding, [...(seen.get(finding) ?? []), `${width} ${scheme}`]);
      }
    }
  }
  await page.context().close();
  return [...seen].map(([finding, where]) => `${kind} (${where.join(", ")}): ${finding}`);
}

describe.each(stores)("$id", (store) => {
  test.each(store.pages)("$kind has nothing that axe objects to", async (page) => {
    expect(await findEverywhere(store, page)).toEqual([]);
  });
});

describe("read from the other side", () => {
  const store = stores.find(({ hasDarkScheme }) => hasDarkScheme);
  assert(store, "no example has two schemes");
  test.each(store.pages)("$kind has nothing that axe objects to", async (page) => {
    expect(await findEverywhere(store, page, "rtl")).toEqual([]);
  });
});

test("axe sees what is wrong", async () => {
  const found = await visit(browser, badPage("inaccessible.html"), { width: 360 }, findViolations);
  const rules = found.map((one) => one.slice(0, one.indexOf(":")));
  expect(rules).toEqual(
    expect.arrayContaining(["button-name", "color-contrast", "document-title", "html-has-lang", "image-alt", "region"]),
  );
});
