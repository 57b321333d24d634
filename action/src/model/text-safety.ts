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
 * Tab, line feed and carriage return are allowed.
 * Built from a string, because a linter would rightly stumble over control characters in a literal.
 */
const UNSAFE = new RegExp(
  String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]`,
);

/**
 * Where an unseen character is spelling: between the parts of an emoji (a family), in the flag of a region
 * (Scotland's), and after a letter of the scripts that write with joiners (Persian, Hindi …).
 */
const SPELLING =
  /\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)+|\u{1f3f4}[\u{e0020}-\u{e007e}]+\u{e007f}|(?<=[\p{scx=Arab}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}])[\u200c\u200d]/gu;

/** The same with every surrogate, in one class: the one look that most texts need. */
const WORTH_A_LOOK = new RegExp(
  String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]`,
);

/** The first character at or after `from` that must not be there, or undefined. */
export function findUnsafeCharacter(text: string, from = 0): UnsafeCharacter | undefined {
  if (!WORTH_A_LOOK.test(text)) return undefined;
  const plain = text.replace(SPELLING, (spelling) => " ".repeat(spelling.length)).slice(from);
  const index = plain.search(UNSAFE);
  if (index < 0) return text.isWellFormed() ? undefined : loneSurrogate(text, from);
  const code = plain.codePointAt(index) ?? 0;
  return { index: from + index, name: nameOf(code), kind: kindOf(code) };
}

/** `U+202E` for 0x202e. */
const nameOf = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;

function kindOf(code: number): UnsafeCharacter["kind"] {
  if (code === 0) return "nul";
  if (code < 0xa0 || code === 0x2028 || code === 0x2029) return "control";
  const bidi = code === 0x061c || code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202e);
  return bidi || (code >= 0x2066 && code <= 0x2069) ? "bidi" : "zero-width";
}

function loneSurrogate(text: string, from: number): UnsafeCharacter | undefined {
  const fixed = text.toWellFormed();
  let index = from;
  while (index < text.length && text.charCodeAt(index) === fixed.charCodeAt(index)) index += 1;
  if (index >= text.length) return undefined;
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
  const lines = text.slice(0, index).split(/\r\n?|\n/);
  return { file, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** The index of the last of the line starts (sorted, the first is 0) that is not after `offset`. */
export function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Made once: it keeps nothing between two texts. */
const decoder = new TextDecoder("utf-8");

/** UTF-8 bytes as text, without a byte order mark; `text-encoding` at the first byte that is none. */
export function decodeText(
  file: string,
  bytes: Uint8Array,
):
  | { readonly text: string; readonly diagnostic?: undefined }
  | { readonly text?: undefined; readonly diagnostic: Diagnostic } {
  const decoded = decoder.decode(bytes);
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

/** A value as a message quotes it: on one line, shortened, nothing invisible left in it. */
export function quoteValue(value: unknown): string {
  if (typeof value === "string") {
    const short = value.length > 60 ? `${value.slice(0, 57).replace(/[\ud800-\udbff]$/, "")}…` : value;
    return JSON.stringify(short).replace(UNSEEN, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
  }
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "a mapping";
}

/** A text as a double-quoted scalar of YAML, on one line; what nobody would see, or no file may hold, is spelled out. */
export const quoteForYaml = (text: string): string =>
  JSON.stringify(text).replace(UNSEEN, (one) => {
    const code = (one.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });

/** Everything that is neither a letter nor a sign on paper. */
const UNSEEN = /[^\p{Letter}\p{Mark}\p{Number}\p{Punctuation}\p{Symbol} ]/gu;
