/** Renders tenants as they are at one commit. */
import { closedStoreOf, renderClosedSite } from "../model/closed.ts";
import { type RenderedSide, showSite, type Side } from "../model/comparison.ts";
import { hasErrors } from "../model/diagnostic.ts";
import { checkPageWeights, openScale } from "../model/page-weight.ts";
import { renderDeployed } from "../model/render-deployed.ts";
import type { renderRelative } from "../model/render-relative.ts";
import type { Site } from "../model/site.ts";
import type { Source } from "../model/source.ts";
import type { ClosedStore } from "../model/store.ts";
import { sourceFacts } from "../model/store-facts.ts";
import { checkTenantAgainstTemplate } from "../model/template-fit.ts";
import type { Pictures } from "../ports.ts";
import { loadStore } from "./load-store.ts";
import type { Desk } from "./load-stores.ts";

/** A side with the files that it shows; none where it shows nothing. */
export interface RenderedStore extends RenderedSide {
  readonly site?: Site;
}

/** Makes a site of a store. */
export type Renderer = typeof renderRelative;

/**
 * Gives what the tenant of an id is, with every problem of it that the desk does not know yet; as visitors will get it
 * unless `render` makes it otherwise.
 */
export function sideRenderer(
  desk: Desk,
  {
    pictures,
    render = (store, template) => renderDeployed(store, template, pictures !== undefined),
    weigh = openScale(),
  }: Partial<How> = {},
): (id: string) => Promise<RenderedStore> {
  // Of several files with one id the first stands for all: none of them is valid.
  const sources = new Map(desk.fleet.sources.toReversed().map((source) => [source.id, source]));
  return (id) => renderSide(desk, sources.get(id), { pictures, render, weigh });
}

/** Who works on a side: one scale for two sides knows what they have in common. */
export interface How {
  readonly pictures: Pictures | undefined;
  readonly render: Renderer;
  readonly weigh: ReturnType<typeof openScale>;
}

async function renderSide(
  desk: Desk,
  source: Source | undefined,
  { pictures, render, weigh }: How,
): Promise<RenderedStore> {
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
  if (state === "paused" || state === "archived") return { ...parkedStore(closed), closed, diagnostics };
  const rendered = render(store, template);
  const weight = weigh(rendered.site);
  diagnostics.push(...rendered.diagnostics, ...checkPageWeights(tenant, weight));
  if (hasErrors(rendered.diagnostics)) return { side: { state: "invalid" }, diagnostics };
  const facts = { ...sourceFacts(store), heaviest: weight.heaviest() ?? null };
  const side = { state, shown: showSite(rendered.site, rendered, facts) };
  return { side, site: rendered.site, closed, diagnostics };
}

/** A closed page in a store's place. */
export function parkedStore(closed: ClosedStore): { readonly side: Side; readonly site: Site } {
  const site = renderClosedSite(closed);
  return { side: { state: "parked", shown: showSite(site, { pages: 0, products: 0 }) }, site };
}

/** What a change leaves of a store: one whose YAML goes is not gone, a closed page takes its place. */
export function followUp({ side, closed }: RenderedSide, after: RenderedStore): RenderedStore {
  const wasSeen = side.state === "live" || side.state === "parked";
  if (after.side.state !== "absent" || !wasSeen || closed === undefined) return after;
  return { ...parkedStore(closed), diagnostics: after.diagnostics };
}
