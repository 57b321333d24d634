/** What the fake GitHub remembers of a repository, in the words of the real one's API. */
import type { components } from "@octokit/openapi-types";

type Schemas = components["schemas"];

/** The parts of the API's own types that the fake answers with. */
export type FakeComment = Pick<Schemas["issue-comment"], "id" | "body" | "created_at" | "updated_at"> & {
  readonly user: Pick<Schemas["simple-user"], "login" | "type">;
  /** Of the pull request or issue that it stands under. */
  readonly issue: number;
};
export type FakeIssue = Pick<Schemas["issue"], "number" | "title" | "body" | "state"> & {
  readonly user: Pick<Schemas["simple-user"], "login" | "type">;
};
export type FakePullRequest = Pick<Schemas["pull-request"], "number" | "state" | "title" | "merged_at"> & {
  /** The commit that brought it to its branch. */
  readonly merge_commit_sha: string | null;
  readonly body?: string;
  readonly html_url?: string;
  /** The branch that it asks to merge. */
  readonly head?: string;
  /** The repository of that branch, where it is another one. */
  readonly from?: string;
  /** The branch that it asks; main where nothing is said. */
  readonly base?: string;
};
/** A commit of the Git database, with what it changes. */
export interface FakeCommit {
  readonly message: string;
  readonly parent: string;
  readonly files: Readonly<Record<string, string | null>>;
}

/** One check of a commit. */
export type FakeCheckRun = Pick<Schemas["check-run"], "name" | "status" | "conclusion"> & {
  readonly app: { readonly slug: string };
};

/** A commit that was brought to an environment, and one step on its way. */
export type FakeDeployment = Pick<Schemas["deployment"], "environment" | "sha"> & { readonly id: number };
export type FakeDeploymentStatus = Pick<Schemas["deployment-status"], "id" | "state" | "environment_url"> & {
  readonly deployment: number;
};

/** What a token may do, as a workflow's `permissions` names it. */
export type Permission = "actions" | "checks" | "contents" | "deployments" | "issues" | "pull-requests";

/** Who asks, and what for. */
export interface Token {
  readonly login: string;
  readonly permissions: Readonly<Partial<Record<Permission, "read" | "write">>>;
}

/** All of it; tests read and write it as they like. */
export interface GitHubState {
  readonly comments: FakeComment[];
  readonly issues: FakeIssue[];
  readonly pullRequests: FakePullRequest[];
  /** Oldest first, as their statuses. */
  readonly deployments: FakeDeployment[];
  readonly deploymentStatuses: FakeDeploymentStatus[];
  /** What `repository_dispatch` was sent. */
  readonly dispatches: { readonly type: string; readonly payload: unknown }[];
  /** Runs that `workflow_dispatch` was asked for. */
  readonly workflowRuns: { readonly workflow: string; readonly ref: string; readonly inputs: unknown }[];
  /** By name of the branch. */
  readonly branches: Map<string, string>;
  /** By hash. */
  readonly commits: Map<string, FakeCommit>;
  readonly trees: Map<string, FakeCommit["files"]>;
  /** By hash of the commit. */
  readonly checkRuns: Map<string, readonly FakeCheckRun[]>;
  /** Names of the checks without which nothing is merged. */
  readonly requiredChecks: string[];
  /** By the secret text of each. */
  readonly tokens: Map<string, Token>;
  /** `POST /repos/example/stores/issues/7/comments 201`, in the order in which they were answered. */
  readonly requests: string[];
}

/** A repository without anything, that nobody has a token for. */
export const emptyState = (): GitHubState => ({
  comments: [],
  issues: [],
  pullRequests: [],
  deployments: [],
  deploymentStatuses: [],
  dispatches: [],
  workflowRuns: [],
  branches: new Map(),
  commits: new Map(),
  trees: new Map(),
  checkRuns: new Map(),
  requiredChecks: [],
  tokens: new Map(),
  requests: [],
});
