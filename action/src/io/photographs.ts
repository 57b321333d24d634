/**
 * Photographs, by sharp: the one place that touches the image library.
 *
 * Everything becomes WebP. AVIF would save a quarter of the bytes for six times the work. A picture
 * is never enlarged, is turned as its camera held it, and loses its metadata, place and profile with the rest.
 * The native library and its WebAssembly build give the same bytes; the bundle carries the latter (docs/pictures.md).
 */
import { hash } from "node:crypto";
import type { PictureSize, PreparedPicture } from "../model/store.ts";
import { PictureError, type Pictures } from "../ports.ts";

/** Widths that screens ask for, in pixels; the largest is also what a search engine is shown. */
const WIDTHS = [320, 480, 800, 1200] as const;
/** What a file may unfold to: 50 megapixels, the largest that a common camera makes. */
const MOST_PIXELS = 50_000_000;
const QUALITY = 78;
/** Prepared pictures that are kept: a plan asks for most of them twice. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;

type Sharp = (typeof import("sharp"))["default"];

/** Loads the library when the first picture comes; a fleet without photographs never does. */
export function photographs(): Pictures {
  const kept = new Map<string, PreparedPicture>();
  let keptBytes = 0;
  let library: Promise<Sharp> | undefined;
  return {
    prepare: async (source) => {
      const key = hash("sha256", source);
      const known = kept.get(key);
      if (known !== undefined) return known;
      library ??= import("sharp").then(({ default: sharp }) => sharp);
      const prepared = await prepare(await library, source);
      keptBytes += bytesOf(prepared);
      if (keptBytes > MOST_KEPT_BYTES) {
        kept.clear();
        keptBytes = bytesOf(prepared);
      }
      kept.set(key, prepared);
      return prepared;
    },
  };
}

const bytesOf = ({ sizes }: PreparedPicture): number => sizes.reduce((sum, { body }) => sum + body.length, 0);

async function prepare(sharp: Sharp, source: Uint8Array): Promise<PreparedPicture> {
  try {
    // Decoded once, at the largest size; what is smaller is made from that.
    const { data, info } = await sharp(source, { limitInputPixels: MOST_PIXELS, failOn: "error" })
      .autoOrient()
      .resize({ width: WIDTHS[WIDTHS.length - 1], withoutEnlargement: true })
      .toColorspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const upright = () => sharp(data, { raw: { width, height, channels } });
    const narrower = WIDTHS.filter((wanted) => wanted < width);
    const sizes: PictureSize[] = [];
    for (const wanted of [...narrower, width]) {
      const body = await upright().resize({ width: wanted }).webp({ quality: QUALITY }).toBuffer();
      sizes.push({ width: wanted, contentType: "image/webp", extension: "webp", body });
    }
    const [first, ...others] = sizes;
    if (first === undefined) throw new Error("a picture has at least one size");
    const [red = 0, green = 0, blue = red] = await upright()
      .flatten({ background: "#ffffff" })
      .resize(1, 1)
      .raw()
      .toBuffer();
    return { width, height, placeholder: hexOf(red, green, blue), sizes: [first, ...others] };
  } catch (cause) {
    if (/pixel limit/i.test(String(cause)))
      throw new PictureError("pixels", `unfolds to more than ${MOST_PIXELS} pixels`, { cause });
    throw new PictureError("broken", "cannot be read by any decoder", { cause });
  }
}

const hexOf = (...channels: readonly number[]): string =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
