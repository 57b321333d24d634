/**
 * Says what a change will do to the stores, from git alone.
 *
 * In a fleet of more than {@link WHOLE_FLEET} stores, those that the change does not touch are not read again as long
 * as the others have no error: they are made from what they were made from before, so nothing wrong with them can be
 * new, and the hosts of the touched ones are looked for in them. With the first error all is read, on both sides.
 */
import { type BlastRadius, blastRadius, planDigest } from "../model/blast-radius.ts";
import type { Comparison } from "../model/comparison.ts";
import { hasErrors, sortDiagnostics } from "../model/diagnostic.ts";
import { closingsIn, refusedOutcome } from "../model/foreseen.ts";
import { guardFleet, type GuardRules, type Refusal } from "../model/guard.ts";
import { excuseKnown } from "../model/known-problem.ts";
import { type PlanArtifact, planArtifact } from "../model/plan-artifact.ts";
import type { Report } from "../model/report.ts";
import { type Clock, EngineError, type EngineHost, type Pictures, type Repo, RepoError } from "../ports.ts";
import { compareChange, type ComparedChange, type CompareOptions } from "../steps/compare-change.ts";
import { countOpen } from "../steps/count-open.ts";
import { loadGuardRules } from "../steps/load-guard-rules.ts";
import type { Folders } from "../steps/load-stores.ts";
import { type Album, photographChanges, type Studio } from "../steps/photograph-changes.ts";
import { type Change, findRivals, MOST_TOUCHED, readChange, showOnly } from "../steps/read-change.ts";
import { type Previews, renderPreviews } from "../steps/render-previews.ts";
import { codeSpan } from "../view/markdown.ts";

/** Fleets up to this many stores are always read whole; that takes about 2 ms a store. */
const WHOLE_FLEET = 100;

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
  /** Who photographs what changes, and keeps that and the previews; without, there are neither. */
  readonly studio?: Studio;
  /** What the run calls the artifact that people can download; without, nobody is told its name. */
  readonly artifactName?: string;
  /** Instead of {@link WHOLE_FLEET}. */
  readonly wholeFleet?: number;
}

/** What a change comes to. */
export interface PlanResult {
  readonly report: Report;
  /** Every touched store, by id. */
  readonly comparisons: readonly Comparison[];
  /** What the guards will say, by tenant; only those that they refuse. */
  readonly refusals: ReadonlyMap<string, readonly Refusal[]>;
  /** How far the change reaches. */
  readonly radius: BlastRadius;
  /** Of the plan: `planDigest`. */
  readonly digest: string;
  /** What the stores are compared with. */
  readonly base: string;
  /** Who rendered the base: the engine that also renders the head, its own, or the head's because its own cannot be asked. */
  readonly engine: "same" | "own" | "head";
  /** Stores at the head. */
  readonly fleet: number;
  /** Of what changes for visitors. */
  readonly album: Album;
  /** Of the stores that change. */
  readonly previews: Previews;
  /** Sentences of ours for the summary. */
  readonly notes: readonly string[];
}

/** Throws `RepoError` when a commit is not in the clone, or the head has no tenant at all. */
export async function plan(options: PlanOptions): Promise<PlanResult> {
  const { repo, head, folders, clock, wholeFleet = WHOLE_FLEET } = options;
  const start = clock.monotonic();
  const base = await requireBase(options);
  const change = await readChange(repo, { base, head }, folders);
  const { rules } = await loadGuardRules(change.head.tree);
  const how = { ...options, rules };
  const partly = needsAll(change, wholeFleet) ? undefined : await comparePart(change, how);
  const isPart = partly !== undefined && !hasErrors(partly.diagnostics);
  const { compared, broken } = isPart ? { compared: partly, broken: undefined } : await compareWhole(change, how);
  const comparisons = compared.results.map(({ comparison }) => comparison);

  const found = sortDiagnostics(compared.diagnostics);
  // Under another engine than its own the base may seem to have problems that it had not.
  const mayExcuse = hasErrors(found) && compared.hasOwnEngines;
  const diagnostics = mayExcuse ? excuseKnown(found, await compared.baseDiagnostics()) : found;
  const refusals = await findRefusals(compared, change, folders, rules);
  const report: Report = {
    command: "plan",
    commit: head,
    conclusion: hasErrors(diagnostics) ? "invalid" : refusals.size > 0 ? "refused" : "success",
    durationMs: Math.round(clock.monotonic() - start),
    requests: { list: 0, read: 0, write: 0, delete: 0, retried: 0 },
    tenants: compared.results.map(({ comparison, outcome }) =>
      refusedOutcome(outcome, comparison.release.before, refusals.get(outcome.id) ?? []),
    ),
    diagnostics,
  };
  const shown = await showChange(change, compared, options);
  return {
    report,
    comparisons,
    refusals,
    radius: blastRadius(comparisons),
    digest: planDigest(comparisons),
    base,
    engine: !change.isEngine ? "same" : compared.hasOwnEngines ? "own" : "head",
    fleet: change.head.sources.length,
    ...shown,
    notes: [...notesOf(change, compared, broken, isPart), ...lookNotes(shown.previews, options.artifactName)],
  };
}

