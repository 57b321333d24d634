import { afterAll, describe, expect, test } from "vitest";
import { launchChromium, visit } from "./chromium.ts";
import { visitFirst, type Weight } from "./first-visit.ts";
import { writeTable } from "./measured.ts";
import { badPage, MAIN_KINDS, pageOf, stores } from "./stores.ts";

/** The most that any page may cost; `total` is for pages with photos. */
const BUDGET: Weight = {
  requests: 20,
  html: 14_000,
  css: 6_000,
  script: 4_000,
  withoutPhotos: 60_000,
  total: 350_000,
};
const PARTS = ["requests", "html", "css", "script", "withoutPhotos", "total"] as const;

const browser = await launchChromium();
const rows: (readonly string[])[] = [];
afterAll(async () => {
  await browser.close();
  const head = ["store", "page", "width", "requests", "HTML kB", "CSS kB", "JS kB", "without photos kB", "all kB"];
  const budget = PARTS.map((part) => `≤ ${shown(part, BUDGET[part])}`);
  writeTable("page-weight", head, [["budget", "", "", ...budget], ...rows]);
});

const shown = (part: keyof Weight, value: number): string =>
  part === "requests" ? String(value) : (value / 1000).toFixed(1);

const overBudget = (weight: Weight): readonly string[] =>
  PARTS.filter((part) => weight[part] > BUDGET[part]).map((part) => `${part}: ${weight[part]} of ${BUDGET[part]}`);

describe.each(stores)("$id", (store) => {
  const { id, pages } = store;
  test("has every main kind of page", () => {
    expect(pages.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...MAIN_KINDS]));
  });

  describe.each([360, 1280])("at %d px", (width) => {
    test.each(pages)("$kind stays inside its budget and to itself", async ({ kind, url }) => {
      const { weight, intrusions } = await visitFirst(browser, url, width);
      if (MAIN_KINDS.some((main) => main === kind)) {
        rows.push([id, kind, String(width), ...PARTS.map((part) => shown(part, weight[part]))]);
      }
      expect(weight.html).toBeGreaterThan(0);
      expect([...overBudget(weight), ...intrusions]).toEqual([]);
    });

    // Pictures are another matter: without scripts browsers wait with none of them.
    test("a collection has no more HTML and styles without scripts, where filters on one page have styles of their own", async () => {
      const { url } = pageOf(store, "collections");
      const { weight } = await visitFirst(browser, url, width, false);
      const { html, css, script } = weight;
      rows.push([id, "collections, no scripts", String(width), "", shown("html", html), shown("css", css), "", "", ""]);
      expect(script).toBe(0);
      const pagings = await visit(browser, url, { width }, (page) => page.locator(".paging").count());
      expect(css > (await visitFirst(browser, url, width)).weight.css).toBe(pagings === 0);
      expect(overBudget({ ...weight, requests: 0, withoutPhotos: 0, total: 0 })).toEqual([]);
    });
  });
});

test("a heavy page is seen to be heavy", async () => {
  const { weight } = await visitFirst(browser, badPage("heavy.html"), 360);
  expect(overBudget(weight).map((line) => line.split(":")[0])).toEqual([
    "requests",
    "html",
    "css",
    "script",
    "withoutPhotos",
  ]);
});

test("a page that does what nobody asked for is seen to", async () => {
  expect((await visitFirst(browser, badPage("nosy.html"), 360)).intrusions).toEqual(
    expect.arrayContaining([
      "console: oops",
      "request: http://elsewhere.localhost:9/pixel.gif",
      "cookie: seen",
      "local storage: seen",
    ]),
  );
  expect((await visitFirst(browser, badPage("blocked.html"), 360)).intrusions).toEqual(
    expect.arrayContaining([expect.stringContaining("Content Security Policy")]),
  );
});
