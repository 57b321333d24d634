/** What every page of a site shares: the helpers and values that a template sees as `it`. */
import type { ProductMarks } from "./collection-filter.ts";
import { jsonForScript } from "./escape.ts";
import { relinkPage } from "./markdown.ts";
import type { Translate } from "./message.ts";
import type { CollectionView, Shelf } from "./render-blocks.ts";
import type { PageRequest } from "./render-pages.ts";
import type { ProductView } from "./render-product.ts";
import type { LinkView, StoreView } from "./render-store.ts";
import type { TextPage } from "./store.ts";
import type { PageKind, Template } from "./template.ts";
import { linkPrefix, linkTo, type LinkStyle, mailto, encodeText } from "./url.ts";

/** The same on every page that has the same links. */
export interface Frame {
  readonly store: StoreView;
  readonly t: Translate;
  /** The link to a path of this site: the only way to write one. Throws where the site has nothing of that path. */
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
  /** The numbers of the filter values that a product has, for `data-marks` of its card. */
  readonly marks: (product: ProductView) => string;
  /** A link that starts a mail to the store. */
  readonly mailto: (subject?: string) => string;
  /** The link that asks about something, the way that the store wants to be asked. Throws where it takes no enquiries. */
  readonly ask: (subject: string) => string;
  /** The HTML of a text page. */
  readonly markdown: (page: TextPage) => string;
}

/**
 * Nothing from elsewhere, nothing inline; forms go to the store itself, and to the one address that its tenant named.
 * A meta element cannot forbid being framed; that is the host's header.
 */
const policyOf = ({ enquiry }: StoreView): string =>
  `default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'${enquiry?.endpoint === undefined ? "" : ` ${new URL(enquiry.endpoint).origin}`}; base-uri 'none'`;

/** What the frames of a site are made from. */
interface FrameParts {
  readonly template: Template;
  readonly links: LinkStyle;
  readonly store: StoreView;
  readonly shelf: Shelf;
  readonly t: Translate;
  /** Every page that the store can have. */
  readonly pages: readonly Pick<PageRequest, "kind" | "path">[];
  /** Gives where a path leads, from the site's root: {@link placesOf}. */
  readonly placeOf: (path: string) => string;
  readonly marks: ProductMarks;
  /** By path: what a page may link to beside the pages. */
  readonly files: ReadonlyMap<string, unknown>;
  /** `styles.css` → its path under its hashed name. */
  readonly assets: Readonly<Record<string, string | undefined>>;
}

/** The frames of one site. */
interface Frames {
  /** The frame of the page that lies at a file's path. Pages with one link prefix share it, and what was rendered once in it. */
  readonly at: (filePath: string) => Frame;
  /** The frame's values and the page's own, as `it`. */
  readonly fill: (frame: Frame, values: object) => object;
}

/** The frames of one site; each is made when its first page asks for it. */
export function makeFrames({
  template,
  links,
  store,
  shelf,
  t,
  pages,
  placeOf,
  marks,
  files,
  assets,
}: FrameParts): Frames {
  const has = (kind: PageKind) => template.pages[kind] !== undefined;
  const collections = [...shelf.collections.values()];
  const products = [...shelf.products.values()];
  const frames = new Map<string, Frame>();
  const policy = policyOf(store);

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

  const addresses = new Set(pages.filter(({ kind }) => has(kind) || hasPlace(kind)).map(({ path }) => path));
  const newFrame = (prefix: string): Frame => {
    const kept = new Map<string, Map<unknown, string>>();
    const linked = new Map<string, string>();
    const url = (path: string): string => {
      let link = linked.get(path);
      if (link === undefined) {
        const address = path.split("#", 1)[0] ?? "";
        if (!addresses.has(address) && !files.has(address)) throw new Error(`the site has no "${path}" to link to`);
        linked.set(path, (link = linkTo(links, prefix, placeOf(path))));
      }
      return link;
    };
    const frame: Frame = {
      store,
      t,
      url,
      href: (link) => (link.path === undefined ? (link.href ?? "") : url(link.path)),
      asset: (name) => {
        const path = assets[name];
        if (path === undefined) throw new Error(`there is no asset "${name}"`);
        return url(path);
      },
      policy,
      collections,
      products,
      texts: shelf.pages,
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
      marks: marks.on,
      mailto: (subject) => mailto(store.email, subject),
      ask: (subject) => {
        if (store.enquiry === undefined) throw new Error("the store takes no enquiries");
        const { via, compose } = store.enquiry;
        if (via === "mailto") return mailto(store.email, subject);
        return compose === undefined ? url("contact/") : compose + encodeText(subject);
      },
      markdown: (page) => relinkPage(page.html, url),
    };
    return frame;
  };

  return {
    at: (filePath) => {
      const prefix = linkPrefix(links, filePath);
      let frame = frames.get(prefix);
      if (frame === undefined) frames.set(prefix, (frame = newFrame(prefix)));
      return frame;
    },
    fill: extend,
  };
}

/** The folders of pages that a template may leave out, and where on the home page their content is then. */
const PLACES: readonly { readonly folder: string; readonly kind: PageKind; readonly place: string }[] = [
  { folder: "collections", kind: "collection", place: "#collection-" },
  { folder: "products", kind: "product", place: "#product-" },
  { folder: "pages", kind: "page", place: "#page-" },
  { folder: "contact", kind: "contact", place: "#contact" },
];

const hasPlace = (kind: PageKind): boolean => PLACES.some((one) => one.kind === kind);

/** Files that the languages of a site share. */
const isShared = (path: string): boolean => path.startsWith("assets/") || path === "favicon.svg";

/**
 * Gives where a path of a language leads: into its folder, on a page of its own or, where the template has no pages of
 * that kind, at a place of the home page. What the languages share is at `root`, from there.
 */
export function placesOf(has: (kind: PageKind) => boolean, folder: string, root = ""): (path: string) => string {
  const missing = PLACES.filter(({ kind }) => !has(kind));
  if (missing.length === 0 && folder === "" && root === "") return (path) => path;
  return (path) => {
    if (isShared(path)) return root + path;
    const [parent, name = ""] = path.split("/", 2);
    const place = missing.find((one) => one.folder === parent);
    return folder + (place === undefined ? path : place.place + name);
  };
}
