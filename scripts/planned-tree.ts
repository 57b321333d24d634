/** A tree as it will be once some files are written. */
import { RepoError, type Entry, type Tree } from "../action/src/ports.ts";

/** `files` by path, none of which may exist in `tree` yet; the folders that they need are there too. */
export function withPlannedFiles(tree: Tree, files: ReadonlyMap<string, Uint8Array>): Tree {
  return {
    async list(folder) {
      const existing = await tree.list(folder).catch((error: unknown): readonly Entry[] => {
        if (error instanceof RepoError && error.code === "missing") return [];
        throw error;
      });
      const entries = new Map<string, Entry>();
      for (const [path, body] of files) {
        if (!path.startsWith(`${folder}/`)) continue;
        for (let parent = parentOf(path); parent !== folder; parent = parentOf(parent)) {
          entries.set(parent, { path: parent, kind: "directory", size: 0 });
        }
        entries.set(path, { path, kind: "file", size: body.byteLength });
      }
      for (const entry of existing) entries.set(entry.path, entry);
      return [...entries.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
    read: async (path) => files.get(path) ?? tree.read(path),
    identify: (path) => tree.identify(path),
  };
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
