import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import type { FilterIndex, FilterRow } from "../../action/src/model/filter-index.ts";
import { launchChromium, visit } from "./chromium.ts";
import { findDeadControls } from "./dead-controls.ts";
import { openMenu } from "./menu.ts";
import { badPage, pageOf, stores } from "./stores.ts";

const browser = await launchChromium();
afterAll(() => browser.close());

const WITHOUT = { width: 360, scripts: false } as const;
const WITH = { width: 360 } as const;

/** Each text that can be read, apart from controls and from what scripts are expected to say. */
const readableTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const elements = "h1, h2, h3, h4, p, li, dt, dd, td, th, figcaption, blockquote, address, summary";
    return (
      [...document.querySelectorAll<HTMLElement>(elements)]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .filter((element) => element.closest("form, [role=status], [role=alert], [aria-live]") === null)
        .filter((element) => element.querySelector("form, button") === null)
        // What opens a form is a control of it.
        .filter((element) => element.tagName !== "SUMMARY" || element.parentElement?.querySelector("form") === null)
        .map(({ innerText }) => innerText.replaceAll(/\s+/g, " ").trim())
        .filter((text) => text !== "")
    );
  });

/** What a visitor can set in the main part of a page: the names of its boxes and lists. */
const optionNames = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>("main input, main select")]
      .filter((field) => field.type !== "hidden" && field.type !== "search")
      .map(
        (field) =>
          field.labels?.[0]?.textContent.replaceAll(/\s+/g, " ").trim() ??
          field.getAttribute("aria-label") ??
          field.name,
      ),
  );

/** Where the cards lead that can be seen, in their order. */
const hrefsOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLAnchorElement>(".grid .card-title a")]
      .filter((link) => link.checkVisibility({ visibilityProperty: true }))
      .map(({ href }) => href),
  );

/** The same in the order in which they are seen: from the top, then along the line. */
const seenOrder = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const along = document.documentElement.dir === "rtl" ? -1 : 1;
    return [...document.querySelectorAll<HTMLAnchorElement>(".grid .card")]
      .map((card) => ({ href: card.querySelector("a")?.href ?? "", box: card.getBoundingClientRect() }))
      .toSorted((one, other) => one.box.top - other.box.top || along * (one.box.left - other.box.left))
      .map(({ href }) => href);
  });

/** What the styles write below the cards, as it is read out: the document does not have it. */
async function generatedTexts(page: Page): Promise<readonly string[]> {
  expect(await page.locator("noscript .count").isVisible()).toBe(true);
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes.filter(({ role }) => role?.value === "StaticText").map(({ name }) => String(name?.value).trim());
}

/** Where links without scripts lead, by what they are about: the orders first. */
const listingLinks = (
  url: string,
): Promise<readonly (readonly { readonly label: string | null; readonly href: string }[])[]> =>
  visit(browser, url, WITHOUT, async (page) => {
    await page.locator(".filters > summary").click();
    return page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".filters nav")]
        .filter((group) => group.checkVisibility({ visibilityProperty: true }))
        .map((group) => [...group.querySelectorAll("a")].map((link) => ({ label: link.textContent, href: link.href }))),
    );
  });

/** The first number of the sentence that says how many there are; digits of the store's language are those of English. */
const countOn = async (page: Page): Promise<number> =>
  Number(/[\d,.]+/.exec(await page.locator("main").getByRole("status").innerText())?.[0].replaceAll(/[,.]/g, ""));

/** The stores with a collection on several pages: links do there what boxes cannot. */
const paged = new Set<string>();
for (const store of stores) {
  const { url } = pageOf(store, "collections");
  const pages = await visit(browser, url, WITHOUT, (page) => page.locator(".paging").count());
  if (pages > 0) paged.add(store.id);
}

async function lostWithout(url: string): Promise<readonly string[]> {
  const before = await visit(browser, url, WITH, readableTexts);
  const after = new Set(await visit(browser, url, WITHOUT, readableTexts));
  return before.filter((text) => !after.has(text));
}

