/** What is left of previews when nobody needs them. */
import { expect, test } from "vitest";
import { LONGEST_LIFE_MS, sweep, type SweepOptions, type SweepResult } from "../../action/src/commands/sweep.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { joinComment } from "../../action/src/model/comment-parts.ts";
import { previewFolder } from "../../action/src/model/preview-folder.ts";
import { GitHubError, type ProposalState } from "../../action/src/ports.ts";

const HOUR = 60 * 60 * 1000;
const START = 1_000 * LONGEST_LIFE_MS;
const place = (pullRequest: number, digit: string): string => previewFolder(pullRequest, digit.repeat(32));

/** Two files of each preview, written at its time in ms. */
async function bucketOf(written: Readonly<Record<string, number>>): Promise<MemoryBucket> {
  let now = 0;
  const bucket = memoryBucket({ clock: { now: () => now } });
  for (const [folder, time] of Object.entries(written)) {
    now = time;
    for (const file of ["acme/index.html", "pictures/a.png"]) await bucket.write(upload(folder + file), "0");
  }
  return bucket;
}
const upload = (name: string) => ({
  name,
  body: Buffer.from("x"),
  contentType: "text/html; charset=utf-8",
  cacheControl: "public, max-age=60",
  contentEncoding: "" as const,
  metadata: {},
});
const foldersIn = (bucket: MemoryBucket): string[] => [
  ...new Set([...bucket.contents().keys()].map((name) => name.replace(/[^/]*$/, "").replace(/\/.*/, "/"))),
];
const states = (by: Readonly<Record<number, ProposalState["state"] | GitHubError>>) => {
  const asked: number[] = [];
  const stateOf = async (number: number): Promise<ProposalState> => {
    asked.push(number);
    const state = by[number] ?? new GitHubError("missing", "there is no such pull request");
    if (state instanceof GitHubError) throw state;
    return { state, commit: null };
  };
  return { asked, stateOf };
};

const BOT = "github-actions[bot]";
const OPEN = "https://storage.example/previews/";

/** What a comment says that shows a preview. */
const showing = (folder: string): string =>
  joinComment({ text: "The plan", memory: { digest: "0".repeat(16), releases: undefined, previewUrl: OPEN + folder } });

/** Sweeps where these comments stand below the pull request of their number, and GitHub leads to these addresses. */
function swept(
  options: Pick<SweepOptions, "bucket" | "proposals" | "clock">,
  {
    comments = {},
    deployed = [],
  }: { comments?: Readonly<Record<number, readonly [author: string, body: string]>>; deployed?: string[] } = {},
): Promise<SweepResult> {
  const never = (): never => {
    throw new Error("a sweep writes no comment");
  };
  return sweep({
    ...options,
    author: BOT,
    comments: {
      list: async (number) => {
        const [author, body] = comments[number] ?? [];
        return author === undefined || body === undefined ? [] : [{ id: number, author, body }];
      },
      create: never,
      edit: never,
    },
    deployments: {
      retire: async (environment, isGone) => {
        expect(environment).toBe("preview");
        const gone = deployed.filter((url) => isGone(url));
        for (const url of gone) deployed.splice(deployed.indexOf(url), 1);
        return gone.length;
      },
    },
  });
}

test("takes away those of closed and merged pull requests, and asks once for each", async () => {
  const bucket = await bucketOf({
    [place(1, "a")]: START,
    [place(1, "b")]: START,
    [place(2, "c")]: START,
    [place(3, "d")]: START,
  });
  const proposals = states({ 1: "closed", 2: "merged", 3: "open" });
  expect(await swept({ bucket, proposals, clock: { now: () => START + HOUR } })).toEqual({
    closed: 3,
    old: 0,
    kept: 1,
    retired: 0,
  });
  expect(foldersIn(bucket)).toEqual([place(3, "d")]);
  expect(proposals.asked).toEqual([1, 2, 3]);
});

test("takes away the old ones of open pull requests, by the youngest of their files", async () => {
  const bucket = await bucketOf({ [place(1, "a")]: START, [place(1, "b")]: START + HOUR });
  await bucket.write(upload(`${place(1, "b")}z.html`), "0");
  const proposals = states({ 1: "open" });
  const result = await swept({ bucket, proposals, clock: { now: () => START + LONGEST_LIFE_MS + 1 } });
  expect(result).toEqual({ closed: 0, old: 1, kept: 1, retired: 0 });
  expect(foldersIn(bucket)).toEqual([place(1, "b")]);
});

test("leaves what it does not know: pull requests that are not there, and what is not named like a preview", async () => {
  const other = "pr-notes/";
  const bucket = await bucketOf({ [place(9, "a")]: START, [other]: 0 });
  const result = await swept({ bucket, proposals: states({}), clock: { now: () => START } });
  expect(result).toEqual({ closed: 0, old: 0, kept: 1, retired: 0 });
  expect(foldersIn(bucket)).toEqual([place(9, "a"), other]);
});

test("keeps what the comment of an open pull request shows, however old, and believes no other's comment", async () => {
  const [shown, before, forged] = [place(1, "a"), place(1, "b"), place(2, "c")];
  const bucket = await bucketOf({ [shown]: 0, [before]: 0, [forged]: 0 });
  const proposals = states({ 1: "open", 2: "open" });
  const comments = { 1: [BOT, showing(shown)], 2: ["mallory", showing(forged)] } as const;
  const options = { bucket, proposals, clock: { now: () => START } };
  expect(await swept(options, { comments })).toEqual({ closed: 0, old: 2, kept: 1, retired: 0 });
  expect(foldersIn(bucket)).toEqual([shown]);
  expect(await swept({ ...options, proposals: states({ 1: "merged" }) }, { comments })).toMatchObject({ closed: 1 });
  expect(foldersIn(bucket)).toEqual([]);
});

test("says at GitHub which previews are gone, and of the others nothing", async () => {
  const [gone, kept] = [place(1, "a"), place(2, "b")];
  const bucket = await bucketOf({ [gone]: START, [kept]: START });
  const deployed = [`${OPEN}${gone}acme/index.html`, `${OPEN}${kept}acme/index.html`, ""];
  const options = { bucket, proposals: states({ 1: "closed", 2: "open" }), clock: { now: () => START } };
  expect(await swept(options, { deployed })).toEqual({ closed: 1, old: 0, kept: 1, retired: 1 });
  expect(deployed).toEqual([`${OPEN}${kept}acme/index.html`, ""]);
});

test("deletes nothing where GitHub does not answer, and all of it the next time", async () => {
  const bucket = await bucketOf({ [place(1, "a")]: START, [place(2, "b")]: START });
  const silent = states({ 1: "closed", 2: new GitHubError("unknown", "GitHub answered nothing") });
  const clock = { now: () => START };
  await expect(swept({ bucket, proposals: silent, clock })).rejects.toMatchObject({ code: "unknown" });
  expect(foldersIn(bucket)).toHaveLength(2);
  await swept({ bucket, proposals: states({ 1: "closed", 2: "closed" }), clock });
  expect(foldersIn(bucket)).toEqual([]);
});

test("two at a time do no harm", async () => {
  const bucket = await bucketOf({ [place(1, "a")]: START, [place(1, "b")]: START });
  const run = () => swept({ bucket, proposals: states({ 1: "closed" }), clock: { now: () => START } });
  await Promise.all([run(), run()]);
  expect(foldersIn(bucket)).toEqual([]);
});
