/** The comment of a plan as a reviewer sees it; with MEASURE=1 the picture in the documentation is taken again. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, describe, expect, test } from "vitest";
import { planComment } from "../../action/src/view/comment.ts";
import { PLAN } from "../view/example-plan.ts";
import { launchChromium, openTab, visit } from "./chromium.ts";
import { commentPage } from "./comment-page.ts";
import { compare } from "./pictures.ts";
import { pageOf, stores } from "./stores.ts";

const PICTURE = join(import.meta.dirname, "../../docs/comment.png");
const PREVIEW = "https://previews.example/pr-7-0123456789abcdef/";

const browser = await launchChromium();
afterAll(() => browser.close());

const LINKS = {
  runUrl: "https://github.example/acme/stores/actions/runs/17",
  overridesUrl: "https://github.example/acme/stores/edit/spring/.github/overrides.yaml",
};
const MARKDOWN = planComment(PLAN, { ...LINKS, previewUrl: PREVIEW });
/** As it is where there is no browser and nothing was published. */
const BARE = planComment({ ...PLAN, pictures: { taken: [], skipped: "there is no Chromium here" }, sites: [] }, LINKS);

/** What a visitor sees first of a store, before a change of a price, after it, and what differs. */
async function picturesOf(id: string, width: number): Promise<ReadonlyMap<string, Buffer>> {
  const store = stores.find((one) => one.id === id);
  assert(store, `there is no example ${id}`);
  const take = (prices: boolean) =>
    visit(browser, pageOf(store, "home").url, { width }, async (page) => {
      // Changed before it is seen, as the head of a pull request would be.
      if (prices) {
        await page.evaluate(() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
            if (node.nodeValue !== null) node.nodeValue = node.nodeValue.replace("$17.50", "$11.50");
        });
      }
      const height = await page.evaluate(() => {
        const first = document.querySelector(".card");
        first?.scrollIntoView();
        return scrollY;
      });
      const clip = { x: 0, y: Math.max(0, height - 60), width, height: width === 360 ? 560 : 860 };
      return page.screenshot({ fullPage: true, clip, animations: "disabled" });
    });
  const [before, after] = [await take(false), await take(true)];
  const panels = PNG.sync.read(compare(before, after).comparison);
  const difference = new PNG({ width, height: panels.height });
  PNG.bitblt(panels, difference, width * 2, 0, width, panels.height, 0, 0);
  return new Map([
    ["before", before],
    ["after", after],
    ["difference", PNG.sync.write(difference)],
  ]);
}

const pictures = new Map([
  ["sundial-row-coffee/home-1280", await picturesOf("sundial-row-coffee", 1280)],
  ["sundial-row-coffee/home-360", await picturesOf("sundial-row-coffee", 360)],
  ["souq-najmat-alwadi/home-1280", await picturesOf("souq-najmat-alwadi", 1280)],
]);

async function openComment(markdown: string, width: number, scheme: "light" | "dark") {
  const page = await openTab(browser, { width, scheme });
  await page.route(`${PREVIEW}pictures/**`, (route) => {
    const [, subject = "", when = ""] = /pictures\/(.+)-([a-z]+)\.png$/.exec(route.request().url()) ?? [];
    return route.fulfill({ contentType: "image/png", body: pictures.get(subject)?.get(when) ?? "" });
  });
  await page.setContent(commentPage(markdown), { waitUntil: "load" });
  return page;
}

describe.each([360, 1280])("at %i pixels", (width) => {
  test.each(["light", "dark"] as const)("fits, and shows every picture, when %s", async (scheme) => {
    const page = await openComment(MARKDOWN, width, scheme);
    try {
      const seen = await page.evaluate(() => ({
        overflow: document.documentElement.scrollWidth - innerWidth,
        pictures: [...document.images]
          .filter((image) => image.closest("details")?.open === true)
          .map((image) => image.naturalWidth),
      }));
      expect(seen.overflow).toBeLessThanOrEqual(0);
      expect(seen.pictures.length).toBeGreaterThan(0);
      expect(seen.pictures).not.toContain(0);
      const look = process.env["LOOK"];
      if (look !== undefined) await page.screenshot({ path: join(look, `${scheme}-${width}.png`), fullPage: true });
      if (process.env["MEASURE"] === "1" && width === 1280 && scheme === "light")
        writeFileSync(PICTURE, await page.locator("article").screenshot());
    } finally {
      await page.context().close();
    }
  });
});

test("without pictures and previews it fits as well", async () => {
  const page = await openComment(BARE, 1280, "light");
  try {
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await page.locator("img").count()).toBe(0);
  } finally {
    await page.context().close();
  }
});
