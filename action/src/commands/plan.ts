/**
 * Says what a change will do to the stores, from git alone.
 *
 * In a fleet of more than {@link WHOLE_FLEET} stores, those that the change does not touch are not read again as long
 * as the others have no error: they are made from what they were made from before, so nothing wrong with them can be
 * new, and the hosts of the touched ones are looked for in them. With the first error all is read, on both sides.
 */
import type { Comparison } from "../model/comparison.ts";
import { hasErrors, sortDiagnostics } from "../model/diagnostic.ts";
import { excuseKnown } from "../model/known-problem.ts";
import type { Report } from "../model/report.ts";
import { type Clock, type Repo, RepoError } from "../ports.ts";
import { compareChange, type ComparedChange } from "../steps/compare-change.ts";
import type { Folders } from "../steps/load-stores.ts";
import { type Change, findRivals, readChange, showOnly } from "../steps/read-change.ts";

/** Fleets up to this many stores are always read whole; that takes about 2 ms a store. */
export const WHOLE_FLEET = 100;

/** With more touched than this, looking for their hosts in all others costs as much as reading all. */
const MOST_TOUCHED = 100;

export interface PlanOptions {
  readonly repo: Pick<Repo, "tree" | "changedPaths" | "firstParent">;
  /** The commit to plan: of a pull request its merge commit, so that a branch behind main shows only its own changes. */
  readonly head: string;
  /** What it is compared with; null for the head's first parent. */
  readonly base: string | null;
  readonly folders: Folders;
  readonly clock: Pick<Clock, "monotonic">;
  /** Instead of {@link WHOLE_FLEET}. */
  readonly wholeFleet?: number;
}

export interface PlanResult {
  readonly report: Report;
  /** Every touched store, by id. */
  readonly comparisons: readonly Comparison[];
  /** Sentences of ours for the summary. */
  readonly notes: readonly string[];
}

/** Throws `RepoError` when a commit is not in the clone, or the head has no tenant at all. */
export async function plan(options: PlanOptions): Promise<PlanResult> {
  const { repo, head, folders, clock, wholeFleet = WHOLE_FLEET } = options;
  const start = clock.monotonic();
  const change = await readChange(repo, { base: await requireBase(options), head }, folders);
  const partly = needsAll(change, wholeFleet) ? undefined : await comparePart(change, folders, clock);
  const isPart = partly !== undefined && !hasErrors(partly.diagnostics);
  const compared = isPart ? partly : await compareChange(change, change.head.tree, folders, clock);

  const found = sortDiagnostics(compared.diagnostics);
  // Under another engine the base may have had other problems; then all count.
  const mayExcuse = hasErrors(found) && !change.isEngine;
  const diagnostics = mayExcuse ? excuseKnown(found, await compared.baseDiagnostics()) : found;
  const report: Report = {
    command: "plan",
    commit: head,
    conclusion: hasErrors(diagnostics) ? "invalid" : "success",
    durationMs: Math.round(clock.monotonic() - start),
    requests: { list: 0, read: 0, write: 0, delete: 0, retried: 0 },
    tenants: compared.results.map(({ outcome }) => outcome),
    diagnostics,
  };
  return { report, comparisons: compared.results.map(({ comparison }) => comparison), notes: notesOf(change, isPart) };
}

async function requireBase({ repo, head, base }: PlanOptions): Promise<string> {
  const commit = base ?? (await repo.firstParent(head));
  if (commit !== null) return commit;
  throw new RepoError("git", `commit ${head} has no parent in this clone to compare it with`, {
    hint: "check it out with `fetch-depth: 2` or more, or name the base",
  });
}

const needsAll = ({ head, isEngine, templates, touched }: Change, wholeFleet: number): boolean =>
  isEngine || templates.size > 0 || head.sources.length <= wholeFleet || touched.size > MOST_TOUCHED;

async function comparePart(change: Change, folders: Folders, clock: Pick<Clock, "monotonic">): Promise<ComparedChange> {
  const ours = change.head.sources.filter((source) => change.touched.has(source.id));
  const shown = [...ours, ...(await findRivals(change))];
  return compareChange(change, showOnly(change.head, shown, change, folders), folders, clock);
}

const ENGINE_NOTE =
  "The engine changed. Both sides are checked and rendered by the new one: the table does not show what it changes, and every error counts as new.";

function notesOf({ head, isEngine, touched }: Change, isPart: boolean): string[] {
  const notes: string[] = [];
  if (isEngine) notes.push(ENGINE_NOTE);
  if (isPart) {
    const untouched = head.sources.filter((source) => !touched.has(source.id)).length;
    notes.push(`Stores that this change does not touch: ${untouched}. They are as they were and were not read again.`);
  }
  return notes;
}
