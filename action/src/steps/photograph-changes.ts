/** Photographs what a change makes of stores: each page before and after, on a phone and on a desk. */
import { sampleSitters, type Sitter } from "../model/picture-sample.ts";
import type { PlannedPicture } from "../model/plan-artifact.ts";
import type { AnsweredSide, SiteBodies } from "../model/rendered-side.ts";
import { type Browser, BrowserError, EngineError, type EngineHost, type Pictures } from "../ports.ts";
import { otherBase } from "./base-side.ts";
import type { Folders } from "./load-stores.ts";
import { openBase } from "./open-base.ts";
import { type Change, showOnly } from "./read-change.ts";
import { followUp, type RenderedStore, sideRenderer } from "./render-side.ts";

/** Of a window, in CSS pixels. */
const WIDTHS = [360, 1280] as const;

/** What takes the pictures, and who keeps them. */
export interface Studio {
  /** Throws `BrowserError` where there is none. */
  readonly open: () => Promise<Browser>;
  /** Keeps a PNG under a path of the artifact: `pictures/acme/home-360-after.png`. */
  readonly keep: (path: string, bytes: Uint8Array) => Promise<void>;
}

/** The pictures of a change, as its artifact lists them. */
export interface Album {
  readonly taken: readonly PlannedPicture[];
  /** Why there are none, or not all; empty otherwise. */
  readonly skipped: string;
}

/** What the stores are rendered from once more. */
export interface Scene {
  readonly change: Change;
  readonly folders: Folders;
  readonly sitters: readonly Sitter[];
  readonly pictures: Pictures | undefined;
  /** Where the base's own engine runs; undefined where ours renders both sides. */
  readonly engines?: EngineHost | undefined;
}

/** A browser that is missing or fails, or an engine that does, is a reason, never an error: the plan says without pictures what changes. */
export async function photographChanges(scene: Scene, studio: Studio): Promise<Album> {
  const { change, sitters } = scene;
  const chosen = sampleSitters(sitters, change.isEngine || change.templates.size > 0);
  if (chosen.length === 0) return { taken: [], skipped: "" };
  const taken: PlannedPicture[] = [];
  const left = chosen.length < sitters.length ? `of ${chosen.length} of ${sitters.length} changed stores` : "";
  try {
    const browser = await studio.open();
    try {
      const render = await openSides(scene, chosen);
      for (const sitter of chosen) {
        const sides = await render(sitter.tenant);
        for (const [index, page] of sitter.pages.entries())
          taken.push(...(await photographPage(browser, sitter.tenant, { ...sides, page, index }, studio.keep)));
      }
    } finally {
      await browser.close();
    }
    return { taken, skipped: left };
  } catch (error) {
    if (!(error instanceof BrowserError || error instanceof EngineError)) throw error;
    return { taken, skipped: taken.length === 0 ? error.message : `not all were taken: ${error.message}` };
  }
}

/** What visitors have of a store; nothing where it is not to be seen. */
interface Sides {
  readonly before: SiteBodies | undefined;
  readonly after: SiteBodies | undefined;
}

/** The chosen stores alone are read again; all others were seen when they were compared. */
async function openSides(
  { change, folders, pictures, engines }: Scene,
  chosen: readonly Sitter[],
): Promise<(tenant: string) => Promise<Sides>> {
  const ids = new Set(chosen.map(({ tenant }) => tenant));
  const shown = (side: Change["head"]) =>
    showOnly(
      side,
      side.sources.filter(({ id }) => ids.has(id)),
      change,
      folders,
    );
  const base =
    engines === undefined
      ? withBodies(sideRenderer(await openBase(shown(change.base), folders), { pictures }))
      : await askBodies(engines, change.base, folders, ids);
  const head = sideRenderer(await openBase(shown(change.head), folders), { pictures });
  return async (tenant) => {
    const before = await base(tenant);
    const after = followUp(before, await head(tenant));
    return { before: isSeen(before) ? before.bodies : undefined, after: after.site?.files };
  };
}

type Asked = (tenant: string) => Promise<AnsweredSide>;

const withBodies =
  (render: (tenant: string) => Promise<RenderedStore>): Asked =>
  async (tenant) => {
    const { site, ...side } = await render(tenant);
    return site === undefined ? side : { ...side, bodies: site.files };
  };

/** All at once, as it answers in an order of its own; they are as few as are pictured. */
async function askBodies(
  engines: EngineHost,
  base: Change["base"],
  folders: Folders,
  ids: ReadonlySet<string>,
): Promise<Asked> {
  const absent: AnsweredSide = { side: { state: "absent" }, diagnostics: [] };
  const known = base.sources.some(({ id }) => ids.has(id));
  const other = known ? await otherBase(engines, base, folders, ids) : undefined;
  const answers = new Map<string, AnsweredSide>();
  try {
    for (const id of [...ids].toSorted()) answers.set(id, (await other?.render(id)) ?? absent);
  } finally {
    await other?.close();
  }
  return async (tenant) => answers.get(tenant) ?? absent;
}

/** A draft is in no bucket. */
const isSeen = ({ side }: AnsweredSide): boolean => side.state === "live" || side.state === "parked";

interface Page extends Sides {
  readonly page: string;
  readonly index: number;
}

async function photographPage(
  browser: Browser,
  tenant: string,
  { before, after, page, index }: Page,
  keep: Studio["keep"],
): Promise<PlannedPicture[]> {
  const { compareViews } = await import("../model/view-difference.ts");
  const look = async (files: SiteBodies | undefined, width: number): Promise<Uint8Array | undefined> =>
    files?.has(page) === true ? browser.photograph({ fileAt: (path) => files.get(path), page, width }) : undefined;
  return Promise.all(
    WIDTHS.map(async (width) => {
      const [old, now] = await Promise.all([look(before, width), look(after, width)]);
      const { changed, ...views } = compareViews(old, now);
      const named: Record<string, string> = {};
      for (const [when, bytes] of Object.entries(views)) {
        const path = `pictures/${tenant}/${page === "index.html" ? "home" : `page-${index}`}-${width}-${when}.png`;
        await keep(path, bytes);
        named[when] = path;
      }
      return { tenant, page, width, ...named, changed };
    }),
  );
}
