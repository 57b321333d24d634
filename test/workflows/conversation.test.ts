/** A pull request from its opening to the last word of its comment, as GitHub would run it, on a fake GitHub. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runWorkflow, type Event, type Job } from "./act.ts";
import { mergeGroupEvent, pullRequestEvent } from "./events.ts";
import { statusesOf } from "./outcome.ts";
import { openStage, said } from "./stage.ts";
import { BROKEN, GOOD } from "./tenants.ts";

const { repository, github, commentsOf, deployAt, close } = await openStage();
afterAll(close);

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

test("a broken store is red, told, blocked on main and in one issue until it is mended", async () => {
  const NUMBER = 12;
  propose("broken-store", { [BROKEN.path]: BROKEN.text });
  const planned = await runWorkflow(pullRequest("broken-store", NUMBER));
  expect(planned.exitCode).not.toBe(0);
  expect(planned.steps.get("Comment")).toMatchObject({ result: "success" });
  expect(commentsOf(NUMBER)).toEqual([expect.stringContaining(`${BROKEN.path}:${BROKEN.line}`)]);

  const failing = await runWorkflow(deployOf(merge("Add it all the same", NUMBER, { [BROKEN.path]: BROKEN.text })));
  expect(failing.exitCode).not.toBe(0);
  expect(failing.steps.get("Tell")).toMatchObject({ result: "success" });
  expect(github.state.issues).toMatchObject([{ state: "open", body: expect.stringContaining(BROKEN.id) as string }]);

  repository.checkOut("main");
  const mended = await runWorkflow(deployOf(repository.commit("Take it out", { [BROKEN.path]: null })));
  expect(said(mended, "Tell")).toEqual([]);
  expect(github.state.issues).toMatchObject([{ state: "closed" }]);
});

test("a price that changes much is red until an override lets it pass", async () => {
  const NUMBER = 13;
  const dear = GOOD.text.replace("6.50 GBP", "9.90 GBP");
  propose("dear", { [GOOD.path]: dear });
  const refused = await runWorkflow(pullRequest("dear", NUMBER));
  expect(refused.steps.get("Plan")).toMatchObject({ exitCode: 3, outputs: { conclusion: "refused" } });
  // What is text of a PNG's beginning: its mark, and the width that its head says.
  for (const [width, written] of [
    [360, "\u0001h"],
    [1280, "\u0005\0"],
  ] as const) {
    for (const when of ["before", "after", "difference"]) {
      const picture = refused.artifacts.get(`plan-1/pictures/${GOOD.id}/home-${width}-${when}.png`) ?? "";
      expect(picture.slice(1, 20), `${when} at ${width}`).toBe(`PNG\r\n\u001a\n\0\0\0\rIHDR\0\0${written}`);
    }
  }
  expect(commentsOf(NUMBER)[0]).toContain("To download from the run: pictures and the changed stores.");
  const line = /^> (- \{ guard: .*\})$/m.exec(commentsOf(NUMBER)[0] ?? "")?.[1] ?? "";
  expect(line).toContain(GOOD.id);

  repository.checkOut("dear");
  const overrides = readFileSync(join(repository.folder, ".github/overrides.yaml"), "utf8");
  repository.commit("Let it pass", { ".github/overrides.yaml": withLine(overrides, line) });
  const passed = await runWorkflow(pullRequest("dear", NUMBER));
  expect(passed.exitCode, commentsOf(NUMBER)[0]).toBe(0);
  expect(commentsOf(NUMBER)).toHaveLength(1);
});

test("a change of the template is told by how far it reaches", async () => {
  const styles = "templates/default/styles.css";
  repository.checkOut("main");
  const before = readFileSync(join(repository.folder, styles), "utf8");
  propose("new-look", { [styles]: `${before}\n.later { color: inherit; }\n` });
  const run = await runWorkflow(pullRequest("new-look", 14));
  expect(run.exitCode).toBe(0);
  expect(new Set(Object.values(statusesOf(run)))).toContain("updated");
  expect(commentsOf(14)).toHaveLength(1);
});

test("a fork's pull request has its summary, and no comment", async () => {
  propose("from-afar", { [GOOD.path]: GOOD.text.replace("14.00", "14.10") });
  const job = pullRequest("from-afar", 15);
  const event = pullRequestEvent(repository, 15, "from-afar", "mallory/stores");
  const run = await runWorkflow({ ...job, event, isReadOnly: true });
  expect(run.exitCode).toBe(0);
  expect(run.steps.get("Plan")?.summary).toContain(GOOD.id);
  expect(run.steps.get("Comment")).toBeUndefined();
  expect(commentsOf(15)).toEqual([]);

  const refused = await runWorkflow({ ...job, isReadOnly: true });
  expect(refused.exitCode).toBe(0);
  expect(said(refused, "Comment")).toEqual([expect.stringContaining("the comment was not written")]);
  expect(commentsOf(15)).toEqual([]);
});

test("removing more stores than a guard lets go is red until overrides name each of them", async () => {
  const NUMBER = 16;
  const ids = ["ash", "birch", "cedar", "doum"];
  const files = ids.map((id) => [`tenants/${id}.yaml`, GOOD.text.replace(`id: ${GOOD.id}`, `id: ${id}`)] as const);
  repository.checkOut("main");
  repository.commit("Four more", Object.fromEntries(files));
  propose("fewer", Object.fromEntries(files.map(([path]) => [path, null])));
  const refused = await runWorkflow(pullRequest("fewer", NUMBER));
  expect(refused.steps.get("Plan")).toMatchObject({ exitCode: 3, outputs: { conclusion: "refused" } });
  expect(Object.values(statusesOf(refused))).toContain("refused");
  const lines = [...(commentsOf(NUMBER)[0] ?? "").matchAll(/^> (- \{ guard: .*\})$/gm)].map(([, line = ""]) => line);
  expect(lines).toHaveLength(ids.length);

  repository.checkOut("fewer");
  const overrides = readFileSync(join(repository.folder, ".github/overrides.yaml"), "utf8");
  repository.commit("Let them go", { ".github/overrides.yaml": lines.reduce(withLine, overrides) });
  const passed = await runWorkflow(pullRequest("fewer", NUMBER));
  expect(passed.exitCode, commentsOf(NUMBER)[0]).toBe(0);
  expect(new Set(Object.values(statusesOf(passed)))).toContain("parked");
  expect(commentsOf(NUMBER)).toEqual([expect.stringContaining("close")]);
});

/** A branch from main with these files. */
function propose(branch: string, files: Readonly<Record<string, string | null>>): void {
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

const deployOf = (commit: string): Job => ({ ...deployAt(commit), github });

/** An override after the others, with a reason in place of the dots. */
const withLine = (overrides: string, line: string): string => `${overrides}${line.replace(`"…"`, `"agreed"`)}\n`;
