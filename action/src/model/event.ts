/** What is taken from the event that started a run: numbers and commits of the right form, and nothing else of it. */
import { OVERRIDES_FILE } from "./override.ts";

/** Where a run is, as GitHub's variables of every run have it. */
export interface RunPlace {
  /** `https://github.com`. */
  readonly server: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The number of the run. */
  readonly run: string;
}

/** The page of a run, with its log, summary and artifacts. */
export const runUrl = ({ server, repository, run }: RunPlace): string => `${server}/${repository}/actions/runs/${run}`;

/** The commit that a merge queue builds on; null for every other event: then it is the head's first parent. */
export function baseOf(event: unknown): string | null {
  const base = propertyOf(event, "merge_group", "base_sha");
  return typeof base === "string" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(base) ? base : null;
}

/** The pull request that an event is about, also in the merge queue, whose branches are named by it; null for none. */
export function pullRequestOf(event: unknown): number | null {
  const number = propertyOf(event, "pull_request", "number");
  if (isNumber(number)) return number;
  const branch = propertyOf(event, "merge_group", "head_ref");
  const queued = typeof branch === "string" ? /\/pr-(\d{1,9})-[0-9a-f]{40,64}$/.exec(branch)?.[1] : undefined;
  return queued === undefined ? null : Number(queued);
}

/** What a pull request asks to merge: its own last commit; null for none, and for a fork's, which gets nothing of ours. */
export function ownHeadOf(event: unknown, { repository }: RunPlace): string | null {
  const head = propertyOf(event, "pull_request", "head", "sha");
  const isOwn = propertyOf(event, "pull_request", "head", "repo", "full_name") === repository;
  return isOwn && typeof head === "string" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(head) ? head : null;
}

/** Where a person changes the overrides on the branch of a pull request; undefined where its name could be more than a name. */
export function overridesUrl(event: unknown, { server, repository }: RunPlace): string | undefined {
  const branch = propertyOf(event, "pull_request", "head", "ref");
  const isOwn = propertyOf(event, "pull_request", "head", "repo", "full_name") === repository;
  return isOwn && typeof branch === "string" && /^\w[\w/-]*$/.test(branch)
    ? `${server}/${repository}/edit/${branch}/${OVERRIDES_FILE}`
    : undefined;
}

/** Whether a person has named the stores that the run is about; no other event can. */
export function isPartOf(event: unknown): boolean {
  const only = propertyOf(event, "inputs", "only");
  return typeof only === "string" && only.trim() !== "";
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

function propertyOf(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inside, name) =>
      typeof inside === "object" && inside !== null ? Object.getOwnPropertyDescriptor(inside, name)?.value : undefined,
    value,
  );
}
