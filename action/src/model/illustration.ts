/** Pictures drawn by the engine: for a product without a photograph, and for the browser's tab. */
import { hash } from "node:crypto";
import { converter, formatHex, modeHsl, modeRgb, parse, useMode } from "culori/fn";
import { mix, readableOn } from "./color.ts";
import { escapeHtml } from "./escape.ts";

useMode(modeRgb);
useMode(modeHsl);
const toRgb = converter("rgb");

/** An SVG document; equal arguments, equal bytes. */
export type Illustration = string;

/** The theme's colours that a drawing starts from. */
export interface DrawingColors {
  readonly surface: string;
  readonly accent: string;
}

/** Still lives of one or two vessels on a table: paths in a box of 200 by 150, the ground at 120. */
const SHAPES: readonly string[] = [
  "M82 120c-12-8-18-22-14-38 3-13 14-18 18-30l1-12h26l1 12c4 12 15 17 18 30 4 16-2 30-14 38z",
  "M58 74h84c0 30-14 46-32 46H90c-18 0-32-16-32-46z",
  "M72 52h56v62a6 6 0 0 1-6 6H78a6 6 0 0 1-6-6z",
  "M100 32c26 0 40 22 40 48s-16 40-40 40-40-14-40-40 14-48 40-48z",
  "M64 120V76a36 36 0 0 1 72 0v44h-20V78a16 16 0 0 0-32 0v42z",
  "M100 36l42 84H58z",
  "M66 62h68l-8 58H74zM80 62v-8a20 20 0 0 1 40 0v8h-7v-7a13 13 0 0 0-26 0v7z",
  "M62 96h76v10a14 14 0 0 1-14 14H76a14 14 0 0 1-14-14zM74 66h52v10a14 14 0 0 1-14 14H88a14 14 0 0 1-14-14z",
];

/** A still life in the product's own colour where that has a name that CSS knows, otherwise in shades of the accent. */
export function illustrate(
  seed: string,
  colorName: string | undefined,
  { surface, accent }: DrawingColors,
): Illustration {
  const digest = hash("sha256", seed, "buffer");
  const byte = (at: number): number => digest[at] ?? 0;
  const shape = SHAPES[byte(0) % SHAPES.length] ?? "";
  const body = namedColor(colorName) ?? mix(accent, surface, 0.15 + (byte(1) / 255) * 0.45);
  const ground = mix(surface, body, 0.1);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 150" width="800" height="600">` +
    `<rect width="200" height="150" fill="${ground}"/>` +
    `<circle cx="${60 + (byte(2) % 80)}" cy="${30 + (byte(3) % 30)}" r="${34 + (byte(4) % 24)}" fill="${mix(ground, "#ffffff", 0.35)}"/>` +
    `<ellipse cx="100" cy="121" rx="52" ry="5" fill="${mix(ground, "#000000", 0.16)}"/>` +
    `<path d="${shape}" fill="${body}"/>` +
    `<path d="${shape}" fill="${mix(body, "#ffffff", 0.35)}" transform="translate(41 49) scale(.55 .55)" opacity=".35"/>` +
    `</svg>\n`
  );
}

/** A colour that CSS has a name for, or whose last word is one: "Ink Black". */
function namedColor(name: string | undefined): string | undefined {
  const word = name
    ?.trim()
    .toLowerCase()
    .split(/[\s/]+/)
    .at(-1);
  const color = word === undefined || word === "" ? undefined : toRgb(parse(word));
  // Pure screen colours would shout in a still life.
  return color && mix(formatHex(color), "#8d8a84", 0.3);
}

/** The store's initial on its accent. */
export function favicon(name: string, accent: string): string {
  const initial = String.fromCodePoint(name.trim().codePointAt(0) ?? 32).toUpperCase();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="${accent}"/><text x="16" y="22.5" font-family="system-ui,sans-serif" font-size="18" font-weight="600" text-anchor="middle" fill="${readableOn(accent)}">${escapeHtml(initial)}</text></svg>\n`;
}
