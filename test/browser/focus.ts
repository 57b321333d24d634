/** Where the Tab key leads in a page, and whether one can see it. */
import type { Page } from "playwright-core";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

export interface TabStop {
  /** The start of its HTML. */
  readonly element: string;
  /** Whether it has a size and lies inside the window. */
  readonly isInWindow: boolean;
  /** Whether it or its surroundings look otherwise than without the focus. */
  readonly isMarked: boolean;
}

/** More than any page has; a page on which Tab never comes to an end is at fault. */
const MOST_STOPS = 400;
/** How far around an element its mark usually lies, in CSS pixels. */
const SURROUNDINGS = 10;
/** Fewer than this many pixels nobody sees. */
const FEWEST_PIXELS = 16;

/** Presses Tab from the top of the page to its end. */
export async function findTabStops(page: Page): Promise<readonly TabStop[]> {
  const stops: TabStop[] = [];
  const takePicture = await openCamera(page);
  while (stops.length < MOST_STOPS) {
    await page.keyboard.press("Tab");
    const stop = await describeStop(page);
    if (stop === undefined) return stops;
    const clip = clipAround(stop, page.viewportSize());
    const isInWindow = stop.width > 1 && stop.height > 1 && clip !== undefined;
    stops.push({
      element: stop.element,
      isInWindow,
      isMarked: clip !== undefined && (await isMarked(page, takePicture, clip)),
    });
  }
  throw new Error(`Tab finds no end in ${page.url()}`);
}

interface Stop {
  readonly element: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What has the focus; undefined where the page was left or has come round. */
function describeStop(page: Page): Promise<Stop | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const visited = Symbol.for("visited by Tab");
    if (element === null || element === document.body || visited in element) return undefined;
    Object.defineProperty(element, visited, { value: true });
    // A control that is drawn by its label has its mark there.
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
    // A link that stands for a whole card covers it, and has its mark around it.
    const covers = getComputedStyle(element, "::after").position === "absolute";
    const covered = covers && element instanceof HTMLElement ? element.offsetParent : null;
    const boxes = [element, ...labels, ...(covered === null ? [] : [covered])]
      .map((one) => one.getBoundingClientRect())
      .filter(({ width }) => width > 1);
    const left = Math.min(...boxes.map((box) => box.left));
    const top = Math.min(...boxes.map((box) => box.top));
    const right = Math.max(...boxes.map((box) => box.right));
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    const found = boxes.length > 0;
    return {
      element: element.outerHTML.slice(0, 120),
      x: found ? left : 0,
      y: found ? top : 0,
      width: found ? right - left : 0,
      height: found ? bottom - top : 0,
    };
  });
}

interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Undefined where no part of it is in the window. */
function clipAround({ x, y, width, height }: Stop, size: { width: number; height: number } | null): Clip | undefined {
  if (size === null) return undefined;
  const left = Math.max(0, Math.floor(x - SURROUNDINGS));
  const top = Math.max(0, Math.floor(y - SURROUNDINGS));
  const right = Math.min(size.width, Math.ceil(x + width + SURROUNDINGS));
  const bottom = Math.min(size.height, Math.ceil(y + height + SURROUNDINGS));
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/** A picture of a part of the window, or of all of it. */
type Camera = (part?: Clip) => Promise<Buffer>;

/** What may differ between two pictures of the same is stilled once for the page, which has dozens of stops. */
async function openCamera(page: Page): Promise<Camera> {
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { caret-color: transparent !important; transition: none !important }");
    document.adoptedStyleSheets.push(still);
  });
  const session = await page.context().newCDPSession(page);
  return async (part) => {
    const clip = part === undefined ? {} : { clip: { ...(await inDocument(page, part)), scale: 1 } };
    const { data } = await session.send("Page.captureScreenshot", { optimizeForSpeed: true, ...clip });
    return Buffer.from(data, "base64");
  };
}

/** From the window's corner to the document's. */
async function inDocument(page: Page, { x, y, ...size }: Clip): Promise<Clip> {
  const [left, top] = await page.evaluate(() => [scrollX, scrollY] as const);
  return { x: x + left, y: y + top, ...size };
}

/**
 * Takes the focus away for a moment, without moving the page, and compares. A mark may be further off than the
 * surroundings, as around the card that a link stands for; then all of the window is compared.
 */
async function isMarked(page: Page, takePicture: Camera, clip: Clip): Promise<boolean> {
  const looksFocused = async (part?: Clip): Promise<boolean> => {
    const withFocus = await takePicture(part);
    const stop = await page.evaluateHandle(() => {
      const element = document.activeElement as HTMLElement;
      element.blur();
      return element;
    });
    const without = await takePicture(part);
    await stop.evaluate((element) => element.focus({ preventScroll: true }));
    await stop.dispose();
    if (withFocus.equals(without)) return false;
    const [one, other] = [PNG.sync.read(withFocus), PNG.sync.read(without)];
    return pixelmatch(one.data, other.data, undefined, one.width, one.height, { threshold: 0.05 }) >= FEWEST_PIXELS;
  };
  return (await looksFocused(clip)) || looksFocused();
}
