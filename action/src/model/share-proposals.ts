/**
 * Which pull request holds what is asked of which store: one for each store, or one for many where a burst would be more
 * than GitHub and people can take.
 *
 * A store stays where it is, and nobody joins what is open already: what people look at, and what checks look at, would
 * never come to rest. The names of branches say all: no tenant's id has a dot, every shared branch's has.
 */
import type { FileChanges } from "./apply-request.ts";
import type { Proposed } from "./request-queue.ts";

/** Who decides: requests that may merge without a person never wait for those that may not. */
export type Decider = "machine" | "person";

/** A tenant's requests with the change that they come to; with none, nothing is to be pulled. */
export interface Shareable extends Proposed {
  readonly changes: FileChanges;
  readonly decider: Decider;
}

/** A pull request that is open. */
export interface OpenProposal {
  readonly number: number;
  readonly branch: string;
  /** Those whose requests it holds; none where it is not of our making. */
  readonly tenants: ReadonlySet<string>;
}

/** What one pull request is to hold. */
export interface Batch {
  readonly branch: string;
  /** Undefined where it is not open yet. */
  readonly number: number | undefined;
  /** By tenant, in the order of their ids; at least one. */
  readonly drafts: readonly Shareable[];
}

/** How stores share. */
export interface Sharing {
  readonly open: readonly OpenProposal[];
  /** More new ones of a decider than this share; null for a run that looks at some tenants only: it leaves what others share alone. */
  readonly above: number | null;
}

/** All drafts, shared out. */
export interface SharedOut {
  /** In the order of their branches. */
  readonly batches: readonly Batch[];
  /** Those that ask for nothing any more; to be closed when the batches are open. */
  readonly obsolete: readonly OpenProposal[];
}

/** All of these are on branches that start so. */
export const PROPOSAL_BRANCHES = "requests/";

/** GitHub tells no more files of a pull request than these, and nobody could check the rest. */
const MOST_FILES = 3000;
/** In characters; what one request to GitHub may hold it does not say. */
const MOST_TEXT = 5_000_000;

/** Of a store that shares with nobody. */
const branchOf = (tenant: string): string => `${PROPOSAL_BRANCHES}${tenant}`;
const sharedBranchOf = (decider: Decider, number: number | ""): string => `${PROPOSAL_BRANCHES}${decider}.${number}`;

/** Shares drafts out over branches. Left out are those whose pull request is open no more, as the next look at it will tell. */
export function shareOut(drafts: readonly Shareable[], { open, above }: Sharing): SharedOut {
  const numbers = new Set<number | undefined>([undefined, ...open.map(({ number }) => number)]);
  const followed = drafts.filter(({ number }) => numbers.has(number));
  const tenants = new Set(followed.map(({ tenant }) => tenant));
  const isWhole = (one: OpenProposal): boolean => above !== null || [...one.tenants].every((id) => tenants.has(id));
  const held = new Map<OpenProposal, Shareable[]>();
  const fresh: Shareable[] = [];
  for (const draft of followed) {
    if (draft.requests.length === 0 || draft.changes.size === 0) continue;
    const holding = open.filter((one) => one.tenants.has(draft.tenant));
    if (!holding.every(isWhole)) continue;
    const here =
      holding.find(({ branch }) => branch === branchOf(draft.tenant)) ??
      holding.find(({ branch }) => branch.startsWith(sharedBranchOf(draft.decider, "")));
    if (here === undefined) fresh.push(draft);
    else held.set(here, [...(held.get(here) ?? []), draft]);
  }
  const batches = [...held].map(([{ branch, number }, ours]) => ({ branch, number, drafts: inOrder(ours) }));
  const isAsked = (one: OpenProposal): boolean => [...one.tenants].some((id) => tenants.has(id));
  return {
    batches: [...batches, ...openBatches(fresh, open, above)].toSorted((a, b) => (a.branch < b.branch ? -1 : 1)),
    obsolete: open.filter((one) => isWhole(one) && !held.has(one) && isAsked(one)),
  };
}

/** What is in no pull request yet. */
function openBatches(
  fresh: readonly Shareable[],
  open: readonly OpenProposal[],
  above: number | null,
): readonly Batch[] {
  const taken = new Set(open.map(({ branch }) => branch));
  return [...Map.groupBy(fresh, ({ decider }) => decider)].flatMap(([decider, ours]) => {
    const drafts = inOrder(ours);
    if (above === null || ours.length <= above)
      return drafts.map((draft) => ({ branch: branchOf(draft.tenant), number: undefined, drafts: [draft] }));
    let last = 0;
    return splitBySize(drafts).map((part) => {
      do last += 1;
      while (taken.has(sharedBranchOf(decider, last)));
      return { branch: sharedBranchOf(decider, last), number: undefined, drafts: part };
    });
  });
}

/** In their order, each part as much as one pull request may hold, or one store. */
function splitBySize(drafts: readonly Shareable[]): readonly Shareable[][] {
  const parts: Shareable[][] = [];
  let [files, text] = [0, 0];
  for (const draft of drafts) {
    const size = [...draft.changes].reduce((sum, [path, content]) => sum + path.length + (content?.length ?? 0), 0);
    files += draft.changes.size;
    text += size;
    const part = parts.at(-1);
    if (part !== undefined && files <= MOST_FILES && text <= MOST_TEXT) part.push(draft);
    else {
      parts.push([draft]);
      [files, text] = [draft.changes.size, size];
    }
  }
  return parts;
}

const inOrder = (drafts: readonly Shareable[]): readonly Shareable[] =>
  drafts.toSorted((a, b) => (a.tenant < b.tenant ? -1 : 1));
