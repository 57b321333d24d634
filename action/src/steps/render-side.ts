/** Renders tenants as they are at one commit. */
import { closedStoreOf, renderClosedSite } from "../model/closed.ts";
import { type RenderedSide, showSite, type Side } from "../model/comparison.ts";
import { hasErrors } from "../model/diagnostic.ts";
import { checkPageWeights, weighSite } from "../model/page-weight.ts";
import { renderDeployed } from "../model/render-deployed.ts";
import type { Source } from "../model/source.ts";
import type { ClosedStore } from "../model/store.ts";
import { sourceFacts } from "../model/store-facts.ts";
import { checkTenantAgainstTemplate } from "../model/template-fit.ts";
import type { Pictures } from "../ports.ts";
import { loadStore } from "./load-store.ts";
import type { Desk } from "./load-stores.ts";

/** Gives what the tenant of an id is, with every problem of it that the desk does not know yet. */
export function sideRenderer(desk: Desk, pictures?: Pictures): (id: string) => Promise<RenderedSide> {
  // Of several files with one id the first stands for all: none of them is valid.
  const sources = new Map(desk.fleet.sources.toReversed().map((source) => [source.id, source]));
  return (id) => renderSide(desk, sources.get(id), pictures);
}

async function renderSide(desk: Desk, source: Source | undefined, pictures?: Pictures): Promise<RenderedSide> {
  if (source === undefined) return { side: { state: "absent" }, diagnostics: [] };
  const tenant = desk.fleet.tenants.get(source.id);
  if (tenant?.file !== source.file) return { side: { state: "invalid" }, diagnostics: [] };
  const diagnostics = checkTenantAgainstTemplate(tenant, desk.templates);
  const template = desk.templates.get(tenant.settings.theme.template);
  const { store, diagnostics: found } = await loadStore(desk.tree, tenant, source, pictures);
  diagnostics.push(...found);
  if (template === undefined || store === undefined || hasErrors(diagnostics))
    return { side: { state: "invalid" }, diagnostics };

  const { state } = tenant.settings.lifecycle;
  const closed = closedStoreOf(tenant, template);
  if (state === "paused" || state === "archived") return { side: parkedSide(closed), closed, diagnostics };
  const rendered = renderDeployed(store, template, pictures !== undefined);
  const weight = weighSite(rendered.site);
  diagnostics.push(...rendered.diagnostics, ...checkPageWeights(tenant, weight));
  if (hasErrors(rendered.diagnostics)) return { side: { state: "invalid" }, diagnostics };
  const facts = { ...sourceFacts(store), heaviest: weight.heaviest() ?? null };
  return { side: { state, shown: showSite(rendered.site, rendered, facts) }, closed, diagnostics };
}

/** A closed page in a store's place. */
export const parkedSide = (closed: ClosedStore): Side => ({
  state: "parked",
  shown: showSite(renderClosedSite(closed), { pages: 0, products: 0 }),
});