/** A fork's pull request has no preview but this one. */
const lookNotes = ({ kept }: Previews, artifactName: string | undefined): string[] =>
  kept.length === 0
    ? []
    : [
        `To look at the changed stores as they will be, download the artifact ${artifactName === undefined ? "" : `${codeSpan(artifactName)} `}of this run: each begins at \`sites/STORE/index.html\`.`,
      ];

/** What is to be looked at is rendered once more, each side by the engine that it was compared with. */
async function showChange(
  change: Change,
  { results, hasOwnEngines }: ComparedChange,
  { folders, pictures, studio, engines }: PlanOptions,
): Promise<Pick<PlanResult, "album" | "previews">> {
  const without = "none were asked for";
  if (studio === undefined) return { album: { taken: [], skipped: without }, previews: { kept: [], skipped: without } };
  const sitters = results.map(({ sitter }) => sitter).filter((sitter) => sitter !== undefined);
  const isElsewhere = change.isEngine && hasOwnEngines;
  const scene = { change, folders, sitters, pictures, engines: isElsewhere ? engines : undefined };
  return {
    previews: await renderPreviews(scene, studio.keep),
    album: await photographChanges(scene, studio),
  };
}

/** What the guards will say when this is deployed; with few stores closing, how many there are does not matter. */
async function findRefusals(
  { results }: ComparedChange,
  { base }: Change,
  folders: Folders,
  rules: GuardRules,
): Promise<ReadonlyMap<string, readonly Refusal[]>> {
  const closing = closingsIn(results.map(({ comparison }) => comparison));
  const isMany = closing.length > rules.policy["stores-parked"].count;
  const ofFleet = isMany ? guardFleet(closing, await countOpen(base.tree, folders), rules) : new Map<string, Refusal>();
  const refusals = new Map<string, readonly Refusal[]>();
  for (const { comparison, refusals: own } of results) {
    const parked = ofFleet.get(comparison.tenant);
    const all = parked === undefined ? own : [parked, ...own];
    if (all.length > 0) refusals.set(comparison.tenant, all);
  }
  return refusals;
}

/** What to leave for the jobs that show the plan. */
export function artifactOf(result: PlanResult): PlanArtifact {
  const { report, comparisons, refusals, radius, digest, base, engine, fleet, album, previews } = result;
  const { commit, conclusion, tenants, diagnostics } = report;
  return planArtifact({
    pictures: album,
    sites: previews,
    base,
    // A plan is always of a commit, and comes to nothing else.
    head: commit ?? base,
    conclusion: conclusion === "invalid" || conclusion === "refused" ? conclusion : "success",
    digest,
    engine,
    fleet,
    radius,
    comparisons,
    refusals,
    urls: new Map(tenants.map(({ id, url }) => [id, url])),
    diagnostics,
  });
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

/** A change that repairs main's engine must be able to pass: where that one fails, ours renders both sides. */
async function compareWhole(
  change: Change,
  options: CompareOptions,
): Promise<{ compared: ComparedChange; broken: EngineError | undefined }> {
  const { tree } = change.head;
  try {
    return { compared: await compareChange(change, tree, options), broken: undefined };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { compared: await compareChange(change, tree, { ...options, engines: undefined }), broken: error };
  }
}

const ENGINES_NOTE = "The engine changed: each side was checked and rendered by its own.";

/** Of what an engine says when it fails, in UTF-16 units. */
const MOST_OF_A_COMPLAINT = 1_500;

const oneEngineNote = (broken: EngineError | undefined): string => {
  const reason =
    broken === undefined
      ? "the one of the base is missing or too old to be asked"
      : `that of the base failed: ${[codeSpan(broken.message, MOST_OF_A_COMPLAINT), broken.hint].filter(Boolean).join("; ")}`;
  return `The engine changed, and ${reason}. Both sides were checked and rendered by the new one: the table does not show what it changes, and every error counts as new.`;
};

function notesOf(
  { head, isEngine, touched }: Change,
  { hasOwnEngines }: ComparedChange,
  broken: EngineError | undefined,
  isPart: boolean,
): string[] {
  const notes: string[] = [];
  if (isEngine) notes.push(hasOwnEngines ? ENGINES_NOTE : oneEngineNote(broken));
  if (isPart) {
    const untouched = head.sources.filter((source) => !touched.has(source.id)).length;
    notes.push(
      `Stores that this change does not touch: ${untouched}. They are made from the same files as before, so nothing new can be wrong with them; they were not read again, and problems that they had before are not listed.`,
    );
  }
  return notes;
}
