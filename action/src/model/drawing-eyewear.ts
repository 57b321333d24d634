/** Spectacles: seven rims in acetate, metal or tortoise, clear or tinted; their case and their cloth. */
import type { Paint, Sitting, Subject } from "./drawing-scene.ts";

/** The right lens around (0, 0), about 220 wide; its mirror is the left one. */
const RIMS = {
  round: "M0-96C58-96 98-54 98 0S58 96 0 96-98 54-98 0-58-96 0-96Z",
  square: "M-86-86H82Q108-86 106-56L96 58Q92 92 56 92H-54Q-88 92-92 60L-104-56Q-106-86-86-86Z",
  rectangle: "M-94-60H94Q116-60 114-36L106 38Q100 66 68 66H-68Q-98 66-102 38L-112-36Q-114-60-94-60Z",
  "cat-eye": "M-88-52Q10-86 106-96Q138-100 126-62C114-10 104 82 10 82C-70 82-100 34-102-16Q-104-46-88-52Z",
  aviator: "M-94-74Q0-88 92-74Q112-70 110-38C106 36 68 96 6 96C-62 96-108 22-108-38Q-108-70-94-74Z",
  hexagon:
    "M-54-88H54Q66-88 72-78L104-10Q108 0 104 10L72 76Q66 88 52 88H-52Q-66 88-72 76L-104 10Q-108 0-104-10L-72-78Q-66-88-54-88Z",
  browline: "M0-92C60-92 98-60 96-8C94 54 56 92 0 92S-94 54-96-8C-98-60-60-92 0-92Z",
} as const;

/** Every shape of rim that can be drawn. */
export type Rim = keyof typeof RIMS;

/** Every rim that there is. */
export const RIM_NAMES = Object.keys(RIMS) as readonly Rim[];

/** How a pair is made. */
export interface Make {
  readonly thing: Rim;
  readonly tinted: boolean;
  readonly metal: boolean;
}

/** A pair on the table, temples open behind it, its own shadow and colour before it. */
export function drawSpectacles({ thing: rim, tinted, metal }: Make, sitting: Sitting): Subject {
  const { paint, dice, view } = sitting;
  const isTortoise = TORTOISE.test(paint.name);
  const isClear = CLEAR.test(paint.name);
  const width = metal ? 9 : rim === "browline" ? 9 : 21 + Math.floor(dice() * 5);
  const ink = isTortoise ? "url(#k)" : isClear ? "#dfe9ec" : paint.body;
  const lens = tinted ? "url(#n)" : "#ffffff";
  const brow =
    rim === "browline"
      ? `<path d="M-110-28C-106-86-62-112 0-112S112-88 114-36C90-66 52-76 0-76S-86-62-110-28Z" fill="${ink}"/>`
      : "";
  const half =
    // The temple runs away behind the rim, so it is seen above and through it.
    `<path d="M112-46C114-84 96-104 70-114C52-120 40-118 30-110" fill="none" stroke="${isTortoise ? "#6b4125" : paint.dark}" stroke-opacity="${isClear ? 0.3 : 0.75}" stroke-width="${metal ? 7 : 12}" stroke-linecap="round"/>` +
    `<use href="#l" fill="${lens}" fill-opacity="${tinted ? 0.88 : 0.34}"/>` +
    `<path d="M-66 34L10-66M-40 60L52-60" stroke="#fff" stroke-opacity="${tinted ? 0.2 : 0.5}" stroke-width="13" clip-path="url(#c)"/>` +
    `<use href="#l" fill="none" stroke="${ink}" stroke-opacity="${isClear ? 0.72 : 1}" stroke-width="${width}" stroke-linejoin="round"/>` +
    (metal ? "" : '<use href="#l" y="-5" fill="none" stroke="#fff" stroke-opacity=".42" stroke-width="4"/>') +
    brow +
    `<path d="M96-62h24q12 2 12 16t-12 16l-22-4z" fill="${ink}"/>` +
    (metal || rim === "aviator"
      ? '<path d="M-86 30q-20 16-12 36" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="9" stroke-linecap="round"/>'
      : "");
  const bridge =
    metal || rim === "aviator" || rim === "browline"
      ? `<path d="M-36-18Q0-50 36-18" fill="none" stroke="${ink}" stroke-width="10" stroke-linecap="round"/>${rim === "aviator" ? `<path d="M-54-76Q0-88 54-76" fill="none" stroke="${ink}" stroke-width="9" stroke-linecap="round"/>` : ""}`
      : `<path d="M-44-30C-24-54 24-54 44-30L38 4C20-24-20-24-38 4Z" fill="${ink}" fill-opacity="${isClear ? 0.72 : 1}"/><path d="M-34-34C-18-46 18-46 34-34" fill="none" stroke="#fff" stroke-opacity=".45" stroke-width="4" stroke-linecap="round"/>`;
  const pose = view === 1 ? "matrix(1.04 .1 -.06 1.08 400 486)" : "matrix(1.16 0 0 1.16 400 480)";
  return {
    defs:
      `<path id="l" d="${RIMS[rim]}"/><clipPath id="c"><use href="#l"/></clipPath>` +
      (isTortoise ? TORTOISE_PATTERN : "") +
      (tinted ? tint(paint) : "") +
      `<g id="h">${half}</g><g id="p"><use href="#h" transform="translate(-128)scale(-1 1)"/><use href="#h" x="128"/>${bridge}</g>`,
    marks: `<g transform="${pose}"><g transform="translate(34 120)skewX(-30)scale(1-.28)" opacity=".22" fill="${tinted ? paint.dark : "none"}" stroke="#210" stroke-width="24"><use href="#l" x="-128"/><use href="#l" x="128"/></g><use href="#p"/></g>`,
    foot: { x: 400, y: 592, reach: 200 },
    close: { x: 520, y: 470, scale: 1.9 },
  };
}

