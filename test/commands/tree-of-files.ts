/** A commit's tree in memory. */
import { type Entry, RepoError, type Tree } from "../../action/src/ports.ts";

/** Texts by their paths, with the folders that they are in. */
export function treeOfFiles(files: ReadonlyMap<string, string>): Tree {
  const entries = new Map<string, Entry>();
  for (const [path, text] of files) {
    entries.set(path, { path, kind: "file", size: Buffer.byteLength(text) });
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
      entries.set(path.slice(0, at), { path: path.slice(0, at), kind: "directory", size: 0 });
  }
  const sorted = [...entries.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    list: async (folder) => {
      if (!entries.has(folder)) throw new RepoError("missing", `no ${folder}`);
      return sorted.filter(({ path }) => path.startsWith(`${folder}/`));
    },
    read: async (path) => {
      const text = files.get(path);
      if (text === undefined) throw new RepoError("missing", `no ${path}`);
      return Buffer.from(text);
    },
    identify: async (path) => path,
  };
}
