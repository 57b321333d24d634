/** A store as a site: every page, asset and feed, from the store's values through its template. */
import { closedStoreOf } from "./closed.ts";
import { robotsText, sitemapFiles } from "./crawling.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { feedRows, googleTable, googleXml } from "./feed.ts";
import { favicon } from "./illustration.ts";
import { translator } from "./message.ts";
import { NEWS_PATH, newsFeed } from "./news-feed.ts";
import { plainPage } from "./plain-page.ts";
import { decimalOf } from "./price.ts";
import { PREVIEW_DRAWER, PREVIEW_SIZE } from "./preview.ts";
import { collectAssets } from "./render-assets.ts";
import { makeFrames, placesOf } from "./render-frame.ts";
import { type PageRequest, sitePages } from "./render-pages.ts";
import { searchEntries, viewShelf } from "./render-shelf.ts";
import { viewStore } from "./render-store.ts";
import { writeSearchIndex } from "./search-index.ts";
import { closeSite, type Site, type SiteFile, siteFile } from "./site.ts";
import type { ClosedStore, Store } from "./store.ts";
import type { Absolute } from "./structured-data.ts";
import { type PageKind, type Template, TemplateError } from "./template.ts";
import { schemesOf, themeCss, tokensOf } from "./theme.ts";
import { fileAt, linkPrefix, linkTo, type SiteAddress } from "./url.ts";
import { remember } from "./remember.ts";

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

/** What search engines and link previews are told about a page. */
export interface Meta {
  readonly title: string;
  /** One line of at most 160 characters. */
  readonly description: string;
  /** Absolute; undefined where the store has no address. */
  readonly canonical: string | undefined;
  readonly noindex: boolean;
  /** The address of the products as RSS; undefined where the store has none. */
  readonly feed: string | undefined;
  /** `en_GB`: how link previews name the language. */
  readonly locale: string;
  /** A photograph of what the page is about, by its absolute address; sizes are in pixels, undefined where nobody looked inside. */
  readonly image:
    | {
        readonly url: string;
        readonly width: number | undefined;
        readonly height: number | undefined;
        readonly alt: string;
      }
    | undefined;
  /** What a product costs at least: `15.00` and the currency's code. */
  readonly price: { readonly amount: string; readonly currency: string } | undefined;
  /** JSON-LD values. */
  readonly data: readonly object[];
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
  const { brand, catalog, locale, theme, seo } = tenant.settings;
  const files = new Map<string, SiteFile>();
  const add = (file: SiteFile) => void files.set(file.path, file);
  const has = (kind: PageKind) => template.pages[kind] !== undefined;
  const placeOf = placesOf(has);
  const absolute: Absolute = (path) => (address.origin === null ? undefined : `${address.origin}/${placeOf(path)}`);

  const tokens = tokensOf(theme.tokens, theme.preset, template);
  const { always: palette, dark } = schemesOf(tokens.color, theme.scheme);
  const assets = collectAssets(files, store.pictures);
  const styles = assets.add("styles.css", "text/css; charset=utf-8", themeCss(tokens, palette, dark) + template.styles);
  add(template.script);

  const t = translator(locale.default, template.messages, locale.messages);
  const logo = brand.logo?.src === undefined ? undefined : assets.addPicture(brand.logo.src);
  const storeView = viewStore(tenant, store.pages, t, logo);
  const shelf = viewShelf(store, {
    ...palette,
    ...assets,
    locale: locale.default,
    t,
    illustration: catalog.illustration,
  });
  const addIndex = (body: string) => assets.add("search.json", "application/json; charset=utf-8", body);
  const preview =
    store.preview === undefined
      ? undefined
      : {
          path: assets.add("preview.png", "image/png", store.preview, PREVIEW_DRAWER),
          ...PREVIEW_SIZE,
          alt: brand.name,
        };
  const search =
    template.pages.search &&
    addIndex(
      writeSearchIndex(searchEntries(shelf, address.links, t, placeOf), (part) =>
        linkTo(address.links, linkPrefix(address.links, "search/index.html"), addIndex(part)),
      ),
    );
  const wanted = [
    ...sitePages({
      tenant,
      store: storeView,
      shelf,
      t,
      absolute,
      has,
      pathTo: (path) => linkTo(address.links, "", placeOf(path)),
      keep: (name, body) => assets.add(name, "application/json; charset=utf-8", body),
    }),
  ];
  const frames = makeFrames({
    template,
    links: address.links,
    store: storeView,
    shelf,
    t,
    pages: wanted,
    files,
    assets: { "styles.css": styles, "main.js": template.script.path, "search.json": search },
  });

