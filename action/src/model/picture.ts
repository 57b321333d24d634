/**
 * Pictures as their first and last bytes prove them.
 *
 * A browser is told the type that the bytes have, and a file that is a picture and something else besides
 * (a page, an archive behind the last chunk) is none. SVG is a program, of which only the drawing is kept.
 */
import { extname } from "node:path/posix";
import type { Diagnostic, Location } from "./diagnostic.ts";
import type { Picture, PreparedPicture } from "./store.ts";
import { quoteValue } from "./text-safety.ts";

/** Of one picture file. */
export const MOST_PICTURE_BYTES = 10 * 1024 * 1024;

type Format = Pick<Picture, "contentType" | "extension">;

const PNG: Format = { contentType: "image/png", extension: "png" };
const JPEG: Format = { contentType: "image/jpeg", extension: "jpg" };
const WEBP: Format = { contentType: "image/webp", extension: "webp" };
const AVIF: Format = { contentType: "image/avif", extension: "avif" };
const SVG: Format = { contentType: "image/svg+xml", extension: "svg" };

/** How an SVG may begin; whether it is one, its parser says. */
const SVG_START = /^(?:\xef\xbb\xbf)?\s*<(?:\?xml\s|!--|!doctype\s+svg|svg[\s>/])/i;

/** What begins a page, a script or an archive: no picture needs it. */
const FOREIGN = /<(?:!doctype|html|script|iframe|\?php)/i;

/** Where a tenant asks for a picture: `path` as it is written, `location` where that stands. */
export interface PictureReference {
  readonly path: string;
  readonly location: Location;
}

/** Product pictures that are narrower or lower are shown, with a warning: shops that list them want more. */
export const LEAST_PICTURE_PIXELS = 500;
/** The rule of that warning. */
export const SMALL_PICTURE = "picture-small";

/** What to say of a picture that could be prepared. */
export function checkPrepared({ source }: PreparedPicture, { path, location }: PictureReference): Diagnostic[] {
  const { width, height } = source;
  if (Math.min(width, height) >= LEAST_PICTURE_PIXELS) return [];
  return [
    {
      rule: SMALL_PICTURE,
      severity: "warning",
      message: `the picture ${quoteValue(path)} has ${width} × ${height} pixels`,
      hint: `at least ${LEAST_PICTURE_PIXELS} × ${LEAST_PICTURE_PIXELS} look good on every screen`,
      location,
    },
  ];
}

/** What to say of one that could not: `broken` or `pixels`, with the reason in our words. */
export const unreadablePicture = (
  { code, message }: { readonly code: "broken" | "pixels"; readonly message: string },
  { path, location }: PictureReference,
): Diagnostic => ({
  rule: `picture-${code}`,
  severity: "error",
  message: `the picture ${quoteValue(path)} ${message}`,
  hint: "export it again",
  location,
});

const SVG_HINT =
  "an SVG only draws here: export it as plain SVG without scripts, links, effects and embedded pictures, or as PNG";

/** Proves a picture; the parser of SVG is loaded when the first one comes. */
export async function readPicture(
  bytes: Uint8Array,
  reference: PictureReference,
): Promise<{ picture?: Picture; diagnostics: readonly Diagnostic[] }> {
  const { path, location } = reference;
  const refuse = (rule: string, message: string, hint: string) => ({
    diagnostics: [
      { rule, severity: "error" as const, message: `the picture ${quoteValue(path)} ${message}`, hint, location },
    ],
  });
  if (bytes.length > MOST_PICTURE_BYTES) {
    return refuse("picture-size", `has ${bytes.length} bytes`, `at most ${MOST_PICTURE_BYTES}; export it smaller`);
  }
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const format = formatOf(source);
  if (format === undefined) {
    return refuse("picture-type", "is no PNG, JPEG, WebP, AVIF or SVG", "export it as one of these");
  }
  const extension = extname(path).slice(1).toLowerCase().replace("jpeg", "jpg");
  if (extension !== format.extension) {
    return refuse("picture-extension", `is in truth a ${format.extension}`, `name it .${format.extension}`);
  }
  if (format.extension === "svg") {
    const { readVector } = await import("./vector-picture.ts");
    const { vector, problems } = readVector(bytes);
    if (vector !== undefined) {
      const { body, width, height } = vector;
      return { picture: { ...format, body, size: { width, height } }, diagnostics: [] };
    }
    return {
      diagnostics: problems.flatMap(
        ({ line, message }) => refuse("picture-svg", `${message} (line ${line})`, SVG_HINT).diagnostics,
      ),
    };
  }
  if (lengthOf(source, format.extension) !== source.length) {
    return refuse("picture-broken", "ends too early, or holds something after its end", "export it again");
  }
  if (FOREIGN.test(source.toString("latin1"))) {
    return refuse("picture-broken", "holds more than a picture", "export it again, without metadata");
  }
  return { picture: { ...format, body: bytes }, diagnostics: [] };
}

