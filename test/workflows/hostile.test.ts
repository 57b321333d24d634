/** Pull requests whose names are attacks, through the real `plan.yml`: nothing of them is run, said or shown. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import markdownIt from "markdown-it";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCommands } from "../view/runner-commands.ts";
import { type Event, type Job, type Run, runWorkflow } from "./act.ts";
import { pullRequestEvent } from "./events.ts";
import { openStage } from "./stage.ts";
import { GOOD } from "./tenants.ts";

const { repository, github, commentsOf, close } = await openStage();
const folder = mkdtempSync(join(tmpdir(), "hostile-"));
/** What a shell would make of the branch's name. */
const canary = join(folder, "pwned");
beforeAll(() => {
  repository.checkOut("main");
  repository.commit("A store", { [GOOD.path]: GOOD.text });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await close();
});

/** All that Git lets the name of a branch have, no blank and no colon; a shell that it is pasted into runs it. */
const BRANCH = `x$(touch\${IFS}${canary})\`touch\${IFS}${canary}\`;"'"'"';touch\${IFS}${canary};#|&<b>%0A%3A%3Aerror%3A%3Aforged`;
const TITLE =
  '`touch pwned` $(touch pwned) "; touch pwned; @everyone Fixes #1 ${{ github.token }} <img src=x> ![x](//evil.example)\n' +
  "::set-output name=conclusion::forged\n::error::forged\n##[error]forged";
/** Of a product: as much as its rules let pass. */
const PRODUCT = "::error::forged @everyone #1 ##[error]forged www.evil.example `x` ![x](y)";

const STORE = GOOD.text.replace("Pine soap", JSON.stringify(PRODUCT));

test("a hostile branch, title and text do what plain ones do", { timeout: 120_000 }, async () => {
  // A branch with a dot in its name has no link to its overrides, as the hostile one must not have one.
  const plain = await runWorkflow(propose("a.plain.branch", 31, (event) => event));
  const hostile = await runWorkflow(propose(BRANCH, 32, titled));
  expect(existsSync(canary)).toBe(false);
  expect([plain.exitCode, hostile.exitCode]).toEqual([0, 0]);
  expect([...hostile.steps.keys()]).toContain("Comment");
  expect(told(hostile)).toEqual(told(plain));
  expect(hostile.steps.get("Plan")?.outputs["conclusion"]).toBe("success");
  expect(JSON.stringify(told(hostile).map(({ commands }) => commands))).not.toContain("forged");
  for (const name of ["Plan", "Comment"]) {
    const printed = hostile.steps.get(name)?.lines ?? [];
    expect(printed.length).toBeGreaterThan(0);
    expect(findCommands(printed.join("\n"))).toEqual([]);
  }

  const ofNoCommit = (comment = "") => comment.replaceAll(/`[0-9a-f]{10}`/g, "");
  expect(commentsOf(32).map(ofNoCommit)).toEqual(commentsOf(31).map(ofNoCommit));
  const [comment = ""] = commentsOf(32);
  expect(comment).toContain("forged");
  const tokens = markdownIt({ html: true, linkify: true })
    .parse(comment, {})
    .flatMap((token) => [token, ...(token.children ?? [])]);
  const outside = tokens.filter(({ type }) => !type.startsWith("code") && type !== "fence" && type !== "inline");
  expect(outside.filter(({ content }) => /forged|everyone|evil|pwned/.test(content))).toEqual([]);
  expect(
    tokens.flatMap((token) => String(token.attrGet("href") ?? "")).filter((href) => /evil|pwned/.test(href)),
  ).toEqual([]);
});

test("what runs a name in a shell is noticed", { timeout: 120_000 }, async () => {
  const run = "      - name: Say it\n        run: echo ${{ github.event.pull_request.head.ref }}\n\n";
  const job = propose(`${BRANCH}2`, 33, titled);
  await runWorkflow({
    ...job,
    edit: (workflow) => workflow.replace("      - name: Keep the report\n", `${run}      - name: Keep the report\n`),
  });
  expect(existsSync(canary)).toBe(true);
});

/** A pull request from a branch of this name that renames a product. */
function propose(branch: string, number: number, change: (event: Event) => Event): Job {
  repository.checkOut("main");
  repository.branch(branch);
  repository.commit(`Change ${branch}`, { [GOOD.path]: STORE });
  const commit = repository.mergeForPullRequest(branch, number);
  return {
    repository,
    commit,
    workflow: "plan.yml",
    event: change(pullRequestEvent(repository, number, branch)),
    github,
  };
}

const titled = ({ name, payload }: Event): Event => ({
  name,
  payload: { ...payload, pull_request: { ...(payload["pull_request"] as object), title: TITLE, body: TITLE } },
});

/** What each step made known; commits and times are of each run. */
const told = ({ steps }: Run) =>
  [...steps].map(([name, { result, commands, summary, outputs }]) => ({
    name,
    result,
    commands,
    summary: summary.replaceAll(/[0-9a-f]{12,40}/g, "COMMIT").replaceAll(/\d+(?:\.\d+)? m?s\b/g, "TIME"),
    outputs,
  }));
