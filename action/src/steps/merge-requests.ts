/**
 * Merges without a person what the policy on main lets merge, exactly as it was written.
 *
 * Only a commit that the ledger was told of is ours (`written-branches.ts`). Its check was of an older main: it stands
 * for as long as main has changed nothing since but other stores.
 */
import {
  type ApprovedPrices,
  approvedName,
  decodeApproved,
  encodeApproved,
  notePricesSettled,
  notePricesTried,
  type Offers,
  offersOf,
} from "../model/approved-prices.ts";
import type { FileChanges } from "../model/apply-request.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { type MergePolicy, objectToPatch, objectToTypes } from "../model/merge-policy.ts";
import type { AskedRequest } from "../model/request.ts";
import { groupSources, type Source } from "../model/source.ts";
import { touchedIds } from "../model/touched.ts";
import { type Bucket, type Log, type Proposals, type Repo, RepoError, type Tree } from "../ports.ts";
import { withChanges } from "./changed-tree.ts";
import { approve } from "./follow-requests.ts";
import type { InboxDesk } from "./inbox-desk.ts";
import { noteUpload } from "./ledger.ts";
import { loadStore } from "./load-store.ts";
import { loadTenant } from "./load.ts";
import { digestChanges, readWritten, type Written } from "./written-branches.ts";

/** What merging needs. */
export interface MergeOptions {
  readonly desk: InboxDesk;
  readonly ledger: Bucket;
  /** Main, its commit, and its tenants by id. */
  readonly tree: Tree;
  readonly commit: string;
  readonly sources: ReadonlyMap<string, Source>;
  /** Of the tenants. */
  readonly folder: string;
  readonly history: Pick<Repo, "changedPaths">;
  readonly proposals: Pick<Proposals, "contentOf" | "isGreen" | "merge">;
  /** Every problem of these tenants in a tree, as `validate` tells them. */
  readonly check: (tree: Tree, tenants: ReadonlySet<string>) => Promise<readonly Diagnostic[]>;
  readonly policy: MergePolicy;
  readonly log: Log;
}

/** What is asked of one tenant, with the change to main that it comes to. */
export interface MergeDraft {
  readonly tenant: string;
  readonly requests: readonly AskedRequest[];
  readonly changes: FileChanges;
}

/** An open pull request with all that it is to hold. */
export interface MergeBatch {
  readonly number: number;
  readonly branch: string;
  /** One line of ids only. */
  readonly title: string;
  readonly drafts: readonly MergeDraft[];
}

/** Drafts that were judged. */
export interface MergeDesk {
  /** By tenant, why a person has to look; what is asked of the others may merge without one. */
  readonly objections: ReadonlyMap<string, string>;
  /** Whether it was merged; their receipts say so then. Where it was not, nothing is different. */
  merge(batch: MergeBatch): Promise<boolean>;
}

/** Judges drafts by what main would be with all of them. */
export async function openMergeDesk(drafts: readonly MergeDraft[], options: MergeOptions): Promise<MergeDesk> {
  const { sources, policy } = options;
  const objections = new Map<string, string>();
  for (const { tenant, requests } of drafts) {
    const wish = { types: requests.map(({ request }) => request.type), isOnMain: sources.has(tenant) };
    const why = objectToTypes(wish, policy);
    if (why !== undefined) objections.set(tenant, why);
  }
  const isAllowed = ({ tenant }: MergeDraft): boolean => !objections.has(tenant);
  const deals = await judgePrices(drafts.filter(isAllowed), objections, options);
  return {
    objections,
    merge: async (batch) => {
      if (!batch.drafts.every(isAllowed)) return false;
      const written = await findMergeable(batch, options);
      return written !== undefined && mergeWritten(batch, written, deals, options);
    },
  };
}

/** Prices of one store that a merge would change, with what is known of what people approved. */
interface Deal {
  /** Undefined where main does not have the store. */
  readonly main: Offers | undefined;
  readonly after: Offers;
  readonly approved: ApprovedPrices | undefined;
  /** Of the note that `approved` is from; "0" where there is none. */
  readonly generation: string;
}

