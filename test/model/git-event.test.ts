import { expect, it } from "vitest";
import { revisionsOf } from "../../action/src/model/git-event.ts";

const COMMIT = "c".repeat(40);
const BASE = "b".repeat(40);
const HEAD = "d".repeat(40);

it.each([
  [
    "pull_request",
    { pull_request: { base: { sha: BASE }, head: { sha: HEAD } }, before: BASE },
    { head: COMMIT, base: null },
  ],
  ["merge_group", { merge_group: { base_sha: BASE, head_sha: HEAD } }, { head: HEAD, base: BASE }],
  ["merge_group", {}, { head: COMMIT, base: null }],
  ["push", { before: BASE }, { head: COMMIT, base: BASE }],
  ["push", { before: "0".repeat(40) }, { head: COMMIT, base: null }],
  ["push", { before: "--output=x" }, { head: COMMIT, base: null }],
  ["workflow_dispatch", null, { head: COMMIT, base: null }],
])("%s %j", (name, payload, revisions) => {
  expect(revisionsOf({ name, commit: COMMIT, payload })).toEqual(revisions);
});
