/**
 * Pictures, by sharp: the one place that touches the image library.
 *
 * A photograph becomes WebP. AVIF would save a quarter of the bytes for six times the work. A picture
 * is never enlarged, is turned as its camera held it, and loses its metadata, place and profile with the rest.
 * A drawing becomes a PNG in every third step of each colour, which halves it unseen. A palette would be smaller still, but
 * the two builds of the library choose different ones.
 * The native library and its WebAssembly build give the same bytes; the bundle carries the latter (docs/pictures.md).
 */
import { hash } from "node:crypto";
import type { PictureSize, PreparedPicture } from "../model/store.ts";
import { PictureError, type Pictures } from "../ports.ts";
import { loadRasteriser } from "./rasterise.ts";

/** Widths that screens ask for, in pixels; the largest is also what a search engine is shown. */
const WIDTHS = [320, 480, 800, 1200] as const;
/** What a file may unfold to: 50 megapixels, the largest that a common camera makes. */
const MOST_PIXELS = 50_000_000;
const QUALITY = 78;
/** What is kept of prepared pictures, in bytes: a plan asks for most of them twice. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;

type Sharp = (typeof import("sharp"))["default"];

/** Where the libraries come from; tests give others. */
export interface Libraries {
  readonly images: () => Promise<Sharp>;
  readonly rasteriser: typeof loadRasteriser;
}

const INSTALLED: Libraries = {
  images: async () => (await import("sharp")).default,
  rasteriser: loadRasteriser,
};

/** Loads a library when the first picture comes that needs it; a fleet without photographs and addresses never does. */
export function photographs(libraries: Libraries = INSTALLED): Pictures {
  const images = once(() => available(libraries.images));
  const rasteriser = once(() => available(libraries.rasteriser));
  const photographsKept = keeper<PreparedPicture>(({ sizes }) => sizes.reduce((sum, { body }) => sum + body.length, 0));
  const drawingsKept = keeper<Uint8Array>((body) => body.length);
  return {
    prepare: (source) => photographsKept(source, async () => prepare(await images(), source)),
    draw: (drawing) =>
      drawingsKept(drawing, async () => {
        const { data, width, height } = (await rasteriser())(drawing);
        const sharp = await images();
        const raw = { width, height, channels: 4 } as const;
        return sharp(coarsen(data), { raw }).removeAlpha().png({ compressionLevel: 9 }).toBuffer();
      }),
  };
}

const THIRD_STEPS = Uint8ClampedArray.from({ length: 256 }, (_, channel) => Math.round(channel / 3) * 3);

/** Every third step of each channel. There are three million of them: a function called for each takes half a second. */
function coarsen(channels: Uint8Array): Uint8Array {
  const coarse = new Uint8Array(channels.length);
  for (let at = 0; at < channels.length; at += 1) coarse[at] = THIRD_STEPS[channels[at] ?? 0] ?? 0;
  return coarse;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

/** A library that is not there is neither an author's fault nor a bug, and going without would give other bytes. */
async function available<Library>(load: () => Promise<Library>): Promise<Library> {
  try {
    return await load();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new PictureError("unavailable", `the image library cannot be loaded: ${reason}`, {
      hint: "on a machine of your own run `npm ci`; in a workflow check out action/dist whole, with every file beside the program",
      cause,
    });
  }
}

/** Remembers what was made from equal sources, and forgets all of it when it is too much. */
function keeper<Made>(bytesOf: (made: Made) => number) {
  const kept = new Map<string, Made>();
  let keptBytes = 0;
  return async (source: string | Uint8Array, make: () => Promise<Made>): Promise<Made> => {
    const key = hash("sha256", source);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = await make();
    keptBytes += bytesOf(made);
    if (keptBytes > MOST_KEPT_BYTES) {
      kept.clear();
      keptBytes = bytesOf(made);
    }
    kept.set(key, made);
    return made;
  };
}

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
    const { autoOrient } = await sharp(source).metadata();
    const upright = () => sharp(data, { raw: { width, height, channels } });
    const narrower = WIDTHS.filter((wanted) => wanted < width);
    const sizes: PictureSize[] = [];
    for (const wanted of [...narrower, width]) {
      const body = await upright().resize({ width: wanted }).webp({ quality: QUALITY }).toBuffer();
      sizes.push({ width: wanted, contentType: "image/webp", extension: "webp", body });
    }
    const [first, ...others] = sizes;
    if (first === undefined) throw new Error("a picture has at least one size");
    const placeholder = groundOf(await upright().resize(1, 1).raw().toBuffer());
    return { source: autoOrient, width, height, placeholder, sizes: [first, ...others] };
  } catch (cause) {
    if (/pixel limit/i.test(String(cause)))
      throw new PictureError("pixels", `unfolds to more than ${MOST_PIXELS} pixels`, { cause });
    throw new PictureError("broken", "cannot be read by any decoder", { cause });
  }
}

/** The colour of one pixel, grey or not, the last channel its opacity where their number is even; undefined where it can be seen through. */
function groundOf(pixel: Uint8Array): string | undefined {
  if (pixel.length % 2 === 0 && pixel.at(-1) !== 255) return undefined;
  const [red = 0, green = 0, blue = 0] = pixel;
  return `#${Buffer.from(pixel.length < 3 ? [red, red, red] : [red, green, blue]).toString("hex")}`;
}
