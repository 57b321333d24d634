/** Colours as arithmetic: contrast by WCAG 2, mixtures in Oklab. */
import {
  type Oklab,
  clampChroma,
  converter,
  formatHex,
  modeLrgb,
  modeOklab,
  modeOklch,
  modeRgb,
  parse,
  useMode,
  wcagContrast,
} from "culori/fn";

useMode(modeRgb);
useMode(modeLrgb);
useMode(modeOklab);
useMode(modeOklch);
const toOklab = converter("oklab");

/** `#rrggbb`. */
export type Color = string;

/** What a colour is written as here: that of CSS without its opacity; undefined for what is none, or cannot be seen. */
export function plainColor(text: string): Color | undefined {
  const color = parse(text.trim());
  return color === undefined || color.alpha === 0 ? undefined : formatHex(color);
}

/** Of normal text, WCAG 2 level AA. */
export const TEXT_CONTRAST = 4.5;
/** Of marks and borders that carry a meaning, WCAG 2 level AA. */
export const MARK_CONTRAST = 3;

/** The contrast ratio of two colours: 1 to 21. */
export const contrastOf = (one: Color, other: Color): number => wcagContrast(one, other);

/** The lowest contrast of a colour against several. */
export const lowestContrast = (color: Color, against: readonly Color[]): number =>
  Math.min(...against.map((other) => contrastOf(color, other)));

/** Colours of a fleet repeat, and reading one costs more than the arithmetic; cleared when full, so that memory stays flat. */
const read = new Map<Color, Oklab>();
const MOST_READ = 512;

function oklabOf(color: Color): Oklab {
  let known = read.get(color);
  if (known !== undefined) return known;
  known = toOklab(color);
  if (known === undefined) throw new Error(`not a colour: ${color}`);
  if (read.size >= MOST_READ) read.clear();
  read.set(color, known);
  return known;
}

/** `share` of the second colour (0 to 1) in the first. */
export function mix(first: Color, second: Color, share: number): Color {
  const a = oklabOf(first);
  const b = oklabOf(second);
  const between = (from: number, to: number) => from + (to - from) * share;
  return formatHex({ mode: "oklab", l: between(a.l, b.l), a: between(a.a, b.a), b: between(a.b, b.b) });
}

/** How light a colour looks: 0 (black) to 1 (white), by Oklab. */
export const lightnessOf = (color: Color): number => oklabOf(color).l;

/** A colour of the same hue with another lightness, and no more chroma than that: both 0 to 1, in OKLCH. */
export function withLightness(color: Color, most: { readonly lightness: number; readonly chroma: number }): Color {
  const { a, b } = oklabOf(color);
  const c = Math.min(Math.hypot(a, b), most.chroma);
  const h = (Math.atan2(b, a) * 180) / Math.PI;
  return formatHex(clampChroma({ mode: "oklch", l: most.lightness, c, h }, "oklch"));
}

/** Black or white, whichever is easier to read on a colour; one of them always has at least 4.5:1. */
export const readableOn = (color: Color): Color =>
  contrastOf("#ffffff", color) >= contrastOf("#000000", color) ? "#ffffff" : "#000000";

/** The colour nearest to `wished` on the way to `goal` that has `ratio` against all of `against`; undefined when `goal` itself has not. */
export function moveUntilReadable(
  wished: Color,
  goal: Color,
  against: readonly Color[],
  ratio: number,
): Color | undefined {
  if (lowestContrast(wished, against) >= ratio) return wished;
  if (lowestContrast(goal, against) < ratio) return undefined;
  let unreadable = 0;
  let readable = 1;
  for (let halving = 0; halving < 8; halving++) {
    const middle = (unreadable + readable) / 2;
    if (lowestContrast(mix(wished, goal, middle), against) >= ratio) readable = middle;
    else unreadable = middle;
  }
  return mix(wished, goal, readable);
}
