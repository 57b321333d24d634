/** Addresses inside a site: the one place that knows how pages link to each other. */

/** `absolute-path`: `/products/tarn/`, for a host of its own. `relative`: `../products/tarn/index.html`, for any folder of a bare bucket. */
export type LinkStyle = "absolute-path" | "relative";

/** Where a store is found. */
export interface SiteAddress {
  /** `https://shop.acme.example`, without a trailing slash; null where the store has no address. */
  readonly origin: string | null;
  readonly links: LinkStyle;
}

/** What stands before a path in the links of a page: `/`, or as many `../` as the page lies deep. Pages with one prefix share their frame. */
export function linkPrefix(style: LinkStyle, filePath: string): string {
  return style === "absolute-path" ? "/" : "../".repeat(filePath.split("/").length - 1);
}

/**
 * A link to a path of the site: `""` is the home page, a page's path ends with a slash, a fragment may follow.
 *
 * In the relative style a folder is spelled out to its `index.html`, as a bare bucket serves no index.
 */
export function linkTo(style: LinkStyle, prefix: string, path: string): string {
  if (style === "absolute-path") return prefix + path;
  const hashAt = path.indexOf("#");
  const page = hashAt < 0 ? path : path.slice(0, hashAt);
  const fragment = hashAt < 0 ? "" : path.slice(hashAt);
  return `${prefix}${page === "" || page.endsWith("/") ? `${page}index.html` : page}${fragment}`;
}

/** The file that is served at a page's path: `products/tarn/` → `products/tarn/index.html`. */
export const fileAt = (path: string): string => (path === "" || path.endsWith("/") ? `${path}index.html` : path);

/** The address of a variant: the page of its product, which shows that one first. Ids of variants need no encoding. */
export const variantPath = (productPath: string, id: string): string => `${productPath}?v=${id}`;

/** A link that starts a mail; the address and the subject cannot add headers of their own. */
export function mailto(email: string, subject?: string): string {
  return `mailto:${encodeText(email).replaceAll("%40", "@")}${subject === undefined ? "" : `?subject=${encodeText(subject)}`}`;
}

/** A link that starts a message to a number, as WhatsApp documents it: digits alone. */
export const whatsapp = (phone: string, text: string): string =>
  `https://wa.me/${phone.replaceAll(/\D/g, "")}?text=${encodeText(text)}`;

/** A text as part of an address. */
export const encodeText = (text: string): string => encodeURIComponent(text.toWellFormed());
