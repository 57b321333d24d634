/**
 * Says what a change will do to the stores, from git alone.
 *
 * In a fleet of more than {@link WHOLE_FLEET} stores, those that the change does not touch are not read again as long
 * as the others have no error: they are made from what they were made from before, so nothing wrong with them can be
 * new, and the hosts of the touched ones are looked for in them. With the first error all is read, on both sides.
 */
import type { Comparison } from "../model/comparison.ts";
import { hasErrors, sortDiagnostics } from "../model/diagnostic.ts";
import { closingsIn, foreseeRefusals, refusedOutcome } from "../model/foreseen.ts";
import { MOST_PARKED, type Refusal } from "../model/guard.ts";
import { excuseKnown } from "../model/known-problem.ts";
import type { Report } from "../model/report.ts";
import { type Clock, type EngineHost, type Pictures, type Repo, RepoError } from "../ports.ts";
import { compareChange, type ComparedChange, type CompareOptions } from "../steps/compare-change.ts";
import { countOpen } from "../steps/count-open.ts";
import { loadOverrides } from "../steps/load-overrides.ts";
import type { Folders } from "../steps/load-stores.ts";
import { type Change, findRivals, readChange, showOnly } from "../steps/read-change.ts";

/** Fleets up to this many stores are always read whole; that takes about 2 ms a store. */
const WHOLE_FLEET = 100;

/** With more touched than this, looking for their hosts in all others costs as much as reading all. */
const MOST_TOUCHED = 100;

/** What a plan is made from. */
export interface PlanOptions {
  readonly repo: Pick<Repo, "tree" | "changedPaths" | "firstParent">;
  /** The commit to plan: of a pull request its merge commit, so that a branch behind main shows only its own changes. */
  readonly head: string;
  /** What it is compared with; null for the head's first parent. */
  readonly base: string | null;
  readonly folders: Folders;
  readonly clock: Pick<Clock, "monotonic">;
  /** Where the base's engine runs, if the change brings another one. */
  readonly engines: EngineHost;
  /** Who prepares photographs; without, they are shown as they are. */
  readonly pictures?: Pictures;
  /** Instead of {@link WHOLE_FLEET}. */
  readonly wholeFleet?: number;
}

/** What a change comes to. */
export interface PlanResult {
  readonly report: Report;
  /** Every touched store, by id. */
  readonly comparisons: readonly Comparison[];
  /** Sentences of ours for the summary. */
  readonly notes: readonly string[];
}

/**
 * Throws `RepoError` when a commit is not in the clone, or the head has no tenant at all; `EngineError` when the
 * base's engine is another one and fails.
 */
export async function plan(options: PlanOptions): Promise<PlanResult> {
  const { repo, head, folders, clock, wholeFleet = WHOLE_FLEET } = options;
  const start = clock.monotonic();
  const change = await readChange(repo, { base: await requireBase(options), head }, folders);
  const partly = needsAll(change, wholeFleet) ? undefined : await comparePart(change, options);
  const isPart = partly !== undefined && !hasErrors(partly.diagnostics);
  const compared = isPart ? partly : await compareChange(change, change.head.tree, options);
  const comparisons = compared.results.map(({ comparison }) => comparison);

  const found = sortDiagnostics(compared.diagnostics);
  // Under another engine than its own the base may seem to have problems that it had not.
  const mayExcuse = hasErrors(found) && compared.hasOwnEngines;
  const diagnostics = mayExcuse ? excuseKnown(found, await compared.baseDiagnostics()) : found;
  const refusals = await findRefusals(comparisons, change, folders);
  const report: Report = {
    command: "plan",
    commit: head,
    conclusion: hasErrors(diagnostics) ? "invalid" : refusals.size > 0 ? "refused" : "success",
    durationMs: Math.round(clock.monotonic() - start),
    requests: { list: 0, read: 0, write: 0, delete: 0, retried: 0 },
    tenants: compared.results.map(({ comparison, outcome }) => {
      const refusal = refusals.get(outcome.id);
      return refusal === undefined ? outcome : refusedOutcome(outcome, comparison.release.before, refusal);
    }),
    diagnostics,
  };
  return { report, comparisons, notes: notesOf(change, compared, isPart) };
}

/** What the guards will say when this is deployed; with few stores closing, how many there are does not matter. */
async function findRefusals(
  comparisons: readonly Comparison[],
  { base, head }: Change,
  folders: Folders,
): Promise<ReadonlyMap<string, Refusal>> {
  const { overrides } = await loadOverrides(head.tree);
  const fleet = closingsIn(comparisons).length > MOST_PARKED ? await countOpen(base.tree, folders) : 0;
  return foreseeRefusals(comparisons, fleet, overrides);
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

async function comparePart(change: Change, options: CompareOptions): Promise<ComparedChange> {
  const ours = change.head.sources.filter((source) => change.touched.has(source.id));
  const shown = [...ours, ...(await findRivals(change))];
  return compareChange(change, showOnly(change.head, shown, change, options.folders), options);
}

const ENGINES_NOTE = "The engine changed: each side was checked and rendered by its own.";

const ONE_ENGINE_NOTE =
  "The engine changed, and the one of the base is missing or too old to be asked. Both sides were checked and rendered by the new one: the table does not show what it changes, and every error counts as new.";

function notesOf({ head, isEngine, touched }: Change, { hasOwnEngines }: ComparedChange, isPart: boolean): string[] {
  const notes: string[] = [];
  if (isEngine) notes.push(hasOwnEngines ? ENGINES_NOTE : ONE_ENGINE_NOTE);
  if (isPart) {
    const untouched = head.sources.filter((source) => !touched.has(source.id)).length;
    notes.push(
      `Stores that this change does not touch: ${untouched}. They are made from the same files as before, so nothing new can be wrong with them; they were not read again, and problems that they had before are not listed.`,
    );
  }
  return notes;
}
