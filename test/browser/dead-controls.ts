/**
 * What a visitor without scripts can touch to no effect.
 *
 * A link leads somewhere, a box or list changes what is seen or belongs to a form, a button opens something or sends a
 * form, and a form that can be sent leads to another page or changes this one. What is folded away is unfolded.
 */
import type { Page } from "playwright-core";

/** One line for each dead control of a page that was opened without scripts. Leaves the page changed. */
export async function findDeadControls(page: Page): Promise<readonly string[]> {
  const url = page.url();
  await unfold(page);
  const found = [...(await findIdle(page))];
  const live = new Set<number>();
  for (const form of await visibleForms(page)) {
    await open(page, url);
    if (await changesSomething(page, form.index)) live.add(form.index);
    else found.push(`form: ${form.element}`);
  }
  await open(page, url);
  return [...found, ...(await findDeadFields(page, [...live]))];
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await unfold(page);
}

async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
}

/** Links to nowhere, and buttons that nothing listens to. */
function findIdle(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const selector = "a, button, [role=button], [role=link], [role=tab], [role=switch], [tabindex='0']";
    return [...document.querySelectorAll(selector)]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !isAlive(element))
      .map((element) => `control: ${element.outerHTML.slice(0, 120)}`);

    function isAlive(element: Element): boolean {
      if (element instanceof HTMLAnchorElement) {
        const address = element.getAttribute("href") ?? "";
        if (!address.startsWith("#")) return address !== "" && !address.startsWith("javascript:");
        return address === "#top" || document.getElementById(decodeURIComponent(address.slice(1))) !== null;
      }
      if (element instanceof HTMLButtonElement) {
        const opened = element.getAttribute("popovertarget") ?? element.getAttribute("commandfor");
        if (opened !== null) return document.getElementById(opened) !== null;
        return element.form !== null && element.type !== "button";
      }
      // What scrolls may be a stop of the Tab key.
      return (
        element.matches("summary, input, select, textarea") ||
        element.scrollWidth > element.clientWidth ||
        element.scrollHeight > element.clientHeight
      );
    }
  });
}

interface Form {
  /** Among the forms of the page. */
  readonly index: number;
  readonly element: string;
}

/** Those that can be sent: by a button, or from a line of text. Others are no more than their fields. */
function visibleForms(page: Page): Promise<readonly Form[]> {
  return page.evaluate(() =>
    [...document.forms]
      .map((form, index) => ({ form, index }))
      .filter(({ form }) =>
        [...form.elements].some(
          (element) =>
            element.matches(
              "button:not([type=button], [type=reset]), input:not([type=checkbox], [type=radio], [type=hidden], [type=reset])",
            ) && element.checkVisibility({ visibilityProperty: true }),
        ),
      )
      .map(({ form, index }) => ({ index, element: form.outerHTML.slice(0, 160) })),
  );
}

/** Fills in the form and sends it, where that leads to one of the store's own pages. */
async function changesSomething(page: Page, index: number): Promise<boolean> {
  const form = page.locator("form").nth(index);
  const { method, isOwn } = await form.evaluate((element: HTMLFormElement) => ({
    method: element.method,
    isOwn: new URL(element.action).origin === location.origin,
  }));
  if (!isOwn || method === "dialog") return true;
  // A store is files: nobody takes what is posted to them.
  if (method === "post") return false;
  const before = await appearance(page);
  await form.evaluate((element: HTMLFormElement) => {
    for (const field of element.elements) {
      if (field instanceof HTMLSelectElement) field.selectedIndex = field.options.length - 1;
      if (!(field instanceof HTMLInputElement)) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = true;
      else if (["text", "search"].includes(field.type)) field.value = "a";
    }
  });
  const button = form
    .locator("button:visible:not([type=button]):not([type=reset]), input[type=submit]:visible")
    .first();
  if ((await button.count()) > 0) await button.click();
  else await form.locator("input:visible").first().press("Enter");
  await page.waitForLoadState("load");
  await unfold(page);
  const after = await appearance(page);
  return before.path !== after.path || before.seen !== after.seen;
}

/** Boxes and lists that change nothing by themselves, in no form or in a dead one. */
async function findDeadFields(page: Page, liveForms: readonly number[]): Promise<readonly string[]> {
  const fields = page.locator("input:not([type=hidden]):visible, select:visible, textarea:visible");
  const found: string[] = [];
  for (const field of await fields.all()) {
    const { form, type, element } = await field.evaluate((one: HTMLInputElement) => ({
      form: one.form === null ? -1 : [...document.forms].indexOf(one.form),
      type: one.type,
      element: one.outerHTML.slice(0, 120),
    }));
    if (liveForms.includes(form)) continue;
    if ((type === "checkbox" || type === "radio") && (await canSeeChange(page, field))) continue;
    found.push(`field: ${element}`);
  }
  return found;
}

async function canSeeChange(page: Page, field: ReturnType<Page["locator"]>): Promise<boolean> {
  const before = await appearance(page);
  await field.evaluate((one: HTMLInputElement) => one.click());
  const after = await appearance(page);
  // A box is put back; of radio buttons another one is chosen in its turn.
  await field.evaluate((one: HTMLInputElement) => one.type === "checkbox" && one.click());
  return before.seen !== after.seen;
}

/** Where one is, and everything that one sees there. */
function appearance(page: Page): Promise<{ readonly path: string; readonly seen: string }> {
  return page.evaluate(() => ({
    path: location.pathname,
    seen: [
      document.body.innerText,
      ...[...document.querySelectorAll("body *")].map((element) =>
        element.checkVisibility({ visibilityProperty: true }) ? "1" : "0",
      ),
    ].join(""),
  }));
}
