/** Clothes as a shop lays them out: flat, or on a hook, with the folds that cloth has. */
import type { Paint, Sitting, Subject } from "./drawing-scene.ts";

interface Pattern {
  readonly outline: string;
  /** Folds: shade where cloth turns away. */
  readonly folds: string;
  /** Seams and hems: dashed, in the lighter colour. */
  readonly seams: string;
  /** Collar, sole, handle: whatever lies over the cloth. */
  readonly details?: (paint: Paint) => string;
  /** Painted first: the inside of a neck, a handle. */
  readonly inside?: (paint: Paint) => string;
  readonly stands?: { readonly y: number; readonly reach: number };
}

/** Every garment that can be drawn. */
export type Garment =
  | "shirt"
  | "tee"
  | "sweater"
  | "hoodie"
  | "trousers"
  | "dress"
  | "skirt"
  | "jacket"
  | "cap"
  | "beanie"
  | "sock"
  | "scarf"
  | "tote"
  | "shoe";

const TORSO = "C536 620 536 660 526 676Q400 696 274 676C264 660 264 620 268 560";
const neck =
  (y: number) =>
  ({ dark }: Paint): string =>
    `<ellipse cx="400" cy="${y}" rx="72" ry="24" fill="${dark}"/>`;

const PATTERNS: Readonly<Record<Garment, Pattern>> = {
  tee: {
    outline: `M326 176Q400 246 474 176L560 206L680 336L594 416L532 352V560${TORSO}V352L206 416L120 336L240 206Z`,
    folds:
      "M300 330Q330 440 300 640M470 300Q452 460 500 650M380 520Q400 600 372 680M262 226Q286 290 268 352M538 226Q514 290 532 352",
    seams: "M132 350L212 424M668 350L588 424M276 656Q400 676 524 656",
    inside: neck(182),
    details: ({ dark }) =>
      `<path d="M326 176Q400 246 474 176" fill="none" stroke="${dark}" stroke-opacity=".6" stroke-width="14"/>`,
  },
  shirt: {
    outline: `M326 170L400 216L474 170L556 200L640 480L570 500L532 380V560${TORSO}V380L230 500L160 480L244 200Z`,
    folds: "M300 330Q326 440 300 640M490 300Q468 460 506 650M262 226Q282 300 266 380M538 226Q518 300 534 380",
    seams: "M178 470L232 484M622 470L568 484M372 230V680M428 230V680",
    inside: neck(176),
    details: ({ light, dark }) =>
      `<path d="M322 170L300 214L362 262L400 214L438 262L500 214L478 170L400 212Z" fill="${light}"/><path d="M322 170L300 214L362 262L400 214L438 262L500 214L478 170" fill="none" stroke="${dark}" stroke-opacity=".5" stroke-width="4"/><path d="M400 216V684" stroke="${dark}" stroke-opacity=".35" stroke-width="4"/><path d="M400 292h0M400 372h0M400 452h0M400 532h0M400 612h0" stroke="${light}" stroke-width="15" stroke-linecap="round"/>`,
  },
  sweater: {
    outline: `M322 180Q400 226 478 180L560 212C606 260 640 470 652 590Q620 606 580 600L534 380V560${TORSO}V380L220 600Q180 606 148 590C160 470 194 260 240 212Z`,
    folds:
      "M296 350Q330 450 296 640M488 330Q464 470 508 640M400 420Q420 540 392 650M262 236Q290 300 268 380M538 236Q510 300 532 380",
    seams: "M270 640Q400 660 530 640M152 556L222 566M648 556L578 566",
    inside: neck(186),
    details: ({ dark, light }) =>
      `<path d="M322 180Q400 240 478 180" fill="none" stroke="${dark}" stroke-opacity=".6" stroke-width="20"/><path d="M290 300h220M286 330h228M284 360h232" stroke="${light}" stroke-opacity=".5" stroke-width="9" stroke-dasharray="10 8"/><path d="M280 652v26M304 656v26M328 659v26M352 661v26M376 662v26M400 662v26M424 662v26M448 661v26M472 659v26M496 656v26M520 652v26" stroke="${dark}" stroke-opacity=".4" stroke-width="5"/>`,
  },
  hoodie: {
    outline: `M306 220Q400 250 494 220L566 244C610 290 640 470 652 600Q620 616 580 610L534 400V570${TORSO}V400L220 610Q180 616 148 600C160 470 190 290 234 244Z`,
    folds: "M296 370Q330 450 296 640M488 350Q464 470 508 640M262 256Q290 310 268 400M538 256Q510 310 532 400",
    seams: "M270 644Q400 664 530 644M152 566L222 576M648 566L578 576",
    details: ({ body, dark, light }) =>
      `<path d="M296 236C270 130 350 110 400 110S530 130 504 236C470 290 330 290 296 236Z" fill="${body}"/><path d="M296 236C270 130 350 110 400 110S530 130 504 236C470 290 330 290 296 236Z" fill="url(#v)" opacity=".7"/><path d="M326 226C320 150 370 142 400 142S480 150 474 226C450 262 350 262 326 226Z" fill="${dark}"/><path d="M372 262V370M428 262V350" stroke="${light}" stroke-width="8" stroke-linecap="round"/><path d="M304 520L330 450H470L496 520V600H304Z" fill="${body}"/><path d="M304 520L330 450H470L496 520" fill="none" stroke="${dark}" stroke-opacity=".5" stroke-width="5"/>`,
  },
  jacket: {
    outline: `M330 168L400 230L470 168L558 202L648 570Q616 590 578 586L534 380V580${TORSO}V380L222 586Q184 590 152 570L242 202Z`,
    folds: "M296 350Q322 450 298 640M496 330Q470 470 508 640M262 226Q286 300 266 380M538 226Q514 300 534 380",
    seams: "M386 300V680M414 300V680M296 500h70M434 500h70",
    inside: neck(176),
    details: ({ dark, light, body }) =>
      `<path d="M400 250V684" stroke="${dark}" stroke-width="6"/><path d="M330 168L290 230L330 300L352 286L400 400L448 286L470 300L510 230L470 168L400 250Z" fill="${body}"/><path d="M330 168L290 230L330 300L352 286L400 400L448 286L470 300L510 230L470 168L400 250Z" fill="#fff" fill-opacity=".12" stroke="${dark}" stroke-opacity=".55" stroke-width="4"/><path d="M424 440h0M424 530h0M424 620h0" stroke="${light}" stroke-width="17" stroke-linecap="round"/>`,
  },
  trousers: {
    outline:
      "M276 132H524C540 260 556 470 552 690Q500 704 446 694L402 330L354 694Q300 704 248 690C244 470 260 260 276 132Z",
    folds:
      "M322 230Q296 440 306 690M478 230Q504 440 494 690M402 250Q392 300 402 336M360 420Q340 520 344 660M440 420Q462 520 456 660",
    seams: "M272 176H528M250 670Q300 684 352 674M448 674Q500 684 550 670",
    details: ({ dark, light }) =>
      `<path d="M274 136H526L530 176H270Z" fill="${dark}" fill-opacity=".35"/><circle cx="402" cy="156" r="9" fill="${light}"/><path d="M402 176V300M278 182Q300 240 350 246M522 182Q500 240 450 246" fill="none" stroke="${dark}" stroke-opacity=".55" stroke-width="5"/>`,
  },
  dress: {
    outline:
      "M328 130C340 190 370 206 400 206S460 190 472 130L500 140C494 220 484 270 468 330C520 430 580 560 596 680Q400 720 204 680C220 560 280 430 332 330C316 270 306 220 300 140Z",
    folds:
      "M360 350Q320 500 280 690M400 350Q400 520 400 704M440 350Q480 500 520 690M346 350Q280 480 236 680M454 350Q520 480 564 680",
    seams: "M334 330Q400 346 466 330M216 662Q400 700 584 662",
    details: ({ dark }) => `<path d="M332 322Q400 340 468 322V344Q400 362 332 344Z" fill="${dark}" fill-opacity=".5"/>`,
  },
  skirt: {
    outline: "M300 190H500C540 340 590 500 606 640Q400 690 194 640C210 500 260 340 300 190Z",
    folds: "M340 250Q300 440 270 650M400 250V666M460 250Q500 440 530 650",
    seams: "M206 620Q400 668 594 620",
    details: ({ dark }) => `<path d="M300 190H500L510 230Q400 244 290 230Z" fill="${dark}" fill-opacity=".5"/>`,
  },
  cap: {
    outline:
      "M212 500C196 340 300 260 410 262C520 266 590 350 592 470C660 486 700 520 716 556Q600 536 560 540Q380 566 214 540Z",
    folds: "M400 266Q300 350 300 540M420 264Q520 350 520 536",
    seams: "M216 516Q380 540 556 516M570 500Q640 506 690 546",
    details: ({ dark, light }) =>
      `<path d="M556 516C620 486 690 520 716 556Q620 534 556 544Q470 556 400 556Q500 540 556 516Z" fill="${dark}" fill-opacity=".6"/><ellipse cx="410" cy="262" rx="18" ry="8" fill="${dark}"/><path d="M410 266V400" stroke="${dark}" stroke-opacity=".3" stroke-width="4"/><circle cx="470" cy="410" r="34" fill="${light}"/>`,
    stands: { y: 552, reach: 230 },
  },
  beanie: {
    outline: "M222 560C206 360 296 240 400 240S594 360 578 560Q400 590 222 560Z",
    folds:
      "M300 300Q262 400 280 560M350 262Q330 400 340 568M450 262Q470 400 460 568M500 300Q538 400 520 560M400 250V570",
    seams: "",
    details: ({ body, dark, quiet }) =>
      `<circle cx="400" cy="216" r="56" fill="${quiet}"/><circle cx="400" cy="216" r="56" fill="url(#v)"/><path d="M208 476Q400 520 592 476V580Q400 626 208 580Z" fill="${body}"/><path d="M208 476Q400 520 592 476V580Q400 626 208 580Z" fill="url(#v)"/><path d="M240 490v92M272 496v94M304 501v94M336 504v96M368 506v98M400 507v98M432 506v98M464 504v96M496 501v94M528 496v94M560 490v92" stroke="${dark}" stroke-opacity=".35" stroke-width="6"/>`,
    stands: { y: 604, reach: 190 },
  },
  sock: {
    outline: "M330 130H490V430C490 470 520 500 560 540C620 596 580 676 510 668C440 660 330 590 322 480Z",
    folds: "M440 180Q430 380 452 470Q480 540 540 590M370 200Q360 380 366 480",
    seams: "",
    details: ({ dark, light }) =>
      `<path d="M328 130H492V200H328Z" fill="${light}"/><path d="M350 132v66M376 132v66M402 132v66M428 132v66M454 132v66" stroke="${dark}" stroke-opacity=".3" stroke-width="5"/><path d="M520 500C600 560 620 620 570 660C530 672 500 660 480 650C520 620 530 560 520 500Z" fill="${dark}" fill-opacity=".5"/><path d="M326 280h164M326 310h164" stroke="${light}" stroke-opacity=".6" stroke-width="12"/>`,
  },
  scarf: {
    outline:
      "M260 190C300 130 500 130 540 190C570 250 540 320 480 340L512 680H408L392 400L340 560L236 530L330 330C262 300 232 250 260 190Z",
    folds: "M300 240Q400 300 500 240M290 270Q400 340 510 270M440 360L462 680M350 370L284 540",
    seams: "",
    details: ({ dark, light }) =>
      `<path d="M316 210C350 180 450 180 484 210C470 250 330 250 316 210Z" fill="${dark}"/><path d="M404 600h104M406 630h105M250 494l104 30" stroke="${light}" stroke-opacity=".7" stroke-width="13"/><path d="M420 682v34M444 682v34M468 682v34M492 682v34M246 534l-10 32M270 540l-10 32M294 548l-10 32M318 554l-10 32" stroke="${light}" stroke-width="6" stroke-linecap="round"/>`,
  },
  tote: {
    outline: "M226 320Q400 336 574 320L592 610Q580 632 550 632H250Q220 632 208 610Z",
    folds: "M280 340Q260 480 282 630M520 340Q540 480 518 630M400 400Q380 520 400 630",
    seams: "M228 346Q400 362 572 346",
    inside: ({ dark, body }) =>
      `<path d="M310 330C310 160 370 130 400 130S490 160 490 330" fill="none" stroke="${dark}" stroke-width="22"/><path d="M310 330C310 160 370 130 400 130S490 160 490 330" fill="none" stroke="${body}" stroke-opacity=".5" stroke-width="8"/>`,
    details: ({ light }) =>
      `<circle cx="400" cy="484" r="62" fill="none" stroke="${light}" stroke-width="9"/><path d="M400 446V522M366 466Q400 510 434 466" fill="none" stroke="${light}" stroke-width="9" stroke-linecap="round"/>`,
    stands: { y: 630, reach: 180 },
  },
  shoe: {
    outline:
      "M170 400C190 380 250 372 300 384C330 430 380 450 430 440C470 480 560 494 620 520C650 536 654 570 650 586H164C150 530 152 450 170 400Z",
    folds: "M300 400Q280 480 320 580M520 500Q500 540 510 586",
    seams: "M186 430Q240 420 290 430M330 560Q470 560 636 560",
    details: ({ light, dark, quiet }) =>
      `<path d="M156 572H656Q662 618 630 622H176Q148 618 156 572Z" fill="#f6f1e7"/><path d="M158 596H656" stroke="#210" stroke-opacity=".2" stroke-width="5"/><path d="M560 496C610 508 650 530 652 572H560C540 550 540 520 560 496Z" fill="${quiet}" fill-opacity=".8"/><path d="M330 412L300 470M366 432L336 490M402 444L372 506M438 446L410 520" stroke="${light}" stroke-width="12" stroke-linecap="round"/><path d="M170 400C190 380 250 372 300 384" fill="none" stroke="${dark}" stroke-width="12" stroke-linecap="round"/>`,
    stands: { y: 622, reach: 250 },
  },
};

