/**
 * Empties the inbox: what can be done becomes a pull request for each tenant, what cannot gets a receipt that says why,
 * and what was merged is followed until visitors see it.
 *
 * Level-triggered, as a deploy is: it looks at what waits, at main and at the pull requests, and does what is missing.
 * A run that ends anywhere is continued by the next one.
 */
import { applyRequest, type ApplyProblem, type FileChanges } from "../model/apply-request.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { excuseKnown } from "../model/known-problem.ts";
import {
  advanceReceipt,
  encodeReceipt,
  openReceipt,
  receiptName,
  type ReceiptNews,
  type ReceiptState,
} from "../model/receipt.ts";
import type { AskedRequest } from "../model/request.ts";
import { type Proposed, sortQueue } from "../model/request-queue.ts";
import { corrupt, readMapping } from "../model/ledger-error.ts";
import { groupSources, type Source } from "../model/source.ts";
import { type Bucket, BucketError, type Clock, type Log, type Proposals, type Tree } from "../ports.ts";
import { withChanges } from "../steps/changed-tree.ts";
import { noteUpload, readRecord } from "../steps/ledger.ts";
import type { Folders } from "../steps/load-stores.ts";
import { type Held, readInbox } from "../steps/read-inbox.ts";
import { readStoreFiles } from "../steps/store-files.ts";
import { proposalBody, proposalTitle } from "../view/proposal.ts";
import { validate } from "./validate.ts";

