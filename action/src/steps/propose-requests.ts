/** Makes pull requests of what is asked of tenants: what cannot be done, or would break a store, is refused. */
import pLimit from "p-limit";
import { type ApplyProblem, applyRequest, type FileChanges } from "../model/apply-request.ts";
import { type Diagnostic, hasErrors } from "../model/diagnostic.ts";
import { excuseKnown } from "../model/known-problem.ts";
import type { AskedRequest } from "../model/request.ts";
import type { Proposed } from "../model/request-queue.ts";
import { type Batch, type Shareable, shareOut, type Sharing } from "../model/share-proposals.ts";
import { groupSources, type Source } from "../model/source.ts";
import type { Bucket, Log, Proposals, Tree } from "../ports.ts";
import { proposalBody, proposalTitle } from "../view/proposal.ts";
import { forEachBounded } from "./bounded.ts";
import { withChanges } from "./changed-tree.ts";
import type { InboxDesk } from "./inbox-desk.ts";
import type { MergeDesk, MergeDraft } from "./merge-requests.ts";
import { readStoreFiles } from "./store-files.ts";
import { digestChanges, noteWritten } from "./written-branches.ts";

/** What proposing needs. */
export interface ProposeOptions {
  readonly desk: InboxDesk;
  readonly ledger: Bucket;
  /** Main, and its commit. */
  readonly tree: Tree;
  readonly commit: string;
  /** Of the tenants. */
  readonly folder: string;
  readonly proposals: Proposals;
  readonly sharing: Sharing;
  /** Every problem of these tenants in a tree, as `validate` tells them. */
  readonly check: (tree: Tree, tenants: ReadonlySet<string>) => Promise<readonly Diagnostic[]>;
  /** Judges which of the drafts may merge without a person. */
  readonly openMerging: (drafts: readonly MergeDraft[], sources: Sources) => Promise<MergeDesk>;
  readonly log: Log;
}

/** Main's tenants by id. */
export type Sources = ReadonlyMap<string, Source>;

/** A tenant's requests with the change that they come to. */
interface Draft extends Proposed {
  readonly changes: FileChanges;
}

/** Afterwards each request is in a pull request, refused, said by main already, or waits for people to be done with a branch. */
export async function proposeRequests(proposed: readonly Proposed[], options: ProposeOptions): Promise<void> {
  if (proposed.length === 0) return;
  const { desk, tree, commit, folder, proposals, sharing } = options;
  const sources: Sources = new Map(groupSources(await tree.list(folder), folder).sources.map((one) => [one.id, one]));
  const drafts: Draft[] = [];
  for (const one of proposed) drafts.push(await draftOf(one, sources, options));
  const sound = await soundDrafts(drafts, sources, options);
  const merging = await options.openMerging(sound, sources);
  const judged = sound.map((draft): Shareable => {
    return { ...draft, decider: merging.objections.has(draft.tenant) ? "person" : "machine" };
  });
  const { batches, obsolete } = shareOut(judged, sharing);
  for (const batch of batches) {
    const { number } = batch;
    const title = proposalTitle(batch.drafts);
    if (number === undefined || !isTold(batch, desk) || !(await merging.merge({ ...batch, number, title })))
      await proposeBatch(batch, title, options);
  }
  // Not before: what is asked in a closed pull request, and in no other yet, would be taken for closed by a person.
  for (const { number } of obsolete) await proposals.withdraw(number);
  const said = sound.filter(({ changes }) => changes.size === 0);
  await advanceAll(said, (requestId) => desk.advance(requestId, "approved", { commit }));
}

/** Whether every receipt names the pull request: a run may have ended between opening it and saying so. */
function isTold({ drafts }: Batch, desk: InboxDesk): boolean {
  const told = new Set<string>();
  for (const { asked, receipt } of desk.held())
    if (receipt?.state === "pull-request") told.add(asked.request.requestId);
  return drafts.every(({ requests }) => requests.every(({ request }) => told.has(request.requestId)));
}

