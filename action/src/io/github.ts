/**
 * GitHub's REST API, by Octokit: the one place that touches it.
 *
 * Retried is what GitHub says to come back for: server errors by `@octokit/plugin-retry`, limits (403 and 429, by
 * `retry-after` or `x-ratelimit-reset`) by `@octokit/plugin-throttling`, whose second between two writes `write-pace.ts`
 * replaces.
 */
import type { Octokit as Client } from "@octokit/rest";
import {
  type Clock,
  type Comments,
  type Deployments,
  GitHubError,
  type Issues,
  type Log,
  type Proposals,
  type PullRequests,
  type Workflows,
} from "../ports.ts";
import { systemClock } from "./clock.ts";
import { proposalsOf } from "./proposals.ts";
import { paceWrites } from "./write-pace.ts";

/** What one repository is asked through. */
export interface GitHubOptions {
  /** `owner/name`, as `GITHUB_REPOSITORY` has it. */
  readonly repository: string;
  readonly token: string;
  /** `https://api.github.com`, or a server of one's own. */
  readonly api: string;
  readonly log: Log;
  /** What waits for limits. */
  readonly clock?: Pick<Clock, "monotonic" | "sleep">;
  /** How long ago earlier runs have written, in ms, the longest first; without, nobody has. Waited for while the client loads. */
  readonly writtenAgo?: readonly number[] | Promise<readonly number[]>;
}

/** All that can be asked of GitHub, by what it is about. */
export interface GitHub {
  readonly comments: Comments;
  readonly pullRequests: PullRequests;
  readonly issues: Issues;
  readonly proposals: Proposals;
  readonly deployments: Deployments;
  readonly workflows: Workflows;
}

/** A limit that asks for a longer wait, in seconds, is for the next run. */
const LONGEST_WAIT = 120;
const MOST_ATTEMPTS = 3;

/** Loads the client at the first call: who asks nothing does not pay for it. */
export async function openGitHub(options: GitHubOptions): Promise<GitHub> {
  const { repository, token, api, log, clock = systemClock } = options;
  const [writtenAgo, { Octokit }, { retry }, { throttling }] = await Promise.all([
    options.writtenAgo,
    import("@octokit/rest"),
    import("@octokit/plugin-retry"),
    import("@octokit/plugin-throttling"),
  ]);
  const onLimit = async (seconds: number, request: unknown, _client: unknown, attempt: number): Promise<boolean> => {
    const isWorthIt = attempt < MOST_ATTEMPTS && seconds <= LONGEST_WAIT;
    log({
      type: "warning",
      message: `GitHub asks to wait ${seconds} s${isWorthIt ? "" : ": too long, giving up"} (${describe(request)})`,
    });
    if (isWorthIt) await clock.sleep(seconds * 1000);
    return isWorthIt;
  };
  const takeTurn = paceWrites(clock, LONGEST_WAIT * 1000, writtenAgo);
  const paced = { key: () => ({ schedule: takeTurn }) };
  const free = { key: () => ({ schedule: () => Promise.resolve() }) };
  const client = new (Octokit.plugin(retry, throttling))({
    auth: token,
    baseUrl: api,
    // Its own notes would go to standard output, past the writer that all output goes through.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    throttle: {
      onRateLimit: onLimit,
      onSecondaryRateLimit: onLimit,
      // The clock has waited above already.
      retryAfterBaseValue: 0,
      // Its types ask for a class of another package, of which it calls this one method.
      write: paced as never,
      notifications: free as never,
    },
  });
  const [owner = "", repo = ""] = repository.split("/", 2);
  return speakOf(client, { owner, repo });
}

