/** Says everything that is wrong with the fleet, and changes nothing. */
import { type Diagnostic, hasErrors, sortDiagnostics } from "../model/diagnostic.ts";
import { checkPageWeights, weighSite } from "../model/page-weight.ts";
import { renderDeployed } from "../model/render-deployed.ts";
import type { Source } from "../model/source.ts";
import { suggest } from "../model/suggestion.ts";
import { checkTenantAgainstTemplate } from "../model/template-fit.ts";
import type { Pictures, Tree } from "../ports.ts";
import { readFleet } from "../steps/load.ts";
import { loadGuardRules } from "../steps/load-guard-rules.ts";
import { loadStore } from "../steps/load-store.ts";
import type { Folders } from "../steps/load-stores.ts";
import { loadTemplates } from "../steps/load-templates.ts";

/** What {@link validate} looks at. */
interface ValidateOptions {
  readonly tree: Tree;
  readonly folders: Folders;
  /** The ids to look at, or null for all. The others are still read: ids and hosts are unique over the whole fleet. */
  readonly only: ReadonlySet<string> | null;
  /** Who prepares photographs; without, nobody looks inside them. */
  readonly pictures?: Pictures;
}

/** Every problem, sorted, and how many tenants were looked at. Throws `RepoError` when there is nothing to look at. */
export async function validate(
  options: ValidateOptions,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly tenants: number }> {
  const { tree, folders, only, pictures } = options;
  const isChosen = ({ id }: Source): boolean => only === null || only.has(id);
  const { templates, diagnostics: ofTemplates } = await loadTemplates(tree, folders.templates);
  const ofStores: Diagnostic[] = [];
  const fleet = await readFleet(tree, folders, async (source, tenant) => {
    if (tenant === undefined || !isChosen(source)) return;
    ofStores.push(...checkTenantAgainstTemplate(tenant, templates));
    const { store, diagnostics } = await loadStore(tree, tenant, source, pictures);
    ofStores.push(...diagnostics);
    // A template may compile and still fail on what a store is.
    const template = templates.get(tenant.settings.theme.template);
    if (store === undefined || template === undefined || hasErrors(ofTemplates)) return;
    // As a deploy renders it, so that both weigh the same.
    const rendered = renderDeployed(store, template, pictures !== undefined);
    ofStores.push(...rendered.diagnostics, ...checkPageWeights(tenant, weighSite(rendered.site)));
  });
  const { diagnostics: ofRules } = await loadGuardRules(tree);
  const found = [...ofTemplates, ...fleet.diagnostics, ...ofStores, ...ofRules];
  const chosen = fleet.sources.filter(isChosen);
  const isOfChosen = (file: string): boolean =>
    !file.startsWith(`${folders.tenants}/`) ||
    chosen.some((source) => file === source.file || file.startsWith(`${source.folder}/`));
  const strangers = [...(only ?? [])].filter((id) => !chosen.some((source) => source.id === id));
  const ids = fleet.sources.map((source) => source.id);
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
