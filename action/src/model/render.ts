/** A store as a site: every page, asset and feed, from the store's values through its template. */
import { hash } from "node:crypto";
import { closedStoreOf } from "./closed.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { jsonForScript } from "./escape.ts";
import { googleFeed } from "./feed.ts";
import { favicon, type Illustration } from "./illustration.ts";
import { relinkPage } from "./markdown.ts";
import { translator, type Translate } from "./message.ts";
import { plainPage } from "./plain-page.ts";
import { type BlockView, type CollectionView, defaultBlocks, type Shelf, viewBlocks } from "./render-blocks.ts";
import { assetStem, type PictureView, type ProductView, viewProduct } from "./render-product.ts";
import { type LinkView, type StoreView, viewStore } from "./render-store.ts";
import { closeSite, type Site, type SiteFile, siteFile } from "./site.ts";
import type { ClosedStore, Store, TextPage } from "./store.ts";
import { type Absolute, organizationData, productData, trailData } from "./structured-data.ts";
import { type PageKind, type Template, TemplateError } from "./template.ts";
import { paletteOf, themeCss, tokensOf } from "./theme.ts";
import { fileAt, linkPrefix, linkTo, mailto, type SiteAddress } from "./url.ts";

export interface RenderedSite {
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
  readonly description: string | undefined;
  /** Absolute; undefined where the store has no address. */
  readonly canonical: string | undefined;
  readonly noindex: boolean;
  readonly image: string | undefined;
  /** JSON-LD values. */
  readonly data: readonly object[];
}

/** The same on every page that has the same links. */
export interface Frame {
  readonly store: StoreView;
  readonly t: Translate;
  /** The link to a path of this site: the only way to write one. */
  readonly url: (path: string) => string;
  /** The link of a menu's entry or a block's button, wherever it leads. */
  readonly href: (link: LinkView) => string;
  /** The link to `styles.css`, `main.js` or `search.json` under its hashed name. */
  readonly asset: (name: string) => string;
  /** The content security policy of every page. */
  readonly policy: string;
  readonly collections: readonly CollectionView[];
  readonly products: readonly ProductView[];
  readonly texts: readonly TextPage[];
  /** Whether the template has a page of this kind. */
  readonly has: (kind: PageKind) => boolean;
  /** A partial with the values of this page, and more. */
  readonly partial: (name: string, more?: object) => string;
  /** A partial that depends on nothing but the site and `key` (in it: `it.key`): rendered once. */
  readonly once: (name: string, key?: unknown) => string;
  /** JSON for the inside of a script element. */
  readonly json: (value: unknown) => string;
  /** A link that starts a mail to the store. */
  readonly mailto: (subject?: string) => string;
  /** The HTML of a text page. */
  readonly markdown: (page: TextPage) => string;
}

/** What a page adds to its frame, by its kind. */
type Content = {
  readonly blocks?: readonly BlockView[];
  readonly collection?: CollectionView;
  readonly listing?: {
    readonly products: readonly ProductView[];
    readonly page: number;
    readonly pages: number;
    readonly previous: string | undefined;
    readonly next: string | undefined;
  };
  readonly product?: ProductView;
  readonly related?: readonly ProductView[];
  readonly page?: TextPage;
  readonly trail?: readonly { readonly label: string; readonly path: string }[];
};

/** Nothing from elsewhere, nothing inline. A meta element cannot forbid being framed; that is the host's header. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'";

const HTML = "text/html; charset=utf-8";

/** How many products a product's page proposes. */
const RELATED = 4;

/**
 * Renders a store. Equal arguments give equal bytes.
 *
 * A template that throws becomes a diagnostic at its own file and line (`template-failed`), once per place.
 */
