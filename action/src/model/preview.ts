/**
 * The picture that a link to a store shows where it is shared: name, tagline, address, and a drawing of its first product.
 *
 * It is an SVG in the theme's colours; `Pictures.draw` makes the PNG of it that networks ask for. Nothing measures its
 * text: widths are estimated from above, so that a line is rather too small than too long.
 */
import { escapeHtml } from "./escape.ts";
import { DRAWING_SIZE, illustrate, recognise } from "./illustration.ts";
import { directionOf } from "./message.ts";
import type { Store } from "./store.ts";
import { primaryHost } from "./tenant.ts";
import { type CompleteTokens, type Looks, schemesOf, tokensOf } from "./theme.ts";

/** An SVG document of {@link PREVIEW_SIZE}; equal arguments, equal bytes. */
type PreviewDrawing = string;

/** What every network shows uncut, in pixels. */
export const PREVIEW_SIZE = { width: 1200, height: 630 } as const;

/** Who draws the pixels: another version may draw others, so it is part of what a preview is. */
export const PREVIEW_DRAWER = "@resvg/resvg-wasm 2.6.2, @expo-google-fonts/vazirmatn 0.4.1, sharp 0.35.5";

/** The one font that a preview is written in; it has the letters of Latin and Arabic, bold and regular. */
export const PREVIEW_FONT = "Vazirmatn";

const MARGIN = 64;
/** The drawing is a square at the end of the line; before it is room for text. */
const SQUARE = PREVIEW_SIZE.height;
const ROOM = PREVIEW_SIZE.width - SQUARE - 2 * MARGIN;

/** A block of text: sizes from the wished to the least, in pixels, and how many lines it may take. */
interface Setting {
  readonly sizes: readonly [number, ...number[]];
  readonly lines: number;
  readonly weight: 400 | 700;
}
const NAME: Setting = { sizes: [84, 72, 60, 50, 42], lines: 3, weight: 700 };
const TAGLINE: Setting = { sizes: [34, 30, 26], lines: 2, weight: 400 };
const HOST: Setting = { sizes: [26, 22, 18], lines: 1, weight: 400 };

/** Text in lines that fit, at the size at which they do. */
interface Fitted {
  readonly lines: readonly string[];
  readonly size: number;
  readonly weight: Setting["weight"];
}

/** The store with its preview; one without an address, which nobody can link to, stays as it is. */
export const withPreview = (store: Store, looks: Looks): Store =>
  primaryHost(store.tenant.settings) === null ? store : { ...store, preview: previewOf(store, looks) };

/** Draws the preview of a store in the colours that its template and its own tokens give. */
export function previewOf({ tenant, catalog }: Pick<Store, "tenant" | "catalog">, looks: Looks): PreviewDrawing {
  const { brand, theme, locale, catalog: settings } = tenant.settings;
  const tokens = tokensOf(theme.tokens, theme.preset, looks);
  const { always: colors } = schemesOf(tokens.color, theme.scheme);
  const isMirrored = directionOf(locale.default) === "rtl";
  const { width, height } = PREVIEW_SIZE;

  const name = fit(brand.name, NAME);
  const tagline = fit(brand.tagline ?? "", TAGLINE);
  const space = name.lines.length > 0 && tagline.lines.length > 0 ? 28 : 0;
  // In the middle of what the address leaves.
  const top = (height - MARGIN - HOST.sizes[0] - heightOf(name) - space - heightOf(tagline)) / 2;
  const write = (block: Fitted, from: number, color: string): string =>
    block.lines
      .map((line, index) => {
        const y = Math.round(from + block.size * (0.85 + index * LINE_HEIGHT));
        const x = isMirrored ? `x="${width - MARGIN}" text-anchor="end"` : `x="${MARGIN}"`;
        return `<text ${x} y="${y}" font-size="${block.size}" font-weight="${block.weight}" fill="${color}">${escapeHtml(line)}</text>`;
      })
      .join("");

  const [first] = catalog.products;
  const drawn =
    first === undefined
      ? ""
      : illustrate(
          recognise(first, settings.illustration),
          [first.variants[0].attributes["swatch"], first.variants[0].attributes["color"]],
          colors,
        );
  const place = `translate(${isMirrored ? 0 : width - SQUARE} 0) scale(${SQUARE / DRAWING_SIZE})`;
  const edge = isMirrored ? width - 12 : 0;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${PREVIEW_FONT}">`,
    `<rect width="${width}" height="${height}" fill="${groundOf(tokens, colors)}"/>`,
    `<g transform="${place}">${drawn}</g>`,
    `<rect x="${edge}" width="12" height="${height}" fill="${colors.accent}"/>`,
    write(name, top, colors.text),
    write(tagline, top + heightOf(name) + space, colors.muted),
    write(fit(primaryHost(tenant.settings) ?? "", HOST), height - MARGIN - HOST.sizes[0], colors.link),
    `</svg>`,
  ].join("");
}

/** An accent behind the hero would leave no accent here: the text is that of a page. */
const groundOf = (
  { hero }: CompleteTokens,
  colors: { readonly background: string; readonly surface: string },
): string => (hero === "surface" ? colors.surface : colors.background);

const LINE_HEIGHT = 1.2;
const heightOf = ({ lines, size }: Fitted): number => lines.length * size * LINE_HEIGHT;

/** The largest size at which the text takes no more lines than it may; at the least it is cut short. */
function fit(text: string, { sizes, lines: most, weight }: Setting): Fitted {
  const words = writable(text).split(" ").filter(Boolean);
  for (const size of sizes) {
    const lines = wrap(words, ROOM / size);
    if (lines.length <= most && lines.every((line) => widthOf(line) * size <= ROOM)) return { lines, size, weight };
  }
  const size = sizes.at(-1) ?? sizes[0];
  const lines = wrap(words, ROOM / size).slice(0, most);
  return { lines: lines.map((line, index) => shorten(line, ROOM / size, index === most - 1)), size, weight };
}

function wrap(words: readonly string[], room: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Cuts a line that is too long; `isLast` tells that there was more. */
function shorten(line: string, room: number, isLast: boolean): string {
  if (!isLast && widthOf(line) <= room) return line;
  let cut = line;
  while (cut !== "" && widthOf(`${cut}…`) > room) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

/** What the font has no picture for (emoji, signs, what is unseen) is left out; text in other letters altogether. */
function writable(text: string): string {
  const written = text
    .normalize("NFC")
    .replace(/[\p{C}\p{So}\p{Sk}\uFE0F]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return /[^\p{Script_Extensions=Latin}\p{Script_Extensions=Arabic}\p{Script=Common}\p{Script=Inherited}]/u.test(
    written,
  )
    ? ""
    : written;
}

/** Of a text, in its own size: an estimate from above. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (/[ijlI|.,:;'!’·]/.test(character)) return 0.34;
  if (/[mwMW@%—…]/.test(character)) return 0.95;
  if (character === " ") return 0.28;
  return /[\p{Lu}\p{Sm}]/u.test(character) ? 0.71 : 0.59;
}
