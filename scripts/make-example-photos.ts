/**
 * Makes the photographs of an example store, so that photographs are tried wherever stores are: scenes drawn with light,
 * focus and grain, in every format and in sizes from too large to nearly too small.
 *
 * `node scripts/make-example-photos.ts` writes `tenants/sundial-row-coffee/photos`; equal library, equal bytes.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

const folder = join(import.meta.dirname, "../tenants/sundial-row-coffee/photos");

/** A scene of 1600 by 1600 and how its photograph is kept. */
interface Photo {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly format: "jpeg" | "png" | "webp" | "avif";
  readonly wall: readonly [string, string];
  readonly table: readonly [string, string];
  readonly thing: string;
}

const PHOTOS: readonly Photo[] = [
  {
    name: "morning-ledger",
    width: 1600,
    height: 1600,
    format: "jpeg",
    wall: ["#f3dfc3", "#c99f74"],
    table: ["#b98455", "#6f4627"],
    thing: bag("#b0623a", "#f6ead6", "#5a2d17"),
  },
  {
    name: "slow-meridian",
    width: 1400,
    height: 1050,
    format: "webp",
    wall: ["#cfc4b4", "#82766a"],
    table: ["#7d6047", "#3c2a1d"],
    thing: bag("#2c2b2f", "#e9dfcd", "#0f0f12"),
  },
  {
    name: "ardi-terrace",
    width: 1200,
    height: 1200,
    format: "avif",
    wall: ["#e8ecec", "#a8b6bb"],
    table: ["#c7a680", "#84603f"],
    thing: bag("#7fa8c6", "#fbf6ea", "#2d4a61"),
  },
  {
    name: "three-wells",
    width: 900,
    height: 1200,
    format: "jpeg",
    wall: ["#f5e6bd", "#cfa555"],
    table: ["#a97a45", "#5f3d1f"],
    thing: bag("#cf9637", "#fdf6e3", "#6d430d"),
  },
  {
    name: "dripper",
    width: 640,
    height: 640,
    format: "png",
    wall: ["#efe7da", "#c2b19a"],
    table: ["#caa784", "#8b6342"],
    thing: dripper(),
  },
  {
    name: "enamel-mug",
    width: 1000,
    height: 800,
    format: "jpeg",
    wall: ["#dfe3e6", "#929da8"],
    table: ["#a98362", "#573b27"],
    thing: mug("#27395c", "#0c1424"),
  },
];

