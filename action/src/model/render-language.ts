/** One language of a site: its pages and feeds, below the folder of that language, with assets that all languages share. */
import { productMarks } from "./collection-filter.ts";
import { feedRows, googleTable, googleXml } from "./feed.ts";
import { translator, type Translate } from "./message.ts";
import { NEWS_PATH, newsFeed } from "./news-feed.ts";
import { decimalOf } from "./price.ts";
import type { Assets } from "./render-assets.ts";
import { type Frame, makeFrames, placesOf } from "./render-frame.ts";
import { type PageRequest, sitePages } from "./render-pages.ts";
import type { PictureView } from "./render-product.ts";
import { searchEntries, viewShelf } from "./render-shelf.ts";
import { viewStore } from "./render-store.ts";
import { writeSearchIndex } from "./search-index.ts";
import { type SiteFile, siteFile } from "./site.ts";
import type { Store } from "./store.ts";
import type { Absolute } from "./structured-data.ts";
import type { PageKind, Template } from "./template.ts";
import type { Palette } from "./theme.ts";
import { fileAt, linkPrefix, linkTo, type SiteAddress } from "./url.ts";
import { remember } from "./remember.ts";

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
  /** The page in every language of the store, itself among them, by absolute address; empty where there is one language or no address. */
  readonly alternates: readonly { readonly language: string; readonly url: string }[];
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

