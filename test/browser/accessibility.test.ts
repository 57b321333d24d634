import { afterAll, describe, expect, test } from "vitest";
import { findViolations } from "./accessibility.ts";
import { launchChromium, openTab, visit, WIDTHS } from "./chromium.ts";
import { badPage, stores, type StorePage } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

const SCHEMES = ["light", "dark"] as const;

/** Each finding once, with the widths and schemes that show it. */
async function findEverywhere({ kind, url }: StorePage, direction?: "rtl"): Promise<readonly string[]> {
  const seen = new Map<string, string[]>();
  const page = await openTab(browser, { width: WIDTHS[0] });
  await page.goto(url);
  if (direction !== undefined) await page.evaluate((dir) => (document.documentElement.dir = dir), direction);
  for (const scheme of SCHEMES) {
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

describe.each(stores)("$id", ({ pages }) => {
  test.each(pages)("$kind has nothing that axe objects to", async (page) => {
    expect(await findEverywhere(page)).toEqual([]);
  });
});

describe("read from the other side", () => {
  const [store] = stores;
  test.each(store?.pages ?? [])("$kind has nothing that axe objects to", async (page) => {
    expect(await findEverywhere(page, "rtl")).toEqual([]);
  });
});

test("axe sees what is wrong", async () => {
  const found = await visit(browser, badPage("inaccessible.html"), { width: 360 }, findViolations);
  const rules = found.map((one) => one.slice(0, one.indexOf(":")));
  expect(rules).toEqual(
    expect.arrayContaining(["button-name", "color-contrast", "document-title", "html-has-lang", "image-alt", "region"]),
  );
});
