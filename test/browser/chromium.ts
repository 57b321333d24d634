/** Debian's Chromium, set so that the same page always gives the same pixels. */
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";

/** The program; the variable is for machines on which it lies elsewhere. */
export const CHROMIUM = process.env["CHROMIUM"] || "/usr/bin/chromium";

/** One of the files that `fonts.conf` lets the browser see. */
export const FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

/** The widths that a page must look right at, in CSS pixels: a small phone, a phone, a tablet, a desk. */
export const WIDTHS = [320, 360, 768, 1280] as const;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
  "--disable-lcd-text",
];

/** Flags go after our own. */
export function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [...FLAGS, ...flags],
    env: { ...process.env, FONTCONFIG_FILE: join(import.meta.dirname, "fonts.conf") },
  });
}

/** How a visitor looks at a page. */
export interface View {
  /** In CSS pixels. */
  readonly width: number;
  readonly scheme?: "light" | "dark";
  /** Whether the browser runs scripts; it does unless told otherwise. */
  readonly scripts?: boolean;
  /** Pixels of a picture per CSS pixel; 1 unless told otherwise. */
  readonly scale?: number;
}

/** An empty tab of a visitor who was never here before. Closing its context closes it. */
export async function openTab(
  browser: Browser,
  { width, scheme = "light", scripts = true, scale = 1 }: View,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: heightFor(width) },
    deviceScaleFactor: scale,
    reducedMotion: "reduce",
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    locale: "en-GB",
    timezoneId: "UTC",
  });
  return context.newPage();
}

/** Calls `look` with a page that has loaded, and closes it after. */
export async function visit<Result>(
  browser: Browser,
  url: string,
  view: View,
  look: (page: Page) => Promise<Result>,
): Promise<Result> {
  const page = await openTab(browser, view);
  try {
    await page.goto(url, { waitUntil: "load" });
    return await look(page);
  } finally {
    await page.context().close();
  }
}

/** Loads the pictures that a visitor would load by scrolling to the end, each in the size that suits its place. */
export async function loadEverything(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const shown = [...document.images].filter((image) => image.getClientRects().length > 0);
    for (const image of shown) {
      image.scrollIntoView({ block: "center" });
      await image.decode().catch(() => undefined);
    }
    scrollTo(0, 0);
  });
}

const heightFor = (width: number): number => (width < 600 ? 740 : 900);
