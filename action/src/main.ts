/** The action's door: inputs and event in, outputs and exit code out, the one catch. */
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getInput, setOutput, setSecret, summary } from "@actions/core";
import { comment } from "./commands/comment.ts";
import { deploy } from "./commands/deploy.ts";
import { drain } from "./commands/drain.ts";
import { intake } from "./commands/intake.ts";
import { artifactOf, plan } from "./commands/plan.ts";
import { preview } from "./commands/preview.ts";
import { sweep } from "./commands/sweep.ts";
import { tell } from "./commands/tell.ts";
import { emulatorOf, explainError, parseIds, UsageError } from "./door.ts";
import { engineOf } from "./engine.ts";
import { releaseAt } from "./io/beacon.ts";
import { systemChance } from "./io/chance.ts";
import { systemClock } from "./io/clock.ts";
import { startTally } from "./io/count.ts";
import { checkApart, openDestination, openLedger, openPreviews, type OpenOptions } from "./io/destination.ts";
import { engineHost } from "./io/engine-host.ts";
import { photographs } from "./io/photographs.ts";
import { type GitRepo, gitRepo } from "./io/git.ts";
import { type GitHub, type GitHubOptions, openGitHub } from "./io/github.ts";
import { rehearseDeploy, rehearseDrain } from "./io/rehearsal.ts";
import { processTerminal } from "./io/terminal.ts";
import { workingDirectory } from "./io/working-directory.ts";
import { baseOf, isPartOf, overridesUrl, ownHeadOf, pullRequestOf, type RunPlace, runUrl } from "./model/event.ts";
import { decodeReport } from "./model/kept-report.ts";
import { OVERRIDES_FILE } from "./model/override.ts";
import { encodePlanArtifact, PLAN_FILE } from "./model/plan-artifact.ts";
import { POLICY_FILE } from "./model/policy.ts";
import { readSecret } from "./model/signed-message.ts";
import { EXIT_CODES, type Report, type Status } from "./model/report.ts";
import { type Bucket, GitHubError, type LogEvent, RepoError } from "./ports.ts";
import type { Folders } from "./steps/load-stores.ts";
import type { Studio } from "./steps/photograph-changes.ts";
import { listRecentWrites } from "./steps/written-branches.ts";
import { annotate, annotationCommand, ANNOTATIONS_PER_TYPE, escapeData, failureCommand } from "./view/annotations.ts";
import { groupLog } from "./view/log-groups.ts";
import { countOf } from "./view/measure.ts";
import { breakCommands, safeLine } from "./view/output.ts";
import { type ByHand, byHandLines, byHandMarkdown } from "./view/by-hand.ts";
import { reportJson } from "./view/report.ts";
import { deploySummary, planSummary } from "./view/summary.ts";
import { reportLine } from "./view/text.ts";

/** A report with the Markdown that tells it. */
interface Told {
  readonly report: Report;
  readonly markdown: string;
}

const terminal = processTerminal(breakCommands);
const CHANGING: ReadonlySet<Status> = new Set(["created", "updated", "parked", "restored"]);

/** GitHub keeps 1 MB of a job's outputs, counted in UTF-16; a larger fleet is in the report. */
const TENANTS_OUTPUT_LIMIT = 400_000;

try {
  process.exitCode = await main();
} catch (error) {
  const { lines, exitCode } = explainError(error);
  const [first = "", ...rest] = lines.map(safeLine);
  terminal.printExact(`::error title=Store provisioning::${escapeData([first, ...rest].join("\n"))}\n`);
  process.exitCode = exitCode;
}

async function main(): Promise<number> {
  terminal.print(`Store provisioning, engine ${engineOf(process.versions)}`);
  const command = requireInput("command");
  switch (command) {
    case "plan":
      return reported(planChange);
    case "deploy":
      return reported(deployHead);
    case "comment":
      return commentPlan();
    case "preview":
      return publishPreview();
    case "sweep":
      return sweepPreviews();
    case "tell":
      return tellDeploy();
    case "intake":
      return takeRequests();
    case "drain":
      return drainInbox();
    default:
      throw new UsageError(
        `there is no command "${command}"`,
        "the commands are plan, comment, preview, sweep, deploy, tell, intake, drain",
      );
  }
}

/** Runs what ends in a report. */
async function reported(run: (repo: GitRepo) => Promise<Told>): Promise<number> {
  const { tenants, templates } = folders();
  const file = requireReportFile();
  const repo = gitRepo(".", {
    environment: process.env,
    made: [tenants, templates, "action", OVERRIDES_FILE, POLICY_FILE],
  });
  try {
    const { report, markdown } = await run(repo);
    publish(report, file);
    await summarize(markdown);
    return EXIT_CODES[report.conclusion];
  } finally {
    await repo.close();
  }
}