/** Background out of focus, the thing in focus, the light that falls over both, the grain of the film. */
async function expose({ width, height, format, wall, table, thing }: Photo): Promise<Buffer> {
  const back = await sharp(svg(backdrop(wall, table)))
    .blur(9)
    .png()
    .toBuffer();
  const shadow = await sharp(svg(SHADOW)).blur(26).png().toBuffer();
  const front = await sharp(svg(thing)).blur(0.8).png().toBuffer();
  const scene = await sharp(back)
    .composite([
      { input: shadow },
      { input: front },
      { input: svg(LIGHT), blend: "soft-light" },
      { input: grain(1600), blend: "overlay" },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
  const framed = sharp(scene).resize({ width, height, fit: "cover", position: "centre" });
  if (format === "png") return framed.png({ palette: true, colours: 128 }).toBuffer();
  if (format === "jpeg") return framed.jpeg({ quality: 78, mozjpeg: true }).toBuffer();
  return format === "webp"
    ? framed.webp({ quality: 74 }).toBuffer()
    : framed.avif({ quality: 52, effort: 4 }).toBuffer();
}

function svg(marks: string): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1600">${marks}</svg>`);
}

/** Noise of a linear congruential generator: film grain that is the same each time. */
function grain(size: number): Buffer {
  let state = 20_240_229;
  let marks = "";
  for (let index = 0; index < 2600; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const [x, y] = [state % size, (state >>> 12) % size];
    marks += `<circle cx="${x}" cy="${y}" r="${1 + (state % 3)}" fill="${state & 64 ? "#fff" : "#000"}" opacity=".07"/>`;
  }
  return svg(marks);
}

/** A wall with the light of a window on it, shelves far behind, a wooden table. */
function backdrop([near, far]: readonly [string, string], [light, dark]: readonly [string, string]): string {
  const jars = [180, 330, 1240, 1400]
    .map(
      (x, index) =>
        `<rect x="${x}" y="${330 - index * 18}" width="${96 + index * 9}" height="${210 + index * 18}" rx="26" fill="${index % 2 ? light : far}" opacity=".75"/>`,
    )
    .join("");
  const planks = [1180, 1270, 1390, 1540]
    .map((y) => `<path d="M0 ${y}H1600" stroke="${dark}" stroke-width="7" opacity=".5"/>`)
    .join("");
  return `<defs><radialGradient id="w" cx=".3" cy=".25" r=".95"><stop stop-color="${near}"/><stop offset="1" stop-color="${far}"/></radialGradient><linearGradient id="t" x2="0" y2="1"><stop stop-color="${dark}"/><stop offset=".25" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient></defs><rect width="1600" height="1600" fill="url(#w)"/><path d="M260 120L720 60L900 900L420 960Z" fill="#fff" opacity=".2"/><rect y="540" width="1600" height="26" fill="${dark}" opacity=".5"/>${jars}<rect y="1110" width="1600" height="490" fill="url(#t)"/>${planks}`;
}

const SHADOW_AT = '<ellipse cx="930" cy="1352" rx="430" ry="62" fill="#140b05" opacity=".75"/>';
const SHADOW = `${SHADOW_AT}<path d="M600 1350L1020 1350L1500 1240L1330 1180Z" fill="#140b05" opacity=".4"/>`;
const LIGHT =
  '<defs><radialGradient id="l" cx=".32" cy=".28" r=".8"><stop stop-color="#fff" stop-opacity=".5"/><stop offset=".6" stop-color="#808080" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".7"/></radialGradient></defs><rect width="1600" height="1600" fill="url(#l)"/>';

/** Light on something round, from the window at the left. */
function round(id: string): string {
  return `<linearGradient id="${id}"><stop stop-color="#000" stop-opacity=".42"/><stop offset=".1" stop-color="#fff" stop-opacity=".05"/><stop offset=".27" stop-color="#fff" stop-opacity=".42"/><stop offset=".42" stop-color="#fff" stop-opacity=".06"/><stop offset=".8" stop-color="#000" stop-opacity=".46"/><stop offset="1" stop-color="#000" stop-opacity=".3"/></linearGradient>`;
}

function bag(paper: string, label: string, ink: string): string {
  const body =
    "M500 440C512 400 500 360 506 320H1094C1100 360 1088 400 1100 440C1130 720 1130 1080 1112 1300C1108 1342 1080 1356 1040 1358Q800 1380 560 1358C520 1356 492 1342 488 1300C470 1080 470 720 500 440Z";
  const beans = [
    [360, 1420, 20],
    [430, 1455, 100],
    [1190, 1430, 60],
    [1270, 1402, 150],
    [1232, 1470, 10],
    [300, 1390, 70],
  ]
    .map(
      ([x, y, turn]) =>
        `<g transform="translate(${x} ${y}) rotate(${turn})"><ellipse cy="12" rx="46" ry="30" fill="#000" opacity=".35"/><ellipse rx="44" ry="30" fill="#4e2b18"/><ellipse cx="-10" cy="-10" rx="24" ry="11" fill="#a5714a" opacity=".6"/><path d="M-40-4Q-12 14 4-2T40 2" fill="none" stroke="#1f0f06" stroke-width="7"/></g>`,
    )
    .join("");
  return `<defs>${round("v")}<linearGradient id="f" x2=".2" y2="1"><stop stop-color="#fff" stop-opacity=".3"/><stop offset=".5" stop-color="#fff" stop-opacity="0"/></linearGradient></defs><path d="${body}" fill="${paper}"/><path d="M500 440L580 620L548 1356L490 1320C470 1080 470 720 500 440ZM1100 440L1022 620L1056 1356L1112 1320C1130 1080 1130 720 1100 440Z" fill="#000" opacity=".22"/><path d="M620 460Q660 560 630 640M960 452Q930 540 966 640M700 1250Q760 1300 720 1356" fill="none" stroke="#fff" stroke-width="16" opacity=".2" stroke-linecap="round"/><path d="${body}" fill="url(#v)"/><path d="${body}" fill="url(#f)"/><path d="M496 280H1104V376Q800 396 496 376Z" fill="${ink}"/><path d="M452 330H1148" stroke="#d9c49d" stroke-width="26" stroke-linecap="round"/><path d="M452 324H1148" stroke="#fff" stroke-width="6" opacity=".5"/><rect x="556" y="690" width="488" height="560" rx="6" fill="${label}"/><circle cx="800" cy="890" r="130" fill="${paper}"/><path d="M670 900Q740 800 810 890T930 880V930H670Z" fill="${ink}"/><circle cx="850" cy="836" r="34" fill="${label}"/><path d="M620 1090H930M620 1150H820" stroke="${ink}" stroke-width="26" stroke-linecap="round"/><rect x="556" y="690" width="488" height="560" rx="6" fill="url(#v)" opacity=".55"/>${beans}`;
}

function dripper(): string {
  const cone = "M440 700H1160L960 1140H640Z";
  return `<defs>${round("v")}</defs><path d="M1090 800C1290 760 1300 980 1010 1020" fill="none" stroke="#e4dac8" stroke-width="62" stroke-linecap="round"/><path d="M1090 790C1290 750 1300 970 1010 1010" fill="none" stroke="#fff" stroke-width="14" opacity=".6"/><path d="${cone}" fill="#eee5d6"/><path d="${cone}" fill="url(#v)"/><path d="M480 1150H1120Q1140 1220 1080 1230H520Q460 1220 480 1150Z" fill="#e9dfce"/><path d="M480 1150H1120Q1140 1220 1080 1230H520Q460 1220 480 1150Z" fill="url(#v)"/><path d="M600 1230H1000L980 1350Q800 1376 620 1350Z" fill="#fff" opacity=".35"/><ellipse cx="800" cy="700" rx="360" ry="74" fill="#fbf6ec"/><ellipse cx="800" cy="708" rx="330" ry="60" fill="#8a7a66"/><path d="M500 720L740 768M620 750L780 768M1100 720L860 768M980 750L820 768" stroke="#fff" stroke-width="9" opacity=".4"/>`;
}

function mug(color: string, shade: string): string {
  const body =
    "M520 640C520 900 526 1120 540 1280C548 1340 590 1356 660 1362Q800 1376 940 1362C1010 1356 1052 1340 1060 1280C1074 1120 1080 900 1080 640Z";
  return `<defs>${round("v")}</defs><path d="M1060 780C1310 720 1330 940 1270 1060C1230 1130 1140 1170 1050 1170" fill="none" stroke="${color}" stroke-width="66" stroke-linecap="round"/><path d="M1060 768C1300 710 1316 930 1256 1050" fill="none" stroke="#fff" stroke-width="14" opacity=".4"/><path d="${body}" fill="${color}"/><path d="${body}" fill="url(#v)"/><path d="M590 700V1240" stroke="#fff" stroke-width="26" opacity=".25" stroke-linecap="round"/><g fill="#fff" opacity=".5"><circle cx="700" cy="900" r="5"/><circle cx="900" cy="1100" r="4"/><circle cx="820" cy="800" r="6"/><circle cx="980" cy="940" r="4"/><circle cx="640" cy="1150" r="5"/></g><ellipse cx="800" cy="640" rx="280" ry="66" fill="#e9edf0"/><ellipse cx="800" cy="646" rx="262" ry="56" fill="${shade}"/><ellipse cx="800" cy="664" rx="244" ry="42" fill="#3a2015"/><path d="M600 664Q680 630 800 634" fill="none" stroke="#b98b62" stroke-width="9" opacity=".8"/><path d="M700 560C640 460 760 420 700 320M820 570C770 480 880 420 830 330" fill="none" stroke="#fff" stroke-width="26" opacity=".14" stroke-linecap="round"/>`;
}

await mkdir(folder, { recursive: true });
for (const photo of PHOTOS) {
  const extension = photo.format === "jpeg" ? "jpg" : photo.format;
  await writeFile(join(folder, `${photo.name}.${extension}`), await expose(photo));
}
