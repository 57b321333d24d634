/** The client on the fake: what it asks, what it does with limits, losses and refusals. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GitHub, openGitHub } from "../../action/src/io/github.ts";
import { joinComment } from "../../action/src/model/comment-parts.ts";
import type { LogEvent } from "../../action/src/ports.ts";
import { findSticky, writeSticky } from "../../action/src/steps/sticky-comment.ts";
import { keepDeployment, statusOf } from "../fakes/github/deployments.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";

const REPOSITORY = "example/stores";
const BOT = "github-actions[bot]";
const COMMIT = "a".repeat(40);
const OURS = (text: string): string => joinComment({ text, memory: { digest: "0".repeat(16), releases: new Map() } });

let fake: FakeGitHub;
let github: GitHub;
let said: LogEvent[];

beforeEach(async () => {
  fake = await startGitHub(REPOSITORY);
  fake.state.tokens.set("writer", {
    login: BOT,
    permissions: { "pull-requests": "write", issues: "write" },
  });
  fake.state.tokens.set("reader", { login: BOT, permissions: { "pull-requests": "read", contents: "read" } });
  said = [];
  github = await open("writer");
});
afterEach(() => fake[Symbol.asyncDispose]());

const open = (token: string): Promise<GitHub> =>
  openGitHub({ repository: REPOSITORY, token, api: fake.url, log: (event) => said.push(event) });

async function stick(text: string): Promise<string> {
  const place = { comments: github.comments, pullRequest: 7, author: BOT };
  return writeSticky(place, await findSticky(place), OURS(text));
}

describe("the comment", () => {
  test("is written once and edited in place, also below many others", async () => {
    for (let index = 0; index < 150; index++) await seed("merchant", `talk ${index}`);
    expect(await stick("one")).toBe("created");
    expect(await stick("two")).toBe("edited");
    expect(await stick("two")).toBe("unchanged");
    const ours = fake.state.comments.filter(({ user }) => user.login === BOT);
    expect(ours.map(({ body }) => body)).toEqual([OURS("two")]);
  });

  test("of somebody else, in the very same form, is left alone", async () => {
    await seed("mallory", OURS("forged"));
    expect(await stick("true")).toBe("created");
    expect(fake.state.comments.map(({ body }) => body)).toEqual([OURS("forged"), OURS("true")]);
  });

  test.each(["reset", "reset-after", { status: 502 }] as const)(
    "is there once although its writing met %j",
    async (kind) => {
      fake.faults.push({ match: "POST", at: 1, kind });
      expect(await stick("one")).toBe("created");
      expect(fake.state.comments).toHaveLength(1);
    },
  );

  test.each([
    ["403", { status: 403, headers: { "retry-after": "1" } }],
    ["429", { status: 429, headers: { "retry-after": "1" } }],
  ])("waits as long as GitHub asks with %s", async (_status, kind) => {
    fake.faults.push({ match: "POST", at: 1, kind });
    expect(await stick("one")).toBe("created");
    expect(said).toContainEqual(
      expect.objectContaining({ type: "warning", message: expect.stringContaining("wait 1 s") as string }),
    );
  });

  test.each([
    [429, { "retry-after": "3600" }],
    [403, { "retry-after": "3600" }],
    [403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2147483000" }],
  ])("waits for no hour, whether that is said by %i or how", async (status, headers) => {
    fake.faults.push({ match: "POST", at: 1, kind: { status, headers } });
    await expect(stick("one")).rejects.toMatchObject({ code: "limited" });
  });

  test("that is too long is refused, and one by a reader denied, in words that help", async () => {
    await expect(stick("x".repeat(70_000))).rejects.toMatchObject({
      code: "invalid",
      hint: expect.any(String) as string,
    });
    github = await open("reader");
    await expect(stick("one")).rejects.toMatchObject({ code: "denied" });
    github = await open("nobody's");
    await expect(stick("one")).rejects.toMatchObject({ code: "denied" });
    expect(fake.state.comments).toEqual([]);
  });
});

test("a commit's pull requests are those that were merged", async () => {
  const one = { title: "", state: "closed" as const };
  fake.state.pullRequests.push(
    { ...one, number: 3, merged_at: "2026-03-01T09:30:00Z", merge_commit_sha: COMMIT },
    { ...one, number: 4, merged_at: null, merge_commit_sha: COMMIT },
    { ...one, number: 5, merged_at: "2026-03-01T09:30:00Z", merge_commit_sha: "b".repeat(40) },
  );
  expect(await github.pullRequests.ofCommit(COMMIT)).toEqual([3]);
});

test("an issue is found by its author, and closed", async () => {
  const issue = await github.issues.create({ title: "Broken", body: "one" });
  expect(await github.issues.listOpen(BOT)).toEqual([issue]);
  expect(await github.issues.listOpen("mallory")).toEqual([]);
  await github.issues.update(issue.number, { body: "two", isOpen: false });
  expect(await github.issues.listOpen(BOT)).toEqual([]);
  expect(fake.state.issues).toMatchObject([{ title: "Broken", body: "two", state: "closed" }]);
});

async function seed(login: string, body: string): Promise<void> {
  fake.state.comments.push({
    id: fake.state.comments.length + 1,
    body,
    issue: 7,
    user: { login, type: "User" },
    created_at: "",
    updated_at: "",
  });
}

describe("deployments", () => {
  const isGone = (url: string): boolean => url.includes("/gone/");
  const statesOf = (): readonly (string | undefined)[] =>
    fake.state.deployments.map(({ id }) => statusOf(fake.state, id)?.state);
  const lead = (environment: string, folder: string): void =>
    keepDeployment(fake.state, environment, COMMIT, `https://storage.example/${folder}/index.html`);

  beforeEach(() => {
    fake.state.tokens.set("sweeper", { login: BOT, permissions: { deployments: "write" } });
  });

  test("of what is gone are ended once, and no others", async () => {
    lead("preview", "gone");
    lead("production", "gone");
    const { deployments } = await open("sweeper");
    expect(await deployments.retire("preview", isGone)).toBe(1);
    expect(statesOf()).toEqual(["inactive", "success"]);
    expect(await deployments.retire("preview", isGone)).toBe(0);
  });

  test("that another one took the place of have ended already", async () => {
    lead("preview", "gone");
    lead("preview", "here");
    const { deployments } = await open("sweeper");
    expect(await deployments.retire("preview", isGone)).toBe(0);
    expect(statesOf()).toEqual(["inactive", "success"]);
  });

  test("are left by a token that may not", async () => {
    lead("preview", "gone");
    await expect(github.deployments.retire("preview", isGone)).rejects.toMatchObject({ code: "denied" });
    expect(statesOf()).toEqual(["success"]);
  });
});
