/** A pull request from its opening to the last word of its comment, as GitHub would run it, on a fake GitHub. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFakeGcs, type FakeGcs } from "../fakes/gcs/server.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";
import { runWorkflow, type Event, type Job, type Run } from "./act.ts";
import { mergeGroupEvent, pullRequestEvent } from "./events.ts";
import { makeRepository, type Repository } from "./repository.ts";
import { GOOD } from "./tenants.ts";

let repository: Repository;
let github: FakeGitHub;
let storage: FakeGcs;

beforeAll(async () => {
  repository = makeRepository();
  github = await startGitHub("example/stores");
  storage = await startFakeGcs({ buckets: ["stores", "ledger"] });
});
afterAll(async () => {
  repository?.remove();
  await github?.[Symbol.asyncDispose]();
  await storage?.close();
});

describe("a new store", () => {
  const NUMBER = 11;
  let plan: Job;
  beforeAll(() => {
    propose("new-store", { [GOOD.path]: GOOD.text });
    plan = pullRequest("new-store", NUMBER);
  });

  test("is told in one comment", async () => {
    const run = await runWorkflow(plan);
    expect(said(run, "Comment")).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(commentsOf(NUMBER)).toEqual([expect.stringContaining(GOOD.id)]);
    expect(run.artifacts.get("plan-1/plan.json")).toContain(GOOD.id);
  });

  test("is in the merge queue the same plan, said in the same comment", async () => {
    const run = await runWorkflow(planOf(plan.commit, mergeGroupEvent(repository, NUMBER, plan.commit)));
    expect(said(run, "Comment")).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(commentsOf(NUMBER)).toEqual([expect.stringContaining("Same plan as before")]);
  });

  test("is live after the merge, which ends the comment", async () => {
    const commit = merge("Add a store", NUMBER, { [GOOD.path]: GOOD.text });
    const run = await runWorkflow(deployOf(commit));
    expect(said(run, "Tell")).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(commentsOf(NUMBER)).toEqual([
      expect.stringMatching(new RegExp(`\\| \`${GOOD.id}\` \\| \\*\\*live\\*\\*.*as planned`)),
    ]);
    expect(github.state.issues).toEqual([]);
  });
});

/** A branch from main with these files. */
function propose(branch: string, files: Readonly<Record<string, string>>): void {
  repository.checkOut("main");
  repository.branch(branch);
  repository.commit(`Change ${branch}`, files);
}

function pullRequest(branch: string, number: number): Job {
  const commit = repository.mergeForPullRequest(branch, number);
  return planOf(commit, pullRequestEvent(repository, number, branch));
}

const planOf = (commit: string, event: Event): Job => ({ repository, commit, workflow: "plan.yml", event, github });

/** What GitHub does when somebody merges; gives the commit on main. */
function merge(message: string, number: number, files: Readonly<Record<string, string>>): string {
  repository.checkOut("main");
  const commit = repository.commit(message, files);
  github.state.pullRequests.push({
    number,
    state: "closed",
    title: message,
    merged_at: "2026-03-01T09:30:00Z",
    merge_commit_sha: commit,
  });
  return commit;
}

const deployOf = (commit: string): Job => ({
  repository,
  commit,
  workflow: "deploy.yml",
  event: { name: "push", payload: { ref: "refs/heads/main", after: commit } },
  github,
  variables: {
    DESTINATION: "gs://stores/{tenant}",
    LEDGER: "gs://ledger",
    WORKLOAD_IDENTITY_PROVIDER: "providers/github",
    SERVICE_ACCOUNT: "deploy@stores.example",
  },
  environment: { STORAGE_EMULATOR_HOST: storage.url },
});

const commentsOf = (number: number): readonly (string | undefined)[] =>
  github.state.comments.filter(({ issue }) => issue === number).map(({ body }) => body);

/** Errors and warnings of a step; the step's absence is an error as well. */
const said = (run: Run, name: string): readonly string[] =>
  run.steps
    .get(name)
    ?.commands.filter((command) => command.name === "error" || command.name === "warning")
    .map(({ message }) => message) ?? [`no step ${name}`];
