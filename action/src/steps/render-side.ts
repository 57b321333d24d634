/** Renders one tenant as it is at one commit. */
import { closedStoreOf, renderClosedSite } from "../model/closed.ts";
import type { Shown, Side } from "../model/comparison.ts";
import { type Diagnostic, hasErrors } from "../model/diagnostic.ts";
import { renderSite } from "../model/render.ts";
import type { Source } from "../model/source.ts";
import { checkTenantAgainstTemplate } from "../model/template-fit.ts";
import { primaryHost } from "../model/tenant.ts";
import { loadStore } from "./load-store.ts";
import type { Desk } from "./load-stores.ts";

/** A tenant at one commit, and the page that would stand in its place if it were closed. */
export interface RenderedSide {
  readonly side: Side;
  readonly closed?: Shown;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the tenant is, with every problem of it that the desk does not know yet. */
export async function renderSide(desk: Desk, source: Source | undefined): Promise<RenderedSide> {
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
  const closed: Shown = { site: renderClosedSite(closedStoreOf(tenant, template)), pages: 0, products: 0 };
  if (state === "paused" || state === "archived")
    return { side: { state: "parked", shown: closed }, closed, diagnostics };
  const host = primaryHost(tenant.settings);
  const rendered = renderSite(store, template, {
    origin: host === null ? null : `https://${host}`,
    links: "absolute-path",
  });
  diagnostics.push(...rendered.diagnostics);
  if (hasErrors(rendered.diagnostics)) return { side: { state: "invalid" }, diagnostics };
  return { side: { state, shown: rendered }, closed, diagnostics };
}
