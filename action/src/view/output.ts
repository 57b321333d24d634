/**
 * Text of tenants made harmless for a terminal or a runner's log.
 *
 * The runner takes commands from what a step prints: `::name::` at a line's start (after any white space), and the
 * older `##[name]` anywhere in a line. Both are broken by a plain space and not by an invisible character: the
 * runner compares by culture, which looks through invisible ones.
 */

/** Longest line that leaves us, in UTF-16 units; the runner itself cuts messages at 4,096. */
export const LINE_LIMIT = 4_000;

/** Where some reader may see a new line: .NET, JavaScript and terminals disagree, so all of them. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;

/** Controls (a tab is white space), bidi marks and everything else that has no shape of its own. */
const SHAPELESS = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Any text as lines that are safe to print one by one. */
export const safeLines = (text: string): string[] => text.split(LINE_BREAK).map(safeOne);

/** Any text as one line that is safe to print. */
export const safeLine = (text: string): string => safeOne(text.split(LINE_BREAK).join(" "));

function safeOne(line: string): string {
  const shown = line.toWellFormed().replaceAll("\t", " ").replaceAll(SHAPELESS, "");
  return breakCommands(shorten(shown, LINE_LIMIT));
}

/** For lines composed of safe pieces, colours included: joining must not make a command out of two harmless halves. */
export const breakCommands = (line: string): string => line.replaceAll("##[", "## [").replace(/^(\s*:)(?=:)/u, "$1 ");

/** At most `limit` UTF-16 units; what is cut ends in an ellipsis and never inside a character. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