async function planChange(repo: GitRepo): Promise<Told> {
  const head = await repo.head();
  if (head === null) {
    throw new UsageError(
      "what is checked out here is not a commit",
      "run actions/checkout first, and change nothing after it; `git status` names what differs, also where a .gitattributes rewrites files as they are checked out",
    );
  }
  const folder = getInput("artifact");
  const artifactName = getInput("artifact-name");
  const result = await plan({
    repo,
    head,
    base: baseOf(readEvent()),
    folders: folders(),
    clock: systemClock,
    engines: engineHost(),
    pictures: photographs(),
    ...(folder === "" ? {} : { studio: studioIn(folder) }),
    ...(artifactName === "" ? {} : { artifactName }),
  });
  const { report, comparisons, notes } = result;
  if (folder !== "") keepFile(join(folder, PLAN_FILE), encodePlanArtifact(artifactOf(result)));
  return { report, markdown: planSummary(report, comparisons, notes) };
}

/** Pictures go where the artifact is made. */
function studioIn(folder: string): Studio {
  const program = getInput("browser");
  return {
    open: async () => (await import("./io/browser.ts")).openBrowser(program),
    keep: async (path, bytes) => keepFile(join(folder, path), bytes),
  };
}

function keepFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function deployHead(repo: GitRepo): Promise<Told> {
  const commit = await repo.head();
  const uris = { destination: requireInput("destination"), ledger: requireInput("ledger") };
  const { tenants, templates } = folders();
  checkApart(uris.destination, uris.ledger, [tenants, templates]);
  const requests = startTally();
  const log = groupLog((line) => terminal.printExact(`${line}\n`));
  const hand = readHand();
  const opening = {
    log,
    tally: requests,
    endpoint: emulatorOf(process.env),
    accessToken: readAccessToken(),
  };
  const places = {
    destination: await openDestination(uris.destination, opening),
    ledger: await openLedger(uris.ledger, opening),
  };
  const report = await deploy({
    tree: commit === null ? workingDirectory(".") : repo.tree(commit),
    folders: folders(),
    commit,
    history: repo,
    past: repo,
    run: runName(),
    engine: engineOf(process.versions),
    only: idsOf(getInput("only")),
    force: readSwitch("force"),
    adopt: readSwitch("adopt"),
    acceptRewrittenHistory: readSwitch("accept-rewritten-history"),
    ...(hand.dryRun ? rehearseDeploy(places) : places),
    requests,
    clock: systemClock,
    log,
    pictures: photographs(),
  });
  return { report, markdown: byHandMarkdown(hand) + deploySummary(report) };
}

/** The plan's comment. What GitHub does not take is a warning: the plan's own check stands in its summary. */
async function commentPlan(): Promise<number> {
  const event = readEvent();
  const pullRequest = pullRequestOf(event);
  if (pullRequest === null) {
    throw new UsageError(
      "the event that started this run is about no pull request",
      "run `comment` for the events pull_request and merge_group",
    );
  }
  const place = runPlace();
  const previewUrl = getInput("preview");
  try {
    const { comments } = await speakToGitHub(place);
    const { written, digest } = await comment({
      tree: workingDirectory("."),
      folder: requireInput("artifact"),
      place: { comments, pullRequest, author: commentAuthor() },
      links: {
        runUrl: runUrl(place),
        overridesUrl: overridesUrl(event, place),
        ...(previewUrl === "" ? {} : { previewUrl }),
      },
    });
    terminal.print(`comment of pull request ${pullRequest}: ${written}, plan ${digest}`);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    warn(`the comment was not written: ${error.message}; ${error.hint ?? ""}`);
  }
  return 0;
}

/** What a plan left to look at, where whoever is told the address can look at it. */
async function publishPreview(): Promise<number> {
  const event = readEvent();
  const place = runPlace();
  const pullRequest = pullRequestOf(event);
  if (pullRequest === null || ownHeadOf(event, place) === null) {
    throw new UsageError(
      "the event that started this run is about no pull request from this repository",
      "run `preview` for the event pull_request, and not for forks: they have the artifact",
    );
  }
  const { url, page, files } = await preview({
    tree: workingDirectory("."),
    folder: requireInput("artifact"),
    pullRequest,
    ...(await openPreviews(requireInput("previews"), openingOnce())),
    chance: systemChance,
  });
  terminal.print(files === 0 ? "there is nothing to look at" : `${countOf(files, "file")} at ${url}`);
  setOutput("preview", url);
  setOutput("preview-page", page);
  return 0;
}

/** Takes away the previews that are of no use any more. */
async function sweepPreviews(): Promise<number> {
  const { proposals, comments, deployments } = await speakToGitHub(runPlace());
  const { bucket } = await openPreviews(requireInput("previews"), openingOnce());
  const author = commentAuthor();
  const { closed, old, kept, retired } = await sweep({
    bucket,
    proposals,
    comments,
    author,
    deployments,
    clock: systemClock,
  });
  terminal.print(
    `previews deleted: ${closed} of closed pull requests, ${old} too old; kept: ${kept}; deployments ended: ${retired}`,
  );
  return 0;
}