function speakOf(client: Client, of: { readonly owner: string; readonly repo: string }): GitHub {
  return {
    comments: {
      list: (issue_number) =>
        asked(async () => {
          const found = await client.paginate(client.rest.issues.listComments, { ...of, issue_number, per_page: 100 });
          return found.map(({ id, user, body }) => ({ id, author: user?.login ?? "", body: body ?? "" }));
        }),
      create: (issue_number, body) =>
        asked(async () => {
          const { data } = await client.rest.issues.createComment({ ...of, issue_number, body, ...ONCE });
          return { id: data.id, author: data.user?.login ?? "", body };
        }),
      edit: (comment_id, body) =>
        asked(async () => void (await client.rest.issues.updateComment({ ...of, comment_id, body }))),
    },
    pullRequests: {
      ofCommit: (commit_sha) =>
        asked(async () => {
          const list = client.rest.repos.listPullRequestsAssociatedWithCommit;
          const found = await client.paginate(list, { ...of, commit_sha, per_page: 100 });
          return found.filter((one) => one.merged_at !== null).map((one) => one.number);
        }),
    },
    issues: {
      listOpen: (creator) =>
        asked(async () => {
          const query = { ...of, creator, state: "open", per_page: 100 } as const;
          const found = await client.paginate(client.rest.issues.listForRepo, query);
          return found.filter((one) => one.pull_request === undefined).map(({ number, title }) => ({ number, title }));
        }),
      create: ({ title, body }) =>
        asked(async () => {
          const { data } = await client.rest.issues.create({ ...of, title, body, ...ONCE });
          return { number: data.number, title };
        }),
      update: (issue_number, { body, isOpen }) =>
        asked(async () => {
          await client.rest.issues.update({ ...of, issue_number, body, state: isOpen ? "open" : "closed" });
        }),
    },
    proposals: proposalsOf({ client, of, asked, once: ONCE }),
    deployments: {
      retire: (environment, isGone) =>
        asked(async () => {
          const { listDeployments, listDeploymentStatuses, createDeploymentStatus } = client.rest.repos;
          const last = await listDeployments({ ...of, environment, per_page: LAST_DEPLOYMENTS });
          let count = 0;
          for (const { id: deployment_id } of last.data) {
            const statuses = await listDeploymentStatuses({ ...of, deployment_id, per_page: 100 });
            const [newest] = statuses.data.toSorted((a, b) => b.id - a.id);
            if (newest === undefined || newest.state === "inactive" || !isGone(newest.environment_url ?? "")) continue;
            await createDeploymentStatus({ ...of, deployment_id, state: "inactive" });
            count += 1;
          }
          return count;
        }),
    },
    workflows: {
      start: (workflow_id, ref, inputs) =>
        asked(async () => {
          await client.rest.actions.createWorkflowDispatch({ ...of, workflow_id, ref, inputs: { ...inputs } });
        }),
    },
  };
}

/** GitHub ends the one before by itself when an environment gets another: those far back have ended. */
const LAST_DEPLOYMENTS = 30;

/** What was not answered may have been done: whoever creates looks before it tries again. */
const ONCE = { request: { retries: 0 } } as const;

/** What went wrong in words of ours; nothing of the token is in an error of Octokit's. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GitHubError) throw error;
    const status = statusOf(error);
    const message = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    const code = isLimit(error, status) ? "limited" : (CODES.get(status) ?? "unknown");
    throw new GitHubError(code, `GitHub answered ${status === 0 ? "nothing" : status}: ${message}`, {
      hint: HINTS[code],
      cause: error,
    });
  }
}

/** GitHub says 403 both to whom may not and to whom asks too often; only the latter is told when to come back. */
function isLimit(error: unknown, status: number): boolean {
  if (status !== 403 || !(error instanceof Error) || !("response" in error)) return false;
  const { headers } = error.response as { readonly headers: Readonly<Record<string, unknown>> };
  return "retry-after" in headers || headers["x-ratelimit-remaining"] === "0";
}

const CODES: ReadonlyMap<number, GitHubError["code"]> = new Map([
  [401, "denied"],
  [403, "denied"],
  [404, "missing"],
  [410, "missing"],
  [422, "invalid"],
  [429, "limited"],
]);

const HINTS: Readonly<Record<GitHubError["code"], string>> = {
  denied: "give the job the permission that its comment in the workflow names; a fork's token may only read",
  missing: "see that the repository and the number are right, and that the token may see them",
  limited: "wait for an hour, or ask less often",
  invalid: "this is what GitHub takes no part of; the message says which",
  unknown: "run the job again; githubstatus.com tells whether it is GitHub",
};

function statusOf(error: unknown): number {
  return typeof error === "object" && error !== null && "status" in error && typeof error.status === "number"
    ? error.status
    : 0;
}

function describe(request: unknown): string {
  if (typeof request !== "object" || request === null) return "a request";
  const { method, url } = request as { readonly method?: unknown; readonly url?: unknown };
  return `${String(method)} ${String(url)}`;
}
