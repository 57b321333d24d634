/** One comment under a pull request, edited in place: found by its form and its author, never a second one. */
import { splitComment } from "../model/comment-parts.ts";
import { type Comment, type Comments, GitHubError } from "../ports.ts";

/** Of one pull request, by the account that our token speaks for: anybody may write what looks like ours. */
export interface StickyPlace {
  readonly comments: Comments;
  readonly pullRequest: number;
  /** `github-actions[bot]`, or the name of the App. */
  readonly author: string;
}

/** Our comment, if there is one yet. */
export async function findSticky({ comments, pullRequest, author }: StickyPlace): Promise<Comment | undefined> {
  return (await comments.list(pullRequest)).find(
    (one) => one.author === author && splitComment(one.body) !== undefined,
  );
}

/**
 * Makes the comment say `body`; `found` is what {@link findSticky} gave just before. Where the answer to a first writing
 * is lost, it looks before it writes again. Throws `GitHubError`.
 */
export async function writeSticky(
  place: StickyPlace,
  found: Comment | undefined,
  body: string,
): Promise<"created" | "edited" | "unchanged"> {
  const { comments, pullRequest } = place;
  if (found?.body === body) return "unchanged";
  if (found !== undefined) {
    await comments.edit(found.id, body);
    return "edited";
  }
  try {
    await comments.create(pullRequest, body);
  } catch (error) {
    if (!(error instanceof GitHubError) || error.code !== "unknown") throw error;
    const written = await findSticky(place);
    if (written === undefined) await comments.create(pullRequest, body);
  }
  return "created";
}