/** What an inbox is emptied with. */
export interface DrainOptions {
  /** Main, and its commit. */
  readonly tree: Tree;
  readonly commit: string;
  readonly folders: Folders;
  readonly history: { isAncestor(ancestor: string, descendant: string): Promise<boolean | "unknown"> };
  readonly ledger: Bucket;
  readonly proposals: Proposals;
  /** The release that visitors of an address get by its own word; undefined where it says nothing. */
  readonly releaseAt: (url: string) => Promise<string | undefined>;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** How many requests came to which state in this run. */
export type DrainResult = Readonly<Partial<Record<ReceiptState, number>>>;

/** Throws what the ledger, main and GitHub throw; the next run goes on where this one ended. */
export async function drain(options: DrainOptions): Promise<DrainResult> {
  const desk = openDesk(options, await readInbox(options.ledger));
  await followPullRequests(desk);
  const { settled, proposed } = sortQueue(desk.held(), await latestOf(desk), options.clock.now());
  for (const [requestId, verdict] of settled) {
    if (verdict.verdict === "end") await desk.advance(requestId, verdict.state, { error: verdict.problem });
    if (verdict.verdict === "follow") await followDeploy(desk, requestId);
    if (verdict.verdict === "conflict")
      options.log({
        type: "warning",
        message: `request ${requestId} came twice with different content: the first stands`,
      });
    if (verdict.verdict === "done" || verdict.verdict === "conflict") await desk.clear(requestId);
  }
  await proposeAll(desk, proposed);
  return desk.counts();
}

interface Desk {
  readonly options: DrainOptions;
  held(): readonly Held[];
  /** Moves a request's receipt forward; a final one leaves the inbox. What is not forward changes nothing. */
  advance(requestId: string, state: ReceiptState, news?: ReceiptNews): Promise<void>;
  /** Takes a request out of the inbox. */
  clear(requestId: string): Promise<void>;
  counts(): DrainResult;
}

function openDesk(options: DrainOptions, inbox: readonly Held[]): Desk {
  const { ledger, clock } = options;
  const held = new Map(inbox.map((one) => [one.asked.request.requestId, one]));
  const counts = new Map<ReceiptState, number>();
  const clear = async (requestId: string): Promise<void> => {
    const entry = held.get(requestId)?.entry;
    held.delete(requestId);
    if (entry !== undefined) await ledger.remove(entry.name, entry.generation).catch(unlessGone);
  };
  return {
    options,
    held: () => [...held.values()],
    clear,
    advance: async (requestId, state, news) => {
      const one = held.get(requestId);
      if (one === undefined) return;
      const before = one.receipt ?? openReceipt(one.asked, clock.now());
      const receipt = advanceReceipt(before, state, clock.now(), news);
      if (receipt === undefined) return;
      const body = encodeReceipt(receipt);
      if (one.receipt === undefined || !body.equals(encodeReceipt(one.receipt))) {
        const { generation } = await ledger.write(noteUpload(receiptName(requestId), body), one.receiptGeneration);
        held.set(requestId, { ...one, receipt, receiptGeneration: generation });
        counts.set(state, (counts.get(state) ?? 0) + 1);
      }
      if (receipt.isFinal) await clear(requestId);
    },
    counts: () => Object.fromEntries(counts),
  };
}

function unlessGone(error: unknown): void {
  if (!(error instanceof BucketError) || (error.code !== "missing" && error.code !== "conflict")) throw error;
}

/** What people did with the pull requests since the last look. */
async function followPullRequests(desk: Desk): Promise<void> {
  const { proposals, ledger } = desk.options;
  const open = desk.held().filter(({ receipt }) => receipt?.state === "pull-request");
  for (const [number, ours] of Map.groupBy(open, ({ receipt }) => receipt?.pullRequest?.number)) {
    if (number === undefined) continue;
    const { state, commit } = await proposals.stateOf(number);
    if (state === "open") continue;
    for (const { asked } of ours) {
      const { requestId, tenant } = asked.request;
      if (state === "closed" || commit === null) {
        await desk.advance(requestId, "closed", { error: CLOSED });
        continue;
      }
      await noteLatest(ledger, tenant, asked.issuedAt);
      await desk.advance(requestId, "approved", { commit });
    }
  }
}

const CLOSED = {
  code: "closed",
  message: "its pull request was closed without being merged",
  hint: "ask whoever closed it; a new request opens a new one",
};

/** Where the newest merged request of a tenant is noted. */
const latestName = (tenant: string): string => `latest/${tenant}.json`;

async function latestOf(desk: Desk): Promise<ReadonlyMap<string, string>> {
  const latest = new Map<string, string>();
  for (const tenant of new Set(desk.held().map(({ asked }) => asked.request.tenant))) {
    const found = await readLatest(desk.options.ledger, tenant);
    if (found !== undefined) latest.set(tenant, found.issuedAt);
  }
  return latest;
}

async function readLatest(
  ledger: Bucket,
  tenant: string,
): Promise<{ readonly issuedAt: string; readonly generation: string } | undefined> {
  const name = latestName(tenant);
  const found = await ledger.read(name);
  if (found === undefined) return undefined;
  const { issuedAt } = readMapping(name, found.body);
  if (typeof issuedAt !== "string" || Number.isNaN(Date.parse(issuedAt)))
    throw corrupt(name, 'has no valid "issuedAt"');
  return { issuedAt, generation: found.object.generation };
}

/** Before the receipt says that it is merged: nothing older may come after it. */
async function noteLatest(ledger: Bucket, tenant: string, issuedAt: string): Promise<void> {
  const found = await readLatest(ledger, tenant);
  if (found !== undefined && Date.parse(found.issuedAt) >= Date.parse(issuedAt)) return;
  const body = Buffer.from(`${JSON.stringify({ issuedAt })}\n`);
  await ledger.write(noteUpload(latestName(tenant), body), found?.generation ?? "0");
}

/** Whether a deploy has brought what was merged to visitors. */
async function followDeploy(desk: Desk, requestId: string): Promise<void> {
  const { ledger, history, releaseAt } = desk.options;
  const one = desk.held().find(({ asked }) => asked.request.requestId === requestId);
  const merged = one?.receipt?.commit;
  if (one === undefined || merged === undefined) return;
  const { tenant, type } = one.asked.request;
  const record = (await readRecord(ledger, tenant))?.value;
  if (record?.commit == null || (await history.isAncestor(merged, record.commit)) !== true) return;
  const { release, url, state } = record;
  if (type === "tenant.remove") {
    if (state === "parked") await desk.advance(requestId, "removed", { release, url });
    return;
  }
  await desk.advance(requestId, "deployed", { release, url });
  if ((await releaseAt(url)) === release) await desk.advance(requestId, "live", { release, url });
}

/** A tenant's requests with the change that they come to. */
interface Draft extends Proposed {
  readonly changes: FileChanges;
}

async function proposeAll(desk: Desk, proposed: readonly Proposed[]): Promise<void> {
  if (proposed.length === 0) return;
  const { tree, commit, folders, proposals } = desk.options;
  const sources = new Map(
    groupSources(await tree.list(folders.tenants), folders.tenants).sources.map((one) => [one.id, one]),
  );
  const drafts: Draft[] = [];
  for (const one of proposed) drafts.push(await draftOf(desk, one, sources));
  for (const draft of await soundDrafts(desk, drafts)) {
    const { tenant, requests, number, changes } = draft;
    if (requests.length === 0 || changes.size === 0) {
      if (number !== undefined) await proposals.withdraw(number);
      for (const { request } of requests) await desk.advance(request.requestId, "approved", { commit });
      continue;
    }
    const title = proposalTitle(draft);
    const body = proposalBody(draft);
    const pullRequest = await proposals.propose({
      branch: `requests/${tenant}`,
      base: commit,
      files: changes,
      title,
      body,
    });
    for (const { request } of requests) await desk.advance(request.requestId, "pull-request", { pullRequest });
  }
}

/** The requests applied one after the other; one that cannot be is refused and leaves the others. */
async function draftOf(desk: Desk, proposed: Proposed, sources: ReadonlyMap<string, Source>): Promise<Draft> {
  const { tree, folders } = desk.options;
  const { tenant } = proposed;
  const store = await readStoreFiles(tree, tenant, sources.get(tenant), folders.tenants);
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
async function soundDrafts(desk: Desk, drafts: readonly Draft[]): Promise<readonly Draft[]> {
  const sources = groupSources(
    await desk.options.tree.list(desk.options.folders.tenants),
    desk.options.folders.tenants,
  ).sources;
  const byId = new Map(sources.map((one) => [one.id, one]));
  let sound = drafts;
  for (;;) {
    const broken = await brokenBy(desk, sound);
    if (broken.size === 0) return sound;
    const next: Draft[] = [];
    for (const draft of sound) {
      const problem = broken.get(draft.tenant);
      const newest = draft.requests.at(-1);
      if (problem === undefined || newest === undefined) next.push(draft);
      else {
        const { rule, message, hint, location } = problem;
        const error = { code: rule, message: `${location.file}:${location.line}: ${message}`, hint };
        await desk.advance(newest.request.requestId, "refused", { error });
        next.push(await draftOf(desk, { ...draft, requests: draft.requests.slice(0, -1) }, byId));
      }
    }
    sound = next;
  }
}

/** The first new error of each tenant that the drafts would break. */
async function brokenBy(desk: Desk, drafts: readonly Draft[]): Promise<ReadonlyMap<string, Diagnostic>> {
  const { tree, folders } = desk.options;
  const changes = new Map(drafts.flatMap(({ changes: of }) => [...of]));
  if (changes.size === 0) return new Map();
  const after = withChanges(
    tree,
    new Map([...changes].map(([path, text]) => [path, text === null ? null : Buffer.from(text)])),
  );
  const [head, base] = [await problemsOf(after, folders, drafts), await problemsOf(tree, folders, drafts)];
  const broken = new Map<string, Diagnostic>();
  for (const one of excuseKnown(head, base)) {
    const draft = drafts.find(({ tenant }) => isOf(tenant, one.location.file));
    if (one.severity === "error" && draft !== undefined && !broken.has(draft.tenant)) broken.set(draft.tenant, one);
  }
  return broken;
}

async function problemsOf(tree: Tree, folders: Folders, drafts: readonly Draft[]): Promise<readonly Diagnostic[]> {
  const { sources } = groupSources(await tree.list(folders.tenants), folders.tenants);
  const there = new Set(sources.map(({ id }) => id));
  const only = new Set(drafts.map(({ tenant }) => tenant).filter((id) => there.has(id)));
  return only.size === 0 ? [] : (await validate({ tree, folders, only })).diagnostics;
}

const isOf = (tenant: string, file: string): boolean =>
  file.endsWith(`/${tenant}.yaml`) || file.includes(`/${tenant}/`);
