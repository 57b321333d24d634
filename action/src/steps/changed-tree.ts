/** A tree as it will be once some files are changed. */
import { type Entry, RepoError, type Tree } from "../ports.ts";

/** Bytes to stand at a path, or null where nothing shall. */
export type TreeChanges = ReadonlyMap<string, Uint8Array | null>;

/**
 * The tree with the changes made; the folders that new files need are there too. It cannot identify what changed: only
 * git knows what a file will be called there.
 */
export function withChanges(tree: Tree, changes: TreeChanges): Tree {
  const changed = (path: string): Uint8Array | null | undefined => changes.get(path);
  return {
    async list(folder) {
      const entries = new Map<string, Entry>();
      for (const [path, body] of changes) {
        if (body === null || !path.startsWith(`${folder}/`)) continue;
        for (let parent = parentOf(path); parent !== folder; parent = parentOf(parent))
          entries.set(parent, { path: parent, kind: "directory", size: 0 });
        entries.set(path, { path, kind: "file", size: body.byteLength });
      }
      for (const entry of await listOrNothing(tree, folder))
        if (changed(entry.path) === undefined) entries.set(entry.path, entry);
      return withoutEmpty(
        [...entries.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
        changes,
      );
    },
    read: async (path) => {
      const body = changed(path);
      if (body === null) throw new RepoError("missing", `there will be no ${path}`);
      return body ?? tree.read(path);
    },
    identify: (path) => tree.identify(path),
  };
}

/** What is not there yet may come by a change. */
async function listOrNothing(tree: Tree, folder: string): Promise<readonly Entry[]> {
  return tree.list(folder).catch((error: unknown): readonly Entry[] => {
    if (error instanceof RepoError && error.code === "missing") return [];
    throw error;
  });
}

/** Git keeps no empty folders: where the last file goes, the folder goes. */
function withoutEmpty(entries: readonly Entry[], changes: TreeChanges): readonly Entry[] {
  const emptied = new Set([...changes].filter(([, body]) => body === null).map(([path]) => parentOf(path)));
  return entries.filter(
    ({ kind, path }) =>
      kind !== "directory" ||
      ![...emptied].some((folder) => folder === path || folder.startsWith(`${path}/`)) ||
      entries.some((one) => one.kind !== "directory" && one.path.startsWith(`${path}/`)),
  );
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
