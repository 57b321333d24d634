/** A store from the event that asks for it to the callback that says it is live, as GitHub would run it, on a fake GitHub. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { load } from "js-yaml";
import { Webhook } from "standardwebhooks";
import { afterAll, expect, test } from "vitest";
import { startTally } from "../../action/src/io/count.ts";
import { openLedger } from "../../action/src/io/destination.ts";
import { readRecord, recordUpload } from "../../action/src/steps/ledger.ts";
import { composeEvent, openReceipts, type Receipt, sendEvent } from "../../scripts/client/client.ts";
import { startReceiver } from "../fakes/webhook/receiver.ts";
import { type Event, type Job, type Run, runWorkflow } from "./act.ts";
import { pullRequestEvent } from "./events.ts";
import { openStage, said } from "./stage.ts";
import { GOOD } from "./tenants.ts";

const REQUEST_ID = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";
const secretOf = (letter: string): string => `whsec_${Buffer.alloc(32, letter).toString("base64")}`;
const [ASKING, CALLING] = [secretOf("a"), secretOf("c")];
const BRANCH = `requests/${GOOD.id}`;

const { repository, github, storage, cloud, deployAt, close } = await openStage();
const receiver = await startReceiver();
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await close();
});
const readReceipt = await openReceipts({ ledger: "gs://ledger", endpoint: storage.url, accessToken: "reader" });

test(
  "an event becomes a pull request, a store and a callback, and each run goes on where the last one ended",
  { timeout: 480_000 },
  async () => {
    github.state.tokens.set("sender", { login: "platform[bot]", permissions: { contents: "write" } });
    const settings = load(GOOD.text) as Record<string, unknown>;
    const event = composeEvent({
      requests: [{ type: "tenant.upsert", requestId: REQUEST_ID, tenant: GOOD.id, settings }],
      secret: ASKING,
      callback: receiver.address.href,
    });
    await sendEvent(event, { repository: "example/stores", token: "sender", api: github.url });
    const [sent] = github.state.dispatches;
    const main = repository.revision("main");

    // GitHub is broken while the intake wakes the drain: nothing of what was asked is lost.
    github.faults.push({ match: "/actions/workflows/drain.yml/dispatches", at: 1, kind: { status: 422 } });
    const dispatched = {
      name: "repository_dispatch",
      payload: { action: sent?.type, client_payload: sent?.payload },
    } as const;
    const first = await runWorkflow(jobOf("intake.yml", main, dispatched));
    expect(said(first, "Intake")).toEqual([expect.stringContaining("the next scheduled run")]);
    expect(first.exitCode).toBe(0);
    expect(await receipt()).toMatchObject({ state: "accepted", isFinal: false });
    expect(github.state.workflowRuns).toEqual([]);

    storage.resetCounts();
    const looked = await drain(main, byHand({ reason: "to look", "dry-run": "true" }));
    expect(looked.steps.get("Drain")?.lines.join("\n")).toContain(BRANCH);
    expect(github.state.pullRequests).toEqual([]);
    expect(Object.keys(storage.counts()).filter((name) => !/\.(?:get|list)$/.test(name))).toEqual([]);
    expect(await receipt()).toMatchObject({ state: "accepted" });

    // The branch is there, and the run ends before its pull request is.
    github.faults.push({ match: "POST /repos/example/stores/pulls", at: 1, kind: { status: 401 } });
    expect((await drain(main, SCHEDULED)).exitCode).not.toBe(0);
    expect([...github.state.branches.keys()]).toEqual([BRANCH]);
    await drain(main, SCHEDULED);
    expect(github.state.pullRequests).toMatchObject([{ state: "open", head: BRANCH }]);
    expect(await receipt()).toMatchObject({ state: "pull-request", pullRequest: { number: NUMBER } });

    const files = bringBranch();
    const commit = repository.mergeForPullRequest(BRANCH, NUMBER);
    const opened = pullRequestEvent(repository, NUMBER, BRANCH);
    const planned = await runWorkflow({ repository, commit, workflow: "plan.yml", event: opened, github });
    expect(planned.exitCode).toBe(0);
    expect(github.state.comments).toMatchObject([{ issue: NUMBER, body: expect.stringContaining(GOOD.id) as string }]);

    const merged = merge(files);
    const deployed = await runWorkflow({ ...deployAt(merged), github });
    expect([...said(deployed, "Deploy"), ...said(deployed, "Tell")]).toEqual([]);
    expect(deployed.exitCode).toBe(0);
    await openToVisitors();
    await drain(merged, SCHEDULED);
    const live = await receipt();
    expect(live).toMatchObject({ state: "live", isFinal: true, commit: merged, url: ADDRESS });
    const states = ["accepted", "pull-request", "approved", "deployed", "live"];
    expect(live?.history.map(({ state }) => state)).toEqual(states);

    expect(receiver.received).toHaveLength(1);
    const [told] = receiver.received;
    const words = new Webhook(CALLING).verify(told?.body ?? "", told?.headers as Record<string, string>);
    expect(words).toMatchObject({ type: "request.live", data: { requestId: REQUEST_ID, release: live?.release } });
    expect(github.state.pullRequests).toHaveLength(1);
  },
);

test("a repository that nobody has set up for requests is not drained by the clock, but by whoever asks", async () => {
  const unset = (event: Event): Promise<Run> => {
    const job = jobOf("drain.yml", repository.revision("main"), event);
    return runWorkflow({ ...job, variables: { ...job.variables, APP_CLIENT_ID: "" } });
  };
  const byClock = await unset(SCHEDULED);
  expect([byClock.exitCode, [...byClock.steps.keys()]]).toEqual([0, []]);
  expect((await unset(byHand({ reason: "to see" }))).steps.has("Get a token of the App")).toBe(true);
});

test("a price within the bounds of the policy is merged by the machine, but not with a commit that is not ours", async () => {
  const [store, requestId] = ["oak-and-brine", "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d11"];
  const branch = `requests/${store}`;
  repository.checkOut("main");
  const main = repository.commit("Let machines change prices a little", {
    [`tenants/${store}.yaml`]: GOOD.text.replaceAll(GOOD.id, store),
    ".github/policy.yaml": "merge: { catalog.patch: { price-change: { percent: 10 } } }\n",
  });
  const { event_type: action, client_payload } = composeEvent({
    requests: [{ type: "catalog.patch", requestId, tenant: store, products: [{ id: "soap", price: "6.00 GBP" }] }],
    secret: ASKING,
  });
  const asked: Event = { name: "repository_dispatch", payload: { action, client_payload } };
  expect((await runWorkflow(jobOf("intake.yml", main, asked))).exitCode).toBe(0);
  await drain(main, SCHEDULED);
  expect(await readReceipt(requestId)).toMatchObject({ state: "pull-request" });

  const ours = github.state.branches.get(branch) ?? "";
  const theirs = "c".repeat(40);
  const files = { [`tenants/${store}.yaml`]: GOOD.text.replaceAll(GOOD.id, store).replace("6.50", "0.01") };
  github.state.commits.set(theirs, { parent: ours, message: github.state.commits.get(ours)?.message ?? "", files });
  github.state.branches.set(branch, theirs);
  for (const commit of [ours, theirs])
    github.state.checkRuns.set(commit, [
      { name: "Plan", status: "completed", conclusion: "success", app: { slug: "github-actions" } },
    ]);
  expect(said(await drain(main, SCHEDULED), "Drain")).toContainEqual(expect.stringContaining("not as it was written"));
  expect(mergesOf(branch)).toEqual([null]);

  github.state.branches.set(branch, ours);
  expect(said(await drain(main, SCHEDULED), "Drain")).toEqual([]);
  const [commit] = mergesOf(branch);
  expect(await readReceipt(requestId)).toMatchObject({ state: "approved", commit });
  expect(github.state.commits.get(commit ?? "")?.files[`tenants/${store}.yaml`]).toContain("6.00 GBP");
});

/** Of each pull request of a branch the commit that it was merged as. */
const mergesOf = (branch: string): readonly (string | null)[] =>
  github.state.pullRequests.filter(({ head }) => head === branch).map((one) => one.merge_commit_sha);

