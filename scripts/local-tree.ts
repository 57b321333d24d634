/** The folders that a local command was pointed at, wherever they lie, as one tree. */
import { existsSync } from "node:fs";
import { isAbsolute, posix, relative, resolve, sep } from "node:path";
import { workingDirectory } from "../action/src/io/working-directory.ts";
import { RepoError, type Entry, type Tree } from "../action/src/ports.ts";

/** Folders that can be read as one repository. */
interface LocalTree<Name extends string> {
  readonly tree: Tree;
  /** Each folder as the tree knows it. */
  readonly folders: Readonly<Record<Name, string>>;
}

/**
 * The files here, and those of `folders` that lie elsewhere under the names that they were given: a diagnostic then
 * shows a path that a person can open. Takes the files as they are now; a later look needs a tree of its own.
 */
export function openLocalTree<Name extends string>(given: Readonly<Record<Name, string>>): LocalTree<Name> {
  const here = workingDirectory(".");
  const mounts = new Map<string, Tree>();
  const names = Object.entries<string>(given).map(([key, folder]): [string, string] => {
    const inside = relative(".", folder).split(sep).join("/");
    if (inside !== "" && !inside.startsWith("..") && !isAbsolute(inside)) return [key, inside];
    const name = posix.normalize(folder.split(sep).join("/")).replace(/(?<=.)\/$/, "");
    mounts.set(name, mounted(name, resolve(folder)));
    return [key, name];
  });
  const treeOf = (path: string): Tree => {
    for (const [name, tree] of mounts) if (path === name || path.startsWith(`${name}/`)) return tree;
    return here;
  };
  return {
    tree: {
      list: (folder) => treeOf(folder).list(folder),
      read: (path) => treeOf(path).read(path),
      identify: (path) => treeOf(path).identify(path),
    },
    folders: Object.fromEntries(names) as Record<Name, string>,
  };
}

/** The folder at `place`, which the tree calls `name`. */
function mounted(name: string, place: string): Tree {
  const base = posix.basename(place.split(sep).join("/"));
  const tree = workingDirectory(resolve(place, ".."));
  const inner = (path: string): string => base + path.slice(name.length);
  const outer = (entry: Entry): Entry => ({ ...entry, path: name + entry.path.slice(base.length) });
  return {
    list: async (folder) => {
      // The tree inside knows the folder by its last part, which would say little in a message.
      if (!existsSync(place)) throw new RepoError("missing", `there is no folder ${name}`, { hint: "check the path" });
      return (await tree.list(inner(folder))).map(outer);
    },
    read: (path) => tree.read(inner(path)),
    identify: (path) => tree.identify(inner(path)),
  };
}