export function renderSite(store: Store, template: Template, address: SiteAddress): RenderedSite {
  const { tenant, catalog } = store;
  const { settings } = tenant;
  const { locale, theme, seo } = settings;
  const files = new Map<string, SiteFile>();
  const failures = new Map<string, Diagnostic>();
  const add = (file: SiteFile) => void files.set(file.path, file);
  const absolute: Absolute = (path) => (address.origin === null ? undefined : `${address.origin}/${path}`);
  const has = (kind: PageKind) => template.pages[kind] !== undefined;

  const addAsset = (name: string, contentType: string, body: string | Uint8Array): string => {
    const dot = name.lastIndexOf(".");
    const path = `assets/${name.slice(0, dot)}.${hash("sha256", body).slice(0, 10)}${name.slice(dot)}`;
    if (!files.has(path)) add(siteFile(path, "asset", contentType, body));
    return path;
  };

  const tokens = tokensOf(theme.tokens, theme.preset, template);
  const palette = paletteOf(tokens.color);
  const stylesPath = addAsset("styles.css", "text/css; charset=utf-8", themeCss(tokens, palette) + template.styles);
  add(template.script);

  const pictures = new Map<string, PictureView>();
  const addPicture = (path: string): PictureView | undefined => {
    const picture = store.pictures.get(path);
    if (picture === undefined) return undefined;
    let view = pictures.get(path);
    if (view === undefined) {
      view = { path: addAsset(assetStem(path, picture), picture.contentType, picture.body), drawn: false };
      pictures.set(path, view);
    }
    return view;
  };
  const drawings = new Map<string, PictureView>();
  const addDrawing = (drawing: Illustration): PictureView => {
    let view = drawings.get(drawing);
    if (view === undefined) {
      view = { path: addAsset("drawing.svg", "image/svg+xml", drawing), drawn: true };
      drawings.set(drawing, view);
    }
    return view;
  };

  const t = translator(locale.default, template.messages, locale.messages);
  const logoPath = settings.brand.logo?.src;
  const storeView = viewStore(tenant, store.pages, t, logoPath === undefined ? undefined : addPicture(logoPath));
  const showcase = {
    locale: locale.default,
    t,
    surface: palette.surface,
    accent: palette.accent,
    addPicture,
    addDrawing,
  };
  const products = new Map(catalog.products.map((product) => [product.id, viewProduct(product, showcase)]));
  const productViews = [...products.values()];
  const ownTitles = new Set(settings.catalog.collections.map(({ id }) => id));
  const collections = new Map(
    catalog.collections.map(({ id, title, description, products: chosen }): [string, CollectionView] => [
      id,
      {
        id,
        path: `collections/${id}/`,
        title: id === "all" && !ownTitles.has(id) ? t("collection.all") : title,
        description,
        products: chosen.flatMap((product) => products.get(product.id) ?? []),
      },
    ]),
  );
  const shelf: Shelf = { collections, products, pages: store.pages };

  let searchPath: string | undefined;
  if (has("search")) {
    const searchLink = (path: string) => linkTo(address.links, linkPrefix(address.links, "search/index.html"), path);
    const index = productViews.map(({ title, path, price, pictures: [picture], brand, type, variants }) => [
      title,
      searchLink(path),
      price.from ? t("price.from", { price: price.text }) : price.text,
      searchLink(picture.path),
      [brand, ...type, ...variants.map(({ label }) => label)].join(" "),
    ]);
    searchPath = addAsset("search.json", "application/json; charset=utf-8", `${JSON.stringify(index)}\n`);
  }
  const assetPaths: Readonly<Record<string, string | undefined>> = {
    "styles.css": stylesPath,
    "main.js": template.script.path,
    "search.json": searchPath,
  };

  /** Where the template has no page of the address' kind, its place on the home page. */
  const placeOf = (path: string): string => {
    const [folder, name] = path.split("/", 2);
    if (folder === "collections" && !has("collection")) return `#collection-${name}`;
    if (folder === "products" && !has("product")) return `#product-${name}`;
    if (folder === "pages" && !has("page")) return `#page-${name}`;
    if (folder === "contact" && !has("contact")) return "#contact";
    return path;
  };
  const complete =
    template.pages.collection !== undefined &&
    has("product") &&
    has("page") &&
    has("contact") &&
    address.links === "absolute-path";

  const partialOf = (name: string) => {
    const partial = template.partials.get(name);
    if (partial === undefined) throw new Error(`there is no partials/${name}.ejs`);
    return partial;
  };
  /** `values` over `base`, with partials that see both. */
  const extend = (base: object, values: object): object => {
    const it = {
      ...base,
      ...values,
      partial: (name: string, more?: object): string => partialOf(name)(more === undefined ? it : extend(it, more)),
    };
    return it;
  };
  const newFrame = (prefix: string): Frame => {
    const kept = new Map<string, Map<unknown, string>>();
    const url = complete
      ? (path: string) => `/${path}`
      : (path: string) => linkTo(address.links, prefix, placeOf(path));
    const frame: Frame = {
      store: storeView,
      t,
      url,
      href: (link) => (link.path === undefined ? (link.href ?? "") : url(link.path)),
      asset: (name) => {
        const path = assetPaths[name];
        if (path === undefined) throw new Error(`there is no asset "${name}"`);
        return url(path);
      },
      policy: POLICY,
      collections: [...collections.values()],
      products: productViews,
      texts: store.pages,
      has,
      partial: (name, more) => partialOf(name)(extend(frame, more ?? {})),
      once: (name, key) => {
        let byKey = kept.get(name);
        if (byKey === undefined) kept.set(name, (byKey = new Map()));
        let html = byKey.get(key);
        if (html === undefined) byKey.set(key, (html = partialOf(name)(extend(frame, { key }))));
        return html;
      },
      json: jsonForScript,
      mailto: (subject) => mailto(settings.contact.email, subject),
      markdown: (page) => relinkPage(page.html, url),
    };
    return frame;
  };
  const frames = new Map<string, Frame>();
  const frameAt = (filePath: string): Frame => {
    const prefix = linkPrefix(address.links, filePath);
    let frame = frames.get(prefix);
    if (frame === undefined) frames.set(prefix, (frame = newFrame(prefix)));
    return frame;
  };

  const indexable: string[] = [];
  const suffix = seo.title_suffix ?? settings.brand.name;
  const hidden = seo.robots === "noindex";
  let pages = 0;

  const addPage = (
    kind: PageKind,
    path: string,
    about: {
      readonly title: string | undefined;
      readonly description?: string | undefined;
      readonly noindex?: boolean;
      readonly image?: PictureView | undefined;
      readonly data?: readonly (object | null)[];
    },
    content: Content,
  ): void => {
    const renderPage = template.pages[kind];
    if (renderPage === undefined) return;
    const filePath = fileAt(path);
    const frame = frameAt(filePath);
    const noindex = hidden || about.noindex === true;
    const meta: Meta = {
      title: about.title === undefined ? suffix : `${about.title} · ${suffix}`,
      description: about.description === undefined ? undefined : clip(about.description),
      canonical: kind === "404" ? undefined : absolute(path),
      noindex,
      image: about.image === undefined || about.image.drawn ? undefined : absolute(about.image.path),
      data: (about.data ?? []).filter((one) => one !== null),
    };
    try {
      add(siteFile(filePath, "page", HTML, renderPage(extend(frame, { ...content, kind, path, meta }))));
      pages++;
      if (!noindex && kind !== "404") indexable.push(path);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const place = `${error.file}:${error.line}`;
      failures.set(place, {
        rule: "template-failed",
        severity: "error",
        message: `${error.message} (while rendering ${filePath} of "${tenant.id}")`,
        hint: "the template does not fit this store's values; repair the template",
        location: { file: error.file, line: error.line, column: 1 },
      });
    }
  };

  const home = { label: t("nav.home"), path: "" };
  const blocks = viewBlocks(settings.home ?? defaultBlocks(storeView, shelf, t), shelf);
  const hero = blocks.find((block) => block.type === "hero");
  const { tagline, name } = storeView;
  addPage(
    "index",
    "",
    {
      title: suffix === name ? (tagline ?? hero?.heading) : name,
      description: seo.description ?? storeView.description ?? tagline,
      image: hero?.product?.pictures[0],
      data: [organizationData(tenant, storeView, absolute)],
    },
    { blocks },
  );

  const perPage = settings.catalog.per_page;
  for (const collection of collections.values()) {
    const total = Math.max(1, Math.ceil(collection.products.length / perPage));
    const pathOf = (page: number) => (page === 1 ? collection.path : `${collection.path}${page}/`);
    const trail = [home, { label: collection.title, path: collection.path }];
    for (let page = 1; page <= total; page++) {
      addPage(
        "collection",
        pathOf(page),
        {
          title:
            page === 1 ? collection.title : `${collection.title} · ${t("collection.page", { page, pages: total })}`,
          description: collection.description || undefined,
          image: collection.products[0]?.pictures[0],
          data: [trailData(trail, absolute)],
        },
        {
          collection,
          trail,
          listing: {
            products: collection.products.slice((page - 1) * perPage, page * perPage),
            page,
            pages: total,
            previous: page === 1 ? undefined : pathOf(page - 1),
            next: page === total ? undefined : pathOf(page + 1),
          },
        },
      );
    }
  }

  const all = collections.get("all");
  const kin = Map.groupBy(productViews, (product) => product.type[0] ?? "");
  for (const siblings of kin.values()) {
    for (const [index, product] of siblings.entries()) {
      const related = Array.from(
        { length: Math.min(RELATED, siblings.length - 1) },
        (_, step) => siblings[(index + 1 + step) % siblings.length],
      );
      const trail = [
        home,
        ...(all ? [{ label: all.title, path: all.path }] : []),
        { label: product.title, path: product.path },
      ];
      addPage(
        "product",
        product.path,
        {
          title: product.title,
          description: product.paragraphs[0],
          image: product.pictures[0],
          data: [productData(product, storeView, absolute), trailData(trail, absolute)],
        },
        { product, trail, related: related.filter((one) => one !== undefined) },
      );
    }
  }

  for (const page of store.pages) {
    const path = `pages/${page.slug}/`;
    const trail = [home, { label: page.title, path }];
    addPage(
      "page",
      path,
      {
        title: page.title,
        description: page.description || undefined,
        noindex: page.noindex,
        data: [trailData(trail, absolute)],
      },
      { page, trail },
    );
  }
  addPage(
    "contact",
    "contact/",
    { title: t("contact.title"), data: [organizationData(tenant, storeView, absolute)] },
    {
      trail: [home, { label: t("contact.title"), path: "contact/" }],
    },
  );
  if (has("search")) addPage("search", "search/", { title: t("search.title"), noindex: true }, {});
  if (has("404")) addPage("404", "404.html", { title: t("notFound.title"), noindex: true }, {});

  const closed = closedStoreOf(tenant, template);
  if (!has("404")) {
    const body = plainPage({
      language: locale.default,
      name,
      title: t("notFound.title"),
      text: t("notFound.text"),
      link: { href: frameAt("404.html").url(""), text: t("notFound.home") },
      colors: closed.colors,
    });
    add(siteFile("404.html", "page", HTML, body));
  }

  add(siteFile("favicon.svg", "page", "image/svg+xml", favicon(name, palette.accent)));
  add(siteFile("robots.txt", "page", "text/plain; charset=utf-8", robots(address.origin)));
  if (address.origin !== null) {
    add(siteFile("sitemap.xml", "page", "application/xml; charset=utf-8", sitemap(address.origin, indexable)));
    if (has("product")) {
      const feed = googleFeed(productViews, name, absolute);
      add(siteFile("feeds/google.tsv", "page", "text/tab-separated-values; charset=utf-8", feed));
    }
  }

  return {
    site: closeSite(tenant.id, [...files.values()], template),
    pages,
    products: productViews.length,
    closed,
    diagnostics: [...failures.values()],
  };
}

/** Crawlers may always come in: a store that hides says so on its pages, which they have to read for that. */
const robots = (origin: string | null): string =>
  `User-agent: *\nAllow: /\n${origin === null ? "" : `Sitemap: ${origin}/sitemap.xml\n`}`;

/** Paths are ours and ASCII, so nothing needs escaping. */
const sitemap = (origin: string, paths: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${paths
    .toSorted()
    .map((path) => `<url><loc>${origin}/${path}</loc></url>\n`)
    .join("")}</urlset>\n`;

/** Search engines show about this much of a description. */
const DESCRIPTION_LENGTH = 160;

function clip(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= DESCRIPTION_LENGTH) return line;
  const cut = line.slice(0, DESCRIPTION_LENGTH - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), DESCRIPTION_LENGTH / 2)).replace(/[\s,;:.]+$/, "")}…`;
}