describe.each(stores)("$id", (store) => {
  test.each(store.pages)("$kind says all that it says with scripts", async ({ url }) => {
    expect(await lostWithout(url)).toEqual([]);
    expect((await visit(browser, url, WITHOUT, readableTexts)).length).toBeGreaterThan(2);
  });

  test.each(store.pages)("$kind has no dead control", async ({ kind, url }) => {
    const dead = await visit(browser, url, WITHOUT, findDeadControls);
    expect(dead.map((line) => `${kind}: ${line}`)).toEqual([]);
  });

  test("the menu opens", async () => {
    expect(await visit(browser, pageOf(store, "home").url, WITHOUT, openMenu)).toBeUndefined();
  });

  test("filters say what they cannot do: rare values", async () => {
    const { url } = pageOf(store, "collections");
    await visit(browser, url, WITHOUT, async (page) => {
      await page.locator(".filters > summary").click();
      const hasMore = (await page.locator(".filters fieldset details").count()) > 0;
      expect(await page.locator(".filters > noscript > p:visible").count()).toBe(Number(hasMore));
    });
  });

  test("a collection is narrowed by links to other ones", async () => {
    const { url } = pageOf(store, "collections");
    const others = await visit(browser, url, WITHOUT, (page) =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLAnchorElement>("main a[href*='collections/'], main nav a")]
          .filter((link) => link.checkVisibility({ visibilityProperty: true }))
          .map(({ pathname }) => pathname)
          .filter((path) => path.startsWith("/collections/") && path !== location.pathname),
      ),
    );
    expect(others.length).toBeGreaterThan(1);
  });

  test("search works, or says that it needs scripts", async () => {
    const { url } = pageOf(store, "search");
    const sentences = (page: Page): Promise<readonly string[]> => page.locator("main p, [role=main] p").allInnerTexts();
    const isDead = (await visit(browser, url, WITHOUT, findDeadControls)).some((line) => line.startsWith("form:"));
    const isThere = await visit(browser, url, WITHOUT, (page) => page.getByRole("searchbox").isVisible());
    const before = await visit(browser, url, WITH, sentences);
    const after = await visit(browser, url, WITHOUT, sentences);
    const explains = after.some((sentence) => sentence.length > 15 && !before.includes(sentence));
    expect((isThere && !isDead) || explains).toBe(true);
  });

  test("there is a way to reach the shopkeeper", async () => {
    const ways = await visit(browser, pageOf(store, "contact").url, WITHOUT, (page) =>
      page.evaluate(
        () =>
          [
            ...document.querySelectorAll("main a[href^='mailto:'], main a[href^='tel:'], main form[action^='https:']"),
          ].filter((way) => way.checkVisibility({ visibilityProperty: true })).length,
      ),
    );
    expect(ways).toBeGreaterThan(0);
  });
});

describe.each(stores.filter(({ id }) => !paged.has(id)))("$id, on one page", (store) => {
  test("ticked boxes hide the cards that do not fit, and count the others", async () => {
    const { url } = pageOf(store, "collections");
    await visit(browser, url, WITHOUT, async (page) => {
      await page.locator(".filters > summary").click();
      const form = page.locator(".filters form");
      const index = new URL((await form.getAttribute("data-index")) ?? "", url);
      const root = new URL((await form.getAttribute("data-root")) ?? "", url);
      const readJson = async <Content>(path: string | Content): Promise<Content> =>
        typeof path === "string"
          ? (JSON.parse(await readFile(join(store.folder, new URL(path, root).pathname), "utf8")) as Content)
          : path;
      const contents = await readJson<FilterIndex>(index.href);
      const rows = (await Promise.all(contents.rows.map((part) => readJson<readonly FilterRow[]>(part)))).flat();
      const columns = await Promise.all(
        contents.facets.map(async ([, values, column]) =>
          (await readJson(column)).map((numbers) => [numbers].flat().map((number) => values[number] ?? "")),
        ),
      );
      const facets = contents.facets.map(([name]) => name);
      const valuesAt = new Map(
        rows.map(([, path], row) => [new URL(path, root).href, columns.map((column) => column[row] ?? [])]),
      );
      const cards = await hrefsOf(page);
      const ticked = new Map<string, string[]>();
      const counts: number[] = [];
      const [first = "", second = first] = facets;
      // One, another of the same kind, then one of another kind.
      for (const [name, place] of [
        [first, 0],
        [first, 1],
        [second, second === first ? 2 : 0],
      ] as const) {
        const box = form.locator(`[type=checkbox][name="${name}"]`).nth(place);
        ticked.set(name, [...(ticked.get(name) ?? []), (await box.getAttribute("value")) ?? ""]);
        await box.check();
        const fitting = cards.filter((href) =>
          facets.every(
            (facet, at) => ticked.get(facet)?.some((value) => valuesAt.get(href)?.[at]?.includes(value)) ?? true,
          ),
        );
        expect(await hrefsOf(page)).toEqual(fitting);
        expect(await generatedTexts(page)).toContain(String(fitting.length));
        counts.push(fitting.length);
      }
      expect(Math.min(...counts)).toBeLessThan(cards.length);
      await page.locator(".filters [type=reset]").click();
      expect(await hrefsOf(page)).toEqual(cards);
      expect(await page.locator("noscript .count").isVisible()).toBe(false);
    });
  });

  test("cards are sorted by links, as scripts sort them; the address keeps the order", async () => {
    const { url } = pageOf(store, "collections");
    const listed = await visit(browser, url, WITHOUT, hrefsOf);
    for (const order of ["name", "up", "down"]) {
      const wanted = await visit(browser, url, WITH, async (page) => {
        const said = await page.locator(".count").first().textContent();
        await page.locator(".filters > summary").click();
        await page.locator(".filters [name=sort]").selectOption(order);
        await expect.poll(() => page.locator(".count").first().textContent()).not.toBe(said);
        return hrefsOf(page);
      });
      await visit(browser, url, WITHOUT, async (page) => {
        await page.locator(`#sort-${order}`).click();
        expect(await seenOrder(page)).toEqual(wanted);
        await page.reload();
        expect(await seenOrder(page)).toEqual(wanted);
        await page.locator("#sort-own").click();
        expect(await seenOrder(page)).toEqual(listed);
      });
    }
  });

  test("bands of prices narrow down where scripts offer a range", async () => {
    const { url } = pageOf(store, "collections");
    await visit(browser, url, WITHOUT, async (page) => {
      await page.locator(".filters > summary").click();
      const boxes = page.locator(".filters [name=price]");
      const all = (await hrefsOf(page)).length;
      let sum = 0;
      for (const box of await boxes.all()) {
        await box.check();
        sum += (await hrefsOf(page)).length;
        await box.uncheck();
      }
      expect(await boxes.count()).toBeGreaterThan(1);
      expect(sum).toBe(all);
    });
  });
});

