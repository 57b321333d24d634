/** What a rendered page weighs for a visitor who opens it, against the budget that every store has. */
import { gzipSync } from "node:zlib";
import type { Diagnostic } from "./diagnostic.ts";
import type { Site, SiteFile } from "./site.ts";
import type { Tenant } from "./store.ts";

/**
 * In bytes as they travel: the HTML alone; all its styles, those for visitors without scripts too; the page with all that
 * it loads at once, without and with photographs.
 */
export const MOST_PAGE_BYTES = { html: 14_000, css: 6_000, drawn: 60_000, photographed: 350_000 } as const;

/** Of a photograph in several sizes, a screen takes about this width, in pixels. */
const USUAL_WIDTH = 800;

/** A file that a page loads, or the page itself. */
interface Part {
  readonly path: string;
  readonly bytes: number;
  readonly isPhotograph: boolean;
}

/** What a page weighs. */
export interface PageWeight {
  /** Its path inside the site. */
  readonly page: string;
  /** As they travel, of the HTML or the styles alone where that is what the budget is for. */
  readonly bytes: number;
  readonly budget: number;
}

/** What a page weighs, as everybody is told who asks: the check of files, the plan, a deploy. */
export function tellWeight({ page, bytes, budget }: PageWeight): string {
  const what =
    budget === MOST_PAGE_BYTES.html
      ? `the HTML of ${page} has`
      : budget === MOST_PAGE_BYTES.css
        ? `the styles of ${page} have`
        : `${page} with all that it loads at once has`;
  return `${what} ${bytes} bytes as sent, and ${budget} are the budget`;
}

/** A page over its budget. */
interface Excess extends PageWeight {
  /** The part of it that weighs most. */
  readonly most: Part;
}

/** A site whose pages were looked at. */
export interface SiteWeight {
  /** Every page over its budget. */
  readonly over: readonly Excess[];
  /** The page that fills its budget most; undefined without pages. It is weighed when it is asked for. */
  readonly heaviest: () => PageWeight | undefined;
}

/** More files than two sites load at once have; what is known of them takes some 100 bytes each. */
const MOST_KNOWN = 1_000;

/**
 * Weighs sites that have files in common, as both sides of a change do and all stores of one template: such a file is
 * compressed once.
 */
export function openScale(): (site: Site) => SiteWeight {
  const known = new Map<string, number>();
  return (site) =>
    weighOn(({ path, identity, body, compressible }) => {
      let bytes = known.get(identity);
      if (bytes === undefined) {
        if (known.size === MOST_KNOWN) known.clear();
        known.set(identity, (bytes = compressible ? gzipSync(body).length : body.length));
      }
      return { path, bytes, isPhotograph: !compressible };
    }, site);
}

/** For a site with links in the style `absolute-path`. Nothing is compressed that is light enough as it is. */
export const weighSite = (site: Site): SiteWeight => openScale()(site);

function weighOn(partOf: (file: SiteFile) => Part, site: Site): SiteWeight {
  const over: Excess[] = [];
  let largest: { readonly file: SiteFile; readonly loaded: readonly SiteFile[]; readonly whole: number } | undefined;
  for (const file of site.files.values()) {
    if (!file.path.endsWith(".html")) continue;
    const loaded = loadedBy(Buffer.from(file.body).toString(), site);
    const whole = loaded.reduce((bytes, one) => bytes + one.body.length, file.body.length);
    if (largest === undefined || whole > largest.whole) largest = { file, loaded, whole };
    const excess = excessOf(file, loaded, whole, partOf);
    if (excess !== undefined) over.push(excess);
  }
  const heaviest = (): PageWeight | undefined => {
    if (over.length > 0) return plainWeight(over.reduce((worst, one) => (timesOf(one) > timesOf(worst) ? one : worst)));
    return largest && wholeWeight(largest.file, [largest.file, ...largest.loaded].map(partOf));
  };
  return { over, heaviest };
}

const plainWeight = ({ page, bytes, budget }: PageWeight): PageWeight => ({ page, bytes, budget });

const timesOf = ({ bytes, budget }: PageWeight): number => bytes / budget;

