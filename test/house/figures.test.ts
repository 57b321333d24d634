/** The figures that README shows are the worst that were measured. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./sources.ts";

test("README shows the worst measured figures", () => {
  const weights = columnsOf("docs/measured/page-weight.md");
  const audits = columnsOf("docs/measured/lighthouse.md");
  const most = (column: readonly string[] = []): string => column.toSorted((a, b) => Number(b) - Number(a))[0] ?? "";
  const scores = ["performance", "accessibility", "best practices", "SEO"].flatMap((name) => audits.get(name) ?? []);
  const shown = readFileSync(join(root, "README.md"), "utf8").split("| measured")[1]?.split("\n\n")[0] ?? "";
  const figures = rowsOf(shown).map((cells) => (cells.at(-1) ?? "").match(/[\d.]+/g));
  expect(figures.filter((found) => found !== null)).toEqual([
    [String(Math.min(...scores.map(Number)))],
    [most(audits.get("LCP ms"))],
    [most(audits.get("CLS")), most(audits.get("TBT ms"))],
    [most(weights.get("JS kB")), most(weights.get("CSS kB")), most(weights.get("HTML kB"))],
    [most(weights.get("without photos kB")), most(weights.get("all kB"))],
    [most(weights.get("requests"))],
  ]);
});

/** The cells below each heading of a file that is one table; of the budgets' row, none. */
function columnsOf(file: string): ReadonlyMap<string, readonly string[]> {
  const [head = [], , ...rows] = rowsOf(readFileSync(join(root, file), "utf8"));
  const measured = rows.filter(([store]) => store !== "budget");
  return new Map(head.map((name, at) => [name, measured.map((cells) => cells[at] ?? "")]));
}

const rowsOf = (table: string): readonly (readonly string[])[] =>
  table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