/** Every garment that there is. */
export const GARMENTS = Object.keys(PATTERNS) as readonly Garment[];

/** A garment against the wall, or standing where it can. */
export function drawGarment(garment: Garment, { paint }: Sitting): Subject {
  const { outline, folds, seams, details, inside, stands } = PATTERNS[garment];
  return {
    defs: `<path id="b" d="${outline}"/><clipPath id="c"><use href="#b"/></clipPath>`,
    marks:
      (stands === undefined
        ? '<use href="#b" fill="#210" fill-opacity=".14" transform="translate(18 20)"/><use href="#b" fill="#210" fill-opacity=".1" transform="translate(9 11)"/>'
        : "") +
      (inside?.(paint) ?? "") +
      `<use href="#b" fill="${paint.body}"/><g clip-path="url(#c)" fill="none" stroke-linecap="round"><path d="${folds}" stroke="#210" stroke-opacity=".13" stroke-width="22"/><path d="${folds}" stroke="#fff" stroke-opacity=".16" stroke-width="12" transform="translate(-17 0)"/></g><use href="#b" fill="url(#v)" opacity=".55"/>` +
      (details?.(paint) ?? "") +
      (seams === ""
        ? ""
        : `<path d="${seams}" fill="none" stroke="${paint.light}" stroke-opacity=".8" stroke-width="3" stroke-dasharray="9 6"/>`),
    ...(stands !== undefined && { foot: { x: 400, ...stands } }),
    close: { x: 400, y: stands === undefined ? 330 : 460, scale: 1.75 },
  };
}
