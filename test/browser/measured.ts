/** Tables of what was measured, for people: printed to a temporary file, and kept in `docs/measured/` when asked. */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Figures are times and sizes of the machine that measured, so only `MEASURE=1` changes the repository's. */
const FOLDER =
  process.env["MEASURE"] === "1" ? join(import.meta.dirname, "../../docs/measured") : join(tmpdir(), "store-measured");

/** Writes `NAME.md` with one table in it, columns aligned as the formatter would have them. */
export function writeTable(name: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length), 3, title.length),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.md`);
  writeFileSync(file, [line(head), rule, ...rows.map(line), ""].join("\n"));
  process.stdout.write(`figures: ${file}\n`);
}
