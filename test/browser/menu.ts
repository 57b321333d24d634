/** Opening what hides a page's navigation, by keyboard alone. */
import type { Page } from "playwright-core";

/** Presses of Tab until the menu must have been met. */
const MOST_STOPS = 40;

/**
 * Makes every link of the page's `<nav>` elements visible. Undefined where that was done, or where all of them are
 * visible anyway; otherwise the links that stayed hidden.
 */
export async function openMenu(page: Page): Promise<readonly string[] | undefined> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if ((await hiddenLinks(page)).length === 0) return undefined;
    await page.keyboard.press("Tab");
    if (!(await isSwitch(page))) continue;
    for (const key of ["Enter", "Space"]) {
      const before = (await hiddenLinks(page)).length;
      await page.keyboard.press(key);
      if ((await hiddenLinks(page)).length < before) break;
    }
  }
  return hiddenLinks(page);
}

/** Whether the focus is on something that opens something. */
function isSwitch(page: Page): Promise<boolean> {
  return page.evaluate(
    () =>
      document.activeElement?.matches(
        "summary, [aria-expanded], [aria-haspopup], [aria-controls], [popovertarget], [commandfor], [type=checkbox]",
      ) === true,
  );
}

function hiddenLinks(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("nav a[href]")]
      .filter((link) => {
        const { width, left, right } = link.getBoundingClientRect();
        const isRendered = link.checkVisibility({ visibilityProperty: true, opacityProperty: true });
        return !isRendered || width === 0 || right <= 0 || left >= innerWidth;
      })
      .map((link) => link.textContent.trim()),
  );
}
