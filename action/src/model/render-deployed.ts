/** Renders a store as visitors get it: at its own host, with a picture for links to it where somebody draws. */
import { withPreview } from "./preview.ts";
import { renderSite } from "./render.ts";
import type { Store } from "./store.ts";
import type { Template } from "./template.ts";
import { primaryHost } from "./tenant.ts";

/** Plan and deploy render alike, to the byte; `isDrawn` says whether there are `Pictures`. */
export function renderDeployed(store: Store, template: Template, isDrawn: boolean): ReturnType<typeof renderSite> {
  const host = primaryHost(store.tenant.settings);
  const origin = host === null ? null : `https://${host}`;
  return renderSite(isDrawn ? withPreview(store, template) : store, template, { origin, links: "absolute-path" });
}
