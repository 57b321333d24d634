/** A preview from its pull request to its end, as GitHub would run it: published, linked, refused, swept. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { statusOf } from "../fakes/github/deployments.ts";
import { type Event, type Job, type Run, runWorkflow } from "./act.ts";
import { mergeGroupEvent, pullRequestEvent } from "./events.ts";
import { openStage, said } from "./stage.ts";
import { GOOD } from "./tenants.ts";

/** What a pull request's identity may do in the bucket; the sweep's may list and delete. */
const CREATING = new Set(["storage.objects.insert", "storage.objects.get"]);
let allowed: ReadonlySet<string> = CREATING;

const { repository, github, storage, cloud, commentsOf, close } = await openStage({
  buckets: ["previews"],
  onRequest: ({ operation }) => (allowed.has(operation) ? undefined : "return-403"),
});
afterAll(close);
const PLACE = { ...cloud, variables: { ...cloud.variables, PREVIEWS: "gs://previews" } };

describe("a pull request from the repository", () => {
  const NUMBER = 21;
  let plan: Job;
  let address = "";
  beforeAll(() => {
    plan = propose("new-store", NUMBER, { [GOOD.path]: GOOD.text });
  });

  test("has a preview that the comment and GitHub link", async () => {
    const run = await runWorkflow(plan);
    expect([said(run, "Preview"), said(run, "Comment")]).toEqual([[], []]);
    expect(run.exitCode).toBe(0);
    const [comment = ""] = commentsOf(NUMBER);
    address = /\[look at it\]\(([^)]*)\)/.exec(comment)?.[1] ?? "";
    expect(address).toMatch(new RegExp(`^${storage.url}/previews/pr-${NUMBER}-[0-9a-f]{32}/${GOOD.id}/index\\.html$`));
    const page = await bodyAt(address);
    expect(page).toContain("Pine soap");
    expect(page).toContain('<meta name="robots" content="noindex">');
    expect(ledTo()).toEqual([address]);
  });

  test("shows its pictures from there", async () => {
    const pictures = [...(commentsOf(NUMBER)[0] ?? "").matchAll(/<img [^>]*src="([^"]*)"/g)].map(([, url = ""]) => url);
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures) expect((await bodyAt(picture)).slice(0, 8)).toBe("\u0089PNG\r\n\u001a\n");
  });

  test("names in no byte of it where it lies, and links to nothing that is not there", async () => {
    const folder = new URL(".", address).pathname.replace("/previews/", "");
    const pages = namesOf(NUMBER).filter((name) => name.startsWith(folder) && name.endsWith(".html"));
    expect(pages.length).toBeGreaterThan(3);
    const bodies = await Promise.all(pages.map((page) => bodyAt(`${storage.url}/previews/${page}`)));
    expect(bodies.filter((body) => body.includes(folder.split("/")[0] ?? ""))).toEqual([]);
    const links = bodies.flatMap((body, index) =>
      [...body.matchAll(/\s(?:href|src)="([^"#?:]+)[^":]*"/g)].map(([, link = ""]) =>
        new URL(link, `http://bucket/${pages[index]}`).pathname.slice(1),
      ),
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((name) => !namesOf(NUMBER).includes(name))).toEqual([]);
  });

  test("has another one after the next run, and the one before stays as it was", async () => {
    const before = await bodyAt(address);
    const run = await runWorkflow(plan);
    expect(run.exitCode).toBe(0);
    expect(commentsOf(NUMBER)).toHaveLength(1);
    expect(commentsOf(NUMBER)[0]).not.toContain(address);
    expect(await bodyAt(address)).toBe(before);
    expect(foldersOf(NUMBER)).toHaveLength(2);
  });

  test("has no new one in the merge queue, and the comment keeps the last", async () => {
    const run = await runWorkflow({ ...plan, event: mergeGroupEvent(repository, NUMBER, plan.commit) });
    expect(run.exitCode).toBe(0);
    expect(run.steps.get("Preview")).toBeUndefined();
    expect(foldersOf(NUMBER)).toHaveLength(2);
    // The same plan: what was published of it is still what there is to look at.
    const [comment = ""] = commentsOf(NUMBER);
    expect(comment).toContain("Same plan as before");
    expect(comment).toMatch(new RegExp(`\\[look at it\\]\\(${storage.url}/previews/pr-${NUMBER}-`));
  });
});

test("without a place for previews the job is left out", async () => {
  const job = propose("no-place", 22, { [GOOD.path]: GOOD.text });
  const run = await runWorkflow({ ...job, variables: {} });
  expect(run.exitCode).toBe(0);
  expect(run.steps.get("Preview")).toBeUndefined();
  expect(commentsOf(22)[0]).toContain("To download from the run:");
});

test("a fork's pull request has what would be its preview in the artifact, and nothing else", async () => {
  const job = propose("from-afar", 23, { [GOOD.path]: GOOD.text });
  const event = pullRequestEvent(repository, 23, "from-afar", "mallory/stores");
  const run = await runWorkflow({ ...job, event, isReadOnly: true });
  expect(run.exitCode).toBe(0);
  expect(run.steps.get("Preview")).toBeUndefined();
  expect(run.steps.get("Plan")?.summary).toContain("download the artifact `plan-1` of this run");
  expect(run.artifacts.get(`plan-1/sites/${GOOD.id}/index.html`)).toContain("Pine soap");
  expect(foldersOf(23)).toEqual([]);
});

