/** `plan.yml`, run for pull requests as GitHub would. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptied, runWorkflow, type Job, type Run } from "./act.ts";
import { outcomeOf, reportOf, statusesOf } from "./outcome.ts";
import { makeRepository, type Repository } from "./repository.ts";
import { BROKEN, GOOD } from "./tenants.ts";

let repository: Repository;
/** One good tenant and a broken one. */
let mixed: Job;
/** One good tenant, on a branch that main has left behind. */
let good: Job;

beforeAll(() => {
  repository = makeRepository();
  repository.branch("one-good-one-broken");
  repository.commit("Add two stores", { [GOOD.path]: GOOD.text, [BROKEN.path]: BROKEN.text });
  mixed = pullRequest("one-good-one-broken", 1);
  repository.checkOut("main");
  repository.branch("one-good");
  repository.commit("Add a store", { [GOOD.path]: GOOD.text });
  repository.checkOut("main");
  const styles = join(repository.folder, "templates/default/styles.css");
  repository.commit("Change a template meanwhile", {
    "templates/default/styles.css": `${readFileSync(styles, "utf8")}\n.later { color: inherit; }\n`,
  });
  good = pullRequest("one-good", 2);
});
afterAll(() => repository?.remove());

test("a broken tenant turns the check red and is shown on its line", async () => {
  const run = await runWorkflow(mixed);
  expect(run.exitCode).not.toBe(0);
  expect(run.steps.get("Plan")).toMatchObject({ result: "failure", exitCode: 1, outputs: { conclusion: "invalid" } });
  const errors = run.steps.get("Plan")?.commands.filter(({ name }) => name === "error") ?? [];
  expect(errors.map(({ properties }) => properties)).toContainEqual(
    expect.objectContaining({ file: BROKEN.path, line: String(BROKEN.line), col: String(BROKEN.column) }),
  );
  expect(errors.filter(({ properties }) => properties["file"] === GOOD.path)).toEqual([]);
  const report = reportOf(run);
  expect(report).toMatchObject({ command: "plan", commit: mixed.commit, conclusion: "invalid" });
  expect(statusesOf(run)).toMatchObject({ [GOOD.id]: "created", [BROKEN.id]: "invalid" });
  expect(report?.diagnostics).toContainEqual(
    expect.objectContaining({ severity: "error", file: BROKEN.path, line: BROKEN.line, column: BROKEN.column }),
  );
});

test("a good tenant is green, and alone in the plan although main has moved on", async () => {
  expect(planned(await runWorkflow(good))).toEqual(GOOD_OUTCOME);
});

test("a merge queue's group is compared with the commit that it builds on, however far back", async () => {
  repository.checkOut("main");
  repository.branch("queue");
  repository.commit("Add a store", { [GOOD.path]: GOOD.text });
  const commit = repository.commit("Say something", { "NOTES.md": "Nothing that a store shows.\n" });
  const payload = {
    action: "checks_requested",
    merge_group: { base_sha: repository.revision("main"), head_sha: commit },
  };
  const run = await runWorkflow({ repository, commit, workflow: "plan.yml", event: { name: "merge_group", payload } });
  expect(planned(run)).toEqual(GOOD_OUTCOME);
});

test("a job that does nothing is noticed", async () => {
  const run = await runWorkflow({ ...good, edit: emptied });
  expect(run.exitCode).toBe(0);
  expect(planned(run)).not.toEqual(GOOD_OUTCOME);
});

test("a change of the engine is compared with what the base's committed bundle renders", async () => {
  repository.checkOut("main");
  repository.branch("new-engine");
  const bundle = "action/dist/index.mjs";
  const code = readFileSync(join(repository.folder, bundle), "utf8");
  repository.commit("Change the engine", { [bundle]: `${code}// the same, and yet another\n`, [GOOD.path]: GOOD.text });
  const run = await runWorkflow(pullRequest("new-engine", 4));
  expect(run.steps.get("Plan")?.summary).toContain("each side was checked and rendered by its own");
  expect(statusesOf(run)).toMatchObject({ [GOOD.id]: "created" });
  const others = Object.entries(statusesOf(run)).filter(([id]) => id !== GOOD.id);
  expect(others.length).toBeGreaterThan(0);
  expect(new Set(others.map(([, status]) => status))).toEqual(new Set(["unchanged"]));
});

test("closing many stores at once is red, with the lines that let it pass", async () => {
  repository.checkOut("main");
  repository.branch("closing");
  const ids = ["first-shop", "second-shop", "third-shop", "fourth-shop"];
  const files = ids.map((id) => [`tenants/${id}.yaml`, GOOD.text.replaceAll(GOOD.id, id)] as const);
  const base = repository.commit("Add four stores", Object.fromEntries(files));
  const commit = repository.commit("Close them", Object.fromEntries(files.map(([path]) => [path, null])));
  const payload = { action: "checks_requested", merge_group: { base_sha: base, head_sha: commit } };
  const run = await runWorkflow({ repository, commit, workflow: "plan.yml", event: { name: "merge_group", payload } });
  expect(run.steps.get("Plan")).toMatchObject({ exitCode: 3, outputs: { conclusion: "refused" } });
  expect(statusesOf(run)).toEqual(Object.fromEntries(ids.map((id) => [id, "refused"])));
  for (const id of ids)
    expect(run.steps.get("Plan")?.summary).toContain(`- { guard: stores-parked, tenant: ${id}, from: "live `);
});

test("what runs is the committed bundle", async () => {
  repository.checkOut("main");
  repository.branch("without-bundle");
  repository.commit("Break the bundle", { "action/dist/index.mjs": "process.exitCode = 86;\n" });
  const run = await runWorkflow(pullRequest("without-bundle", 3));
  expect(run.steps.get("Plan")).toMatchObject({ result: "failure", exitCode: 86 });
});

function pullRequest(branch: string, number: number): Job {
  const payload = { action: "opened", number, pull_request: { number, head: { ref: branch }, base: { ref: "main" } } };
  const commit = repository.mergeForPullRequest(branch, number);
  return { repository, commit, workflow: "plan.yml", event: { name: "pull_request", payload } };
}

/** What a plan of one good tenant must come to. */
const GOOD_OUTCOME = {
  exitCode: 0,
  said: [],
  conclusion: "success",
  changed: "1",
  tenants: [{ id: GOOD.id, status: "created" }],
  errors: [],
  inSummary: true,
  inReport: { [GOOD.id]: "created" },
};

function planned(run: Run): unknown {
  const errors = run.steps.get("Plan")?.commands.filter(({ name }) => name === "error");
  return { ...outcomeOf(run, "Plan", [GOOD.id]), errors };
}
