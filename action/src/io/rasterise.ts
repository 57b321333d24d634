/**
 * Drawings of the engine as pixels, by resvg: the one place that touches the rasteriser.
 *
 * Its program is WebAssembly and its font lies beside it: neither looks at the machine's own fonts, so the pixels are
 * the same everywhere. Both travel with the bundle (scripts/build.ts).
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PREVIEW_FONT } from "../model/preview.ts";

/** RGBA, row by row. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

// The build finds these by their form, and puts the files beside the bundle.
const { resolve } = createRequire(import.meta.url);
const program = () => resolve("@resvg/resvg-wasm/index_bg.wasm");
const fonts = () => [
  resolve("@expo-google-fonts/vazirmatn/400Regular/Vazirmatn_400Regular.ttf"),
  resolve("@expo-google-fonts/vazirmatn/700Bold/Vazirmatn_700Bold.ttf"),
];

/** Loads program and fonts, and gives what turns an SVG into pixels. Throws where one of them is not there. */
export async function loadRasteriser(): Promise<(drawing: string) => Pixels> {
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  await (initialised ??= initWasm(readFile(program())));
  const fontBuffers = await Promise.all(fonts().map((path) => readFile(path)));
  return (drawing) => {
    const document = new Resvg(drawing, {
      font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: PREVIEW_FONT },
    });
    const image = document.render();
    try {
      return { width: image.width, height: image.height, data: image.pixels };
    } finally {
      image.free();
      document.free();
    }
  };
}

/** The program may be started once in a process. */
let initialised: Promise<void> | undefined;
