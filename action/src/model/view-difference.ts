/** What differs between two pictures of a page: the part that a reviewer looks at, before, after and marked. */
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

/** PNGs of one size; those are missing that there is nothing to show of. */
export interface ViewDifference {
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  readonly difference?: Uint8Array;
  /** Share of the pixels that differ, 0 to 1. */
  readonly changed: number;
}

/** A part of a page is as high as this at least and at most, in pixels, with so much around what differs. */
const LEAST_HEIGHT = 400;
const MOST_HEIGHT = 1_000;
const MARGIN = 48;

/** How far apart two colours may be and still be the same, 0 to 1. */
const THRESHOLD = 0.1;

/** As pixelmatch marks a pixel that differs; all others it makes grey or yellow. */
const MARK = [255, 0, 0] as const;

/** As few bytes as can be had quickly: no transparency. */
const FORM = { colorType: 2, deflateLevel: 7 } as const;

/** Of two PNGs the part from the first row that differs, nothing where none does; of a single one its top. */
export function compareViews(before: Uint8Array | undefined, after: Uint8Array | undefined): ViewDifference {
  if (before === undefined || after === undefined) {
    const top = (bytes: Uint8Array): Uint8Array => encodeTop(PNG.sync.read(Buffer.from(bytes)));
    return {
      ...(before === undefined ? {} : { before: top(before) }),
      ...(after === undefined ? {} : { after: top(after) }),
      changed: 1,
    };
  }
  if (Buffer.compare(before, after) === 0) return { changed: 0 };
  const pictures = [PNG.sync.read(Buffer.from(before)), PNG.sync.read(Buffer.from(after))] as const;
  const width = Math.max(...pictures.map((picture) => picture.width));
  const height = Math.max(...pictures.map((picture) => picture.height));
  const [one, other] = [onCanvas(pictures[0], width, height), onCanvas(pictures[1], width, height)];
  const difference = new PNG({ width, height });
  const count = pixelmatch(one.data, other.data, difference.data, width, height, { threshold: THRESHOLD });
  if (count === 0) return { changed: 0 };
  const part = partOf(difference);
  return {
    before: encode(one, part),
    after: encode(other, part),
    difference: encode(difference, part),
    changed: count / (width * height),
  };
}

interface Part {
  readonly top: number;
  readonly height: number;
}

/** Around the first marks, as far as there is room. */
function partOf({ width, height, data }: PNG): Part {
  const isMarked = (row: number): boolean => {
    for (let at = row * width * 4; at < (row + 1) * width * 4; at += 4)
      if (MARK.every((channel, index) => data[at + index] === channel)) return true;
    return false;
  };
  const rows = Array.from({ length: height }, (_, row) => row).filter(isMarked);
  const first = Math.max(0, (rows[0] ?? 0) - MARGIN);
  const last = Math.min(height, (rows.at(-1) ?? 0) + MARGIN);
  const shown = Math.min(height, MOST_HEIGHT, Math.max(LEAST_HEIGHT, last - first));
  return { top: Math.min(first, height - shown), height: shown };
}

const encodeTop = (picture: PNG): Uint8Array =>
  encode(picture, { top: 0, height: Math.min(picture.height, MOST_HEIGHT) });

function encode(picture: PNG, { top, height }: Part): Uint8Array {
  const { width } = picture;
  const part = new PNG({ width, height });
  PNG.bitblt(picture, part, 0, top, width, height, 0, 0);
  return PNG.sync.write(part, FORM);
}

/** What the shorter page does not cover is transparent, and so unlike any page. */
function onCanvas(picture: PNG, width: number, height: number): PNG {
  const canvas = new PNG({ width, height, fill: true });
  PNG.bitblt(picture, canvas, 0, 0, picture.width, picture.height, 0, 0);
  return canvas;
}