/** What the first bytes claim to be. */
export function formatOf(source: Buffer): Format | undefined {
  const text = (start: number, end: number) => source.toString("latin1", start, end);
  if (text(0, 8) === "\x89PNG\r\n\x1a\n" && text(12, 16) === "IHDR") return PNG;
  if (text(0, 3) === "\xff\xd8\xff") return JPEG;
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return WEBP;
  if (text(4, 8) === "ftyp" && (text(8, 12) === "avif" || text(8, 12) === "avis")) return AVIF;
  if (SVG_START.test(text(0, 200))) return SVG;
  return undefined;
}

/** Where the picture ends by its own account; undefined where that makes no sense. */
function lengthOf(source: Buffer, extension: Exclude<Format["extension"], "svg">): number | undefined {
  switch (extension) {
    case "png":
      return chunksEnd(source);
    case "jpg":
      return segmentsEnd(source);
    case "webp": {
      const length = source.length < 20 ? 0 : source.readUInt32LE(4);
      return length + 8 + (length % 2);
    }
    case "avif":
      return boxesEnd(source);
    default:
      throw new Error(`no such format: ${String(extension satisfies never)}`);
  }
}

/** PNG (ISO 15948, 5.3): chunks of length, type, data and check sum, the last one IEND. */
function chunksEnd(source: Buffer): number | undefined {
  let offset = 8;
  while (offset + 12 <= source.length) {
    const type = source.toString("latin1", offset + 4, offset + 8);
    offset += 12 + source.readUInt32BE(offset);
    if (type === "IEND") return offset;
  }
  return undefined;
}

/** JPEG (ITU-T T.81, annex B): marked segments; after a start of scan, data until a marker that is no restart. */
function segmentsEnd(source: Buffer): number | undefined {
  let offset = 2;
  while (offset + 2 <= source.length) {
    if (source[offset] !== 0xff) return undefined;
    const marker = source[offset + 1] ?? 0;
    if (marker === 0xd9) return offset + 2;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (offset + 4 > source.length) return undefined;
    offset += 2 + source.readUInt16BE(offset + 2);
    if (marker === 0xda) offset = scanEnd(source, offset);
  }
  return undefined;
}

function scanEnd(source: Buffer, start: number): number {
  let offset = start;
  for (;;) {
    offset = source.indexOf(0xff, offset);
    if (offset < 0) return source.length;
    const next = source[offset + 1] ?? 0;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return offset;
    offset += 2;
  }
}

/** AVIF (ISO 14496-12, 4.2): boxes of length and type; a length of 1 means that 64 bits follow, 0 up to the end. */
function boxesEnd(source: Buffer): number | undefined {
  let offset = 0;
  while (offset + 8 <= source.length) {
    const short = source.readUInt32BE(offset);
    if (short === 0) return source.length;
    const isLong = short === 1 && offset + 16 <= source.length;
    const length = isLong ? Number(source.readBigUInt64BE(offset + 8)) : short;
    if (length < 8) return undefined;
    offset += length;
  }
  return offset;
}
