/** Which two commits an event is about. */

export interface GitEvent {
  /** `pull_request`, `merge_group`, `push`, `workflow_dispatch` … */
  readonly name: string;
  /** The commit checked out; of a pull request the merge commit. */
  readonly commit: string;
  /** The event's JSON; only commit ids of it are believed. */
  readonly payload: unknown;
}

export interface Revisions {
  readonly head: string;
  /** Null: the head's first parent. */
  readonly base: string | null;
}

/** What a plan compares: a queued group with where its queue stands, a push with what was there before, all else with the first parent. */
export function revisionsOf({ name, commit, payload }: GitEvent): Revisions {
  if (name === "merge_group") {
    const head = commitAt(payload, ["merge_group", "head_sha"]);
    return { head: head ?? commit, base: commitAt(payload, ["merge_group", "base_sha"]) };
  }
  return { head: commit, base: name === "push" ? commitAt(payload, ["before"]) : null };
}

/** A new branch comes from a commit of zeros, which is none. */
function commitAt(payload: unknown, keys: readonly string[]): string | null {
  const value = keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? Object.getOwnPropertyDescriptor(inner, key)?.value : undefined,
    payload,
  );
  return typeof value === "string" && /^[0-9a-f]{40,64}$/.test(value) && !/^0+$/.test(value) ? value : null;
}
