/** A template's `styles.css` and `main.js`, checked against what every store promises its visitors. */
import { gzipSync } from "node:zlib";
import { compactStyles } from "./compact-styles.ts";
import type { Diagnostic, Location } from "./diagnostic.ts";
import { suggest } from "./suggestion.ts";
import { PLAIN_TOKENS, schemesOf, themeCss } from "./theme.ts";

/** What visitors load of each at most, in bytes, gzipped: the styles with a store's tokens before them. */
export const MOST_BYTES = { "styles.css": 6_000, "main.js": 4_000 } as const;

/** A store's tokens as the engine writes them before the styles, in both schemes. */
const plainTheme = (): string => {
  const { always, dark } = schemesOf(PLAIN_TOKENS.color, "auto");
  return themeCss(PLAIN_TOKENS, always, dark);
};

/** The custom properties that the engine gives: `--color-text`, `--radius` … */
export const tokenNames = (): readonly string[] => [...new Set(declaredIn(plainTheme()))].toSorted();

/** Comments are blanked, so that offsets stay. */
const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, " "));

const declaredIn = (css: string): string[] =>
  [...css.matchAll(/(?<![\w-])(--[\w-]+)\s*:/g)].map((match) => match[1] ?? "");

/** `template-token-unknown`, `template-address`, `template-weight`. */
export function checkStyles(css: string, locate: (offset: number) => Location): Diagnostic[] {
  const code = withoutComments(css);
  const tokens = tokenNames();
  const known = new Set([...tokens, ...declaredIn(code)]);
  const unknown = [...code.matchAll(/\bvar\(\s*(--[\w-]+)/g)].filter((match) => !known.has(match[1] ?? ""));
  const elsewhere = code.matchAll(/@import\b|\burl\(\s*(?!["']?#)[^)]*\)?/g);
  return [
    ...unknown.map(({ 1: name = "", index }): Diagnostic => ({
      rule: "template-token-unknown",
      severity: "error",
      message: `there is no token ${name}, and the styles do not set it`,
      hint: suggest(name, tokens),
      location: locate(index),
    })),
    ...[...elsewhere].map((match) =>
      writtenByHand(
        match[0],
        "styles load no other file; put a drawing into the page, or use mask and gradients",
        locate(match.index),
      ),
    ),
    ...checkWeight("styles.css", plainTheme() + compactStyles(css), locate),
  ];
}

/** `template-address`, `template-weight`. */
export function checkScript(script: string, locate: (offset: number) => Location): Diagnostic[] {
  const code = withoutComments(script).replaceAll(/^\s*\/\/.*$/gm, (comment) => " ".repeat(comment.length));
  const elsewhere = code.matchAll(/(["'`])(?:(?!http:\/\/www\.w3\.org\/)[a-z]+:)?\/\/[a-z0-9[][^"'`]*\1/gi);
  return [
    ...[...elsewhere].map((match) =>
      writtenByHand(match[0], "a page loads nothing from elsewhere; read addresses from the page", locate(match.index)),
    ),
    ...checkWeight("main.js", script, locate),
  ];
}

const writtenByHand = (written: string, hint: string, location: Location): Diagnostic => ({
  rule: "template-address",
  severity: "error",
  message: `${written.slice(0, 80)} is an address written by hand`,
  hint,
  location,
});

function checkWeight(name: keyof typeof MOST_BYTES, text: string, locate: (offset: number) => Location): Diagnostic[] {
  const most = MOST_BYTES[name];
  // What is small as it is, is smaller still when compressed.
  const bytes = text.length <= most ? 0 : gzipSync(text, { level: 9 }).length;
  if (bytes <= most) return [];
  return [
    {
      rule: "template-weight",
      severity: "error",
      message: `${name} has ${bytes} bytes when compressed`,
      hint: `at most ${most}, so that a page is there at once on a slow network`,
      location: locate(0),
    },
  ];
}
