import { crc32, deflateSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkPrepared,
  LEAST_PICTURE_PIXELS,
  MOST_PICTURE_BYTES,
  readPicture,
} from "../../action/src/model/picture.ts";

const location = { file: "tenants/acme/products.csv", line: 2, column: 9 };
const read = (bytes: Uint8Array, path = "images/mug.png") => readPicture(bytes, { path, location });
const rules = async (bytes: Uint8Array, path?: string) => (await read(bytes, path)).diagnostics.map(({ rule }) => rule);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const png = Buffer.concat([
  Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  chunk("IHDR", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
  chunk("IDAT", deflateSync(Buffer.from([0, 0]))),
  chunk("IEND", Buffer.alloc(0)),
]);
const jpeg = Buffer.from("ffd8 ffe0 0004 0101 ffda 0003 00 12ff00 ffd0 34 ffd9".replaceAll(" ", ""), "hex");
const webp = Buffer.from(
  `${Buffer.from("RIFF").toString("hex")}0c000000${Buffer.from("WEBPVP8 ").toString("hex")}00000000`,
  "hex",
);
const avif = Buffer.concat([
  Buffer.from([0, 0, 0, 16]),
  Buffer.from("ftypavif\0\0\0\0"),
  Buffer.from([0, 0, 0, 9]),
  Buffer.from("mdat"),
  Buffer.from([7]),
]);
const formats: readonly (readonly [string, Buffer])[] = [
  ["png", png],
  ["jpg", jpeg],
  ["webp", webp],
  ["avif", avif],
];

describe("pictures", () => {
  test.each(formats)("a %s is what its bytes say", async (extension, bytes) => {
    const { picture, diagnostics } = await read(bytes, `images/mug.${extension}`);
    expect(diagnostics).toEqual([]);
    expect(picture).toEqual({
      contentType: `image/${extension === "jpg" ? "jpeg" : extension}`,
      extension,
      body: bytes,
    });
  });

  test(".jpeg and upper case are names of the same", async () => {
    expect((await read(jpeg, "a.jpeg")).picture?.extension).toBe("jpg");
    expect((await read(png, "a.PNG")).picture?.extension).toBe("png");
  });

  test.each(formats)("a %s under another name is refused, with the right one in the hint", async (extension, bytes) => {
    const { picture, diagnostics } = await read(bytes, extension === "png" ? "a.webp" : "a.png");
    expect(picture).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { rule: "picture-extension", severity: "error", hint: `name it .${extension}`, location },
    ]);
  });

  test.each(formats)("a %s with a page behind its end is refused", async (extension, bytes) => {
    expect(await rules(Buffer.concat([bytes, Buffer.from("more")]), `a.${extension}`)).toEqual(["picture-broken"]);
  });

  test.each(formats)("a %s that ends too early is refused", async (extension, bytes) => {
    expect(await rules(bytes.subarray(0, -1), `a.${extension}`)).not.toEqual([]);
  });

  test("a script inside a chunk is refused", async () => {
    const text = chunk("tEXt", Buffer.from("Comment\0<ScRiPt>alert(1)</script>"));
    const polyglot = Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]);
    expect(await rules(polyglot)).toEqual(["picture-broken"]);
  });

  test.each([
    ["HTML", "<!doctype html>"],
    ["GIF", "GIF89a"],
    ["an empty file", ""],
    ["text", "not a picture"],
  ])("%s is no picture", async (_name, text) => {
    expect(await rules(Buffer.from(text))).toEqual(["picture-type"]);
  });

  test("a small one is shown, with a warning that tells its own size, not that of what was made of it", () => {
    const found = (width: number, height: number) => {
      const size = { width: 400, contentType: "image/webp", extension: "webp", body: Buffer.of() } as const;
      const prepared = { source: { width, height }, width: 400, height: 100, placeholder: "#ffffff" } as const;
      return checkPrepared({ ...prepared, sizes: [size] }, { path: "images/mug.png", location });
    };
    expect(found(LEAST_PICTURE_PIXELS, LEAST_PICTURE_PIXELS)).toEqual([]);
    for (const [width, height] of [
      [LEAST_PICTURE_PIXELS - 1, 900],
      [2400, LEAST_PICTURE_PIXELS - 1],
    ] as const) {
      expect(found(width, height)).toMatchObject([
        {
          rule: "picture-small",
          severity: "warning",
          message: `the picture "images/mug.png" has ${width} × ${height} pixels`,
          location,
        },
      ]);
    }
  });

  test("ten megabytes are enough", async () => {
    expect(await rules(Buffer.alloc(MOST_PICTURE_BYTES + 1))).toEqual(["picture-size"]);
  });

  test("no bytes make it throw or loop", async () => {
    const head = fc.constantFrom(...formats.map(([, bytes]) => bytes));
    await fc.assert(
      fc.asyncProperty(head, fc.nat(40), fc.uint8Array({ maxLength: 200 }), async (bytes, keep, rest) => {
        for (const [extension] of formats) {
          const { picture, diagnostics } = await read(Buffer.concat([bytes.subarray(0, keep), rest]), `a.${extension}`);
          expect(picture === undefined).toBe(diagnostics.length > 0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
