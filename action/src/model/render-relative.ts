/** Renders a store to be looked at before it is live: in any folder of a bare bucket, and hidden from search engines. */
import { renderSite } from "./render.ts";
import type { Store } from "./store.ts";
import type { Template } from "./template.ts";

/** Its links are relative and it has no origin, so where it will lie is in none of its bytes. */
export const renderRelative = (store: Store, template: Template): ReturnType<typeof renderSite> =>
  renderSite(
    { ...hidden(store), ...(store.translations && { translations: store.translations.map(hidden) }) },
    template,
    { origin: null, links: "relative" },
  );

/** A public bucket answers with no header of ours, so each page says it itself. */
function hidden<Some extends Pick<Store, "tenant">>(store: Some): Some {
  const { settings } = store.tenant;
  const seo = { ...settings.seo, robots: "noindex" } as const;
  return { ...store, tenant: { ...store.tenant, settings: { ...settings, seo } } };
}
