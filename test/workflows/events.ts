/** Events as GitHub sends them, about the repository of a test. */
import { createRequire } from "node:module";
import type { Event } from "./act.ts";
import type { Repository } from "./repository.ts";

interface Kind {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}
const kinds = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Kind[];

const REPOSITORY = "example/stores";

/** A pull request as it was opened, from a branch of the repository or of a fork. */
export function pullRequestEvent(repository: Repository, number: number, branch: string, from = REPOSITORY): Event {
  const example = exampleOf("pull_request", "opened");
  const opened = partOf(example, "pull_request");
  const head = { ...partOf(opened, "head"), ref: branch, sha: repository.revision(branch) };
  const base = { ...partOf(opened, "base"), ref: "main", sha: repository.revision("main") };
  return {
    name: "pull_request",
    payload: {
      ...example,
      number,
      repository: { ...partOf(example, "repository"), full_name: REPOSITORY, default_branch: "main" },
      pull_request: { ...opened, number, head: { ...head, repo: { full_name: from } }, base },
    },
  };
}

/** The group of one pull request in the merge queue, on top of main; GitHub's collection of examples has none. */
export function mergeGroupEvent(repository: Repository, number: number, commit: string): Event {
  const base_sha = repository.revision("main");
  const head_ref = `refs/heads/gh-readonly-queue/main/pr-${number}-${base_sha}`;
  return {
    name: "merge_group",
    payload: {
      action: "checks_requested",
      merge_group: { head_sha: commit, head_ref, base_sha, base_ref: "refs/heads/main" },
    },
  };
}

function exampleOf(name: string, action: string): Readonly<Record<string, unknown>> {
  const example = kinds.find((kind) => kind.name === name)?.examples.find((one) => one["action"] === action);
  if (example === undefined) throw new Error(`there is no example of ${name} ${action}`);
  return example;
}

const partOf = (whole: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> =>
  whole[name] as Readonly<Record<string, unknown>>;
