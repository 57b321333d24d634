/**
 * Tells what a store was at the commit that its record names, for the guards, from git alone.
 *
 * A store whose files are the same as now says the same as now, and its old files are not read. It is rendered as it
 * was only where a page is over its budget: nothing else asks what it weighed.
 */
import { type Extent, isOverBudget } from "../model/guard.ts";
import { type PageWeight, weighSite } from "../model/page-weight.ts";
import type { ReleaseRecord } from "../model/record.ts";
import { remember } from "../model/remember.ts";
import { renderDeployed } from "../model/render-deployed.ts";
import type { Source } from "../model/source.ts";
import { addressesAmong, sourceFacts } from "../model/store-facts.ts";
import { touchedIds } from "../model/touched.ts";
import { type Pictures, RepoError, type Repo, type Tree } from "../ports.ts";
import { loadTenant, readSources } from "./load.ts";
import { loadStore } from "./load-store.ts";
import type { Folders } from "./load-stores.ts";
import { loadTemplates } from "./load-templates.ts";

/** What a deployed store is to the guards; `gone` where the commit that it was deployed from is in no clone any more. */
export type MeasureRecord = (record: ReleaseRecord, after: Extent) => Promise<Extent | "gone">;

/** Where the past of a repository is looked up. */
interface Past {
  readonly repo: Pick<Repo, "isAncestor" | "changedPaths" | "tree">;
  /** The commit that is deployed. */
  readonly head: string;
  /** Its tenants. */
  readonly sources: readonly Source[];
  readonly folders: Folders;
  readonly pictures?: Pictures | undefined;
}

/** What the record alone tells: enough to count, not to compare prices. */
export const measureByRecord = ({ state, files, products }: ReleaseRecord): Extent => ({
  state,
  addresses: addressesAmong(files.keys()),
  products,
  source: undefined,
  heaviest: null,
});

/** Rejects with `RepoError` where the clone is cut so short that git cannot tell. */
export function measureByCommit({ repo, head, sources, folders, pictures }: Past): MeasureRecord {
  // A fleet has been deployed from far fewer commits than it has stores.
  const touchedSince = remember(async (commit: string): Promise<ReadonlySet<string> | "gone"> => {
    if ((await repo.isAncestor(commit, head)) === "unknown") return "gone";
    return touchedIds(await repo.changedPaths(commit, head), sources);
  });
  const sourcesAt = rememberLast(async (commit) => {
    const tree = repo.tree(commit);
    const found = await readSources(tree, folders.tenants).catch((error: unknown) => {
      if (error instanceof RepoError && error.code === "missing") return { sources: [] };
      throw error;
    });
    return { tree, sources: found.sources };
  });

  return async (record, after) => {
    const known = measureByRecord(record);
    const { commit, tenant } = record;
    if (commit === null) return known;
    const touched = await touchedSince(commit);
    if (touched === "gone") return "gone";
    const isOver = isOverBudget(after);
    if (!touched.has(tenant) && !isOver) return { ...known, source: after.source };
    const { tree, sources: then } = await sourcesAt(commit);
    const source = then.find(({ id }) => id === tenant);
    if (source === undefined) return known;
    return { ...known, ...(await readStore(tree, source, folders, isOver, pictures)) };
  };
}

/** A store that is not valid by today's rules tells nothing. */
async function readStore(
  tree: Tree,
  source: Source,
  folders: Folders,
  weigh: boolean,
  pictures: Pictures | undefined,
): Promise<Pick<Extent, "source" | "heaviest">> {
  const { tenant } = await loadTenant(tree, source);
  const { store } = tenant === undefined ? {} : await loadStore(tree, tenant, source, weigh ? pictures : undefined);
  if (store === undefined) return { source: undefined, heaviest: null };
  let heaviest: PageWeight | null = null;
  if (weigh) {
    const { templates } = await loadTemplates(tree, folders.templates);
    const template = templates.get(store.tenant.settings.theme.template);
    const rendered = template && renderDeployed(store, template, pictures !== undefined);
    heaviest = (rendered && weighSite(rendered.site).heaviest()) ?? null;
  }
  return { source: sourceFacts(store), heaviest };
}

/** Keeps the last answer alone: it is as large as the fleet. */
function rememberLast<Answer>(ask: (commit: string) => Promise<Answer>): (commit: string) => Promise<Answer> {
  let last: { readonly commit: string; readonly answer: Promise<Answer> } | undefined;
  return (commit) => {
    if (last?.commit !== commit) last = { commit, answer: ask(commit) };
    return last.answer;
  };
}
