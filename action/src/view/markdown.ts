/**
 * Text of tenants as Markdown that stays text: no mention, link, picture or HTML comes of it.
 *
 * Everything goes into code, the only place where GitHub looks for none of these; escaping alone would not do, since
 * mentions and bare addresses are found after the escapes are resolved.
 */
import { safeLine, shorten } from "./output.ts";

/** Longest value in a table or sentence, in UTF-16 units. */
const VALUE_LIMIT = 300;

/** Longest hint, in UTF-16 units: it may hold a line to paste for each guard, and one that is cut lets nothing pass. */
export const HINT_LIMIT = 3_900;

/** A value inside a sentence or a table cell, cut to `limit` UTF-16 units; empty for empty. */
export function codeSpan(value: string, limit = VALUE_LIMIT): string {
  const text = shorten(safeLine(value), limit).trim();
  if (text === "") return "";
  const fence = "`".repeat(longestRun(text) + 1);
  const padding = text.startsWith("`") || text.endsWith("`") ? " " : "";
  // Tables are cut at pipes before code is looked for, also inside of it; the backslash goes when they are.
  return `${fence}${padding}${text.replaceAll("|", "\\|")}${padding}${fence}`;
}

/** Lines that are already safe to print, as one block. */
export function codeBlock(lines: readonly string[], language = "text"): string {
  const text = lines.join("\n");
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A link where the address has only harmless characters, otherwise the address as code. */
export const addressLink = (url: string): string =>
  /^https?:\/\/[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9./-]*)?$/.test(url) ? `<${url}>` : codeSpan(url);

/** The two lines that begin a table. `right` names the columns of numbers. */
export const tableHead = (names: readonly string[], right: ReadonlySet<string>): readonly string[] => [
  tableRow(names),
  tableRow(names.map((name) => (right.has(name) ? "--:" : ":--"))),
];

/** A line of a table; cells must be Markdown already. */
export const tableRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
