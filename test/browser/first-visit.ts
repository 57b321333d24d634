/** What a first visit to a page costs, and what the page does that nobody asked for. */
import { gzipSync } from "node:zlib";
import type { Browser, Page, Request } from "playwright-core";
import { loadEverything, visit } from "./chromium.ts";

/** Requests, and bytes as they come over the wire. */
export interface Weight {
  /** Before scrolling. */
  readonly requests: number;
  readonly html: number;
  /** Files and, gzipped, what stands inside the page. */
  readonly css: number;
  readonly script: number;
  /** Everything that a visitor loads who scrolls to the end, photos apart. */
  readonly withoutPhotos: number;
  readonly total: number;
}

export interface FirstVisit {
  readonly weight: Weight;
  /** One line for each complaint in the console, request elsewhere, and thing kept in the browser. */
  readonly intrusions: readonly string[];
}

/** Visits `url` with an empty cache, and scrolls to the end. */
export function visitFirst(browser: Browser, url: string, width: number, scripts = true): Promise<FirstVisit> {
  return visit(browser, "about:blank", { width, scripts }, async (page) => {
    const finished: Request[] = [];
    page.on("requestfinished", (request) => void finished.push(request));
    const complaints = await listen(page, url);
    await page.goto(url, { waitUntil: "networkidle" });
    const requests = finished.length;
    await loadEverything(page);
    const files = await Promise.all(finished.map(describeFile));
    const sum = (isMeant: (file: File) => boolean): number =>
      files.filter(isMeant).reduce((total, { bytes }) => total + bytes, 0);
    const inside = await codeInside(page);
    const weight: Weight = {
      requests,
      html: sum(({ type }) => type === "document"),
      css: sum(({ type }) => type === "stylesheet") + gzippedSize(inside.css),
      script: sum(({ type }) => type === "script") + gzippedSize(inside.script),
      withoutPhotos: sum(({ isPhoto }) => !isPhoto),
      total: sum(() => true),
    };
    return { weight, intrusions: [...complaints, ...(await thingsKept(page))] };
  });
}

/** Complaints and requests elsewhere, as they come. */
async function listen(page: Page, url: string): Promise<readonly string[]> {
  const found: string[] = [];
  const { origin } = new URL(url);
  page.on("console", (message) => {
    // The page for missing addresses is one that the server says is missing.
    const isItself = message.location().url === url && /status of 404/.test(message.text());
    const isComplaint = message.type() === "error" || message.type() === "warning";
    if (isComplaint && !isItself) found.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    const isInside = asked.protocol === "data:" || asked.protocol === "blob:" || asked.origin === origin;
    if (!isInside) found.push(`request: ${asked.href}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      // oxlint-disable-next-line no-console -- the console of the page, which is listened to
      console.error(`policy violation: ${effectiveDirective} ${blockedURI}`),
    );
  });
  return found;
}

async function thingsKept(page: Page): Promise<readonly string[]> {
  const cookies = (await page.context().cookies()).map(({ name }) => `cookie: ${name}`);
  const kept = await page.evaluate(async () => [
    ...Object.keys(localStorage).map((key) => `local storage: ${key}`),
    ...Object.keys(sessionStorage).map((key) => `session storage: ${key}`),
    ...(await indexedDB.databases()).map(({ name }) => `database: ${name}`),
    ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => `service worker: ${scope}`),
  ]);
  return [...cookies, ...kept];
}

/** Styles and scripts that stand in the page itself. */
function codeInside(page: Page): Promise<{ readonly css: string; readonly script: string }> {
  return page.evaluate(() => ({
    css: [
      ...[...document.querySelectorAll("style")].map(({ textContent }) => textContent),
      ...[...document.querySelectorAll("[style]")].map((element) => element.getAttribute("style")),
    ].join("\n"),
    script: [...document.scripts]
      .filter(({ src, type }) => src === "" && ["", "module", "text/javascript"].includes(type))
      .map(({ textContent }) => textContent)
      .join("\n"),
  }));
}

interface File {
  readonly type: string;
  readonly isPhoto: boolean;
  readonly bytes: number;
}

async function describeFile(request: Request): Promise<File> {
  const response = await request.response();
  const { responseBodySize } = await request.sizes();
  const contentType = response?.headers()["content-type"] ?? "";
  return {
    type: request.resourceType(),
    isPhoto: /^image\/(?:jpeg|png|webp|avif)\b/.test(contentType),
    bytes: responseBodySize,
  };
}

const gzippedSize = (text: string): number => (text === "" ? 0 : gzipSync(text, { level: 9 }).byteLength);
