/** Renders what a change makes of stores for whoever wants to walk through it: its head, with links that work anywhere. */
import { sampleSitters } from "../model/picture-sample.ts";
import { renderRelative } from "../model/render-relative.ts";
import type { Site, SiteFile } from "../model/site.ts";
import { countOf, formatBytes } from "../view/measure.ts";
import { openBase } from "./open-base.ts";
import type { Scene, Studio } from "./photograph-changes.ts";
import { showOnly } from "./read-change.ts";
import { sideRenderer } from "./render-side.ts";

/** All previews of a change together, in bytes: one that has more is left out, and said. */
export const MOST_PREVIEW_BYTES = 200_000_000;

/** The previews of a change, as its artifact lists them. */
export interface Previews {
  /** Ids of the stores whose files were kept under `sites/<tenant>/`. */
  readonly kept: readonly string[];
  /** Why there are none, or not all; empty otherwise. */
  readonly skipped: string;
}

/** The stores that are pictured, too; each whole or not at all, and none that the head has no valid site of. */
export async function renderPreviews(
  { change, folders, sitters, pictures }: Scene,
  keep: Studio["keep"],
  limit = MOST_PREVIEW_BYTES,
): Promise<Previews> {
  const chosen = sampleSitters(sitters, change.isEngine || change.templates.size > 0);
  if (chosen.length === 0) return { kept: [], skipped: "" };
  const ids = new Set(chosen.map(({ tenant }) => tenant));
  const sources = change.head.sources.filter(({ id }) => ids.has(id));
  const desk = await openBase(showOnly(change.head, sources, change, folders), folders);
  const render = sideRenderer(desk, { pictures, render: renderRelative });
  const kept: string[] = [];
  let [room, large] = [limit, 0];
  for (const { tenant } of chosen) {
    const { site } = await render(tenant);
    if (site === undefined) continue;
    const files = lookedAt(site);
    const bytes = files.reduce((sum, { body }) => sum + body.byteLength, 0);
    if (bytes > room) {
      large += 1;
      continue;
    }
    room -= bytes;
    for (const { path, body } of files) await keep(`sites/${tenant}/${path}`, body);
    kept.push(tenant);
  }
  const reasons = [
    ...(chosen.length < sitters.length ? [`of ${chosen.length} of ${sitters.length} changed stores`] : []),
    ...(large === 0 ? [] : [`without ${countOf(large, "store")} for which ${formatBytes(limit)} leave no room`]),
  ];
  return { kept, skipped: reasons.join(", ") };
}

/** A preview is no release, so it does not say that it is one. */
const lookedAt = ({ files }: Site): SiteFile[] => [...files.values()].filter(({ kind }) => kind !== "beacon");
