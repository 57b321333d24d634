/** What axe finds wrong in a page. */
import axe, { type AxeResults, type RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface InPage {
  run(context: Document, options: RunOptions): Promise<AxeResults>;
}

/** One line for each violation: the rule, its elements, the reason. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(`${axe.source};undefined`);
  return page.evaluate(async (tags) => {
    // In the page it is a global, not the module of this file.
    const { axe: inPage } = window as unknown as { readonly axe: InPage };
    const { violations } = await inPage.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => {
      const [first] = nodes;
      const why = first?.any[0]?.message ?? help;
      return `${id}: ${nodes.length} × ${first?.html.slice(0, 160)}: ${why}`;
    });
  }, TAGS);
}
