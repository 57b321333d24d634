/** Jewellery: metal that shines, stones that are the product's colour. */
import type { Paint, Sitting, Subject } from "./drawing-scene.ts";

/** Every piece of jewellery that can be drawn. */
export type Jewel = "ring" | "necklace" | "earrings" | "bracelet" | "watch" | "brooch";

const SILVER = /silver|silber|argent|plata|platin|steel|stahl|acier|acero|white gold|weissgold|weißgold|فض/;

interface Metal {
  readonly light: string;
  readonly body: string;
  readonly dark: string;
}
const METALS = {
  gold: { light: "#fff0c2", body: "#d6a84f", dark: "#8a5f1e" },
  silver: { light: "#ffffff", body: "#b9bfc4", dark: "#6a737a" },
} as const;

/** A wire of metal along a path. */
const wire = (path: string, width: number, { light, body, dark }: Metal): string =>
  `<g fill="none" stroke-linecap="round"><path d="${path}" stroke="${dark}" stroke-width="${width}"/><path d="${path}" stroke="${body}" stroke-width="${width - 5}"/><path d="${path}" stroke="${light}" stroke-width="${Math.max(2, Math.round(width / 5))}" transform="translate(-2 -3)"/></g>`;

/** A cut stone of radius 50 around (0, 0): its facets are light and shade over its colour. */
const gem = (color: string): string =>
  `<g id="q"><path d="M-34-40H34L56-8L0 56L-56-8Z" fill="${color}"/><path d="M-34-40L-18-8H18L34-40ZM-56-8L-18-8L0 56Z" fill="#fff" fill-opacity=".34"/><path d="M18-8L56-8L0 56ZM34-40L56-8H18Z" fill="#210" fill-opacity=".24"/><path d="M-34-40L0-8L34-40M-56-8H56" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="2.5"/></g>`;

const place = (x: number, y: number, scale: number): string =>
  `<use href="#q" transform="translate(${x} ${y})scale(${scale})"/>`;

const DRAWN: Readonly<Record<Jewel, (metal: Metal, paint: Paint) => Omit<Subject, "defs">>> = {
  ring: (metal) => ({
    marks:
      wire("M400 352a124 124 0 1 0 .1 0", 34, metal) +
      `<path d="M352 350L372 390H428L448 350" fill="none" stroke="${metal.dark}" stroke-width="12"/><path d="M352 350L372 390H428L448 350" fill="none" stroke="${metal.light}" stroke-width="4"/>` +
      place(400, 312, 1.25),
    foot: { x: 400, y: 606, reach: 84 },
    grow: 1.1,
    close: { x: 400, y: 380, scale: 2 },
  }),
  necklace: (metal) => ({
    marks:
      wire("M230 120C250 330 340 440 400 470C460 440 550 330 570 120", 9, metal) +
      `<circle cx="400" cy="484" r="17" fill="none" stroke="${metal.body}" stroke-width="9"/>` +
      `<path d="M400 496C450 560 452 600 400 640C348 600 350 560 400 496Z" fill="${metal.body}" stroke="${metal.dark}" stroke-width="4"/>` +
      place(400, 574, 0.62),
    close: { x: 400, y: 530, scale: 2.1 },
  }),
  earrings: (metal) => ({
    marks:
      `<g id="j">${wire("M290 320V250q-34-70 14-84q40 6 26 50M290 424v40", 9, metal)}${place(290, 366, 0.9)}<circle cx="290" cy="504" r="42" fill="${metal.body}" stroke="${metal.dark}" stroke-width="4"/><path d="M262 494a30 30 0 0 1 26-22" fill="none" stroke="${metal.light}" stroke-width="8" stroke-linecap="round"/></g>` +
      '<use href="#j" x="220"/>',
    close: { x: 300, y: 400, scale: 2 },
  }),
  bracelet: (metal) => ({
    marks:
      wire("M190 500a210 84 0 0 1 420 0", 26, { light: metal.body, body: metal.dark, dark: metal.dark }) +
      wire("M190 500a210 84 0 0 0 420 0", 34, metal) +
      place(400, 580, 0.9) +
      place(306, 566, 0.55) +
      place(494, 566, 0.55),
    foot: { x: 400, y: 606, reach: 180 },
    close: { x: 400, y: 540, scale: 1.9 },
  }),
  watch: (metal, { body, dark, light }) => ({
    marks:
      `<path d="M330 110H470L482 300H318ZM318 480H482L470 690H330Z" fill="${body}"/><path d="M330 110H470L482 300H318ZM318 480H482L470 690H330Z" fill="url(#v)"/><path d="M346 130V290M454 130V290M346 500V670M454 500V670" stroke="${light}" stroke-opacity=".7" stroke-width="3" stroke-dasharray="9 7"/><path d="M400 570h0M400 600h0M400 630h0" stroke="${dark}" stroke-width="11" stroke-linecap="round"/>` +
      `<rect x="528" y="374" width="24" height="34" rx="7" fill="${metal.dark}"/><circle cx="400" cy="390" r="134" fill="${metal.dark}"/><circle cx="400" cy="390" r="130" fill="${metal.body}"/><circle cx="400" cy="390" r="130" fill="url(#v)" opacity=".7"/><circle cx="400" cy="390" r="108" fill="#faf7f0"/><circle cx="400" cy="390" r="94" fill="none" stroke="${dark}" stroke-width="9" stroke-dasharray="5 44.2"/><path d="M400 390L400 322M400 390L452 424" stroke="#26231f" stroke-width="9" stroke-linecap="round"/><path d="M400 410V306" stroke="${body}" stroke-width="4" transform="rotate(200 400 390)"/><circle cx="400" cy="390" r="9" fill="#26231f"/><path d="M318 340A98 98 0 0 1 380 294" fill="none" stroke="#fff" stroke-opacity=".9" stroke-width="9" stroke-linecap="round"/>`,
    close: { x: 400, y: 390, scale: 1.8 },
  }),
  brooch: (metal) => {
    let petals = "";
    for (let turn = 0; turn < 360; turn += 45)
      petals += `<path d="M400 400C340 340 360 240 400 200C440 240 460 340 400 400Z" transform="rotate(${turn} 400 400)"/>`;
    return {
      marks: `<g fill="${metal.body}" stroke="${metal.dark}" stroke-width="5">${petals}</g><circle cx="400" cy="400" r="74" fill="${metal.light}" stroke="${metal.dark}" stroke-width="5"/>${place(400, 396, 1)}`,
      close: { x: 400, y: 400, scale: 1.7 },
    };
  },
};

/** Every jewel that there is. */
export const JEWELS = Object.keys(DRAWN) as readonly Jewel[];

/** A jewel; gold unless its colour says silver, and then its stone is of the accent. */
export function drawJewel(jewel: Jewel, { paint }: Sitting): Subject {
  const isMetal = SILVER.test(paint.name) || /gold|messing|brass|laiton|ذهب/.test(paint.name);
  const metal = SILVER.test(paint.name) ? METALS.silver : METALS.gold;
  return { defs: gem(isMetal ? paint.accent : paint.body), ...DRAWN[jewel](metal, paint) };
}
