/** Ceramics, and whatever else is turned on a wheel: profiles that are mirrored into bodies. */
import { type Paint, type Sitting, type Subject, tenth } from "./drawing-scene.ts";

/** Half of a silhouette, as distances from the axis at x = 400. */
interface Profile {
  /** Half width, height of the mouth. */
  readonly rim: readonly [number, number];
  /** Cubic curves from the rim down: two control points and an end each. */
  readonly side: readonly (readonly [number, number, number, number, number, number])[];
  readonly handle?: string;
  /** Where bare clay begins; none for what is glazed all over. */
  readonly glaze?: number;
  /** Painted behind and before the body. */
  readonly behind?: (sitting: Sitting) => string;
  readonly before?: (sitting: Sitting) => string;
  /** What fills it. */
  readonly filling?: "coffee" | "tea";
  /** How much larger than these numbers it is shown. */
  readonly grow?: number;
  /** Half height of the mouth's ellipse; a sixth of its half width when left out. */
  readonly tilt?: number;
}

/** Every vessel that can be drawn. */
export type Vessel =
  | "mug"
  | "cup"
  | "bowl"
  | "plate"
  | "teapot"
  | "pitcher"
  | "bottle-vase"
  | "round-vase"
  | "dish"
  | "candle"
  | "dripper"
  | "tin"
  | "planter"
  | "jar";

