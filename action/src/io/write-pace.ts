/**
 * How fast GitHub is written to: at its own pace of one a second on the mean, in bursts small enough that the few writes
 * of one pull request need not wait for each other.
 *
 * GitHub refuses more than about 80 writes a minute and 500 an hour that make content (docs.github.com, "Rate limits for
 * the REST API"); both bounds here lie below, for what other jobs write with the same App.
 */
import { type Clock, GitHubError } from "../ports.ts";

/** So many writes in any time of this length. */
const BOUNDS = [
  { writes: 10, ms: 10_000 },
  { writes: 400, ms: 60 * 60 * 1000 },
] as const;

/**
 * Waits for a turn to write; throws {@link GitHubError} `limited` where that would take longer than `mostMs`.
 *
 * @param writtenAgo how long ago earlier runs have written, in ms, the longest first: GitHub counts theirs, too
 */
export function paceWrites(
  clock: Pick<Clock, "monotonic" | "sleep">,
  mostMs: number,
  writtenAgo: readonly number[] = [],
): () => Promise<void> {
  const start = clock.monotonic();
  const turns = writtenAgo.map((ago) => start - ago);
  return async () => {
    const now = clock.monotonic();
    const due = Math.max(now, ...BOUNDS.map(({ writes, ms }) => (turns.at(-writes) ?? Number.NEGATIVE_INFINITY) + ms));
    if (due - now > mostMs) {
      const hint = "the next run goes on where this one ended";
      throw new GitHubError("limited", `GitHub takes no more writes for ${Math.ceil((due - now) / 1000)} s`, { hint });
    }
    turns.push(due);
    if (due > now) await clock.sleep(due - now);
  };
}