/** What became of a deploy, told where people look for it. */
async function tellDeploy(): Promise<number> {
  const place = runPlace();
  const repo = gitRepo(".", { environment: process.env, made: [] });
  try {
    const { comments, pullRequests, issues } = await speakToGitHub(place);
    const told = await tell({
      report: await keptReport(`${requireInput("artifact")}/report.json`),
      isPart: isPartOf(readEvent()),
      history: repo,
      comments,
      pullRequests,
      issues,
      author: commentAuthor(),
      runUrl: runUrl(place),
      log: warnings,
    });
    terminal.print(`told pull requests: ${told.pullRequests.join(", ") || "none"}; issue: ${told.issue}`);
    return 0;
  } finally {
    await repo.close();
  }
}

/** Keeps what an event asks for, and wakes whoever does it; the schedule wakes them, too. */
async function takeRequests(): Promise<number> {
  const taken = await intake({
    event: readEvent(),
    keys: requireSecrets("webhook-secrets"),
    ledger: await openOwnLedger(),
    clock: systemClock,
  });
  if (taken.kind === "rejected") {
    terminal.printExact(`::error title=Store provisioning::${escapeData(safeLine(taken.reason))}\n`);
    return 1;
  }
  for (const { requestId, tenant, became, code } of taken.requests)
    terminal.print(`request ${requestId} for ${tenant}: ${became}${code === undefined ? "" : ` (${code})`}`);
  for (const problem of taken.unreadable) warn(`a request without a valid id has no receipt: ${problem}`);
  if (taken.requests.some(({ became }) => became === "kept")) await wakeDrain();
  return 0;
}

async function wakeDrain(): Promise<void> {
  try {
    await (await speakToGitHub(runPlace())).workflows.start("drain.yml", "main", { reason: "requests came in" });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    warn(`the inbox is emptied by the next scheduled run: ${error.message}; ${error.hint ?? ""}`);
  }
}

async function drainInbox(): Promise<number> {
  const callbackHosts = wordsIn("callback-hosts");
  const repo = gitRepo(".", { environment: process.env, made: [folders().tenants, folders().templates] });
  try {
    const commit = await repo.head();
    if (commit === null) throw new UsageError("what is checked out here is not a commit", "run actions/checkout first");
    const hand = readHand();
    const ledger = await openOwnLedger();
    const { proposals } = await speakToGitHub(runPlace(), listRecentWrites(ledger, systemClock.now()));
    const { openCallbacks } = await import("./io/callback.ts");
    const places = { ledger, proposals, callbacks: openCallbacks() };
    const counts = await drain({
      tree: repo.tree(commit),
      commit,
      folders: folders(),
      history: repo,
      only: idsOf(getInput("only")),
      ...(hand.dryRun ? rehearseDrain(places, (line) => terminal.print(line)) : places),
      releaseAt,
      callbackHosts,
      callbackKeys: callbackHosts.length === 0 ? [] : requireSecrets("callback-secrets"),
      clock: systemClock,
      log: warnings,
    });
    const said = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
    terminal.print(said.length === 0 ? "nothing has moved" : `requests: ${said.join(", ")}`);
    return 0;
  } finally {
    await repo.close();
  }
}

async function openOwnLedger(): Promise<Bucket> {
  return openLedger(requireInput("ledger"), openingOnce());
}

/** For what reports no requests. */
function openingOnce(): OpenOptions {
  return { log: warnings, tally: startTally(), endpoint: emulatorOf(process.env), accessToken: readAccessToken() };
}

/** Masked; undefined leaves it to the machine's own credentials. */
function readAccessToken(): string | undefined {
  const token = getInput("access-token");
  if (token === "") return undefined;
  setSecret(token);
  return token;
}

/** One, or two while they change from the old to the new. */
function requireSecrets(name: string): readonly Uint8Array[] {
  requireInput(name);
  return wordsIn(name).map((secret) => {
    setSecret(secret);
    const key = readSecret(secret);
    if (key !== undefined) return key;
    throw new UsageError(
      `one of the secrets in the input "${name}" is none`,
      "write each as whsec_ and the base64 of at least 24 random bytes, with white space between two",
    );
  });
}

/** What stands in an input between white space. */
function wordsIn(name: string): readonly string[] {
  return getInput(name).split(/\s+/).filter(Boolean);
}

/** Undefined where the deploy has left none. */
async function keptReport(path: string): Promise<Report | undefined> {
  try {
    return decodeReport(await workingDirectory(".").read(path));
  } catch (error) {
    if (error instanceof RepoError && error.code === "missing") return undefined;
    throw error;
  }
}

