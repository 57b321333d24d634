/** Renders one tenant as it is at one commit. */
import { closedStoreOf, renderClosedSite } from "../model/closed.ts";
import type { Side } from "../model/comparison.ts";
import { type Diagnostic, hasErrors } from "../model/diagnostic.ts";
import { renderSite } from "../model/render.ts";
import type { Source } from "../model/source.ts";
import { checkTenantAgainstTemplate } from "../model/template-fit.ts";
import { primaryHost } from "../model/tenant.ts";
import { loadStore } from "./load-store.ts";
import type { Desk } from "./load-stores.ts";

/** What the tenant is, with every problem of it that the desk does not know yet. */
export async function renderSide(
  desk: Desk,
  source: Source | undefined,
): Promise<{ side: Side; diagnostics: readonly Diagnostic[] }> {
  if (source === undefined) return { side: { state: "absent" }, diagnostics: [] };
  const tenant = desk.fleet.tenants.get(source.id);
  if (tenant?.file !== source.file) return { side: { state: "invalid" }, diagnostics: [] };
  const diagnostics = checkTenantAgainstTemplate(tenant, desk.templates);
  const template = desk.templates.get(tenant.settings.theme.template);
  const { store, diagnostics: found } = await loadStore(desk.tree, tenant, source);
  diagnostics.push(...found);
  if (template === undefined || store === undefined || hasErrors(diagnostics))
    return { side: { state: "invalid" }, diagnostics };

  const { state } = tenant.settings.lifecycle;
  if (state === "paused" || state === "archived") {
    const site = renderClosedSite(closedStoreOf(tenant, template));
    return { side: { state: "parked", shown: { site, pages: 0, products: 0 } }, diagnostics };
  }
  const host = primaryHost(tenant.settings);
  const rendered = renderSite(store, template, {
    origin: host === null ? null : `https://${host}`,
    links: "absolute-path",
  });
  diagnostics.push(...rendered.diagnostics);
  if (hasErrors(rendered.diagnostics)) return { side: { state: "invalid" }, diagnostics };
  return { side: { state, shown: rendered }, diagnostics };
}
