/** What a comment remembers of the plan that it shows, so that the next plan can say what is different from it. */
import type { PlanArtifact } from "./plan-artifact.ts";

/** A plan in a few characters. */
export interface PlanMemory {
  readonly digest: string;
  /** The release that each changed store would have, cut short, by tenant; undefined where they were too many. */
  readonly releases: ReadonlyMap<string, string> | undefined;
  /** Where the comment's pictures and stores lie: a run that publishes none (a merge queue's) shows them again. */
  readonly previewUrl?: string | undefined;
}

/** How a plan differs from the one before it; ids sorted. */
export type SincePlan =
  | { readonly kind: "same" | "unknown" }
  | {
      readonly kind: "changed";
      /** Stores that only the new plan changes, only the old one, and both but to different ends. */
      readonly fresh: readonly string[];
      readonly gone: readonly string[];
      readonly again: readonly string[];
    };

/** Characters that the stores of a memory may take; with more, only the digest is kept. */
const MOST_CHARACTERS = 10_000;

/** Enough to tell two releases of one store apart by accident; who wants to fool us has the whole artifact for it. */
const RELEASE_DIGITS = 8;

/** What to remember of a plan itself. */
export function rememberPlan({ digest, stores }: PlanArtifact): PlanMemory {
  const releases = new Map(
    stores.map(({ tenant, kind, release }) => [tenant, release.after.slice(0, RELEASE_DIGITS) || kind]),
  );
  return { digest, releases: written(releases).length > MOST_CHARACTERS ? undefined : releases };
}

/** In letters, digits, and what addresses hold; nothing that could end an HTML comment. */
export const encodeMemory = ({ digest, releases, previewUrl }: PlanMemory): string =>
  [releases === undefined ? digest : `${digest}:${written(releases)}`, previewUrl ?? []].flat().join(" ");

/** Undefined for what {@link encodeMemory} does not write. */
export function decodeMemory(text: string): PlanMemory | undefined {
  const match = /^([0-9a-f]{16,64})(?::([a-z0-9=,-]*))?(?: (https?:\/\/[\w.:/%~-]{1,300}\/))?$/.exec(text);
  if (match === null) return undefined;
  const [, digest = "", stores, previewUrl] = match;
  if (stores === undefined) return { digest, releases: undefined, previewUrl };
  const pairs = stores.split(",").filter(Boolean);
  return {
    digest,
    releases: new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
    previewUrl,
  };
}

/** What is different since the plan before. */
export function sincePlan(before: PlanMemory, now: PlanMemory): SincePlan {
  if (before.digest === now.digest) return { kind: "same" };
  const [old, fresh] = [before.releases, now.releases];
  if (old === undefined || fresh === undefined) return { kind: "unknown" };
  return {
    kind: "changed",
    fresh: [...fresh.keys()].filter((id) => !old.has(id)).toSorted(),
    gone: [...old.keys()].filter((id) => !fresh.has(id)).toSorted(),
    again: [...fresh]
      .filter(([id, release]) => old.has(id) && old.get(id) !== release)
      .map(([id]) => id)
      .toSorted(),
  };
}

const written = (releases: ReadonlyMap<string, string>): string =>
  [...releases].map(([tenant, release]) => `${tenant}=${release}`).join(",");
