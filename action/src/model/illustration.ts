/**
 * Pictures drawn by the engine: for a product without a photograph, and for the browser's tab.
 *
 * `drawing-words` says what a product is, `drawing-colors` what its colour looks like, `drawing-scene` sets the studio up,
 * and a kit (`drawing-vessels`, `-eyewear`, `-coffee`, `-apparel`, `-jewellery`, `-solids`) draws the thing in it.
 */
import { type Color, mix, readableOn } from "./color.ts";
import { drawGarment } from "./drawing-apparel.ts";
import { drawBag } from "./drawing-coffee.ts";
import { colorNamed } from "./drawing-colors.ts";
import { diceOf } from "./drawing-dice.ts";
import { drawCase, drawCloth, drawSpectacles } from "./drawing-eyewear.ts";
import { drawJewel } from "./drawing-jewellery.ts";
import { compose, type DrawingColors, type Sitting, stageOf, type Subject, type View, VIEWS } from "./drawing-scene.ts";
import { drawSolids } from "./drawing-solids.ts";
import { drawVessel } from "./drawing-vessels.ts";
import { type Kit, type Thing, thingOf } from "./drawing-words.ts";
import { escapeHtml } from "./escape.ts";
import type { Product } from "./store.ts";

export { type DrawingColors, VIEWS };

/** An SVG document of at most 3 kB, square; equal arguments, equal bytes. */
export type Illustration = string;

/** Width and height of every drawing, in CSS pixels. */
export const DRAWING_SIZE = 800;

/** The attributes that say what a product is, after its label, title and type. */
const TELLING = ["google_product_category", "material"] as const;

/** Who sat for a drawing, recognised once for all its variants and views. */
export interface Recognised {
  readonly id: string;
  readonly thing: Thing;
}

/** Recognises a product by the words of its catalog; `kit` is the tenant's `catalog.illustration`, where it has one. */
export function recognise({ id, title, type, variants: [{ attributes }] }: Product, kit?: Kit): Recognised {
  const telling = TELLING.map((attribute) => attributes[attribute] ?? "");
  const texts = [attributes["custom_label_0"] ?? "", title, ...type.toReversed(), ...telling];
  return { id, thing: thingOf(texts, kit, diceOf(id)()) };
}

/** A product in its colour ("Ink Black", "#26272b"; the first that is known), otherwise in one that goes with the accent. */
export function illustrate(
  { id, thing }: Recognised,
  colorNames: readonly (string | undefined)[],
  colors: DrawingColors,
  view: View = 0,
): Illustration {
  let body: Color | undefined;
  for (const name of colorNames) if ((body = colorNamed(name)) !== undefined) break;
  const dice = diceOf(id);
  const undecided = dice();
  body ??= mix(QUIET_COLORS[Math.floor(undecided * QUIET_COLORS.length)] ?? "#8d8a84", colors.accent, 0.3);
  const stage = stageOf(body, colors);
  const name = colorNames.join(" ").toLowerCase();
  return compose(stage, draw(thing, { paint: { ...stage.paint, name }, dice, view }), view);
}

/** For products whose colour nobody has said. */
const QUIET_COLORS: readonly Color[] = ["#b9a68c", "#8fa283", "#7c8c9c", "#c48f78", "#d3b98a", "#9a8a9e"];

function draw(thing: Thing, sitting: Sitting): Subject {
  switch (thing.kit) {
    case "ceramics":
      return drawVessel(thing.thing, sitting);
    case "coffee":
      return drawBag(sitting);
    case "apparel":
      return drawGarment(thing.thing, sitting);
    case "jewellery":
      return drawJewel(thing.thing, sitting);
    case "abstract":
      return drawSolids(sitting);
    case "eyewear":
      if (thing.tinted !== undefined) return drawSpectacles(thing, sitting);
      return thing.thing === "case" ? drawCase(sitting) : drawCloth(sitting);
    default:
      throw new Error(`no such kit: ${String(thing satisfies never)}`);
  }
}

/** The store's initial on its accent. */
export function favicon(name: string, accent: string): string {
  const initial = String.fromCodePoint(name.trim().codePointAt(0) ?? 32).toUpperCase();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="${accent}"/><text x="16" y="22.5" font-family="system-ui,sans-serif" font-size="18" font-weight="600" text-anchor="middle" fill="${readableOn(accent)}">${escapeHtml(initial)}</text></svg>\n`;
}
