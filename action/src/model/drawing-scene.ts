/**
 * The studio that every drawing is made in: its light, its table, its shadows.
 *
 * Things are painted in one colour each; light and shade lie over them as black and white of some opacity. So a drawing
 * costs a few mixtures instead of dozens, its bytes repeat and compress, and the same kit works on every surface.
 * The picture is a square; what matters keeps to the middle three quarters, so that a card may cut it to 4:3 or 3:4.
 */
import { type Color, lightnessOf, mix } from "./color.ts";
import type { Dice } from "./drawing-dice.ts";

/** The theme's colours that a drawing starts from. */
export interface DrawingColors {
  readonly surface: Color;
  readonly accent: Color;
}

/** What a kit paints with. */
export interface Paint {
  /** The product's own colour. */
  readonly body: Color;
  /** The same in the shade, and in the light. */
  readonly dark: Color;
  readonly light: Color;
  /** A neighbour of the colour that is quiet beside it: paper, lining, bare clay. */
  readonly quiet: Color;
  /** The store's accent, for a small thing beside the product. */
  readonly accent: Color;
  /** The product's colour and the accent as they look further away. */
  readonly distant: Color;
  readonly distantAccent: Color;
  /** The colour's own name, in lower case; empty without one. */
  readonly name: string;
}

/** Front, with its surroundings, close. */
export type View = 0 | 1 | 2;
/** Every view, in the order of a gallery. */
export const VIEWS: readonly View[] = [0, 1, 2];

/** Everything a kit is given for one drawing. */
export interface Sitting {
  readonly paint: Paint;
  readonly dice: Dice;
  readonly view: View;
}

/** What a kit gives back: definitions, and the marks that use them. */
export interface Subject {
  readonly defs: string;
  readonly marks: string;
  /** Where the thing touches the table: centre and half width. Without it, it hangs or lies flat. */
  readonly foot?: { readonly x: number; readonly y: number; readonly reach: number };
  /** How much larger than drawn, about the foot; 1 when left out. */
  readonly grow?: number;
  /** What a close view enlarges; the middle of the picture when left out. */
  readonly close?: { readonly x: number; readonly y: number; readonly scale: number };
}

interface Stage {
  readonly paint: Omit<Paint, "name">;
  /** The definitions that every drawing on it needs. */
  readonly frame: string;
  /** An arch on the wall, for views with surroundings. */
  readonly arch: string;
}

/** Stages by body, surface and accent: variants and views share one. Cleared when full, so that memory stays flat. */
const stages = new Map<string, Stage>();
const MOST_STAGES = 1024;

/** The colours of a drawing whose product has the colour `body`. */
export function stageOf(body: Color, { surface, accent }: DrawingColors): Stage {
  const key = body + surface + accent;
  let stage = stages.get(key);
  if (stage === undefined) {
    if (stages.size >= MOST_STAGES) stages.clear();
    stages.set(key, (stage = setStage(body, surface, accent)));
  }
  return stage;
}

function setStage(body: Color, surface: Color, accent: Color): Stage {
  const isDark = lightnessOf(surface) < 0.55;
  const tinted = mix(surface, body, isDark ? 0.13 : 0.16);
  // A thing as light or as dark as its wall would be lost on it: the wall gives way, not the product.
  const distance = lightnessOf(body) - lightnessOf(tinted);
  const isNear = Math.abs(distance) < 0.16;
  const ground = isNear && !isDark ? mix(tinted, distance > -0.05 ? "#4a4038" : "#ffffff", 0.22) : tinted;
  const glow = mix(ground, "#ffffff", isDark ? 0.26 : isNear ? 0.14 : 0.55);
  const table = mix(ground, isDark ? "#ffffff" : body, isDark ? 0.07 : 0.08);
  const paint = {
    body,
    dark: mix(body, "#14100d", 0.42),
    light: mix(body, "#fffaf2", 0.42),
    quiet: mix("#cdb79b", body, 0.22),
    accent,
    distant: mix(body, ground, 0.38),
    distantAccent: mix(accent, ground, 0.15),
  };
  return {
    paint,
    arch: `<path d="M170 600V360a230 230 0 0 1 460 0V600Z" fill="${mix(ground, body, 0.24)}"/>`,
    frame:
      gradient("r", "g", [glow, ground], 'cx=".42" cy=".36" r=".8"') +
      gradient("l", "t", [mix(table, "#14100d", 0.1), mix(table, "#ffffff", isDark ? 0.03 : 0.28)], DOWN) +
      `<radialGradient id="s"><stop stop-color="${mix(ground, "#0d0a08", 0.78)}" stop-opacity=".62"/><stop offset=".55" stop-color="${mix(ground, "#0d0a08", 0.78)}" stop-opacity=".2"/><stop offset="1" stop-color="${ground}" stop-opacity="0"/></radialGradient>` +
      VOLUME,
  };
}

const DOWN = 'x2="0" y2="1"';

/** `l`inear or `r`adial, colours at even distances. */
export function gradient(kind: "l" | "r", id: string, colors: readonly Color[], place = ""): string {
  const name = kind === "l" ? "linearGradient" : "radialGradient";
  const last = colors.length - 1;
  let stops = "";
  for (let index = 0; index <= last; index++)
    stops += `<stop${index === 0 ? "" : ` offset="${tenth((index / last) * 10) / 10}"`} stop-color="${colors[index]}"/>`;
  return `<${name} id="${id}"${place === "" ? "" : ` ${place}`}>${stops}</${name}>`;
}

/** Light from the upper left on a round thing: `fill="url(#v)"` over its colour. */
const VOLUME =
  '<linearGradient id="v"><stop stop-color="#210" stop-opacity=".3"/>' +
  '<stop offset=".3" stop-color="#fff" stop-opacity=".4"/><stop offset=".5" stop-color="#fff" stop-opacity="0"/>' +
  '<stop offset=".88" stop-color="#210" stop-opacity=".44"/><stop offset="1" stop-color="#210" stop-opacity=".26"/></linearGradient>';

/** A number with one decimal at most. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;

/** The finished document. */
export function compose({ frame, arch }: Stage, { defs, marks, foot, grow, close }: Subject, view: View): string {
  const zoom =
    view === 2
      ? ` transform="translate(400 400)scale(${close?.scale ?? 1.7})translate(${-(close?.x ?? 400)} ${-(close?.y ?? 400)})"`
      : grow === undefined
        ? ""
        : ` transform="translate(400 600)scale(${grow})translate(-400 -600)"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800"><defs>${frame}${defs}</defs>` +
    `<rect width="800" height="800" fill="url(#g)"/><g${zoom}>${view === 1 ? arch : ""}${foot === undefined ? "" : TABLE + shadow(foot)}${marks}</g></svg>\n`
  );
}

const TABLE = '<path d="M-400 560H1200V1200H-400Z" fill="url(#t)"/>';

/** The soft pool around a foot, and the long one that falls to the right. */
const shadow = ({ x, y, reach }: { x: number; y: number; reach: number }): string =>
  `<ellipse cx="${x + reach * 0.35}" cy="${y + 8}" rx="${tenth(reach * 1.55)}" ry="${tenth(reach * 0.2 + 12)}" fill="url(#s)"/><ellipse cx="${x}" cy="${y}" rx="${tenth(reach * 1.08)}" ry="${tenth(reach * 0.08 + 10)}" fill="url(#s)"/>`;