/** The pages over their budgets, as warnings (`page-weight`): of the pages in one folder the worst, with how many there are. */
export function checkPageWeights(tenant: Tenant, { over }: SiteWeight): Diagnostic[] {
  const byFolder = new Map<string, Excess[]>();
  for (const excess of over) {
    const folder = excess.page.split("/", 1)[0] ?? "";
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), excess]);
  }
  return [...byFolder].map(([folder, excesses]): Diagnostic => {
    const worst = excesses.reduce((one, other) => (timesOf(other) > timesOf(one) ? other : one));
    const most = worst.most.path === worst.page ? "" : `; most of it is ${worst.most.path} with ${worst.most.bytes}`;
    const others = excesses.length === 1 ? "" : ` (and ${excesses.length - 1} more in ${folder}/)`;
    return {
      rule: "page-weight",
      severity: "warning",
      message: `${tellWeight(worst)}${most}${others}`,
      hint: "a deploy refuses a page over its budget unless it was as heavy before (guard over-budget): show less on it, or smaller pictures",
      location: tenant.locate(PLACES[folder] ?? ""),
    };
  });
}

/** The settings that decide how much is on a page. */
const PLACES: Readonly<Record<string, string>> = {
  "index.html": "/home",
  collections: "/catalog/per_page",
  pages: "/pages",
  products: "/catalog",
};

/** Over several budgets at once, it is the one that it is most times over. */
function excessOf(
  page: SiteFile,
  loaded: readonly SiteFile[],
  whole: number,
  partOf: (file: SiteFile) => Part,
): Excess | undefined {
  const sheets = loaded.filter(({ path }) => path.endsWith(".css"));
  const weights: Excess[] = [];
  const weigh = (files: readonly SiteFile[], weightOf: (parts: readonly Part[]) => PageWeight) => {
    const parts = files.map(partOf);
    const weight = weightOf(parts);
    if (weight.bytes <= weight.budget) return;
    weights.push({ ...weight, most: parts.reduce((most, part) => (part.bytes > most.bytes ? part : most)) });
  };
  const within = (budget: number) => (parts: readonly Part[]) => ({ page: page.path, bytes: sumOf(parts), budget });
  if (page.body.length > MOST_PAGE_BYTES.html) weigh([page], within(MOST_PAGE_BYTES.html));
  if (sheets.reduce((bytes, { body }) => bytes + body.length, 0) > MOST_PAGE_BYTES.css)
    weigh(sheets, within(MOST_PAGE_BYTES.css));
  if (whole > MOST_PAGE_BYTES.drawn) weigh([page, ...loaded], (parts) => wholeWeight(page, parts));
  return weights.length === 0
    ? undefined
    : weights.reduce((one, other) => (timesOf(other) > timesOf(one) ? other : one));
}

/** A page with all that it loads at once. */
function wholeWeight({ path }: SiteFile, parts: readonly Part[]): PageWeight {
  const budget = parts.some((part) => part.isPhotograph) ? MOST_PAGE_BYTES.photographed : MOST_PAGE_BYTES.drawn;
  return { page: path, bytes: sumOf(parts), budget };
}

const sumOf = (parts: readonly Part[]): number => parts.reduce((bytes, part) => bytes + part.bytes, 0);

/** Elements of a page that load a file before anybody scrolls. */
const LOADING = /<(?:link\b[^>]*\srel="(?:stylesheet|icon|preload|modulepreload)"|script\b[^>]*\ssrc=|img\b)[^>]*>/g;

function loadedBy(html: string, site: Site): SiteFile[] {
  const files = new Set<SiteFile>();
  for (const [element] of html.matchAll(LOADING)) {
    if (element.includes(' loading="lazy"')) continue;
    const file = site.files.get(chosenAddress(element).slice(1));
    if (file !== undefined) files.add(file);
  }
  return [...files];
}

/** What a browser takes: of several sizes the first that is wide enough. */
function chosenAddress(element: string): string {
  const sizes = (/\ssrcset="([^"]*)"/.exec(element)?.[1] ?? "").split(", ").map((size) => size.split(" "));
  const [address] = sizes.find(([, width = ""]) => Number.parseInt(width, 10) >= USUAL_WIDTH) ?? [];
  return address ?? /\s(?:src|href)="([^"]*)"/.exec(element)?.[1] ?? "";
}
