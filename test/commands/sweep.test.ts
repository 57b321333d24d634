/** What is left of previews when nobody needs them. */
import { expect, test } from "vitest";
import { LONGEST_LIFE_MS, sweep } from "../../action/src/commands/sweep.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
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

test("takes away those of closed and merged pull requests, and asks once for each", async () => {
  const bucket = await bucketOf({
    [place(1, "a")]: START,
    [place(1, "b")]: START,
    [place(2, "c")]: START,
    [place(3, "d")]: START,
  });
  const proposals = states({ 1: "closed", 2: "merged", 3: "open" });
  expect(await sweep({ bucket, proposals, clock: { now: () => START + HOUR } })).toEqual({
    closed: 3,
    old: 0,
    kept: 1,
  });
  expect(foldersIn(bucket)).toEqual([place(3, "d")]);
  expect(proposals.asked).toEqual([1, 2, 3]);
});

test("takes away the old ones of open pull requests, by the youngest of their files", async () => {
  const bucket = await bucketOf({ [place(1, "a")]: START, [place(1, "b")]: START + HOUR });
  await bucket.write(upload(`${place(1, "b")}z.html`), "0");
  const proposals = states({ 1: "open" });
  const swept = await sweep({ bucket, proposals, clock: { now: () => START + LONGEST_LIFE_MS + 1 } });
  expect(swept).toEqual({ closed: 0, old: 1, kept: 1 });
  expect(foldersIn(bucket)).toEqual([place(1, "b")]);
});

test("leaves what it does not know: pull requests that are not there, and what is not named like a preview", async () => {
  const other = "pr-notes/";
  const bucket = await bucketOf({ [place(9, "a")]: START, [other]: 0 });
  const swept = await sweep({ bucket, proposals: states({}), clock: { now: () => START } });
  expect(swept).toEqual({ closed: 0, old: 0, kept: 1 });
  expect(foldersIn(bucket)).toEqual([place(9, "a"), other]);
});

test("takes away the old ones also where GitHub does not answer, and the rest the next time", async () => {
  const bucket = await bucketOf({ [place(1, "a")]: 0, [place(2, "b")]: START });
  const silent = states({ 1: "open", 2: new GitHubError("unknown", "GitHub answered nothing") });
  const clock = { now: () => START };
  await expect(sweep({ bucket, proposals: silent, clock })).rejects.toMatchObject({ code: "unknown" });
  expect(foldersIn(bucket)).toEqual([place(2, "b")]);
  await sweep({ bucket, proposals: states({ 2: "closed" }), clock });
  expect(foldersIn(bucket)).toEqual([]);
});

test("two at a time do no harm", async () => {
  const bucket = await bucketOf({ [place(1, "a")]: START, [place(1, "b")]: START });
  const run = () => sweep({ bucket, proposals: states({ 1: "closed" }), clock: { now: () => START } });
  await Promise.all([run(), run()]);
  expect(foldersIn(bucket)).toEqual([]);
});
