/** Reads all that stores are made from, to say what is wrong with it. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Source } from "../model/source.ts";
import { checkTenantAgainstTemplate, type Templates } from "../model/template-fit.ts";
import type { Tree } from "../ports.ts";
import { loadFleet, type LoadedFleet } from "./load.ts";
import { loadGuardRules } from "./load-guard-rules.ts";
import { loadStore } from "./load-store.ts";
import { loadTemplates } from "./load-templates.ts";

/** Where tenants and templates are, as the tree names it. */
export interface Folders {
  readonly tenants: string;
  readonly templates: string;
}

/** The repository at one moment, everything read but catalogs, pages and pictures. */
export interface Desk {
  readonly tree: Tree;
  readonly fleet: LoadedFleet;
  readonly templates: Templates;
  /** Of the fleet, the templates, the policy and the overrides; not sorted. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Throws `RepoError` when a folder is missing or there is no tenant at all. `known` templates are not read again. */
export async function openDesk(tree: Tree, folders: Folders, known?: Desk["templates"]): Promise<Desk> {
  const { templates, diagnostics: ofTemplates } =
    known === undefined ? await loadTemplates(tree, folders.templates) : { templates: known, diagnostics: [] };
  const fleet = await loadFleet(tree, folders);
  const { diagnostics: ofRules } = await loadGuardRules(tree);
  return { tree, fleet, templates, diagnostics: [...ofTemplates, ...fleet.diagnostics, ...ofRules] };
}

/** Problems of every store that `wants` names, against its template and in its own files; one store in memory at a time. */
export async function checkStores(desk: Desk, wants: (source: Source) => boolean): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const source of desk.fleet.sources) {
    const tenant = desk.fleet.tenants.get(source.id);
    if (tenant?.file !== source.file || !wants(source)) continue;
    diagnostics.push(...checkTenantAgainstTemplate(tenant, desk.templates));
    diagnostics.push(...(await loadStore(desk.tree, tenant, source)).diagnostics);
  }
  return diagnostics;
}
