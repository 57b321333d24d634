/** The site of a store that is parked: a closed page in its own name and colours, and nothing behind it. */
import { ENGINE_MESSAGES } from "./engine-messages.ts";
import { translator } from "./message.ts";
import { plainPage } from "./plain-page.ts";
import { mailto } from "./url.ts";
import { closeSite, type Site, siteFile } from "./site.ts";
import type { ClosedStore, Tenant } from "./store.ts";
import type { Template } from "./template.ts";
import { schemesOf, tokensOf } from "./theme.ts";

/** All that the closed page will need when template and YAML are gone. */
export function closedStoreOf(tenant: Tenant, template: Template): ClosedStore {
  const { brand, locale, contact, theme } = tenant.settings;
  const { color } = tokensOf(theme.tokens, theme.preset, template);
  const { background, text, accent } = schemesOf(color, theme.scheme).always;
  return {
    id: tenant.id,
    name: brand.name,
    language: locale.default,
    email: contact.email,
    colors: { background, text, accent },
  };
}

/** `index.html`, `404.html`, `robots.txt` and the beacon; the engine's own page, in the store's language where we speak it. */
export function renderClosedSite(closed: ClosedStore): Site {
  const t = translator(closed.language, ENGINE_MESSAGES);
  const page = plainPage({
    language: closed.language,
    name: closed.name,
    title: t("closed.title"),
    text: t("closed.text", { email: closed.email }),
    link: { href: mailto(closed.email), text: closed.email },
    colors: closed.colors,
  });
  const html = "text/html; charset=utf-8";
  return closeSite(
    closed.id,
    [
      siteFile("index.html", "page", html, page),
      siteFile("404.html", "page", html, page),
      // Crawlers have to come in to see the page's noindex.
      siteFile("robots.txt", "page", "text/plain; charset=utf-8", "User-agent: *\nAllow: /\n"),
    ],
    { name: "closed", version: "1.0.0" },
  );
}
