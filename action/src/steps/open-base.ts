/** Opens a tree in which there may not be a store yet. */
import { RepoError, type Tree } from "../ports.ts";
import { type Desk, type Folders, openDesk } from "./load-stores.ts";

/** What comes before the first tenant or the first template is empty, and no mistake. `known` templates are not read again. */
export async function openBase(tree: Tree, folders: Folders, known?: Desk["templates"]): Promise<Desk> {
  return openDesk(tree, folders, known).catch((error: unknown) => {
    if (error instanceof RepoError && error.code === "missing")
      return emptyDesk(tree, { templates: new Map(), diagnostics: [] });
    throw error;
  });
}

/** A desk without a store. */
export const emptyDesk = (tree: Tree, { templates, diagnostics }: Pick<Desk, "templates" | "diagnostics">): Desk => ({
  tree,
  fleet: { sources: [], tenants: new Map(), takenIds: new Set(), diagnostics: [] },
  templates,
  diagnostics,
});
