/** Finds out which tenants a change between two commits touches, and which others it may collide with. */
import type { Source } from "../model/source.ts";
import { readTenant } from "../model/tenant.ts";
import { touchedIds, touchedTemplates } from "../model/touched.ts";
import { TENANT_MAX_BYTES } from "../model/yaml.ts";
import { type Repo, RepoError, type Tree } from "../ports.ts";
import { readSources } from "./load.ts";
import type { Folders } from "./load-stores.ts";

/** What renders, as it runs: a change below it touches every store. CI sees to it that it is what the sources give. */
export const ENGINE_FOLDER = "action/dist";

/** One of the two commits. */
export interface ChangedSide {
  readonly tree: Tree;
  readonly sources: readonly Source[];
}

/** What differs between two commits, as far as stores are made from it. */
export interface Change {
  readonly head: ChangedSide;
  /** Without sources where the change brings the first tenant. */
  readonly base: ChangedSide;
  /** All that differ, sorted. */
  readonly paths: readonly string[];
  /** Whether the two sides may be rendered by different code. */
  readonly isEngine: boolean;
  /** The templates of which a file differs. */
  readonly templates: ReadonlySet<string>;
  /** Tenants with a file of their own that differs; engine and templates touch more. */
  readonly touched: ReadonlySet<string>;
}

/** With more touched than this, looking for their hosts in all others costs as much as reading all. */
export const MOST_TOUCHED = 100;

/** Files asked for before the first answer: hides the round trip, and holds little. */
const READ_AT_ONCE = 128;

/** Throws `RepoError` when a commit is not in the clone, or the head has no tenant at all. */
export async function readChange(
  repo: Pick<Repo, "tree" | "changedPaths">,
  commits: { readonly base: string; readonly head: string },
  folders: Folders,
): Promise<Change> {
  const baseTree = repo.tree(commits.base);
  const [paths, head, base] = await Promise.all([
    repo.changedPaths(commits.base, commits.head),
    openSide(repo.tree(commits.head), folders),
    openSide(baseTree, folders).catch((error: unknown): ChangedSide => {
      if (error instanceof RepoError && error.code === "missing") return { tree: baseTree, sources: [] };
      throw error;
    }),
  ]);
  return {
    head,
    base,
    paths,
    isEngine: paths.some((path) => path.startsWith(`${ENGINE_FOLDER}/`)),
    templates: touchedTemplates(paths, folders.templates),
    touched: touchedIds(paths, [...head.sources, ...base.sources]),
  };
}

async function openSide(tree: Tree, folders: Folders): Promise<ChangedSide> {
  return { tree, sources: (await readSources(tree, folders.tenants)).sources };
}

/**
 * Stores that may claim an id or a host of the touched ones: whatever names such a host anywhere, or uses escapes
 * that could spell one. Too many is harmless, they are only read as well.
 */
export async function findRivals({ head, touched }: Pick<Change, "head" | "touched">): Promise<Source[]> {
  const ours = head.sources.filter((source) => touched.has(source.id));
  const ids = new Set(ours.map((source) => source.id.toLowerCase()));
  const claims = await Promise.all(ours.map(async (source) => readTenant(source, await bytesOf(head.tree, source))));
  const hosts = claims.flatMap((claim) => claim.hosts.map(({ host }) => host.toLowerCase()));
  const mayClaim = (source: Source, bytes: Uint8Array | undefined): boolean => {
    const text = Buffer.from(bytes ?? [])
      .toString("latin1")
      .toLowerCase();
    return ids.has(source.id.toLowerCase()) || text.includes("\\") || hosts.some((host) => text.includes(host));
  };
  const others = head.sources.filter((source) => !touched.has(source.id));
  const rivals: Source[] = [];
  for (let start = 0; start < others.length; start += READ_AT_ONCE) {
    const batch = others.slice(start, start + READ_AT_ONCE);
    const contents = await Promise.all(batch.map((source) => bytesOf(head.tree, source)));
    rivals.push(...batch.filter((source, index) => mayClaim(source, contents[index])));
  }
  return rivals;
}

/** Nothing of what is no plain file of a bearable size: such a tenant claims nothing. */
const bytesOf = async (tree: Tree, { entry, file }: Source): Promise<Uint8Array> =>
  entry.kind === "file" && entry.size <= TENANT_MAX_BYTES ? tree.read(file) : new Uint8Array();

/** The tree without the tenants that are not `kept`; changed paths that belong to none stay. */
export function showOnly(
  side: ChangedSide,
  kept: readonly Source[],
  change: Pick<Change, "paths">,
  folders: Folders,
): Tree {
  const shown = new Set(kept.flatMap((source) => [source.file, ...source.entries.map((entry) => entry.path)]));
  const owned = new Set(side.sources.flatMap((source) => [source.file, ...source.entries.map((entry) => entry.path)]));
  const strays = new Set(change.paths.filter((path) => !owned.has(path)));
  return {
    ...side.tree,
    list: async (folder) => {
      const entries = await side.tree.list(folder);
      if (folder !== folders.tenants) return entries;
      return entries.filter(({ kind, path }) => kind === "directory" || shown.has(path) || strays.has(path));
    },
  };
}
