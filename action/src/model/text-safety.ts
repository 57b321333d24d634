/** Which bytes are a text that may reach a page. */
import { isUtf8 } from "node:buffer";
import type { Diagnostic, Location } from "./diagnostic.ts";

/** A character that no text of a tenant may hold: it is invisible, reorders what stands around it, or ends a string early. */
export interface UnsafeCharacter {
  /** Offset in UTF-16 units. */
  readonly index: number;
  /** `U+202E`. */
  readonly name: string;
  readonly kind: "nul" | "control" | "bidi" | "zero-width" | "surrogate";
}

/**
 * Tab, line feed and carriage return are allowed, and so are U+200C and U+200D: Persian words and emoji need them.
 * Built from a string, because a linter would rightly stumble over control characters in a literal.
 */
const UNSAFE = new RegExp(
  String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ufff9-\ufffb]`,
);

/** The first character that must not be there, or undefined. */
export function findUnsafeCharacter(text: string): UnsafeCharacter | undefined {
  const index = text.search(UNSAFE);
  if (index < 0) return text.isWellFormed() ? undefined : loneSurrogate(text);
  const code = text.charCodeAt(index);
  return { index, name: nameOf(code), kind: kindOf(code) };
}

/** `U+202E` for the UTF-16 unit 0x202e. */
const nameOf = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

function kindOf(code: number): UnsafeCharacter["kind"] {
  if (code === 0) return "nul";
  if (code < 0xa0 || code === 0x2028 || code === 0x2029) return "control";
  const bidi = code === 0x061c || code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202e);
  return bidi || (code >= 0x2066 && code <= 0x2069) ? "bidi" : "zero-width";
}

function loneSurrogate(text: string): UnsafeCharacter {
  const fixed = text.toWellFormed();
  let index = 0;
  while (text.charCodeAt(index) === fixed.charCodeAt(index)) index += 1;
  return { index, name: nameOf(text.charCodeAt(index)), kind: "surrogate" };
}

/** What is wrong with the character, as a diagnostic at `location`; its rule is `text-nul`, `text-control`, `text-bidi`, `text-zero-width` or `text-surrogate`. */
export function unsafeCharacterDiagnostic(found: UnsafeCharacter, location: Location): Diagnostic {
  const what = {
    nul: "a NUL character",
    control: "a control character",
    bidi: "a character that turns the writing direction",
    "zero-width": "an invisible character",
    surrogate: "half a character",
  }[found.kind];
  return {
    rule: `text-${found.kind}`,
    severity: "error",
    message: `the text holds ${what} (${found.name})`,
    hint: "delete it: often it was copied along from a document or a chat",
    location,
  };
}

/** The place of an offset in a text, one-based. */
export function placeInText(file: string, text: string, index: number): Location {
  const before = text.slice(0, index);
  const line = before.split("\n").length;
  return { file, line, column: before.length - before.lastIndexOf("\n") };
}

/** UTF-8 bytes as text, without a byte order mark; `text-encoding` at the first byte that is none. */
export function decodeText(
  file: string,
  bytes: Uint8Array,
):
  | { readonly text: string; readonly diagnostic?: undefined }
  | { readonly text?: undefined; readonly diagnostic: Diagnostic } {
  const decoded = new TextDecoder("utf-8").decode(bytes);
  if (isUtf8(bytes)) return { text: decoded };
  return {
    diagnostic: {
      rule: "text-encoding",
      severity: "error",
      message: `${file} is not UTF-8`,
      hint: "save it as UTF-8; in a spreadsheet: CSV UTF-8",
      location: placeInText(file, decoded, firstReplacement(decoded, bytes)),
    },
  };
}

/** Where decoding first put a replacement character for bytes that were none. */
function firstReplacement(decoded: string, bytes: Uint8Array): number {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let offset = mark;
  let from = 0;
  for (;;) {
    const index = decoded.indexOf("\ufffd", from);
    if (index < 0) return from;
    offset += Buffer.byteLength(decoded.slice(from, index));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return index;
    offset += 3;
    from = index + 1;
  }
}