/** Asks what the drafts would change. Adds to the objections; gives the deals of those that bring or change prices, by tenant. */
async function judgePrices(
  drafts: readonly MergeDraft[],
  objections: Map<string, string>,
  { tree, folder, sources, check, ledger, policy }: MergeOptions,
): Promise<ReadonlyMap<string, Deal>> {
  const deals = new Map<string, Deal>();
  const changes = drafts.flatMap(({ changes: of }) => [...of]);
  if (changes.length === 0) return deals;
  const bytes = changes.map(([path, text]) => [path, text === null ? null : Buffer.from(text)] as const);
  const after = withChanges(tree, new Map(bytes));
  const then = new Map(groupSources(await after.list(folder), folder).sources.map((one) => [one.id, one]));
  for (const { severity, message, location } of await check(after, new Set(drafts.map(({ tenant }) => tenant)))) {
    const ours = touchedIds([location.file], [...sources.values(), ...then.values()]);
    // What is wrong outside of all stores stops every deploy; a warning there is of no concern to a request.
    const whose = ours.size > 0 || severity === "warning" ? ours : new Set(drafts.map(({ tenant }) => tenant));
    for (const tenant of whose) objections.set(tenant, `${location.file}:${location.line}: ${message}`);
  }
  for (const { tenant } of drafts) {
    const [source, old] = [then.get(tenant), sources.get(tenant)];
    if (objections.has(tenant) || source === undefined) continue;
    const [main, asked] = [old && (await offersAt(tree, old)), await offersAt(after, source)];
    const found = await ledger.read(approvedName(tenant));
    const approved = found && decodeApproved(tenant, found.body);
    const why =
      asked === undefined || (old !== undefined && main === undefined)
        ? "the store cannot be read"
        : main && objectToPatch(main, asked, approved, policy["catalog.patch"]);
    if (why !== undefined) objections.set(tenant, why);
    else if (asked !== undefined)
      deals.set(tenant, { main, after: asked, approved, generation: found?.object.generation ?? "0" });
  }
  return deals;
}

/** Undefined where the store has errors. */
async function offersAt(tree: Tree, source: Source): Promise<Offers | undefined> {
  const { tenant } = await loadTenant(tree, source);
  const { store } = tenant === undefined ? { store: undefined } : await loadStore(tree, tenant, source);
  return store && offersOf(store);
}

/** The commit of ours that may be merged; undefined where there is none, or not yet. */
async function findMergeable(
  { branch, number, drafts }: MergeBatch,
  { ledger, proposals, log, ...options }: MergeOptions,
): Promise<Written | undefined> {
  const written = await readWritten(ledger, branch);
  if (written?.files !== digestChanges(drafts) || !(await stillStands(written, drafts, options))) return undefined;
  const content = await proposals.contentOf(number);
  const wanted = new Set(drafts.flatMap(({ changes }) => [...changes.keys()]));
  if (content?.commit !== written.commit || content.paths.some((path) => !wanted.has(path))) {
    log({ type: "warning", message: `pull request ${number} is not as it was written: a person has to look at it` });
    return undefined;
  }
  return (await proposals.isGreen(written.commit)) ? written : undefined;
}

/** Whether main has changed nothing since that the check of a commit went by. */
async function stillStands(
  { base }: Written,
  drafts: readonly MergeDraft[],
  { commit, folder, history, sources }: Pick<MergeOptions, "commit" | "folder" | "history" | "sources">,
): Promise<boolean> {
  if (base === commit) return true;
  const changed = await history.changedPaths(base, commit).catch((error: unknown) => {
    if (error instanceof RepoError) return undefined;
    throw error;
  });
  if (changed === undefined || changed.some((path) => !path.startsWith(`${folder}/`))) return false;
  const touched = touchedIds(changed, [...sources.values()]);
  return drafts.every(({ tenant, changes }) => !touched.has(tenant) && !changed.some((path) => changes.has(path)));
}

/** What is about to be merged is known before it is, and what came of it after. */
async function mergeWritten(
  { number, title, drafts }: MergeBatch,
  { commit }: Written,
  deals: ReadonlyMap<string, Deal>,
  { desk, ledger, proposals, log }: MergeOptions,
): Promise<boolean> {
  const tried = new Map<string, { readonly note: ApprovedPrices; readonly generation: string }>();
  for (const { tenant } of drafts) {
    const deal = deals.get(tenant);
    if (deal === undefined) continue;
    const note = notePricesTried(deal.main, deal.after, deal.approved);
    tried.set(tenant, { note, generation: await keepApproved(ledger, tenant, note, deal.generation) });
  }
  const merged = await proposals.merge(number, commit, title);
  for (const [tenant, { note, generation }] of tried)
    await keepApproved(ledger, tenant, notePricesSettled(note, merged !== undefined), generation);
  if (merged === undefined) {
    log({ type: "warning", message: `GitHub did not merge pull request ${number}: a person has to look at it` });
    return false;
  }
  await approve(
    desk,
    ledger,
    drafts.flatMap(({ requests }) => requests),
    merged,
  );
  return true;
}

async function keepApproved(ledger: Bucket, tenant: string, note: ApprovedPrices, generation: string): Promise<string> {
  return (await ledger.write(noteUpload(approvedName(tenant), encodeApproved(note)), generation)).generation;
}