const TORTOISE = /tortoise|havana|havanna|schildpatt|écaille|ecaille|carey|sillat/;
const CLEAR = /clear|crystal|kristall|klar|transparent|cristal|شفاف/;

const TORTOISE_PATTERN =
  '<pattern id="k" width="88" height="66" patternUnits="userSpaceOnUse" patternTransform="rotate(24)"><rect width="88" height="66" fill="#9a6233"/><g fill="#3c2213"><ellipse cx="14" cy="12" rx="17" ry="8"/><ellipse cx="62" cy="34" rx="20" ry="9"/><ellipse cx="24" cy="54" rx="14" ry="7"/></g><g fill="#d79a52" opacity=".8"><ellipse cx="44" cy="10" rx="11" ry="5"/><ellipse cx="20" cy="34" rx="10" ry="6"/><ellipse cx="76" cy="58" rx="12" ry="5"/></g></pattern>';

const tint = ({ body }: Paint): string =>
  `<linearGradient id="n" x2="0" y2="1"><stop stop-color="#1c1a1a"/><stop offset="1" stop-color="${body}" stop-opacity=".55"/></linearGradient>`;

/** A hard case, closed, seen from above its edge. */
export function drawCase({ paint }: Sitting): Subject {
  return {
    defs: '<path id="b" d="M150 470C150 390 210 356 300 350H500C590 356 650 390 650 470V528C650 586 610 604 560 606H240C190 604 150 586 150 528Z"/>',
    marks: `<use href="#b" fill="${paint.body}"/><use href="#b" fill="url(#v)" opacity=".75"/><path d="M150 474C260 498 540 498 650 474" fill="none" stroke="#210" stroke-opacity=".4" stroke-width="5"/><path d="M150 480C260 504 540 504 650 480" fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="3"/><path d="M220 388C280 366 420 362 480 366" fill="none" stroke="#fff" stroke-opacity=".4" stroke-width="14" stroke-linecap="round"/><rect x="372" y="472" width="56" height="34" rx="8" fill="${paint.quiet}"/><circle cx="400" cy="489" r="6" fill="${paint.dark}"/><path d="M168 540C280 564 520 564 632 540" fill="none" stroke="${paint.light}" stroke-opacity=".5" stroke-width="3" stroke-dasharray="12 9"/>`,
    foot: { x: 400, y: 602, reach: 250 },
    close: { x: 430, y: 470, scale: 1.8 },
  };
}

/** One folded cloth of a stack, its upper edge at `y`. */
const fold = (y: number, color: string): string =>
  `<path d="M176 ${y}Q400 ${y - 26} 624 ${y}L640 ${y + 44}Q400 ${y + 66} 160 ${y + 44}Z" fill="${color}"/><path d="M160 ${y + 44}Q400 ${y + 66} 640 ${y + 44}" fill="none" stroke="#210" stroke-opacity=".25" stroke-width="4"/>`;

/** Cloths in a stack, the top one turned back. */
export function drawCloth({ paint }: Sitting): Subject {
  return {
    defs: '<path id="b" d="M190 434C250 380 330 400 400 372S560 350 612 420L624 474Q400 498 176 474Z"/>',
    marks: `${fold(548, paint.dark)}${fold(508, paint.quiet)}${fold(466, paint.light)}<use href="#b" fill="${paint.body}"/><use href="#b" fill="url(#v)" opacity=".8"/><path d="M470 366C500 420 560 440 616 436" fill="none" stroke="#210" stroke-opacity=".2" stroke-width="12"/><path d="M250 420C300 396 350 424 410 396M300 452C380 424 430 452 500 424" fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="9" stroke-linecap="round"/><path d="M186 462Q400 484 616 462" fill="none" stroke="${paint.light}" stroke-opacity=".7" stroke-width="3" stroke-dasharray="9 7"/>`,
    foot: { x: 400, y: 594, reach: 240 },
    close: { x: 420, y: 470, scale: 1.8 },
  };
}
