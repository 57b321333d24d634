/** Coffee and what stands beside it on a shelf: bags with a label of their own. */
import { type Paint, type Sitting, type Subject, tenth } from "./drawing-scene.ts";
import { type Dice, pick } from "./drawing-dice.ts";

/** A gusseted bag, folded and tied at the top; the emblem on its label is the product's own. */
export function drawBag({ paint, dice, view }: Sitting): Subject {
  const emblem = pick(dice, EMBLEMS)(paint, dice);
  const lines = `M296 548h${70 + Math.floor(dice() * 60)}M296 574h${40 + Math.floor(dice() * 60)}`;
  return {
    defs: '<path id="b" d="M262 214C268 196 262 186 264 168H536C538 186 532 196 538 214C552 320 552 500 544 602C542 620 530 626 512 627Q400 636 288 627C270 626 258 620 256 602C248 500 248 320 262 214Z"/><clipPath id="c"><rect x="284" y="330" width="232" height="188" rx="4"/></clipPath>',
    marks:
      `<use href="#b" fill="${paint.body}"/>` +
      // Where the paper folds in at the sides, then the round light over all of it.
      '<path d="M262 214L300 300L284 628L258 610C248 500 248 320 262 214ZM538 214L506 300L520 628L542 610C552 500 552 320 538 214Z" fill="#210" fill-opacity=".17"/>' +
      '<use href="#b" fill="url(#v)" opacity=".8"/>' +
      `<path d="M258 150H542V196Q400 206 258 196Z" fill="${paint.dark}"/><path d="M240 172H560" stroke="${paint.quiet}" stroke-width="13" stroke-linecap="round"/>` +
      `<circle cx="400" cy="262" r="12" fill="${paint.light}" stroke="${paint.dark}" stroke-width="3"/>` +
      `<rect x="284" y="330" width="232" height="270" rx="4" fill="#faf4e8"/><g clip-path="url(#c)">${emblem}</g><path d="${lines}" stroke="${paint.dark}" stroke-width="11" stroke-linecap="round"/>` +
      beans(view === 1 ? 3 : 2, dice),
    foot: { x: 400, y: 624, reach: 158 },
    grow: 1.06,
    close: { x: 404, y: 436, scale: 1.75 },
  };
}

type Emblem = (paint: Paint, dice: Dice) => string;

const field = (color: string): string => `<path d="M284 330h232v188H284z" fill="${color}"/>`;

/** Small landscapes, 232 by 188, their middle at (400, 424). */
const EMBLEMS: readonly [Emblem, ...Emblem[]] = [
  // A sun with rays: one thick circle, broken into dashes.
  ({ body, light, dark }, dice) => {
    const dash = tenth((Math.PI * 95) / (7 + Math.floor(dice() * 6)));
    return `${field(light)}<circle cx="400" cy="424" r="95" fill="none" stroke="${body}" stroke-width="190" stroke-dasharray="${dash}"/><circle cx="400" cy="424" r="46" fill="${dark}"/><circle cx="400" cy="424" r="31" fill="#faf4e8"/>`;
  },
  // Hills under a sun.
  ({ body, light, dark }, dice) =>
    `${field(light)}<circle cx="${350 + Math.floor(dice() * 100)}" cy="402" r="38" fill="#faf4e8"/><path d="M270 470Q330 400 392 452T530 420V530H270Z" fill="${body}"/><path d="M270 500Q360 440 430 482T530 466V530H270Z" fill="${dark}"/>`,
  // Rings of a tree, or of rain.
  ({ body, light }, dice) => {
    const x = 350 + Math.floor(dice() * 100);
    return `<radialGradient id="y" gradientUnits="userSpaceOnUse" cx="${x}" cy="424" r="26" spreadMethod="repeat"><stop offset=".5" stop-color="${body}"/><stop offset=".54" stop-color="${light}"/></radialGradient>${field("url(#y)")}<circle cx="${x}" cy="424" r="9" fill="#faf4e8"/>`;
  },
  // A moon over water.
  ({ body, light, dark }, dice) =>
    `${field(body)}<circle cx="400" cy="394" r="44" fill="#faf4e8"/><circle cx="${414 + Math.floor(dice() * 14)}" cy="384" r="38" fill="${body}"/><path d="M284 458h232v60H284z" fill="${dark}"/><path d="M320 472h160M346 488h108M372 504h60" stroke="${light}" stroke-width="6" stroke-linecap="round"/>`,
  // A branch with cherries.
  ({ light, dark, body }, dice) =>
    `${field(light)}<path d="M290 ${480 + Math.floor(dice() * 20)}Q400 470 504 360" fill="none" stroke="${dark}" stroke-width="7"/><path d="M372 458C340 420 340 380 372 356C396 388 398 428 372 458ZM440 422C420 380 430 350 464 338C480 372 474 404 440 422ZM330 482C300 462 286 430 296 402C326 414 342 446 330 482Z" fill="${dark}"/><circle cx="420" cy="464" r="19" fill="${body}"/><circle cx="452" cy="452" r="19" fill="${body}"/>`,
];

/** Beans on the table, right of the bag first. */
function beans(count: number, dice: Dice): string {
  let uses = "";
  for (let index = 0; index < count; index++) {
    const x = index % 3 === 2 ? 130 + Math.floor(dice() * 90) : 574 + Math.floor(dice() * 90);
    uses += `<use href="#e" transform="translate(${x} ${630 + Math.floor(dice() * 44)})rotate(${Math.floor(dice() * 180)})"/>`;
  }
  return BEAN + uses;
}

const BEAN =
  '<defs><g id="e"><ellipse cy="5" rx="23" ry="15" fill="#210" opacity=".3"/><ellipse rx="22" ry="15" fill="#5a3420"/><ellipse cx="-5" cy="-5" rx="12" ry="6" fill="#a06a42" opacity=".7"/><path d="M-20-2Q-6 7 2-1T20 1" fill="none" stroke="#2a160b" stroke-width="3.5"/></g></defs>';