const PROFILES: Readonly<Record<Vessel, Profile>> = {
  mug: {
    grow: 1.14,
    rim: [128, 268],
    side: [
      [128, 380, 126, 470, 120, 560],
      [118, 600, 106, 618, 84, 622],
    ],
    handle: "M520 322C620 300 640 372 622 432C606 488 566 516 516 520",
    glaze: 520,
    filling: "coffee",
  },
  cup: {
    grow: 1.3,
    rim: [104, 330],
    side: [
      [102, 420, 96, 500, 90, 570],
      [87, 604, 76, 618, 60, 622],
    ],
    glaze: 540,
    filling: "coffee",
  },
  bowl: {
    rim: [226, 372],
    side: [
      [222, 480, 160, 570, 92, 596],
      [86, 606, 90, 616, 88, 624],
    ],
    glaze: 556,
    tilt: 46,
  },
  plate: {
    rim: [282, 508],
    side: [
      [270, 548, 214, 590, 128, 600],
      [120, 606, 118, 614, 112, 618],
    ],
    tilt: 74,
    before: plateWell,
  },
  teapot: {
    rim: [74, 318],
    side: [
      [180, 330, 214, 420, 198, 500],
      [184, 580, 142, 616, 94, 622],
    ],
    glaze: 530,
    behind: ({ paint }) =>
      `<path d="M572 470C640 460 640 370 700 336L724 356C690 400 690 520 572 540Z" fill="${paint.dark}"/><path d="M600 476C652 450 656 386 702 346" fill="none" stroke="${paint.body}" stroke-width="14" stroke-linecap="round"/>` +
      tube("M226 400C116 366 98 520 214 548", 26, paint),
    before: ({ paint }) =>
      `<path d="M318 316C330 276 470 276 482 316A82 17 0 0 1 318 316Z" fill="${paint.body}"/><path d="M318 316C330 276 470 276 482 316A82 17 0 0 1 318 316Z" fill="url(#v)"/><circle cx="400" cy="268" r="19" fill="${paint.dark}"/><circle cx="394" cy="262" r="6" fill="#fff" opacity=".5"/>`,
  },
  pitcher: {
    grow: 1.12,
    rim: [84, 214],
    side: [
      [84, 300, 62, 330, 96, 390],
      [150, 470, 148, 560, 116, 604],
      [108, 616, 96, 622, 80, 624],
    ],
    handle: "M482 262C600 210 640 330 604 420C588 462 560 486 526 500",
    glaze: 512,
    before: ({ paint }) =>
      `<path d="M318 208C296 200 284 204 274 220C292 236 306 254 320 280Z" fill="${paint.body}"/><path d="M318 208C296 200 284 204 274 220C292 236 306 254 320 280Z" fill="#fff" fill-opacity=".16"/>`,
  },
  "bottle-vase": {
    grow: 1.14,
    rim: [32, 286],
    side: [
      [26, 350, 30, 390, 62, 432],
      [124, 510, 118, 590, 84, 614],
      [76, 620, 70, 623, 60, 624],
    ],
    glaze: 548,
    behind: sprig,
  },
  "round-vase": {
    grow: 1.12,
    rim: [50, 364],
    side: [
      [44, 392, 52, 398, 76, 406],
      [178, 440, 184, 570, 104, 612],
      [90, 620, 80, 623, 66, 624],
    ],
    glaze: 560,
    behind: sprig,
  },
  dish: {
    rim: [246, 428],
    side: [
      [240, 500, 232, 560, 216, 598],
      [210, 612, 198, 620, 180, 622],
    ],
    tilt: 52,
    behind: ({ paint }) =>
      tube("M166 446C96 430 96 512 176 512", 22, paint) + tube("M634 446C704 430 704 512 624 512", 22, paint),
  },
  candle: {
    grow: 1.2,
    rim: [96, 500],
    side: [
      [92, 540, 100, 580, 112, 600],
      [116, 612, 108, 620, 94, 622],
    ],
    tilt: 20,
    before: () =>
      '<path d="M374 254A26 7 0 0 1 426 254V506A26 8 0 0 1 374 506Z" fill="#f3e6cc"/><path d="M374 254A26 7 0 0 1 426 254V506A26 8 0 0 1 374 506Z" fill="url(#v)" opacity=".6"/><path d="M400 250V230" stroke="#4a3a2c" stroke-width="5"/><path d="M400 154C430 200 424 236 400 238C376 236 372 200 400 154Z" fill="#f0a640"/><path d="M400 192C414 214 412 234 400 235C388 234 386 214 400 192Z" fill="#fff1c4"/><circle cx="400" cy="205" r="110" fill="#ffd98a" opacity=".16"/>',
  },
  dripper: {
    grow: 1.1,
    rim: [178, 276],
    side: [
      [150, 380, 110, 450, 84, 500],
      [80, 516, 150, 520, 156, 540],
      [160, 556, 158, 560, 150, 566],
    ],
    handle: "M548 330C640 316 650 420 500 448",
    tilt: 34,
    before: () =>
      '<g stroke="#210" stroke-opacity=".16" stroke-width="5"><path d="M270 330L338 494M330 338L366 500M400 340V504M470 338L434 500M530 330L462 494"/></g>',
  },
  tin: {
    grow: 1.14,
    rim: [132, 250],
    side: [
      [132, 380, 132, 500, 132, 590],
      [132, 612, 110, 622, 96, 624],
    ],
    before: ({ paint }) =>
      `<path d="M262 232A138 24 0 0 1 538 232V286A138 24 0 0 1 262 286Z" fill="${paint.body}"/><path d="M262 232A138 24 0 0 1 538 232V286A138 24 0 0 1 262 286Z" fill="url(#v)"/><path d="M262 286A138 24 0 0 0 538 286" fill="none" stroke="#210" stroke-opacity=".35" stroke-width="4"/><ellipse cx="400" cy="232" rx="138" ry="24" fill="${paint.light}"/><ellipse cx="400" cy="232" rx="118" ry="18" fill="#210" fill-opacity=".1"/><path d="M268 388A132 22 0 0 0 532 388V520A132 22 0 0 1 268 520Z" fill="${paint.quiet}"/><path d="M268 388A132 22 0 0 0 532 388V520A132 22 0 0 1 268 520Z" fill="url(#v)" opacity=".7"/><circle cx="384" cy="474" r="40" fill="${paint.dark}"/><path d="M384 440Q366 474 384 508" fill="none" stroke="${paint.quiet}" stroke-width="6"/>`,
  },
  planter: {
    grow: 1.12,
    rim: [142, 400],
    side: [
      [140, 480, 122, 560, 112, 596],
      [108, 612, 100, 620, 84, 622],
    ],
    glaze: 566,
    behind: () =>
      '<g fill="#5f7f57"><path d="M400 410C380 300 330 240 262 214C268 300 320 380 400 410Z"/><path d="M400 410C420 290 470 220 548 190C546 290 490 380 400 410Z" fill="#76976a"/><path d="M400 420C370 320 378 220 414 140C452 220 440 330 400 420Z" fill="#4f6f4b"/></g><path d="M400 410C400 320 404 240 412 170M400 410C360 320 310 260 270 222M400 410C440 310 490 240 540 198" fill="none" stroke="#fff" stroke-opacity=".3" stroke-width="4"/>',
  },
  jar: {
    grow: 1.16,
    rim: [118, 288],
    side: [
      [126, 300, 136, 320, 136, 360],
      [136, 460, 134, 540, 132, 590],
      [130, 612, 112, 622, 96, 624],
    ],
    before: ({ paint }) =>
      `<path d="M272 250A128 22 0 0 1 528 250V296A128 22 0 0 1 272 296Z" fill="${paint.quiet}"/><path d="M272 250A128 22 0 0 1 528 250V296A128 22 0 0 1 272 296Z" fill="url(#v)" opacity=".8"/><ellipse cx="400" cy="250" rx="128" ry="22" fill="#fff" fill-opacity=".35"/><rect x="318" y="396" width="164" height="132" rx="6" fill="#fbf6ec"/><path d="M346 436H454M362 462H438M378 488H422" stroke="${paint.dark}" stroke-width="8" stroke-linecap="round"/>`,
  },
};

