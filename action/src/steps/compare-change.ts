/** Renders the touched stores of a change on both sides, and compares them. */
import { compareSides, type Comparison, outcomeOfComparison } from "../model/comparison.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { foreseeRefusals } from "../model/foreseen.ts";
import type { GuardRules, Refusal } from "../model/guard.ts";
import { type Sitter, sitterOf } from "../model/picture-sample.ts";
import { openScale } from "../model/page-weight.ts";
import type { Outcome } from "../model/report.ts";
import { primaryHost } from "../model/tenant.ts";
import type { Clock, EngineHost, Pictures, Tree } from "../ports.ts";
import { type BaseSide, otherBase, ownBase } from "./base-side.ts";
import { checkStores, type Desk, type Folders, openDesk } from "./load-stores.ts";
import { loadGuardRules } from "./load-guard-rules.ts";
import { loadTemplates } from "./load-templates.ts";
import { emptyDesk, openBase } from "./open-base.ts";
import { type Change, showOnly } from "./read-change.ts";
import { followUp, type How, sideRenderer } from "./render-side.ts";

/** What a change does to one store. */
export interface ComparedStore {
  readonly comparison: Comparison;
  readonly outcome: Outcome;
  /** What its own guards will say. */
  readonly refusals: readonly Refusal[];
  /** Undefined where there is nothing new to see. */
  readonly sitter: Sitter | undefined;
}

/** What a change comes to. */
export interface ComparedChange {
  /** Every touched store, by id. */
  readonly results: readonly ComparedStore[];
  /** All problems of the head, as far as its tree shows them. */
  readonly diagnostics: readonly Diagnostic[];
  /** All problems of the base; reads all of it, so ask only when it matters. */
  readonly baseDiagnostics: () => Promise<readonly Diagnostic[]>;
  /** Whether each side was rendered by its own engine; otherwise the head's rendered both. */
  readonly hasOwnEngines: boolean;
}

/** What comparing needs beside the change. */
export interface CompareOptions {
  readonly folders: Folders;
  readonly clock: Pick<Clock, "monotonic">;
  /** What the guards go by. */
  readonly rules: GuardRules;
  /** Where the base's engine runs, if it is another one; undefined where ours is to render both sides. */
  readonly engines: EngineHost | undefined;
  /** Who prepares photographs; without, they are shown as they are. */
  readonly pictures?: Pictures;
}

/**
 * `headTree` is the head or a part of it. One store on both sides is in memory at a time. Throws `EngineError` where
 * the base's engine is another one and fails.
 */
export async function compareChange(change: Change, headTree: Tree, options: CompareOptions): Promise<ComparedChange> {
  const { folders, engines } = options;
  const head = await openHead(headTree, change, folders);
  const touched = touchedAt(head, change);
  const how = { pictures: options.pictures, weigh: openScale() };
  const other = change.isEngine && engines !== undefined ? await otherBase(engines, change.base, folders) : undefined;
  const base =
    other ?? ownBase(await openTouchedBase(head, change, touched, folders), change.base, touched, folders, how);
  try {
    const untouched = await checkStores(head, ({ id }) => !touched.has(id));
    const { results, ofHead, ofBase } = await compareStores([...touched].toSorted(), base, head, {
      ...options,
      weigh: how.weigh,
    });
    return {
      results,
      diagnostics: [...head.diagnostics, ...untouched, ...ofHead],
      baseDiagnostics: async () => [...(await base.diagnostics()), ...ofBase],
      hasOwnEngines: !change.isEngine || other !== undefined,
    };
  } finally {
    await base.close();
  }
}

async function compareStores(
  ids: readonly string[],
  base: BaseSide,
  head: Desk,
  { clock, rules, pictures, weigh }: CompareOptions & Pick<How, "weigh">,
): Promise<Pick<ComparedChange, "results"> & { readonly ofHead: Diagnostic[]; readonly ofBase: Diagnostic[] }> {
  const results: ComparedStore[] = [];
  const ofHead: Diagnostic[] = [];
  const ofBase: Diagnostic[] = [];
  const renderHead = sideRenderer(head, { pictures, weigh });
  for (const id of ids) {
    const start = clock.monotonic();
    const before = await base.render(id);
    const after = await renderHead(id);
    ofBase.push(...before.diagnostics);
    ofHead.push(...after.diagnostics);
    const { side } = followUp(before, after);
    const comparison = compareSides(id, before.side, side);
    const refusals = foreseeRefusals(id, before.side, side, rules);
    const duration = Math.round(clock.monotonic() - start);
    const outcome = outcomeOfComparison(comparison, urlOf(head, id), duration);
    const sitter = sitterOf(comparison, { ...before, ...after, side });
    results.push({ comparison, outcome, refusals, sitter });
  }
  return { results, ofHead, ofBase };
}

/** A change that leaves no touched tenant at the head (removing one, or a document) shows none of them. */
async function openHead(tree: Tree, change: Change, folders: Folders): Promise<Desk> {
  const isPart = tree !== change.head.tree;
  if (isPart && !change.head.sources.some((source) => change.touched.has(source.id))) {
    const { templates, diagnostics } = await loadTemplates(tree, folders.templates);
    const { diagnostics: ofRules } = await loadGuardRules(tree);
    return emptyDesk(tree, { templates, diagnostics: [...diagnostics, ...ofRules] });
  }
  return openDesk(tree, folders);
}

/** Templates that are the same on both sides are compiled once. */
function openTouchedBase(head: Desk, change: Change, touched: ReadonlySet<string>, folders: Folders): Promise<Desk> {
  const kept = change.base.sources.filter((source) => touched.has(source.id));
  const known = change.templates.size === 0 ? head.templates : undefined;
  return openBase(showOnly(change.base, kept, change, folders), folders, known);
}

/** Another engine or template touches more than the change's own files. */
function touchedAt({ fleet }: Desk, { isEngine, templates, touched, base }: Change): ReadonlySet<string> {
  if (isEngine) return new Set([...fleet.sources, ...base.sources].map(({ id }) => id));
  const throughCode = fleet.sources.filter((source) => {
    const template = fleet.tenants.get(source.id)?.settings.theme.template;
    return template !== undefined && templates.has(template);
  });
  return new Set([...touched, ...throughCode.map((source) => source.id)]);
}

function urlOf({ fleet }: Desk, id: string): string {
  const tenant = fleet.tenants.get(id);
  const host = tenant === undefined ? null : primaryHost(tenant.settings);
  return host === null ? "" : `https://${host}/`;
}
