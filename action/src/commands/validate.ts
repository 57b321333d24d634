/** Says everything that is wrong with the fleet, and changes nothing. */
import { type Diagnostic, sortDiagnostics } from "../model/diagnostic.ts";
import { suggest } from "../model/suggestion.ts";
import type { Tree } from "../ports.ts";
import { checkStores, type Folders, openDesk } from "../steps/load-stores.ts";

export interface ValidateOptions {
  readonly tree: Tree;
  readonly folders: Folders;
  /** The ids to look at, or null for all. The others are still read: ids and hosts are unique over the whole fleet. */
  readonly only: ReadonlySet<string> | null;
}

/** Every problem, sorted, and how many tenants were looked at. Throws `RepoError` when there is nothing to look at. */
export async function validate(
  options: ValidateOptions,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly tenants: number }> {
  const { tree, folders, only } = options;
  const desk = await openDesk(tree, folders);
  const chosen = desk.fleet.sources.filter((source) => only === null || only.has(source.id));
  const found = [...desk.diagnostics, ...(await checkStores(desk, (source) => only === null || only.has(source.id)))];
  const isOfChosen = (file: string) =>
    !file.startsWith(`${folders.tenants}/`) ||
    chosen.some((source) => file === source.file || file.startsWith(`${source.folder}/`));
  const strangers = [...(only ?? [])].filter((id) => !chosen.some((source) => source.id === id));
  const ids = desk.fleet.sources.map((source) => source.id);
  return {
    diagnostics: sortDiagnostics([
      ...(only === null ? found : found.filter((one) => isOfChosen(one.location.file))),
      ...strangers.map((id) => unknownTenant(id, ids, folders.tenants)),
    ]),
    tenants: chosen.length,
  };
}

const unknownTenant = (id: string, ids: readonly string[], folder: string): Diagnostic => ({
  rule: "tenant-unknown",
  severity: "error",
  message: `there is no tenant "${id}"`,
  hint: suggest(id, ids),
  location: { file: `${folder}/${id}.yaml`, line: 1, column: 1 },
});