  const suffix = seo.title_suffix ?? brand.name;
  const isHidden = (page: PageRequest): boolean => seo.robots === "noindex" || page.noindex === true;
  // Feeds tell addresses of products.
  const news = has("product") ? absolute(NEWS_PATH) : undefined;
  const previewLocale = previewLocaleOf(locale.default);
  const metaOf = (page: PageRequest): Meta => ({
    title: page.title === undefined ? suffix : `${page.title} · ${suffix}`,
    description: clip(page.description),
    canonical: page.kind === "404" ? undefined : absolute(page.path),
    noindex: isHidden(page),
    feed: news,
    locale: previewLocale,
    image: previewOf(page),
    price: page.price && { amount: decimalOf(page.price), currency: page.price.currency },
    data: (page.data ?? []).filter((one) => one !== null),
  });

  // Link previews take no SVG: where there is no photograph they show the store.
  function previewOf({ image, title: alt = suffix }: PageRequest): Meta["image"] {
    const shown = image === undefined || image.drawn ? preview : { ...image, alt };
    const url = shown === undefined ? undefined : absolute(shown.path);
    return shown === undefined || url === undefined
      ? undefined
      : { url, width: shown.width, height: shown.height, alt: shown.alt };
  }

  // Before the pages, which may link to them.
  add(siteFile("favicon.svg", "page", "image/svg+xml", favicon(brand.name, palette.accent)));
  const indexed = wanted
    .filter((page) => has(page.kind) && !isHidden(page))
    .map(({ path, content }) => ({ path, pictures: (content.product?.pictures ?? []).map((one) => one.path) }));
  const sitemaps = address.origin === null ? [] : sitemapFiles(address.origin, indexed);
  for (const { path, xml } of sitemaps) add(siteFile(path, "page", XML, xml));
  const sitemap = sitemaps[0] && absolute(sitemaps[0].path);
  add(siteFile("robots.txt", "page", "text/plain; charset=utf-8", robotsText(sitemap)));
  if (news !== undefined) {
    const products = [...shelf.products.values()];
    const rows = feedRows(products, brand.name, absolute);
    const about = seo.description ?? brand.description ?? brand.tagline ?? brand.name;
    add(siteFile("feeds/google.tsv", "page", "text/tab-separated-values; charset=utf-8", googleTable(rows)));
    add(siteFile("feeds/google.xml", "page", XML, googleXml(rows, { name: brand.name, url: `${address.origin}/` })));
    add(
      siteFile(NEWS_PATH, "page", "application/rss+xml; charset=utf-8", newsFeed(storeView, about, products, absolute)),
    );
  }

  const failures = new Map<string, Diagnostic>();
  let pages = 0;
  for (const page of wanted) {
    const render = template.pages[page.kind];
    if (render === undefined) continue;
    const path = fileAt(page.path);
    try {
      const it = frames.fill(frames.at(path), {
        ...page.content,
        kind: page.kind,
        path: page.path,
        meta: metaOf(page),
      });
      add(siteFile(path, "page", HTML, render(it)));
      pages++;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      failures.set(`${error.file}:${error.line}`, failureOf(error, path, tenant.id));
    }
  }

  const closed = closedStoreOf(tenant, template);
  if (template.pages["404"] === undefined) {
    const body = plainPage({
      language: locale.default,
      name: brand.name,
      title: t("notFound.title"),
      text: t("notFound.text"),
      link: { href: frames.at("404.html").url(""), text: t("notFound.home") },
      colors: closed.colors,
    });
    add(siteFile("404.html", "page", HTML, body));
  }
  return {
    site: closeSite(tenant.id, [...files.values()], template),
    pages,
    products: shelf.products.size,
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

/** The Open Graph protocol asks for a territory too: where a locale has none, its likeliest. */
const previewLocaleOf = remember((locale: string): string => {
  const { language, region } = new Intl.Locale(locale).maximize();
  return region === undefined ? language : `${language}_${region}`;
});

/** Search engines show about this much of a description. */
const DESCRIPTION_LENGTH = 160;
const UNEVEN_SPACE = /[^\S ]| {2}|^ | $/;

function clip(text: string): string {
  // Most text is one line of single spaces: to see that takes a fraction of the time of writing it anew.
  const line = UNEVEN_SPACE.test(text) ? text.replace(/\s+/g, " ").trim() : text;
  if (line.length <= DESCRIPTION_LENGTH) return line;
  const cut = line.slice(0, DESCRIPTION_LENGTH - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), DESCRIPTION_LENGTH / 2)).replace(/[\s,;:.]+$/, "")}…`;
}