const NUMBER = 10;
const ADDRESS = "https://pine.example/";
const SCHEDULED: Event = { name: "schedule", payload: {} };
const byHand = (inputs: Readonly<Record<string, string>>): Event => ({
  name: "workflow_dispatch",
  payload: { ref: "refs/heads/main", inputs },
});
const receipt = (): Promise<Receipt | undefined> => readReceipt(REQUEST_ID);

/** A job of the environment `requests`. */
function jobOf(workflow: "intake.yml" | "drain.yml", commit: string, event: Event): Job {
  const preloaded = pathToFileURL(join(import.meta.dirname, "stand-ins/visitors.ts")).href;
  return {
    repository,
    commit,
    workflow,
    event,
    github,
    variables: {
      ...cloud.variables,
      LEDGER: "gs://ledger",
      APP_CLIENT_ID: "app-of-the-stand-in",
      CALLBACK_HOSTS: receiver.address.host,
    },
    secrets: { WEBHOOK_SECRETS: ASKING, APP_PRIVATE_KEY: "key-of-the-stand-in", CALLBACK_SECRETS: CALLING },
    environment: {
      ...cloud.environment,
      ...receiver.environment,
      NODE_OPTIONS: `${receiver.environment.NODE_OPTIONS} --import=${preloaded}`,
      STORES_OF_VISITORS: `${storage.url}/storage/v1/b/stores/o/${GOOD.id}%2F`,
    },
  };
}

const drain = (commit: string, event: Event): Promise<Run> => runWorkflow(jobOf("drain.yml", commit, event));

/** What the fake keeps as words becomes a commit of the branch; gives its files. */
function bringBranch(): Readonly<Record<string, string | null>> {
  const proposed = github.state.commits.get(github.state.branches.get(BRANCH) ?? "");
  if (proposed === undefined) throw new Error(`there is no branch ${BRANCH}`);
  repository.checkOut(proposed.parent);
  repository.branch(BRANCH);
  repository.commit(proposed.message, proposed.files);
  return proposed.files;
}

/** As a person does by the green button; gives the commit on main. */
function merge(files: Readonly<Record<string, string | null>>): string {
  repository.checkOut("main");
  const commit = repository.commit("Merge what was asked for", files);
  github.state.pullRequests.forEach((one, at, all) => {
    all[at] = { ...one, state: "closed", merged_at: "2026-03-01T09:30:00Z", merge_commit_sha: commit };
  });
  return commit;
}

/** An emulator has no address that visitors come to by TLS: the record is given the one that a real bucket has. */
async function openToVisitors(): Promise<void> {
  const options = { log: () => {}, tally: startTally(), endpoint: storage.url, accessToken: "writer" };
  const ledger = await openLedger("gs://ledger", options);
  const found = await readRecord(ledger, GOOD.id);
  if (found === undefined) throw new Error(`${GOOD.id} was not deployed`);
  await ledger.write(recordUpload({ ...found.value, url: ADDRESS }), found.object.generation);
}