/** What does not change from drawing to drawing, made once. */
interface Turned {
  readonly outline: string;
  readonly rim: readonly [number, number, number];
  readonly foot: number;
  readonly bottom: number;
  readonly profile: Profile;
}

function turn(profile: Profile): Turned {
  const [rx, top] = profile.rim;
  const tilt = profile.tilt ?? tenth(rx / 6);
  let path = `M${400 - rx} ${top}`;
  for (const [ax, ay, bx, by, x, y] of profile.side) path += `C${400 - ax} ${ay} ${400 - bx} ${by} ${400 - x} ${y}`;
  const [foot, bottom] = profile.side.at(-1)?.slice(4) ?? [rx, top];
  path += `A${foot} ${tenth((foot ?? 0) / 9)} 0 0 0 ${400 + (foot ?? 0)} ${bottom}`;
  for (const [index, [ax, ay, bx, by]] of [...profile.side.entries()].toReversed()) {
    const [x, y] = profile.side[index - 1]?.slice(4) ?? profile.rim;
    path += `C${400 + bx} ${by} ${400 + ax} ${ay} ${400 + (x ?? 0)} ${y}`;
  }
  path += `A${rx} ${tilt} 0 0 0 ${400 - rx} ${top}Z`;
  return { outline: path, rim: [rx, top, tilt], foot: foot ?? rx, bottom: bottom ?? top, profile };
}

const TURNED: Readonly<Record<Vessel, Turned>> = Object.fromEntries(
  Object.entries(PROFILES).map(([name, profile]) => [name, turn(profile)]),
) as Record<Vessel, Turned>;

/** Every vessel that there is. */
export const VESSELS = Object.keys(PROFILES) as readonly Vessel[];

/** A vessel on the table, dipped in its glaze. */
export function drawVessel(vessel: Vessel, sitting: Sitting): Subject {
  const { outline, rim, foot, bottom, profile } = TURNED[vessel];
  const { paint, dice } = sitting;
  const [rx, top, tilt] = rim;
  const clay = profile.glaze === undefined ? "" : glazeLine(profile.glaze, sitting);
  let specks = "";
  for (let index = 0; index < 9; index++)
    specks += `M${400 - rx + Math.floor(dice() * rx * 2)} ${top + 20 + Math.floor(dice() * (bottom - top))}h0`;
  return {
    defs: `<path id="b" d="${outline}"/><clipPath id="c"><use href="#b"/></clipPath>`,
    marks:
      (profile.behind?.(sitting) ?? "") +
      (profile.handle === undefined ? "" : tube(profile.handle, 28, paint)) +
      `<use href="#b" fill="${paint.body}"/><g clip-path="url(#c)">${clay}<path d="${specks}" stroke="${paint.dark}" stroke-opacity=".5" stroke-width="5" stroke-linecap="round"/></g><use href="#b" fill="url(#v)"/>` +
      mouth(rx, top, tilt, paint, profile.filling) +
      (profile.before?.(sitting) ?? ""),
    foot: { x: 400, y: bottom + 2, reach: Math.max(foot, rx * 0.72) },
    ...(profile.grow !== undefined && { grow: profile.grow }),
    close: { x: 400, y: (top + bottom) / 2 - 30, scale: 1.65 },
  };
}

