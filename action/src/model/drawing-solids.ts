/** What is drawn of a product that no kit knows: a still life of plain solids, a composition of its own each time. */
import { type Sitting, type Subject } from "./drawing-scene.ts";
import { pick } from "./drawing-dice.ts";

type Solid = (x: number, size: number, color: string) => string;

/** Each stands on the table at y = 610, `size` wide. */
const ball: Solid = (x, size, color) => {
  const r = size / 2;
  const circle = `<circle cx="${x}" cy="${610 - r}" r="${r}"`;
  return `${circle} fill="${color}"/>${circle} fill="url(#o)"/>`;
};
const column: Solid = (x, size, color) => {
  const h = size * 1.5;
  const r = size / 2;
  const path = `M${x - r} ${610 - h}A${r} ${r * 0.2} 0 0 1 ${x + r} ${610 - h}V606A${r} ${r * 0.2} 0 0 1 ${x - r} 606Z`;
  return `<path d="${path}" fill="${color}"/><path d="${path}" fill="url(#v)"/><ellipse cx="${x}" cy="${610 - h}" rx="${r}" ry="${r * 0.2}" fill="${color}"/><ellipse cx="${x}" cy="${610 - h}" rx="${r}" ry="${r * 0.2}" fill="#fff" fill-opacity=".3"/>`;
};
const arch: Solid = (x, size, color) => {
  const r = size / 2;
  const inner = r * 0.46;
  const top = 610 - size * 0.85;
  const path = `M${x - r} 612V${top}a${r} ${r} 0 0 1 ${size} 0V612H${x + inner}V${top}a${inner} ${inner} 0 0 0 ${-2 * inner} 0V612Z`;
  return `<path d="${path}" fill="#210" fill-opacity=".5" transform="translate(22 -6)"/><path d="${path}" fill="${color}" transform="translate(20 -7)"/><path d="${path}" fill="#210" fill-opacity=".35" transform="translate(20 -7)"/><path d="${path}" fill="${color}"/><path d="${path}" fill="url(#d)"/>`;
};
const cone: Solid = (x, size, color) => {
  const r = size / 2;
  const path = `M${x} ${610 - size * 1.3}L${x + r} 600A${r} ${r * 0.2} 0 0 1 ${x - r} 600Z`;
  return `<path d="${path}" fill="${color}"/><path d="${path}" fill="url(#v)"/>`;
};
const dome: Solid = (x, size, color) => {
  const r = size / 2;
  const path = `M${x - r} 600a${r} ${r} 0 0 1 ${size} 0a${r} ${r * 0.2} 0 0 1 ${-size} 0Z`;
  return `<path d="${path}" fill="${color}"/><path d="${path}" fill="url(#v)"/>`;
};

const TALL = [column, arch, cone] as const;
const LOW = [ball, dome, ball] as const;

/** Three solids: one tall, one in the product's colour, one small before them. */
export function drawSolids({ paint, dice, view }: Sitting): Subject {
  const side = dice() < 0.5 ? -1 : 1;
  const tall = pick(dice, TALL)(400 + side * 90, 190 + Math.floor(dice() * 50), paint.distant);
  const main = pick(dice, LOW)(400 - side * 70, 200 + Math.floor(dice() * 60), paint.body);
  const small = pick(dice, LOW)(400 + side * 60, 84 + Math.floor(dice() * 30), paint.distantAccent);
  return {
    defs: '<radialGradient id="o" cx=".34" cy=".3" r=".75"><stop stop-color="#fff" stop-opacity=".62"/><stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#210" stop-opacity=".55"/></radialGradient><linearGradient id="d" y2="1"><stop stop-color="#fff" stop-opacity=".35"/><stop offset="1" stop-color="#210" stop-opacity=".22"/></linearGradient>',
    marks:
      (view === 1
        ? ""
        : `<circle cx="${400 - side * 120}" cy="300" r="${86 + Math.floor(dice() * 30)}" fill="#fff" fill-opacity=".2"/>`) +
      tall +
      main +
      small,
    foot: { x: 400, y: 606, reach: 200 },
    close: { x: 400, y: 470, scale: 1.5 },
  };
}
