/** Tells a plan under its pull request, from what the plan's job has left: data that is believed in nothing. */
import { joinComment, splitComment } from "../model/comment-parts.ts";
import { rememberPlan, sincePlan } from "../model/plan-memory.ts";
import type { Tree } from "../ports.ts";
import { readArtifact } from "../steps/read-artifact.ts";
import { findSticky, type StickyPlace, writeSticky } from "../steps/sticky-comment.ts";
import { type CommentPlace, planComment } from "../view/comment.ts";
import { lastWordIn } from "../view/last-word.ts";

/** What a comment is written with. */
export interface CommentOptions {
  /** Where the artifact lies, and its folder there. */
  readonly tree: Tree;
  readonly folder: string;
  /** Which pull request, by the event alone; whose comment. */
  readonly place: StickyPlace;
  readonly links: Omit<CommentPlace, "since">;
}

/** What was done, and what the plan said. */
export interface CommentResult {
  readonly written: "created" | "edited" | "unchanged";
  readonly digest: string;
}

/** Throws `ArtifactError` for what no plan of ours wrote, `GitHubError` where the comment cannot be written. */
export async function comment({ tree, folder, place, links }: CommentOptions): Promise<CommentResult> {
  const { plan } = await readArtifact(tree, folder);
  const found = await findSticky(place);
  const before = found && splitComment(found.body);
  const now = rememberPlan(plan);
  const since = before && sincePlan(before.memory, now);
  // What was published of the same plan is what would be published again.
  const previewUrl = links.previewUrl ?? (since?.kind === "same" ? before?.memory.previewUrl : undefined);
  // Only what is merged has a last word, and a run that ends after the deploy, as a merge queue's may, must not take it away.
  const became = lastWordIn(before?.text ?? "");
  const text = planComment(plan, { ...links, previewUrl, since }) + became;
  const written = await writeSticky(place, found, joinComment({ text, memory: { ...now, previewUrl } }));
  return { written, digest: plan.digest };
}
