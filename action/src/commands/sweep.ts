/**
 * Deletes the previews that nobody needs any more: those of closed pull requests, and the old ones that no comment shows.
 *
 * It asks what is so, not what has happened: an event that nobody heard leaves nothing behind.
 */
import pLimit from "p-limit";
import { splitComment } from "../model/comment-parts.ts";
import { previewOfName, PREVIEW_PREFIX, type PreviewFolder } from "../model/preview-folder.ts";
import {
  type Bucket,
  BucketError,
  type Clock,
  type Comments,
  type Deployments,
  GitHubError,
  type Proposals,
  type StoredObject,
} from "../ports.ts";
import { forEachBounded } from "../steps/bounded.ts";
import { findSticky } from "../steps/sticky-comment.ts";

/** What is swept. */
export interface SweepOptions {
  readonly bucket: Pick<Bucket, "list" | "remove">;
  readonly proposals: Pick<Proposals, "stateOf">;
  readonly comments: Comments;
  /** Whose comments show previews. */
  readonly author: string;
  readonly deployments: Deployments;
  readonly clock: Pick<Clock, "now">;
}

/** What was done, in previews; of GitHub's deployments, those that led to one. */
export interface SweepResult {
  readonly closed: number;
  readonly old: number;
  readonly kept: number;
  readonly retired: number;
}

/** A pull request that is still open gets a new one with each push, in ms. */
export const LONGEST_LIFE_MS = 7 * 24 * 60 * 60 * 1000;

/** The environment of the job that publishes previews. */
const ENVIRONMENT = "preview";

const REMOVALS_AT_ONCE = 32;

/**
 * What is not named like a preview stays. Throws `GitHubError`, `BucketError`; whatever is left then is for the next run:
 * GitHub stops leading to a preview before it is deleted, so none is forgotten half-way.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { bucket, proposals, deployments, clock } = options;
  const previews = previewsIn(await bucket.list({ prefix: PREVIEW_PREFIX }));
  const closed: Preview[] = [];
  const old: Preview[] = [];
  for (const [pullRequest, ofIt] of Map.groupBy(previews, (one) => one.pullRequest)) {
    if (await isClosed(proposals, pullRequest)) closed.push(...ofIt);
    else {
      const aged = ofIt.filter(({ updated }) => clock.now() - updated > LONGEST_LIFE_MS);
      const shown = aged.length === 0 ? "" : await shownBy(options, pullRequest);
      old.push(...aged.filter((one) => !isAt(one, shown)));
    }
  }
  const gone = [...closed, ...old];
  const isGone = (url: string): boolean => gone.some((one) => isAt(one, url));
  const retired = gone.length === 0 ? 0 : await deployments.retire(ENVIRONMENT, isGone);
  const objects = gone.flatMap((one) => one.objects);
  await forEachBounded(objects, pLimit(REMOVALS_AT_ONCE), (object) => removeFrom(bucket, object));
  return { closed: closed.length, old: old.length, kept: previews.length - gone.length, retired };
}

/** Whether an address is one of its pages: no two folders have the same random bits. */
const isAt = ({ folder }: PreviewFolder, url: string): boolean => url.includes(`/${folder}`);

/** Where the comment of an open pull request leads: the same plan keeps its first preview, however old. */
async function shownBy({ comments, author }: SweepOptions, pullRequest: number): Promise<string> {
  const found = await orIfMissing(() => findSticky({ comments, pullRequest, author }), undefined);
  return splitComment(found?.body ?? "")?.memory.previewUrl ?? "";
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

const isClosed = (proposals: SweepOptions["proposals"], pullRequest: number): Promise<boolean> =>
  orIfMissing(async () => (await proposals.stateOf(pullRequest)).state !== "open", false);

/** A pull request that is not there, of a repository that was moved perhaps, leaves its previews to their age. */
async function orIfMissing<Answer>(ask: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GitHubError && error.code === "missing") return otherwise;
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
