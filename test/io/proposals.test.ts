/** A machine's pull requests on the fake. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openGitHub } from "../../action/src/io/github.ts";
import type { Proposal, Proposals } from "../../action/src/ports.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";

const MAIN = "a".repeat(40);
const PROPOSAL: Proposal = {
  branch: "requests/acme",
  base: MAIN,
  files: new Map([
    ["tenants/acme.yaml", "id: acme\n"],
    ["tenants/acme/old.csv", null],
  ]),
  title: "acme: 1 request",
  body: "- `1`",
};

let fake: FakeGitHub;
let proposals: Proposals;

beforeEach(async () => {
  fake = await startGitHub("example/stores");
  fake.state.tokens.set("app", { login: "stores[bot]", permissions: { contents: "write", "pull-requests": "write" } });
  ({ proposals } = await openGitHub({ repository: "example/stores", token: "app", api: fake.url, log: () => {} }));
});
afterEach(() => fake[Symbol.asyncDispose]());

const writes = (): readonly string[] => fake.state.requests.filter((one) => !one.startsWith("GET"));

test("a proposal is one commit on main, on a branch of its own, with a pull request", async () => {
  expect(await proposals.propose(PROPOSAL)).toEqual({ number: 10, url: "https://git.example/pull/10" });
  const commit = fake.state.commits.get(fake.state.branches.get("requests/acme") ?? "");
  expect(commit).toMatchObject({ parent: MAIN, files: Object.fromEntries(PROPOSAL.files) });
  expect(commit?.message).toMatch(/^acme: 1 request\n\nProposal: [0-9a-f]{64}$/);
  expect(fake.state.pullRequests).toMatchObject([
    { head: "requests/acme", title: PROPOSAL.title, body: PROPOSAL.body },
  ]);
  expect(fake.state.requests.length).toBeLessThanOrEqual(8);
});

test("the same again writes nothing; another one moves the branch and keeps the pull request", async () => {
  await proposals.propose(PROPOSAL);
  const before = writes().length;
  await proposals.propose(PROPOSAL);
  expect(writes()).toHaveLength(before);
  const first = fake.state.branches.get("requests/acme");
  const other = { ...PROPOSAL, files: new Map([["tenants/acme.yaml", "id: acme # 2\n"]]), title: "acme: 2 requests" };
  expect((await proposals.propose(other))?.number).toBe(10);
  expect(fake.state.branches.get("requests/acme")).not.toBe(first);
  expect(fake.state.pullRequests).toMatchObject([{ number: 10, title: "acme: 2 requests" }]);
});

test.each(["POST /repos/example/stores/git/refs", "POST /repos/example/stores/pulls"])(
  "what was begun and lost its answer at %s is finished by asking again, and is there once",
  async (match) => {
    fake.faults.push({ match, at: 1, kind: "reset-after" });
    await expect(proposals.propose(PROPOSAL)).rejects.toMatchObject({ name: "GitHubError" });
    expect((await proposals.propose(PROPOSAL))?.number).toBe(10);
    expect(fake.state.pullRequests).toHaveLength(1);
    expect(fake.state.branches.size).toBe(1);
  },
);

test("a branch that somebody else committed to is left to them until its pull request is closed", async () => {
  await proposals.propose(PROPOSAL);
  const ours = fake.state.branches.get("requests/acme") ?? "";
  const theirs = "c".repeat(40);
  fake.state.commits.set(theirs, { parent: ours, message: "Mend a price", files: {} });
  fake.state.branches.set("requests/acme", theirs);
  const before = writes().length;
  const other = { ...PROPOSAL, files: new Map([["tenants/acme.yaml", "id: acme # 2\n"]]), title: "acme: 2 requests" };
  expect(await proposals.propose(other)).toBeUndefined();
  expect(writes()).toHaveLength(before);
  expect(fake.state.branches.get("requests/acme")).toBe(theirs);
  await proposals.withdraw(10);
  expect(await proposals.propose(other)).toMatchObject({ number: 11 });
  expect(fake.state.branches.get("requests/acme")).not.toBe(theirs);
});

test("what became of it is told, and it can be withdrawn", async () => {
  const { number = 0 } = (await proposals.propose(PROPOSAL)) ?? {};
  expect(await proposals.stateOf(number)).toEqual({ state: "open", commit: null });
  await proposals.withdraw(number);
  expect(await proposals.stateOf(number)).toEqual({ state: "closed", commit: null });
  fake.state.pullRequests[0] = {
    ...(fake.state.pullRequests[0] as (typeof fake.state.pullRequests)[number]),
    merged_at: "2026-03-01T09:30:00Z",
    merge_commit_sha: "b".repeat(40),
  };
  expect(await proposals.stateOf(number)).toEqual({ state: "merged", commit: "b".repeat(40) });
  await expect(proposals.stateOf(99)).rejects.toMatchObject({ code: "missing" });
});