async function speakToGitHub(
  { repository }: RunPlace,
  writtenAgo: NonNullable<GitHubOptions["writtenAgo"]> = [],
): Promise<GitHub> {
  const token = requireInput("github-token");
  setSecret(token);
  const api = process.env["GITHUB_API_URL"] ?? "https://api.github.com";
  return openGitHub({ repository, token, api, log: warnings, writtenAgo });
}

/** The account that the job's token speaks for, as comments name it. */
function commentAuthor(): string {
  return getInput("author") || "github-actions[bot]";
}

function warnings(event: LogEvent): void {
  if (event.type === "warning") warn(event.message);
}

function warn(message: string): void {
  terminal.printExact(`::warning title=Store provisioning::${escapeData(safeLine(message))}\n`);
}

/** Throws where the machine is no runner of GitHub's. */
function runPlace(): RunPlace {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
  if (server !== undefined && repository !== undefined && run !== undefined) return { server, repository, run };
  throw new UsageError(
    "GITHUB_SERVER_URL, GITHUB_REPOSITORY and GITHUB_RUN_ID are not all set",
    "only a workflow of GitHub's can run this command",
  );
}

/** Writes the report, the annotations and the outputs. */
function publish(report: Report, file: string): void {
  writeFileSync(file, reportJson(report));
  const { kept, leftOut } = annotate(report.diagnostics);
  for (const annotation of kept) terminal.printExact(`${annotationCommand(annotation)}\n`);
  const failures = report.tenants.flatMap(({ id, error }) => (error === undefined ? [] : [failureCommand(id, error)]));
  const room = ANNOTATIONS_PER_TYPE - kept.filter(({ level }) => level === "error").length;
  for (const failure of failures.slice(0, room)) terminal.printExact(`${failure}\n`);
  const left = leftOut.errors + leftOut.warnings + Math.max(0, failures.length - room);
  if (left > 0) terminal.print(`${countOf(left, "more problem")} in the summary and in ${file}`);
  terminal.print(reportLine(report));
  const tenants = report.tenants.map(({ id, status }) => ({ id, status }));
  setOutput("report", file);
  setOutput("conclusion", report.conclusion);
  setOutput("changed", report.tenants.filter(({ status }) => CHANGING.has(status)).length);
  setOutput("tenants", JSON.stringify(tenants).length > TENANTS_OUTPUT_LIMIT ? "[]" : JSON.stringify(tenants));
}

/** Where GitHub keeps no summary, or cannot, it goes to the log: what the run did stands all the same. */
async function summarize(markdown: string): Promise<void> {
  if (process.env["GITHUB_STEP_SUMMARY"] !== undefined) {
    try {
      await summary.addRaw(markdown, true).write();
      return;
    } catch (error) {
      warn(`the summary was not kept and is in the log instead: ${describe(error)}`);
    }
  }
  terminal.print(...markdown.split("\n"));
}

/** Found out before any work is done: a deploy whose report is lost has still deployed. */
function requireReportFile(): string {
  const file = getInput("report") || "report.json";
  try {
    appendFileSync(file, "");
    return file;
  } catch (error) {
    throw new UsageError(
      `the report cannot be written to "${file}": ${describe(error)}`,
      "let the input `report` name a file in a folder that exists",
    );
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function requireInput(name: string): string {
  const value = getInput(name);
  if (value !== "") return value;
  throw new UsageError(`the input "${name}" is empty`, `give it to the action; docs/setup.md names the variables`);
}

function readSwitch(name: string): boolean {
  const value = getInput(name);
  if (value === "true") return true;
  if (value === "" || value === "false") return false;
  throw new UsageError(`the input "${name}" is "${value}"`, "write true or false");
}

function folders(): Folders {
  return { tenants: getInput("tenants") || "tenants", templates: getInput("templates") || "templates" };
}

/** What a person typed who started the run; said in the log at once. */
function readHand(): ByHand {
  const hand = { reason: getInput("reason"), dryRun: readSwitch("dry-run") };
  terminal.print(...byHandLines(hand));
  return hand;
}

function idsOf(words: string): ReadonlySet<string> | null {
  return words.trim() === "" ? null : parseIds(words);
}

function runName(): string {
  const { GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt } = process.env;
  return id === undefined ? `local-${randomUUID()}` : `${id}-${attempt ?? "1"}-${randomUUID().slice(0, 8)}`;
}

/** What GitHub wrote about the event that started this run; nothing where no event did. */
function readEvent(): unknown {
  const file = process.env["GITHUB_EVENT_PATH"];
  if (file === undefined) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(
      `the event cannot be read from "${file}": ${describe(error)}`,
      "GITHUB_EVENT_PATH has to name the JSON file that GitHub wrote about the event; by hand, unset it",
    );
  }
}
