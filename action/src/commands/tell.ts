/** Tells after a deploy what became of it: in the comments of the pull requests that asked for it, and in an issue. */
import { joinComment, splitComment } from "../model/comment-parts.ts";
import { remember } from "../model/remember.ts";
import type { Outcome, Report } from "../model/report.ts";
import { type Comments, GitHubError, type Issues, type Log, type PullRequests, type Repo } from "../ports.ts";
import { findSticky, writeSticky } from "../steps/sticky-comment.ts";
import { FAILURE_TITLE, failureText, recoveredText } from "../view/failure-issue.ts";
import { withLastWord } from "../view/last-word.ts";

/** What is told with. */
export interface TellOptions {
  /** Of the deploy, by the job before this one; undefined where that ended before it had one. */
  readonly report: Report | undefined;
  /** Whether a person has started it for some stores alone: it knows nothing of the others. */
  readonly isPart: boolean;
  readonly history: Pick<Repo, "commitsSince">;
  readonly comments: Comments;
  readonly pullRequests: PullRequests;
  readonly issues: Issues;
  /** The account that our token speaks for. */
  readonly author: string;
  /** The page of the run that deployed. */
  readonly runUrl: string;
  readonly log: Log;
}

/** What was told. */
export interface Told {
  /** Numbers of the pull requests whose comments end with it. */
  readonly pullRequests: readonly number[];
  readonly issue: "opened" | "updated" | "closed" | "none";
}

/** Commits of main that are looked up at GitHub; a deploy that had to catch up on more tells the newest. */
const MOST_COMMITS = 100;

/**
 * The issue first: it is what somebody waits for; where it cannot be told (a repository may have Issues off), the pull
 * requests are told all the same. Throws `GitHubError`; telling again changes nothing that was told.
 */
export async function tell(options: TellOptions): Promise<Told> {
  let issue: Told["issue"];
  let pullRequests: Told["pullRequests"] = [];
  try {
    issue = await tellIssue(options);
  } finally {
    if (options.report !== undefined) pullRequests = await tellPullRequests(options.report, options);
  }
  return { pullRequests, issue };
}

/**
 * Each tenant's outcome goes to every pull request since the commit that its record named before; where nobody came as
 * far as to look at the record, to that of the deployed commit alone: older ones may have brought it live.
 */
async function tellPullRequests(report: Report, options: TellOptions): Promise<readonly number[]> {
  const { history, pullRequests } = options;
  const news = report.tenants.filter(isNews);
  if (report.commit === null || news.length === 0) return [];
  const byPullRequest = new Map<number, Outcome[]>();
  const numbersOf = remember((commit: string) => pullRequests.ofCommit(commit));
  for (const [since, outcomes] of Map.groupBy(news, (outcome) => outcome.since)) {
    const most = since === undefined ? 1 : MOST_COMMITS;
    for (const commit of await history.commitsSince(since ?? null, report.commit, most)) {
      for (const number of await numbersOf(commit)) {
        const told = byPullRequest.get(number) ?? [];
        byPullRequest.set(number, [...told, ...outcomes]);
      }
    }
  }
  const told: number[] = [];
  for (const [number, outcomes] of byPullRequest) if (await endComment(number, outcomes, options)) told.push(number);
  return told.toSorted((a, b) => a - b);
}

/** What a store that stays as it was has to say is nothing; a newer run speaks for what it has overtaken. */
const isNews = ({ status }: Outcome): boolean => !["unchanged", "draft", "superseded"].includes(status);

/** Whether the comment says it; one that GitHub does not take (the conversation is locked) keeps none of the others back. */
async function endComment(number: number, outcomes: readonly Outcome[], options: TellOptions): Promise<boolean> {
  try {
    return await writeEnd(number, outcomes, options);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    options.log({ type: "warning", message: `the comment of pull request ${number} has no end: ${error.message}` });
    return false;
  }
}

/** Only what the pull request's own plan named is of interest there; whether there was a comment to end. */
async function writeEnd(number: number, outcomes: readonly Outcome[], options: TellOptions): Promise<boolean> {
  const { comments, author, runUrl } = options;
  const place = { comments, pullRequest: number, author };
  const found = await findSticky(place);
  const parts = found && splitComment(found.body);
  if (parts === undefined) return false;
  const { text, memory } = parts;
  const concerned = outcomes.filter(({ id }) => memory.releases === undefined || memory.releases.has(id));
  if (concerned.length === 0) return false;
  const unique = [...new Map(concerned.map((outcome) => [outcome.id, outcome])).values()];
  await writeSticky(place, found, joinComment({ text: withLastWord(text, unique, { runUrl, memory }), memory }));
  return true;
}

async function tellIssue({ report, isPart, issues, author, runUrl }: TellOptions): Promise<Told["issue"]> {
  if (report?.conclusion === "superseded") return "none";
  // The oldest: where two runs have opened one each, every later run takes the same.
  const open = (await issues.listOpen(author)).findLast(({ title }) => title === FAILURE_TITLE);
  if (report?.conclusion === "success") {
    if (open === undefined || isPart) return "none";
    await issues.update(open.number, { body: recoveredText(runUrl), isOpen: false });
    return "closed";
  }
  const body = failureText(report, runUrl);
  if (open === undefined) await issues.create({ title: FAILURE_TITLE, body });
  else await issues.update(open.number, { body, isOpen: true });
  return open === undefined ? "opened" : "updated";
}
