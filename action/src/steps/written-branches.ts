/**
 * What the ledger knows of the branches that drains wrote: `written/<branch>.json`.
 *
 * Nothing that GitHub says of a branch proves who wrote it, so the ledger is told each commit before a branch holds it.
 */
import { hash } from "node:crypto";
import pLimit from "p-limit";
import type { FileChanges } from "../model/apply-request.ts";
import { corrupt, readMapping } from "../model/ledger-error.ts";
import { type OpenProposal, PROPOSAL_BRANCHES } from "../model/share-proposals.ts";
import type { Bucket, BucketReader, Proposals } from "../ports.ts";
import { noteUpload } from "./ledger.ts";

/** The last commit that was made for a branch. */
export interface Written {
  readonly commit: string;
  /** The commit of main that it was built on. */
  readonly base: string;
  /** Of the files that it holds: {@link digestChanges}. */
  readonly files: string;
  /** Those whose requests it holds. */
  readonly tenants: readonly string[];
}

const PREFIX = "written/";
const writtenName = (branch: string): string => `${PREFIX}${branch}.json`;

/** Notes it in the place of the one before. */
export async function noteWritten(ledger: Bucket, branch: string, written: Written): Promise<void> {
  const before = await ledger.read(writtenName(branch));
  const body = Buffer.from(`${JSON.stringify(written)}\n`);
  await ledger.write(noteUpload(writtenName(branch), body), before?.object.generation ?? "0");
}

/** As long as GitHub counts what was written, in ms. */
const COUNTED_MS = 60 * 60 * 1000;
/** What a note stands for: a tree, a commit, a branch and its pull request. */
const WRITES = 4;

/** How long ago drains have written to GitHub, in ms, the longest first, as far as GitHub still counts it. */
export async function listRecentWrites(ledger: BucketReader, now: number): Promise<readonly number[]> {
  const notes = await ledger.list({ prefix: PREFIX });
  const ages = notes.map(({ updated }) => Math.max(0, now - updated)).filter((age) => age < COUNTED_MS);
  return ages.toSorted((a, b) => b - a).flatMap((age) => Array.from({ length: WRITES }, () => age));
}

/** Undefined where no drain wrote the branch; `LedgerError` where the note is corrupt. */
export async function readWritten(ledger: BucketReader, branch: string): Promise<Written | undefined> {
  const name = writtenName(branch);
  const found = await ledger.read(name);
  if (found === undefined) return undefined;
  const { commit, base, files, tenants } = readMapping(name, found.body);
  if (typeof commit !== "string" || typeof base !== "string" || typeof files !== "string" || !isList(tenants))
    throw corrupt(name, "is no note of ours");
  return { commit, base, files, tenants };
}

const isList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** Equal changes, equal digests. */
export function digestChanges(drafts: readonly { readonly changes: FileChanges }[]): string {
  const files = drafts.flatMap(({ changes }) => [...changes]);
  return hash("sha256", JSON.stringify(files.toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

/** What asks for stores and is open. Whose requests a branch holds, only the ledger is believed. */
export async function listOpenProposals(
  proposals: Pick<Proposals, "listOpen">,
  ledger: BucketReader,
): Promise<readonly OpenProposal[]> {
  const limit = pLimit(AT_ONCE);
  const open = await proposals.listOpen(PROPOSAL_BRANCHES);
  return Promise.all(
    open.map(({ number, branch }) =>
      limit(async () => ({ number, branch, tenants: new Set((await readWritten(ledger, branch))?.tenants) })),
    ),
  );
}

/** Notes read at once. */
const AT_ONCE = 16;
