/** What a file of a template finds in `it`, each with a sentence about it: what the checks know and the document shows. */
import type { Frame } from "./render-frame.ts";
import type { PageContent } from "./render-pages.ts";
import type { LanguageLink, Meta } from "./render-language.ts";
import type { PageKind } from "./template.ts";

/** What every page sees of itself. */
interface PageSelf {
  readonly kind: PageKind;
  readonly path: string;
  readonly meta: Meta;
  readonly languages: readonly LanguageLink[];
}

/** On every page, in every partial. */
export const FRAME_LOCALS: Readonly<Record<keyof Frame, string>> = {
  store: "the store: name, words, contact, menus (`StoreView`)",
  collections: "its collections, `all` first (`CollectionView`)",
  products: "all its products (`ProductView`)",
  texts: "its text pages (`TextPage`)",
  policy: "the content security policy, for a meta element",
  t: "`it.t(key, { count, … })`: words in the store's language",
  url: "`it.url(path)`: the link to a path of this site",
  href: "`it.href(link)`: the link of a menu's entry or a button, wherever it leads",
  asset: '`it.asset("styles.css")`: the link to a file under its hashed name',
  mailto: "`it.mailto(subject)`: the link that starts a mail to the store",
  ask: "`it.ask(subject)`: the link that asks about something, the way that the store wants to be asked",
  has: "`it.has(kind)`: whether the template has a page of this kind",
  partial: "`it.partial(name, { more })`: a part with the page's values, and more",
  once: "`it.once(name, key)`: a part that depends on the store and `it.key` alone, rendered once",
  marks: "`it.marks(product)`: the numbers of the filter values that a product has",
  json: "`it.json(value)`: JSON for the inside of a script element",
  markdown: "`it.markdown(page)`: the HTML of a text page",
};

/** On every page, beside the frame's. */
export const PAGE_LOCALS: Readonly<Record<keyof PageSelf, string>> = {
  kind: "which kind of page this is",
  path: "its path in the site",
  meta: "title, description, canonical, noindex, image, structured data (`Meta`)",
  languages: "this page in each language of the store, empty where there is one (`LanguageLink`)",
};

/** On the pages of one kind, beside those. */
export const KIND_LOCALS: Readonly<Record<PageKind, Partial<Readonly<Record<keyof PageContent, string>>>>> = {
  index: { blocks: "the blocks of the home page, in order (`BlockView`)" },
  collection: {
    collection: "what the page is about (`CollectionView`)",
    listing:
      "the products of this page, its number, how many there are, the ways to the next, the filters, what is asked for",
    trail: "the way from the home page: labels and paths",
  },
  product: {
    product: "what the page is about (`ProductView`)",
    related: "products of the same kind",
    trail: "the way from the home page: labels and paths",
  },
  page: { page: "the text (`TextPage`)", trail: "the way from the home page: labels and paths" },
  contact: { trail: "the way from the home page: labels and paths" },
  search: {},
  "404": {},
};

/** The names that a page of a kind finds in `it`. */
export const localsOf = (kind: PageKind): readonly string[] =>
  [FRAME_LOCALS, PAGE_LOCALS, KIND_LOCALS[kind]].flatMap((names) => Object.keys(names));
