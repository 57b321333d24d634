/** `deploy.yml` as a person starts it: first only to look, then for one store, with words that must stay words. */
import { afterAll, expect, test } from "vitest";
import { runWorkflow, type Run } from "./act.ts";
import { statusesOf } from "./outcome.ts";
import { openStage } from "./stage.ts";
import { EXAMPLES } from "./tenants.ts";

const HOSTILE =
  '"; touch /tmp/owned; echo $(id) `id` ${{ github.token }} </td><img src=x> @everyone\n::set-output name=a::b';

const { repository, storage, deployAt, close } = await openStage();
afterAll(close);
const commit = repository.commit("Nothing yet", {});

const start = (inputs: Readonly<Record<string, string>>): Promise<Run> =>
  runWorkflow(deployAt(commit, { name: "workflow_dispatch", payload: { ref: "refs/heads/main", inputs } }));

test("a dry run tells what a run would do, and asks the bucket for nothing but to read", async () => {
  storage.resetCounts();
  const run = await start({ reason: HOSTILE, "dry-run": "true" });
  const step = run.steps.get("Deploy");
  expect(step).toMatchObject({ exitCode: 0, outputs: { conclusion: "success", changed: String(EXAMPLES.length) } });
  expect(step?.outputs).not.toHaveProperty("a");
  expect(step?.summary).toContain("Dry run: nothing ");
  expect(step?.summary).toContain('By hand: ``"; touch /tmp/owned; echo $(id) `id` ');
  expect([...run.artifacts.keys()]).toEqual(["dry-run-report-1/report.json"]);
  expect(Object.keys(storage.counts()).filter((name) => !/\.(?:get|list)$/.test(name))).toEqual([]);
});

test("one store is deployed, and the others are not", async () => {
  const only = EXAMPLES[0] ?? "";
  const run = await start({ reason: "the first one", only });
  expect(run.steps.get("Deploy")?.summary).toContain("By hand: `the first one`");
  expect(statusesOf(run)).toEqual({ [only]: "created" });
});
