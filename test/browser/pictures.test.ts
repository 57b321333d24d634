import assert from "node:assert/strict";
import { afterAll, describe, expect, test } from "vitest";
import { launchChromium, visit } from "./chromium.ts";
import { approve, approvedNames, compare, compareWithApproved, takePicture } from "./pictures.ts";
import { badPage, pageOf, stores, type ExampleStore } from "./stores.ts";

const browser = await launchChromium();
const isBlessing = process.env["BLESS"] === "1";
const pictures = new Map<string, Buffer>();
afterAll(async () => {
  await browser.close();
  if (isBlessing) approve(pictures, NAMES);
});

const KINDS = ["home", "collections", "products", "contact", "search", "pages"];
/** A wide page is taken at half its size: the repository keeps these pictures. */
const VIEWS = [
  { width: 360, scale: 1 },
  { width: 1280, scale: 0.5 },
];
const schemesOf = ({ hasDarkScheme }: ExampleStore): readonly ("light" | "dark")[] =>
  hasDarkScheme ? ["light", "dark"] : ["light"];
const SUBJECTS = stores.flatMap((store) =>
  KINDS.flatMap((kind) =>
    VIEWS.flatMap((view) =>
      schemesOf(store).map((scheme) => ({
        store,
        kind,
        view: { ...view, scheme },
        name: [store.id, kind, view.width, ...(scheme === "dark" ? [scheme] : [])].join("-"),
      })),
    ),
  ),
);

const NAMES: ReadonlySet<string> = new Set(SUBJECTS.map(({ name }) => name));

describe("looks as approved (npm run bless after looking at the difference)", () => {
  test.each(SUBJECTS)("$name", async ({ store, kind, view, name }) => {
    const picture = await visit(browser, pageOf(store, kind).url, view, takePicture);
    pictures.set(name, picture);
    expect(isBlessing ? undefined : compareWithApproved(name, picture)).toBeUndefined();
  });

  test("no approved picture is of nothing", () => {
    expect(isBlessing ? [] : approvedNames().filter((name) => !NAMES.has(name))).toEqual([]);
  });
});

test("some example is pictured in the dark too, some from right to left", async () => {
  const directions = await Promise.all(
    stores.map((store) =>
      visit(browser, pageOf(store, "home").url, { width: 360 }, (page) => page.locator("html").getAttribute("dir")),
    ),
  );
  expect(stores.some(({ hasDarkScheme }) => hasDarkScheme)).toBe(true);
  expect(directions).toEqual(expect.arrayContaining(["ltr", "rtl"]));
});

test("two pictures of one page are the same, of two pages not", async () => {
  const [subject] = SUBJECTS;
  assert(subject, "there are no examples");
  const { url } = pageOf(subject.store, "home");
  const { view } = subject;
  const first = await visit(browser, url, view, takePicture);
  expect(compare(first, await visit(browser, url, view, takePicture)).different).toBe(0);
  const other = await visit(browser, badPage("wide.html"), view, takePicture);
  expect(compare(first, other).different).toBeGreaterThan(1000);
});
