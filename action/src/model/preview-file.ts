/**
 * What of a plan's artifact may be published, under which name, and as what.
 *
 * The artifact is hostile: a name is of plain letters, a type comes from this table alone, and the bytes have to look
 * like it. What a page then does is the affair of an address that is nobody's: no cookie and no session lives there.
 */
import { isUtf8 } from "node:buffer";
import { formatOf } from "./picture.ts";

/** A file of a preview, as it is published. */
export interface PreviewFile {
  /** Below the preview's own folder: `acme/index.html`, `pictures/acme/home-360-after.png`. */
  readonly name: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** By the end of the name. */
const TEXTS: ReadonlyMap<string, string> = new Map([
  ["html", "text/html; charset=utf-8"],
  ["css", "text/css; charset=utf-8"],
  ["js", "text/javascript; charset=utf-8"],
  ["json", "application/json; charset=utf-8"],
  ["txt", "text/plain; charset=utf-8"],
  ["xml", "application/xml; charset=utf-8"],
]);

/** Longest name, so that a bucket's limit of 1,024 bytes leaves room for folders before it. */
const MOST_NAME = 800;

/** Segments of letters that need no encoding anywhere; none is hidden, and none of dots. */
const PLAIN = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.([a-z0-9]+)$/;

/**
 * No search engine shall keep a page, whatever it says itself: a bucket sends no header of ours. What a parser finds right
 * after the doctype is in the head, and no byte of the page's own comes before it (HTML, 13.2.6.4, "tree construction").
 */
const UNLISTED = Buffer.from('<!doctype html>\n<meta name="robots" content="noindex">\n');
const DOCTYPE = /^\uFEFF?\s*<!doctype html>\s*/i;

const unlisted = (page: Uint8Array): Uint8Array =>
  Buffer.concat([UNLISTED, Buffer.from(Buffer.from(page).toString().replace(DOCTYPE, ""))]);

/** The name of an artifact's file in a preview, with its type and bytes; undefined for what none of ours is like. */
export function previewFile(path: string, bytes: Uint8Array): PreviewFile | undefined {
  const name = path.replace(/^sites\//, "");
  const extension = name.length > MOST_NAME ? undefined : PLAIN.exec(name)?.[1];
  if (extension === undefined) return undefined;
  const contentType = TEXTS.get(extension);
  if (contentType !== undefined) {
    if (!isUtf8(bytes) || bytes.includes(0)) return undefined;
    return { name, contentType, body: extension === "html" ? unlisted(bytes) : bytes };
  }
  const format = formatOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return format?.extension === extension ? { name, contentType: format.contentType, body: bytes } : undefined;
}
