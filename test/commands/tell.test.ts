/** What is told after a deploy, on a repository in memory. */
import { beforeEach, expect, test } from "vitest";
import { tell } from "../../action/src/commands/tell.ts";
import { joinComment, splitComment } from "../../action/src/model/comment-parts.ts";
import type { Outcome, Report } from "../../action/src/model/report.ts";
import { type Comment, type Comments, GitHubError, type Issues } from "../../action/src/ports.ts";

const BOT = "github-actions[bot]";
const RUN = "https://github.example/run/9";
/** Main, newest first; each commit was brought by the pull request of its number. */
const MAIN = ["d", "c", "b", "a"].map((letter) => letter.repeat(40));
const [D = "", C = "", B = "", A = ""] = MAIN;
const PULL_REQUESTS: Readonly<Record<string, number>> = { [B]: 2, [C]: 3, [D]: 4 };

let written: Map<number, Comment>;
let issues: { number: number; title: string; body: string; isOpen: boolean }[];

beforeEach(() => {
  written = new Map();
  issues = [];
});

/** A pull request's comment that planned these releases. */
function planned(number: number, releases: Readonly<Record<string, string>> | undefined): void {
  const memory = { digest: "0".repeat(16), releases: releases && new Map(Object.entries(releases)) };
  written.set(number, { id: number, author: BOT, body: joinComment({ text: `### Plan ${number}`, memory }) });
}

const comments: Comments = {
  list: async (number) => [...written.values()].filter(({ id }) => id === number),
  create: () => Promise.reject(new Error("after a deploy no comment is begun")),
  edit: async (id, body) => void written.set(id, { id, author: BOT, body }),
};

const tracker: Issues = {
  listOpen: async () => issues.filter(({ isOpen }) => isOpen),
  create: async ({ title, body }) => {
    issues.push({ number: issues.length + 1, title, body, isOpen: true });
    return { number: issues.length, title };
  },
  update: async (number, change) => {
    issues = issues.map((one) => (one.number === number ? { ...one, ...change } : one));
  },
};

const outcome = (id: string, since: string | null, more: Partial<Outcome> = {}): Outcome => ({
  id,
  status: "updated",
  url: `https://${id}.example/`,
  release: "1a2b3c4d5e6f7081",
  created: 0,
  updated: 1,
  deleted: 0,
  unchanged: 0,
  bytes: 1,
  durationMs: 900,
  since,
  ...more,
});

function run(
  tenants: readonly Outcome[],
  conclusion: Report["conclusion"] = "success",
  more: { readonly issues?: Issues; readonly isPart?: boolean } = {},
) {
  const requests = { list: 0, read: 0, write: 0, delete: 0, retried: 0 };
  const report: Report = {
    command: "deploy",
    commit: D,
    conclusion,
    durationMs: 1,
    requests,
    tenants,
    diagnostics: [],
  };
  return tell({
    report,
    history: {
      commitsSince: async (base, _head, most) =>
        MAIN.slice(0, base === null ? MAIN.length : MAIN.indexOf(base)).slice(0, most),
    },
    comments,
    pullRequests: { ofCommit: async (commit) => (commit in PULL_REQUESTS ? [PULL_REQUESTS[commit] ?? 0] : []) },
    issues: more.issues ?? tracker,
    isPart: more.isPart ?? false,
    log: () => {},
    author: BOT,
    runUrl: RUN,
  });
}

const wordOf = (number: number): string => splitComment(written.get(number)?.body ?? "")?.text ?? "";

test("a store's outcome ends the comment of every pull request since its last record, and of no other", async () => {
  planned(2, { acme: "1a2b3c4d" });
  planned(3, { acme: "1a2b3c4d", beta: "ffffffff" });
  planned(4, { gamma: "1a2b3c4d" });
  expect(await run([outcome("acme", B), outcome("beta", A)])).toEqual({ pullRequests: [3], issue: "none" });
  expect(wordOf(2)).toBe("### Plan 2");
  expect(wordOf(3)).toMatch(/`acme` \| \*\*live\*\* at <https:\/\/acme\.example\/>, as planned/);
  expect(wordOf(3)).toMatch(/`beta` \|.*not as planned/);
  expect(wordOf(4)).toBe("### Plan 4");
});

test("where the repository has Issues off, the pull requests are told all the same", async () => {
  planned(4, { acme: "1a2b3c4d" });
  const off = new GitHubError("missing", "Issues has been disabled in this repository");
  const told = run([outcome("acme", C)], "success", { issues: { ...tracker, listOpen: () => Promise.reject(off) } });
  await expect(told).rejects.toBe(off);
  expect(wordOf(4)).toContain("as planned");
});

test("a new store has no record, and its pull request is found all the same", async () => {
  planned(2, { acme: "1a2b3c4d" });
  expect((await run([outcome("acme", null, { status: "created" })])).pullRequests).toEqual([2]);
});

test("a failure is told with its cause and the log, and so is the success after it, once each", async () => {
  planned(4, { acme: "1a2b3c4d" });
  const error = { code: "denied", message: "no permission", hint: "give it" };
  expect(await run([outcome("acme", C, { status: "failed", error })], "failed")).toEqual({
    pullRequests: [4],
    issue: "opened",
  });
  expect(wordOf(4)).toContain("no permission");
  expect(wordOf(4)).toContain(RUN);
  const before = [wordOf(4), issues];
  expect((await run([outcome("acme", C, { status: "failed", error })], "failed")).issue).toBe("updated");
  expect([wordOf(4), issues]).toEqual(before);
  expect(await run([outcome("acme", C)])).toEqual({ pullRequests: [4], issue: "closed" });
  expect(wordOf(4)).toContain("as planned");
  expect(wordOf(4)).not.toContain("no permission");
  expect(issues).toMatchObject([{ isOpen: false }]);
  expect((await run([outcome("acme", C, { status: "unchanged" })])).pullRequests).toEqual([]);
});

test("a success of some stores alone, started by hand, leaves the issue about others open", async () => {
  const error = { code: "denied", message: "the bucket refuses the write", hint: "" };
  expect((await run([outcome("acme", C, { status: "failed", error })], "failed")).issue).toBe("opened");
  expect((await run([outcome("beta", C)], "success", { isPart: true })).issue).toBe("none");
  expect(issues).toMatchObject([{ isOpen: true }]);
  expect((await run([outcome("acme", C)])).issue).toBe("closed");
});

test("a store whose record nobody looked at is told under the last pull request alone", async () => {
  planned(3, { acme: "1a2b3c4d" });
  planned(4, { acme: "1a2b3c4d" });
  const { since: _, ...broken } = outcome("acme", null, { status: "invalid" });
  expect((await run([broken], "invalid")).pullRequests).toEqual([4]);
  expect(wordOf(3)).toBe("### Plan 3");
});

test("a comment that remembers only its digest is told of every store", async () => {
  planned(4, undefined);
  expect((await run([outcome("acme", C)])).pullRequests).toEqual([4]);
});

test("what a newer run has overtaken tells nothing", async () => {
  planned(4, { acme: "1a2b3c4d" });
  issues.push({ number: 1, title: "Stores could not be deployed", body: "", isOpen: true });
  expect(await run([outcome("acme", C, { status: "superseded" })], "superseded")).toEqual({
    pullRequests: [],
    issue: "none",
  });
});

test("a pull request without our comment gets none", async () => {
  expect((await run([outcome("acme", A)])).pullRequests).toEqual([]);
});