async function proposeBatch(
  { branch, drafts }: Batch,
  title: string,
  { desk, ledger, commit, proposals, log }: ProposeOptions,
): Promise<void> {
  const pullRequest = await proposals.propose({
    branch,
    base: commit,
    files: new Map(drafts.flatMap(({ changes }) => [...changes])),
    title,
    body: proposalBody(drafts),
    noteCommit: (written) =>
      noteWritten(ledger, branch, {
        commit: written,
        base: commit,
        files: digestChanges(drafts),
        tenants: drafts.map(({ tenant }) => tenant),
      }),
  });
  if (pullRequest === undefined) {
    const message = `${branch} ends with a commit that is not ours: its pull request is left to people, and what else is asked of its stores waits until that is merged or closed`;
    log({ type: "warning", message });
    return;
  }
  await advanceAll(drafts, (requestId) => desk.advance(requestId, "pull-request", { pullRequest }));
}

/** Receipts written at once. */
const AT_ONCE = 16;

async function advanceAll(drafts: readonly Draft[], advance: (requestId: string) => Promise<void>): Promise<void> {
  const requests = drafts.flatMap((draft) => draft.requests);
  await forEachBounded(requests, pLimit(AT_ONCE), ({ request }) => advance(request.requestId));
}

/** The requests applied one after the other; one that cannot be is refused and leaves the others. */
async function draftOf(
  proposed: Proposed,
  sources: Sources,
  { desk, tree, folder }: Pick<ProposeOptions, "desk" | "tree" | "folder">,
): Promise<Draft> {
  const { tenant } = proposed;
  const store = await readStoreFiles(tree, tenant, sources.get(tenant), folder);
  const texts = new Map(store.texts);
  const requests: AskedRequest[] = [];
  for (const asked of proposed.requests) {
    const applied = applyRequest(asked.request, { ...store, texts });
    if (isProblem(applied)) {
      await desk.advance(asked.request.requestId, "refused", { error: applied });
      continue;
    }
    for (const [path, text] of applied) {
      if (text === null) texts.delete(path);
      else texts.set(path, text);
    }
    requests.push(asked);
  }
  const paths = new Set([...store.texts.keys(), ...texts.keys()]);
  const changed = [...paths].filter((path) => store.texts.get(path) !== texts.get(path)).toSorted();
  return { ...proposed, requests, changes: new Map(changed.map((path) => [path, texts.get(path) ?? null])) };
}

const isProblem = (applied: FileChanges | ApplyProblem): applied is ApplyProblem => "code" in applied;

/** Checked all together, in the words of a pull request: the newest request of a store that would be broken is refused, until none is. */
async function soundDrafts(
  drafts: readonly Draft[],
  sources: Sources,
  options: ProposeOptions,
): Promise<readonly Draft[]> {
  let sound = drafts;
  for (;;) {
    const broken = await brokenBy(sound, options);
    if (broken.size === 0) return sound;
    const next: Draft[] = [];
    for (const draft of sound) {
      const problem = broken.get(draft.tenant);
      const newest = draft.requests.at(-1);
      if (problem === undefined || newest === undefined) next.push(draft);
      else {
        const { rule, message, hint, location } = problem;
        const error = { code: rule, message: `${location.file}:${location.line}: ${message}`, hint };
        await options.desk.advance(newest.request.requestId, "refused", { error });
        next.push(await draftOf({ ...draft, requests: draft.requests.slice(0, -1) }, sources, options));
      }
    }
    sound = next;
  }
}

/** The first new error of each tenant that the drafts would break. */
async function brokenBy(
  drafts: readonly Draft[],
  { tree, check }: ProposeOptions,
): Promise<ReadonlyMap<string, Diagnostic>> {
  const changes = new Map(drafts.flatMap(({ changes: of }) => [...of]));
  if (changes.size === 0) return new Map();
  const bytes = [...changes].map(([path, text]) => [path, text === null ? null : Buffer.from(text)] as const);
  const ids = new Set(drafts.map(({ tenant }) => tenant));
  const head = await check(withChanges(tree, new Map(bytes)), ids);
  const broken = new Map<string, Diagnostic>();
  if (!hasErrors(head)) return broken;
  for (const one of excuseKnown(head, await check(tree, ids))) {
    const draft = drafts.find(({ tenant }) => isOf(tenant, one.location.file));
    if (one.severity === "error" && draft !== undefined && !broken.has(draft.tenant)) broken.set(draft.tenant, one);
  }
  return broken;
}

const isOf = (tenant: string, file: string): boolean =>
  file.endsWith(`/${tenant}.yaml`) || file.includes(`/${tenant}/`);