describe.each(stores.filter(({ id }) => paged.has(id)))("$id, on several pages", (store) => {
  const { url } = pageOf(store, "collections");

  /** With scripts a listing's address asks the same of the collection's filters. */
  const isAsked = ({ pathname, search }: URL): boolean => pathname.startsWith("/collections/") && search !== "";

  test("links sort the collection as scripts do", async () => {
    const [[own, ...orders] = []] = await listingLinks(url);
    expect(orders.length).toBe(3);
    const before = await visit(browser, own?.href ?? "", WITHOUT, hrefsOf);
    for (const { href } of orders) {
      const listed = await visit(browser, href, WITHOUT, hrefsOf);
      await visit(browser, href, WITH, async (page) => {
        await page.waitForURL(isAsked);
        await expect.poll(() => hrefsOf(page), { timeout: 10_000 }).not.toEqual(before);
        const sorted = await hrefsOf(page);
        expect(sorted.length).toBeGreaterThan(10);
        expect(listed.slice(0, sorted.length)).toEqual(sorted);
      });
    }
  });

  test("links narrow the collection down as scripts do", async () => {
    const [, ...facets] = await listingLinks(url);
    expect(facets.length).toBeGreaterThan(2);
    for (const [first] of facets) {
      if (first === undefined) throw new Error("a facet without a value");
      const count = await visit(browser, first.href, WITHOUT, async (page) => {
        expect(await page.locator(".filters [aria-current]").textContent()).toBe(first.label);
        expect(await findDeadControls(page)).toEqual([]);
        return countOn(page);
      });
      expect(count).toBeGreaterThan(0);
      await visit(browser, first.href, WITH, async (page) => {
        await page.waitForURL(isAsked);
        await expect.poll(() => countOn(page), { timeout: 10_000 }).toBe(count);
      });
    }
  });

  test("no control of the filters is left that needs scripts", async () => {
    await visit(browser, url, WITHOUT, async (page) => {
      await page.locator(".filters > summary").click();
      expect(await page.locator(".filters :is(input, select, button):visible").count()).toBe(0);
    });
  });
});

test("some example has a collection on several pages, some has not", () => {
  expect(paged.size).toBeGreaterThan(0);
  expect(paged.size).toBeLessThan(stores.length);
});

test("some example has filters", async () => {
  const counts: number[] = [];
  for (const store of stores) {
    counts.push((await visit(browser, pageOf(store, "collections").url, WITH, optionNames)).length);
  }
  expect(Math.max(...counts)).toBeGreaterThan(1);
});

test("dead controls are seen", async () => {
  expect(await visit(browser, badPage("dead.html"), WITHOUT, findDeadControls)).toEqual([
    expect.stringMatching(/^control: .*Nowhere/),
    expect.stringMatching(/^control: .*Missing/),
    expect.stringMatching(/^control: .*Nothing/),
    expect.stringMatching(/^form: .*name="q"/),
    expect.stringMatching(/^form: .*name="p"/),
    expect.stringMatching(/^field: .*checkbox/),
    expect.stringMatching(/^field: <select/),
    expect.stringMatching(/^field: .*name="q"/),
    expect.stringMatching(/^field: .*name="p"/),
  ]);
});

test("text that only scripts show is seen to be lost", async () => {
  expect(await lostWithout(badPage("empty.html"))).toEqual(["Only with scripts"]);
});