test("a token that may not even comment is a warning, and the preview is there", async () => {
  const run = await runWorkflow({ ...propose("read-only", 24, { [GOOD.path]: GOOD.text }), isReadOnly: true });
  expect(run.exitCode).toBe(0);
  expect(said(run, "Comment")).toEqual([expect.stringContaining("the comment was not written")]);
  expect(foldersOf(24)).toHaveLength(1);
});

test("an artifact that was tampered with is refused by both, which do nothing else", async () => {
  const tamper = "      - name: Tamper\n        run: printf '<script>' > plan/pictures/evil.png\n\n";
  const run = await runWorkflow({
    ...propose("hostile", 25, { [GOOD.path]: GOOD.text }),
    edit: (workflow) => workflow.replace("      - name: Keep the plan\n", `${tamper}      - name: Keep the plan\n`),
  });
  expect(run.exitCode).not.toBe(0);
  expect(run.artifacts.get("plan-1/pictures/evil.png")).toBe("<script>");
  for (const step of ["Preview", "Comment"])
    expect(said(run, step), step).toEqual([expect.stringContaining("the plan's artifact is refused")]);
  expect([foldersOf(25), commentsOf(25)]).toEqual([[], []]);
});

test("a base that has neither command yet has nothing to run, and is not red", async () => {
  repository.checkOut("main");
  const kept = ["action/src/commands/preview.ts", "action/src/commands/comment.ts"].map(
    (path) => [path, readFileSync(join(repository.folder, path), "utf8")] as const,
  );
  repository.commit("As it was before", Object.fromEntries(kept.map(([path]) => [path, null])));
  const run = await runWorkflow(propose("first", 26, { ...Object.fromEntries(kept), [GOOD.path]: GOOD.text }));
  expect(run.exitCode).toBe(0);
  expect([foldersOf(26), commentsOf(26)]).toEqual([[], []]);
  repository.checkOut("main");
  repository.commit("As it is", Object.fromEntries(kept));
});

describe("a sweep", () => {
  const sweep = (event: Event = { name: "schedule", payload: {} }): Promise<Run> => {
    repository.checkOut("main");
    const commit = repository.revision("main");
    allowed = new Set(["storage.objects.list", "storage.objects.delete"]);
    return runWorkflow({
      repository,
      commit,
      workflow: "sweep.yml",
      event,
      github,
      ...PLACE,
    }).finally(() => {
      allowed = CREATING;
    });
  };

  test("takes away what belongs to closed pull requests, whoever closed them, and leaves the others", async () => {
    expect([foldersOf(21).length, foldersOf(24).length]).toEqual([2, 1]);
    github.state.pullRequests.push(stateOf(21, "closed"), stateOf(24, "open"));
    const closed = { number: 21, state: "closed", merged: false, base: { ref: "main" }, head: { ref: "a-branch" } };
    const run = await sweep({ name: "pull_request_target", payload: { action: "closed", pull_request: closed } });
    expect(said(run, "Sweep")).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(foldersOf(21)).toEqual([]);
    expect(foldersOf(24)).toHaveLength(1);
  });

  test("finds nothing to do the next time", async () => {
    const writes = () => github.state.requests.filter((request) => request.startsWith("POST"));
    const before = [storage.store.get("previews").live(), writes()];
    expect((await sweep()).exitCode).toBe(0);
    expect([storage.store.get("previews").live(), writes()]).toEqual(before);
  });

  test("says at GitHub that the preview it led to is gone", async () => {
    expect(ledTo()).toEqual([expect.stringContaining("/pr-24-") as string]);
    github.state.pullRequests.splice(0, Infinity, stateOf(24, "closed"));
    expect((await sweep()).exitCode).toBe(0);
    expect([foldersOf(24), ledTo()]).toEqual([[], []]);
  });
});

const stateOf = (number: number, state: "open" | "closed") => ({
  number,
  state,
  title: "A change",
  merged_at: null,
  merge_commit_sha: null,
});

/** A pull request from a branch of main with these files. */
function propose(branch: string, number: number, files: Readonly<Record<string, string>>): Job {
  repository.checkOut("main");
  repository.branch(branch);
  repository.commit(`Change ${branch}`, files);
  const commit = repository.mergeForPullRequest(branch, number);
  const event = pullRequestEvent(repository, number, branch);
  return { repository, commit, workflow: "plan.yml", event, github, ...PLACE };
}

/** What is at an address for everybody, one character for a byte. */
async function bodyAt(address: string): Promise<string> {
  const answer = await fetch(address);
  return answer.ok ? Buffer.from(await answer.arrayBuffer()).toString("latin1") : `status ${answer.status}`;
}

const namesOf = (number: number): readonly string[] =>
  storage.store
    .get("previews")
    .live()
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`pr-${number}-`));

/** Where GitHub itself leads: the addresses of the environment's deployments that have not ended. */
const ledTo = (): readonly (string | null | undefined)[] =>
  github.state.deployments
    .map(({ id }) => statusOf(github.state, id))
    .filter((status) => status?.state === "success")
    .map((status) => status?.environment_url);

const foldersOf = (number: number): readonly string[] => [
  ...new Set(namesOf(number).map((name) => name.split("/", 1)[0] ?? "")),
];
