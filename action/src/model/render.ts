/** A store as a site: every page, asset and feed, from the store's values through its template. */
import { closedStoreOf } from "./closed.ts";
import { robotsText, sitemapFiles } from "./crawling.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { favicon } from "./illustration.ts";
import { plainPage } from "./plain-page.ts";
import { PREVIEW_DRAWER, PREVIEW_SIZE } from "./preview.ts";
import { redirectFiles } from "./redirect.ts";
import { collectAssets } from "./render-assets.ts";
import { openLanguage } from "./render-language.ts";
import { closeSite, type Site, type SiteFile, siteFile } from "./site.ts";
import type { ClosedStore, Store } from "./store.ts";
import { type Template, TemplateError } from "./template.ts";
import { schemesOf, themeCss, tokensOf } from "./theme.ts";
import { languageFolder } from "./translation.ts";
import type { SiteAddress } from "./url.ts";

/** A rendered store with what guards, tables and records want to know of it. */
interface RenderedSite {
  /** Not for deploying when `diagnostics` has an error: pages are missing then. */
  readonly site: Site;
  /** Counts for guards and tables. */
  readonly pages: number;
  readonly products: number;
  /** What the record keeps for the day the store closes. */
  readonly closed: ClosedStore;
  readonly diagnostics: readonly Diagnostic[];
}

const HTML = "text/html; charset=utf-8";
const XML = "application/xml; charset=utf-8";

/**
 * Renders a store. Equal arguments give equal bytes.
 *
 * A template that throws becomes a diagnostic at its own file and line (`template-failed`), once per place.
 */
export function renderSite(store: Store, template: Template, address: SiteAddress): RenderedSite {
  const { tenant } = store;
  const { brand, locale, theme } = tenant.settings;
  const files = new Map<string, SiteFile>();
  const add = (file: SiteFile) => void files.set(file.path, file);

  const tokens = tokensOf(theme.tokens, theme.preset, template);
  const { always: palette, dark } = schemesOf(tokens.color, theme.scheme);
  const assets = collectAssets(files, store.pictures);
  const styles = assets.add("styles.css", "text/css; charset=utf-8", themeCss(tokens, palette, dark) + template.styles);
  add(template.script);
  // Before the pages, which may link to it.
  add(siteFile("favicon.svg", "page", "image/svg+xml", favicon(brand.name, palette.accent)));
  const logo = brand.logo?.src === undefined ? undefined : assets.addPicture(brand.logo.src);
  const preview =
    store.preview === undefined
      ? undefined
      : {
          path: assets.add("preview.png", "image/png", store.preview, PREVIEW_DRAWER),
          ...PREVIEW_SIZE,
          alt: brand.name,
        };
  const shared = { template, address, palette, assets, files, styles, logo, preview };
  const first = openLanguage(store, "", shared);
  const languages = [
    first,
    ...(store.translations ?? []).map((one) =>
      openLanguage(one, languageFolder(one.tenant.settings.locale.default), shared),
    ),
  ];

  const orders = languages.flatMap(({ pages }) => pages);
  const indexed = orders
    .filter((page) => !page.isHidden)
    .map(({ place, request }) => ({
      path: place,
      pictures: (request.content.product?.pictures ?? []).map((one) => one.path),
    }));
  const sitemaps = address.origin === null ? [] : sitemapFiles(address.origin, indexed);
  for (const { path, xml } of sitemaps) add(siteFile(path, "page", XML, xml));
  const [sitemap] = sitemaps;
  add(
    siteFile(
      "robots.txt",
      "page",
      "text/plain; charset=utf-8",
      robotsText(sitemap && `${address.origin}/${sitemap.path}`),
    ),
  );

  const closed = closedStoreOf(tenant, template);
  for (const language of languages) {
    const folder = language === first ? "" : languageFolder(language.tag);
    // Before the pages: where one has the address again, it wins.
    for (const file of redirectFiles(tenant, language, folder, address.origin, closed.colors)) add(file);
  }

  const failures = new Map<string, Diagnostic>();
  let pages = 0;
  for (const page of orders) {
    try {
      add(siteFile(page.path, "page", HTML, page.render(languages)));
      pages++;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      failures.set(`${error.file}:${error.line}`, failureOf(error, page.path, tenant.id));
    }
  }

  if (template.pages["404"] === undefined) {
    const { t } = first;
    const body = plainPage({
      language: locale.default,
      name: brand.name,
      title: t("notFound.title"),
      text: t("notFound.text"),
      link: { href: first.frameAt("404.html").url(""), text: t("notFound.home") },
      colors: closed.colors,
    });
    add(siteFile("404.html", "page", HTML, body));
  }
  return {
    site: closeSite(tenant.id, [...files.values()], template),
    pages,
    products: first.products,
    closed,
    diagnostics: [...failures.values()],
  };
}

const failureOf = (error: TemplateError, path: string, tenant: string): Diagnostic => ({
  rule: "template-failed",
  severity: "error",
  message: `${error.message} (while rendering ${path} of "${tenant}")`,
  hint: "the template does not fit this store's values; repair the template",
  location: { file: error.file, line: error.line, column: 1 },
});
