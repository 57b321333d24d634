import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { photographs } from "../../action/src/io/photographs.ts";
import { PictureError } from "../../action/src/ports.ts";

/** Left half red, right half blue, so that a turned picture shows. */
const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#c02020" } }).composite([
    { input: { create: { width: width >> 1, height, channels: 3, background: "#2020c0" } }, gravity: "east" },
  ]);

const codeOf = (error: unknown) => (error instanceof PictureError ? error.code : String(error));
const shared = photographs();
const prepare = (source: Uint8Array) => shared.prepare(source);

describe("photographs", () => {
  it.each(["png", "jpeg", "webp", "avif"] as const)(
    "turns a %s into WebP of the widths below its own, and its own",
    async (format) => {
      const source = await halves(1000, 600).toFormat(format).toBuffer();
      const { width, height, sizes, placeholder } = await prepare(source);
      expect([width, height]).toEqual([1000, 600]);
      expect(sizes.map((size) => size.width)).toEqual([320, 480, 800, 1000]);
      expect(placeholder).toMatch(/^#[0-9a-f]{6}$/);
      for (const size of sizes) {
        const { format: made, width: wide } = await sharp(size.body).metadata();
        expect([made, wide, size.contentType, size.extension]).toEqual(["webp", size.width, "image/webp", "webp"]);
      }
    },
  );

  it("says the colour of its place, of a grey one too", async () => {
    const create = { width: 40, height: 40, channels: 3, background: "#c81e1e" } as const;
    const groundOf = async (image: Sharp) => (await prepare(await image.png().toBuffer())).placeholder;
    expect(await groundOf(sharp({ create }))).toBe("#c81e1e");
    expect(await groundOf(sharp({ create: { ...create, background: "#404040" } }).toColorspace("b-w"))).toBe("#404040");
  });

  it("never enlarges, and stops at 1200", async () => {
    const widths = async (width: number) => {
      const { sizes } = await prepare(await halves(width, 300).png().toBuffer());
      return sizes.map((size) => size.width);
    };
    expect(await widths(200)).toEqual([200]);
    expect(await widths(320)).toEqual([320]);
    expect(await widths(2000)).toEqual([320, 480, 800, 1200]);
  });

  it("says how large the source is, as the camera was held", async () => {
    const { source, width, height } = await prepare(
      await halves(2000, 300).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    );
    expect([source, { width, height }]).toEqual([
      { width: 300, height: 2000 },
      { width: 300, height: 2000 },
    ]);
    const wide = await prepare(await halves(2400, 1000).png().toBuffer());
    expect([wide.source, wide.width, wide.height]).toEqual([{ width: 2400, height: 1000 }, 1200, 500]);
  });

  it("turns as the camera was held, and keeps nothing of what it wrote", async () => {
    const source = await halves(900, 600)
      .withMetadata({ orientation: 6 })
      .withExif({ IFD0: { Artist: "Mara Quill" }, IFD3: { GPSLatitudeRef: "N" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(source).metadata()).orientation).toBe(6);
    const { width, height, sizes } = await prepare(source);
    expect([width, height]).toEqual([600, 900]);
    const last = sizes.at(-1)?.body ?? Buffer.of();
    const { exif, icc, xmp, orientation } = await sharp(last).metadata();
    expect([exif, icc, xmp, orientation]).toEqual([undefined, undefined, undefined, undefined]);
    // What was left is above now.
    const { data } = await sharp(last)
      .extract({ left: 300, top: 100, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(data[2] ?? 255);
  });

  it("keeps what is transparent so", async () => {
    const source = await sharp({ create: { width: 600, height: 600, channels: 4, background: "#00000000" } })
      .png()
      .toBuffer();
    const { sizes, placeholder } = await prepare(source);
    expect((await sharp(sizes[0].body).metadata()).hasAlpha).toBe(true);
    expect(placeholder).toBeUndefined();
  });

  it("gives the same bytes again", async () => {
    const source = await halves(700, 500).jpeg().toBuffer();
    expect(await photographs().prepare(source)).toEqual(await photographs().prepare(source));
  });

  it("refuses what would unfold beyond measure", async () => {
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: "#ffffff" } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await prepare(bomb).catch(codeOf)).toBe("pixels");
  });

  it("refuses what no decoder reads", async () => {
    const whole = await halves(800, 600).jpeg().toBuffer();
    expect(await prepare(whole.subarray(0, whole.length >> 1)).catch(codeOf)).toBe("broken");
    expect(await prepare(Buffer.from("hello")).catch(codeOf)).toBe("broken");
  });

  it("draws an opaque PNG of the drawing's size, the same again, and light", async () => {
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"><rect width="600" height="630" fill="#c02020"/><text x="700" y="300" font-size="80">Acme سوق</text></svg>`;
    const png = await photographs().draw(drawing);
    expect(await photographs().draw(drawing)).toEqual(png);
    expect(png.length).toBeLessThan(60_000);
    const { format, width, height, hasAlpha } = await sharp(png).metadata();
    expect([format, width, height, hasAlpha]).toEqual(["png", 1200, 630, false]);
    // Letters of the font, not nothing.
    const { channels } = await sharp(png).extract({ left: 700, top: 200, width: 450, height: 150 }).stats();
    expect(channels[0]?.stdev).toBeGreaterThan(10);
  });

  it("says with the way out when a library is not there, whoever asks", async () => {
    const missing = () => Promise.reject(new Error("Cannot find module"));
    const pictures = photographs({ images: missing, rasteriser: missing });
    for (const attempt of [pictures.prepare(Buffer.of(1)), pictures.draw("<svg/>")]) {
      const error = await attempt.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(PictureError);
      expect(error).toMatchObject({ code: "unavailable", hint: expect.stringContaining("npm ci") as string });
    }
  });
});
