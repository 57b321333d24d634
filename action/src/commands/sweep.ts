/**
 * Deletes the previews that nobody needs any more: those of closed pull requests, and the old ones.
 *
 * It asks what is so, not what has happened: an event that nobody heard leaves nothing behind.
 */
import pLimit from "p-limit";
import { previewOfName, PREVIEW_PREFIX, type PreviewFolder } from "../model/preview-folder.ts";
import { type Bucket, BucketError, type Clock, GitHubError, type Proposals, type StoredObject } from "../ports.ts";
import { forEachBounded } from "../steps/bounded.ts";

/** What is swept. */
export interface SweepOptions {
  readonly bucket: Pick<Bucket, "list" | "remove">;
  readonly proposals: Pick<Proposals, "stateOf">;
  readonly clock: Pick<Clock, "now">;
}

/** What was done, in previews. */
export interface SweepResult {
  readonly closed: number;
  readonly old: number;
  readonly kept: number;
}

/** A pull request that is still open gets a new one with each push, in ms. */
export const LONGEST_LIFE_MS = 7 * 24 * 60 * 60 * 1000;

const REMOVALS_AT_ONCE = 32;

/** What is not named like a preview stays. Throws `GitHubError`, `BucketError`; whatever is left then is for the next run. */
export async function sweep({ bucket, proposals, clock }: SweepOptions): Promise<SweepResult> {
  const previews = previewsIn(await bucket.list({ prefix: PREVIEW_PREFIX }));
  const limit = pLimit(REMOVALS_AT_ONCE);
  const remove = async (gone: readonly Preview[]): Promise<number> => {
    const objects = gone.flatMap((one) => one.objects);
    await forEachBounded(objects, limit, (object) => removeFrom(bucket, object));
    return gone.length;
  };
  const isOld = ({ updated }: Preview): boolean => clock.now() - updated > LONGEST_LIFE_MS;
  // The old first: they go also where GitHub does not answer.
  const old = await remove(previews.filter(isOld));
  const young = previews.filter((one) => !isOld(one));
  let closed = 0;
  for (const [pullRequest, ofIt] of Map.groupBy(young, (one) => one.pullRequest))
    if (await isClosed(proposals, pullRequest)) closed += await remove(ofIt);
  return { closed, old, kept: young.length - closed };
}

interface Preview extends PreviewFolder {
  readonly objects: readonly StoredObject[];
  /** Of the last one that was written, in ms since the epoch. */
  readonly updated: number;
}

function previewsIn(listed: readonly StoredObject[]): Preview[] {
  const named = listed.flatMap((object) => {
    const of = previewOfName(object.name);
    return of === undefined ? [] : [{ ...of, object }];
  });
  return [...Map.groupBy(named, ({ folder }) => folder)].map(([folder, parts]) => {
    const objects = parts.map(({ object }) => object);
    const updated = objects.reduce((latest, object) => Math.max(latest, object.updated), 0);
    return { folder, pullRequest: parts[0]?.pullRequest ?? 0, objects, updated };
  });
}

/** One that is not there, of a repository that was moved perhaps, is left to its age. */
async function isClosed(proposals: SweepOptions["proposals"], pullRequest: number): Promise<boolean> {
  try {
    return (await proposals.stateOf(pullRequest)).state !== "open";
  } catch (error) {
    if (error instanceof GitHubError && error.code === "missing") return false;
    throw error;
  }
}

/** What another run has taken away is gone. */
async function removeFrom(bucket: SweepOptions["bucket"], { name, generation }: StoredObject): Promise<void> {
  try {
    await bucket.remove(name, generation);
  } catch (error) {
    if (!(error instanceof BucketError) || error.code !== "missing") throw error;
  }
}
