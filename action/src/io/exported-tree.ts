/** A commit's files in a folder without git: each under its blob id, with a listing that came apart. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { IdentifiedEntry } from "../model/rendered-side.ts";
import { RepoError, type Tree } from "../ports.ts";

/** `entries` sorted by path. A folder is there when it holds something, as in git. */
export function exportedTree(folder: string, entries: readonly IdentifiedEntry[]): Tree {
  const files = new Map(entries.filter(({ kind }) => kind === "file").map((entry) => [entry.path, entry.id]));
  const idOf = (path: string): string => {
    const id = files.get(path);
    if (id === undefined) throw new RepoError("missing", `there is no file ${path}`);
    return id;
  };
  return {
    list: async (parent) => {
      const found = entries.filter(({ path }) => path.startsWith(`${parent}/`));
      if (found.length === 0) throw new RepoError("missing", `there is no folder ${parent}`);
      return found;
    },
    read: async (path) => readFile(join(folder, idOf(path))),
    identify: async (path) => idOf(path),
  };
}