/** The page in a language of the store, for a menu of them. */
export interface LanguageLink {
  /** BCP 47. */
  readonly language: string;
  /** As its speakers call it: `français`. */
  readonly name: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

/** What the languages of a site have in common. */
interface SharedParts {
  readonly template: Template;
  readonly address: SiteAddress;
  readonly palette: Palette;
  readonly assets: Assets;
  /** By path; everything that is rendered comes here. */
  readonly files: Map<string, SiteFile>;
  /** The path of the styles under their hashed name. */
  readonly styles: string;
  readonly logo: PictureView | undefined;
  /** What links to the store show. */
  readonly preview: Shown | undefined;
}

type Shown = Pick<PictureView, "path" | "width" | "height"> & { readonly alt: string };

/** A page that is to be rendered, and how. */
export interface PageOrder {
  readonly request: PageRequest;
  /** Of the file that it becomes. */
  readonly path: string;
  /** Where the page is found: its path without `index.html`. */
  readonly place: string;
  readonly isHidden: boolean;
  /** The page's HTML; throws what its template throws. `siblings` are the site's languages, this one among them. */
  readonly render: (siblings: readonly Language[]) => string;
}

/** A language that was opened: what it has is known, and nothing is rendered yet. */
export interface Language {
  /** BCP 47. */
  readonly tag: string;
  readonly t: Translate;
  readonly products: number;
  readonly pages: readonly PageOrder[];
  /** The frame of the page that lies at a file's path. */
  readonly frameAt: (filePath: string) => Frame;
  /** Where a path of this language is, from the site's root; undefined for a page that it has not. */
  readonly placeOf: (path: string) => string | undefined;
}

const XML = "application/xml; charset=utf-8";

/** Opens one language of a store: adds its indexes and feeds to the files, and says which pages there are to render. `folder` is `""` for the first language, `fr-ch/` for another. */
export function openLanguage(store: Omit<Store, "translations">, folder: string, shared: SharedParts): Language {
  const { template, address, palette, assets, files, styles, logo, preview } = shared;
  const { tenant } = store;
  const { brand, catalog, locale, seo } = tenant.settings;
  const { origin, links } = address;
  const add = (file: SiteFile) => void files.set(file.path, file);
  const has = (kind: PageKind) => template.pages[kind] !== undefined;
  const placeOf = placesOf(has, folder);
  const absolute: Absolute = (path) => (origin === null ? undefined : `${origin}/${placeOf(path)}`);

  const t = translator(locale.default, template.messages, locale.messages);
  const storeView = viewStore(tenant, store.pages, t, logo);
  const shelf = viewShelf(store, {
    ...palette,
    ...assets,
    locale: locale.default,
    t,
    illustration: catalog.illustration,
  });
  const addIndex = (body: string) => assets.add("search.json", "application/json; charset=utf-8", body);
  const fromSearch = (path: string) => linkTo(links, linkPrefix(links, `${folder}search/index.html`), placeOf(path));
  const search =
    template.pages.search &&
    addIndex(writeSearchIndex(searchEntries(shelf, t, fromSearch), (part) => fromSearch(addIndex(part))));
  const fromHome = placesOf(has, "", "../".repeat(folder.split("/").length - 1));
  const marks = productMarks();
  const wanted = [
    ...sitePages({
      tenant,
      store: storeView,
      shelf,
      t,
      absolute,
      has,
      pathTo: (path) => linkTo(links, "", fromHome(path)),
      marks,
      keep: assets.add,
    }),
  ];
  // A server has one page for what it does not find.
  const rendered = wanted.filter(({ kind }) => has(kind) && (kind !== "404" || folder === ""));
  const paths = new Set(rendered.map(({ path }) => path));
  const frames = makeFrames({
    template,
    links,
    store: storeView,
    shelf,
    t,
    pages: wanted,
    placeOf,
    marks,
    files,
    assets: { "styles.css": styles, "main.js": template.script.path, "search.json": search },
  });

  const suffix = seo.title_suffix ?? brand.name;
  const isHidden = (page: PageRequest): boolean => seo.robots === "noindex" || page.noindex === true;
  // Feeds tell addresses of products.
  const news = has("product") ? absolute(NEWS_PATH) : undefined;
  const previewLocale = previewLocaleOf(locale.default);
  const metaOf = (page: PageRequest, siblings: readonly Language[]): Meta => ({
    title: page.title === undefined ? suffix : `${page.title} · ${suffix}`,
    description: clip(page.description),
    canonical: page.kind === "404" ? undefined : absolute(page.path),
    noindex: isHidden(page),
    feed: news,
    alternates: siblings.length < 2 || isHidden(page) ? NONE : alternatesOf(page.path, siblings, origin),
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

  /** The menu of languages on a page; where another has no such page, it leads to its home page. */
  function languagesOf(path: string, filePath: string, siblings: readonly Language[]): readonly LanguageLink[] {
    if (siblings.length < 2) return NONE;
    const prefix = linkPrefix(links, filePath);
    return siblings.map((one) => ({
      language: one.tag,
      name: languageName(one.tag),
      href: linkTo(links, prefix, one.placeOf(path) ?? one.placeOf("") ?? ""),
      isCurrent: one.tag === locale.default,
    }));
  }

  if (news !== undefined) {
    const products = [...shelf.products.values()];
    const rows = feedRows(products, brand.name, absolute);
    const about = seo.description ?? brand.description ?? brand.tagline ?? brand.name;
    const feed = (path: string, type: string, body: string) => add(siteFile(folder + path, "page", type, body));
    feed("feeds/google.tsv", "text/tab-separated-values; charset=utf-8", googleTable(rows));
    feed("feeds/google.xml", XML, googleXml(rows, { name: brand.name, url: absolute("") ?? "" }));
    feed(NEWS_PATH, "application/rss+xml; charset=utf-8", newsFeed(storeView, about, products, absolute));
  }

  return {
    tag: locale.default,
    t,
    products: shelf.products.size,
    frameAt: frames.at,
    placeOf: (path) => (paths.has(path) ? placeOf(path) : undefined),
    pages: rendered.flatMap((request): PageOrder | [] => {
      const render = template.pages[request.kind];
      if (render === undefined) return [];
      const path = fileAt(folder + request.path);
      return {
        request,
        path,
        place: folder + request.path,
        isHidden: isHidden(request),
        render: (siblings) =>
          render(
            frames.fill(frames.at(path), {
              ...request.content,
              kind: request.kind,
              path: request.path,
              meta: metaOf(request, siblings),
              languages: languagesOf(request.path, path, siblings),
            }),
          ),
      };
    }),
  };
}

const NONE: readonly never[] = [];

/** As search engines want them: each names all, itself too, and the first one is for everybody else. */
function alternatesOf(path: string, siblings: readonly Language[], origin: string | null): Meta["alternates"] {
  if (origin === null) return NONE;
  const found = siblings.flatMap(({ tag, placeOf }) => {
    const place = placeOf(path);
    return place === undefined ? [] : { language: tag, url: `${origin}/${place}` };
  });
  const [first] = found;
  return first === undefined || found.length < 2 ? NONE : [...found, { language: "x-default", url: first.url }];
}

const languageName = remember((tag: string): string => {
  const { language } = new Intl.Locale(tag);
  return new Intl.DisplayNames(tag, { type: "language" }).of(language) ?? tag;
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
