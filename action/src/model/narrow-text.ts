/**
 * How text lies in memory. V8 keeps a text of Latin-1 in one byte a character, any other in two; what is cut out of a
 * wide text stays wide, and makes every page wide that it gets into, which costs several times as much to encode.
 */
import { transcode } from "node:buffer";

const BEYOND_LATIN = /[\u0100-\uffff]/;

/** The same text, in one byte a character where that is possible; for a text that gets into many pages. */
export const copyNarrow = (text: string): string =>
  BEYOND_LATIN.test(text) ? text : Buffer.from(text, "latin1").toString("latin1");

/**
 * The text in UTF-8. Of a wide text `transcode` makes that several times as fast as `Buffer.from`; it knows no halves of
 * a character, which `Buffer.from` replaces.
 */
export const utf8Of = (text: string): Uint8Array =>
  BEYOND_LATIN.test(text) && text.isWellFormed()
    ? transcode(Buffer.from(text, "utf16le"), "utf16le", "utf8")
    : Buffer.from(text);