/** Bare clay below a line that ran in the kiln. */
function glazeLine(height: number, { paint, dice }: Sitting): string {
  const drop = () => height + Math.floor(dice() * 26);
  return `<path d="M120 ${drop()}q50-22 96-2t90 6t84-10t96 8t84-6t110 4V700H120Z" fill="${paint.quiet}"/><path d="M120 ${height + 6}q50-22 96-2t90 6t84-10t96 8t84-6t110 4" fill="none" stroke="${paint.dark}" stroke-opacity=".3" stroke-width="6"/>`;
}

function mouth(rx: number, top: number, tilt: number, paint: Paint, filling: Profile["filling"]): string {
  const inner = `<ellipse cx="400" cy="${top + 3}" rx="${rx - 9}" ry="${tenth(tilt - 4.5)}"`;
  const liquid =
    filling === undefined
      ? ""
      : `<ellipse cx="400" cy="${top + 9}" rx="${rx - 16}" ry="${tenth(tilt * 0.62)}" fill="${filling === "coffee" ? "#3a2216" : "#8a5a22"}"/><path d="M${400 - rx * 0.6} ${top + 9}q${tenth(rx * 0.3)}-9 ${tenth(rx * 0.7)}-7" fill="none" stroke="#c99b6d" stroke-opacity=".7" stroke-width="4" stroke-linecap="round"/>`;
  return `<ellipse cx="400" cy="${top}" rx="${rx}" ry="${tilt}" fill="${paint.light}"/>${inner} fill="${paint.dark}"/>${inner} fill="url(#v)" transform="matrix(-1 0 0 1 800 0)" opacity=".8"/>${liquid}`;
}

/** A plate is nearly all mouth: its well, its rim and the light on both. */
function plateWell({ paint }: Sitting): string {
  return `<ellipse cx="400" cy="508" rx="282" ry="74" fill="${paint.body}"/><ellipse cx="400" cy="508" rx="282" ry="74" fill="url(#v)" opacity=".55"/><ellipse cx="400" cy="514" rx="196" ry="46" fill="${paint.dark}" fill-opacity=".35"/><ellipse cx="400" cy="518" rx="190" ry="43" fill="${paint.body}"/><ellipse cx="400" cy="518" rx="190" ry="43" fill="#fff" fill-opacity=".14"/><path d="M132 498A282 74 0 0 1 420 436" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="5" stroke-linecap="round"/>`;
}

/** A bent rod of clay: its colour, its shade below, its light above. */
const tube = (path: string, width: number, { body }: Paint): string =>
  `<g fill="none" stroke-linecap="round"><path d="${path}" stroke="${body}" stroke-width="${width}"/><path d="${path}" stroke="#210" stroke-opacity=".26" stroke-width="${width}"/><path d="${path}" stroke="${body}" stroke-width="${width - 11}"/><path d="${path}" stroke="#fff" stroke-opacity=".34" stroke-width="5" transform="translate(-3 -5)"/></g>`;

/** A twig with leaves, as the season has it. */
function sprig({ dice }: Sitting): string {
  const lean = Math.floor(dice() * 90) - 45;
  const leaf = "c-34-8-52-38-48-70 30 8 48 38 48 70";
  const twin = "c34-8 52-38 48-70-30 8-48 38-48 70";
  const x = 400 + lean;
  return `<g fill="none" stroke="#66754f" stroke-width="6" stroke-linecap="round"><path d="M400 380Q${400 - lean} 240 ${x} 130"/></g><g fill="#7f8f62"><path d="M${x} 136${leaf}M${400 - (lean >> 2)} 246${leaf}M${400 - (lean >> 3)} 320${leaf}"/><path d="M${x} 150${twin}M${400 - (lean >> 2)} 266${twin}M${400 - (lean >> 3)} 336${twin}" fill="#96a678"/></g>`;
}
