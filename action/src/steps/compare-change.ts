/** Renders the touched stores of a change on both sides, and compares them. */
import { compareSides, type Comparison, outcomeOfComparison, type Side } from "../model/comparison.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Outcome } from "../model/report.ts";
import type { Source } from "../model/source.ts";
import { primaryHost } from "../model/tenant.ts";
import { type Clock, RepoError, type Tree } from "../ports.ts";
import { checkStores, type Desk, type Folders, openDesk } from "./load-stores.ts";
import { loadTemplates } from "./load-templates.ts";
import { type Change, showOnly } from "./read-change.ts";
import { type RenderedSide, renderSide } from "./render-side.ts";

export interface ComparedChange {
  /** Every touched store, by id. */
  readonly results: readonly { readonly comparison: Comparison; readonly outcome: Outcome }[];
  /** All problems of the head, as far as its tree shows them. */
  readonly diagnostics: readonly Diagnostic[];
  /** All problems of the base; reads all of it, so ask only when it matters. */
  readonly baseDiagnostics: () => Promise<readonly Diagnostic[]>;
}

/** `headTree` is the head or a part of it. One store on both sides is in memory at a time. */
export async function compareChange(
  change: Change,
  headTree: Tree,
  folders: Folders,
  clock: Pick<Clock, "monotonic">,
): Promise<ComparedChange> {
  const head = await openHead(headTree, change, folders);
  const touched = touchedAt(head, change);
  const base = await openTouchedBase(head, change, touched, folders);
  const diagnostics = [...head.diagnostics, ...(await checkStores(head, ({ id }) => !touched.has(id)))];
  const ofBase: Diagnostic[] = [];
  const results: ComparedChange["results"][number][] = [];
  for (const id of [...touched].toSorted()) {
    const start = clock.monotonic();
    const before = await renderSide(base, sourceOf(base, id));
    const after = await renderSide(head, sourceOf(head, id));
    ofBase.push(...before.diagnostics);
    diagnostics.push(...after.diagnostics);
    const comparison = compareSides(id, before.side, followUp(before, after.side));
    const duration = Math.round(clock.monotonic() - start);
    results.push({ comparison, outcome: outcomeOfComparison(comparison, urlOf(head, id), duration) });
  }
  const baseDiagnostics = async () => {
    const whole = await openBase(change.base.tree, change.base.sources, folders);
    return [...whole.diagnostics, ...(await checkStores(whole, ({ id }) => !touched.has(id))), ...ofBase];
  };
  return { results, diagnostics, baseDiagnostics };
}

/** A store whose YAML goes is not gone: a closed page takes its place. */
function followUp({ side, closed }: RenderedSide, after: Side): Side {
  const wasSeen = side.state === "live" || side.state === "parked";
  return after.state === "absent" && wasSeen && closed !== undefined ? { state: "parked", shown: closed } : after;
}

/** A change that leaves no touched tenant at the head (removing one, or a document) shows none of them. */
async function openHead(tree: Tree, change: Change, folders: Folders): Promise<Desk> {
  const isPart = tree !== change.head.tree;
  if (isPart && !change.head.sources.some((source) => change.touched.has(source.id)))
    return emptyDesk(tree, await loadTemplates(tree, folders.templates));
  return openDesk(tree, folders);
}

/** Templates that are the same on both sides are compiled once. */
function openTouchedBase(head: Desk, change: Change, touched: ReadonlySet<string>, folders: Folders): Promise<Desk> {
  const kept = change.base.sources.filter((source) => touched.has(source.id));
  const known = change.templates.size === 0 ? head.templates : undefined;
  return openBase(showOnly(change.base, kept, change, folders), kept, folders, known);
}

/** What comes before the first tenant or the first template is empty, and no mistake. */
async function openBase(
  tree: Tree,
  sources: readonly Source[],
  folders: Folders,
  known?: Desk["templates"],
): Promise<Desk> {
  const nothing = emptyDesk(tree, { templates: new Map(), diagnostics: [] });
  if (sources.length === 0) return nothing;
  return openDesk(tree, folders, known).catch((error: unknown) => {
    if (error instanceof RepoError && error.code === "missing") return nothing;
    throw error;
  });
}

const emptyDesk = (tree: Tree, { templates, diagnostics }: Pick<Desk, "templates" | "diagnostics">): Desk => ({
  tree,
  fleet: { sources: [], tenants: new Map(), takenIds: new Set(), diagnostics: [] },
  templates,
  diagnostics,
});

function touchedAt({ fleet }: Desk, { isEngine, templates, touched }: Change): ReadonlySet<string> {
  const throughCode = fleet.sources.filter((source) => {
    const template = fleet.tenants.get(source.id)?.settings.theme.template;
    return isEngine || (template !== undefined && templates.has(template));
  });
  return new Set([...touched, ...throughCode.map((source) => source.id)]);
}

const sourceOf = ({ fleet }: Desk, id: string) => fleet.sources.find((source) => source.id === id);

function urlOf({ fleet }: Desk, id: string): string {
  const tenant = fleet.tenants.get(id);
  const host = tenant === undefined ? null : primaryHost(tenant.settings);
  return host === null ? "" : `https://${host}/`;
}
