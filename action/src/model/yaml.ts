/**
 * YAML that knows where everything stands.
 *
 * js-yaml's own events carry the offsets, so an offset is exact; the index from JSON pointer to
 * place is built only when somebody asks for a place, which for most files is never.
 */
import {
  constructFromEvents,
  CORE_SCHEMA,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
} from "js-yaml";
import type { Diagnostic, Location } from "./diagnostic.ts";
import { isMapping } from "./mapping.ts";
import { decodeText, findUnsafeCharacter, lastNotAfter, quoteValue, unsafeCharacterDiagnostic } from "./text-safety.ts";

/** A parsed file. */
export interface Document {
  /** Mappings are plain objects, whatever their keys. */
  readonly value: unknown;
  /** The place of a JSON pointer; of a missing one, its nearest parent's. */
  readonly locate: (pointer: string, part?: "key" | "value") => Location;
}

/** What a file of YAML may be. */
export interface YamlLimits {
  /** Bytes; without it, what a tenant file may have. */
  readonly maxBytes?: number;
  /** What the file must be as a whole; a mapping unless said otherwise. */
  readonly root?: "mapping" | "any";
}

/** A tenant file of the examples has 4 KiB. */
export const TENANT_MAX_BYTES = 64 * 1024;

const MAX_DEPTH = 20;

/** More unseen characters than this in one file are one mistake. */
const MAX_UNSAFE_LINES = 20;

/** Reads one document; whatever is wrong with it is a diagnostic, and then there may be no document. */
export function readYaml(
  file: string,
  bytes: Uint8Array,
  limits: YamlLimits = {},
): { document?: Document; diagnostics: Diagnostic[] } {
  const { maxBytes = TENANT_MAX_BYTES, root = "mapping" } = limits;
  const start: Location = { file, line: 1, column: 1 };
  if (bytes.length > maxBytes) return { diagnostics: [tooLarge(start, bytes.length, maxBytes)] };
  const { text, diagnostic } = decodeText(file, bytes);
  if (text === undefined) return { diagnostics: [diagnostic] };

  const diagnostics: Diagnostic[] = [];
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    diagnostics.push({
      rule: "yaml-byte-order-mark",
      severity: "warning",
      location: start,
      message: "the file begins with an invisible byte order mark",
      hint: 'save it as "UTF-8", not as "UTF-8 with BOM"',
    });
  }
  const placeOf = placeFinder(file, text);
  const unsafe = unsafeCharacters(text, placeOf);
  diagnostics.push(...unsafe);
  if (unsafe.some((one) => one.rule === "text-nul" || one.rule === "text-control")) return { diagnostics };

  const parsed = parse(text, placeOf);
  if ("problems" in parsed) return { diagnostics: [...diagnostics, ...parsed.problems] };
  const { value, events } = parsed;
  if (root === "mapping" && !isMapping(value)) {
    diagnostics.push({
      rule: "yaml-root",
      severity: "error",
      location: start,
      message: `the file as a whole is ${kindOf(value)}, not a mapping`,
      hint: "start it with keys: `schema: storefront/v1`",
    });
    return { diagnostics };
  }

  let index: ReadonlyMap<string, Place> | undefined;
  const locate = (pointer: string, part: "key" | "value" = "value"): Location => {
    // Parsed again: the events of a whole fleet, kept for the few that are asked, would be its largest weight by far.
    index ??= indexOf(parseEvents(text, { maxDepth: MAX_DEPTH }), text).places;
    for (let path = pointer; ; path = path.slice(0, path.lastIndexOf("/"))) {
      const place = index.get(path);
      if (place) return placeOf((part === "key" ? place.key : undefined) ?? place.value);
      if (path === "") return start;
    }
  };
  if (text.includes("\\")) diagnostics.push(...escapedCharacters(events, text, placeOf));
  if (isWorthAWalk(text)) diagnostics.push(...walkValues(value, "", locate));
  return { document: { value, locate }, diagnostics };
}

function parse(
  text: string,
  placeOf: (offset: number) => Location,
): { value: unknown; events: readonly Event[] } | { problems: Diagnostic[] } {
  let events: Event[] | undefined;
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const documents = constructFromEvents(events, { source: text, schema: CORE_SCHEMA, maxAliases: 0 });
    if (documents.length === 1) return { value: documents[0], events };
    return { problems: [wrongCount(documents.length, events, text, placeOf)] };
  } catch (error) {
    // What cannot be constructed is still indexed: then every repeated key and every alias is named, not the first.
    const problems = events ? unconstructable(events, text, placeOf) : [];
    return { problems: problems.length > 0 ? problems : [syntaxProblem(error, text, placeOf)] };
  }
}

interface Place {
  /** Offsets into the text. */
  readonly key?: number;
  readonly value: number;
}

interface Index {
  readonly places: ReadonlyMap<string, Place>;
  readonly duplicates: readonly { readonly name: string; readonly offset: number; readonly first: number }[];
  readonly aliases: readonly { readonly name: string; readonly offset: number }[];
  /** Where a second document has its first node. */
  readonly second: number | undefined;
}

interface Frame {
  readonly kind: "document" | "list" | "mapping";
  readonly pointer: string;
  readonly start: number;
  count: number;
  key?: { readonly name: string; readonly offset: number } | undefined;
}

/** Walks the events as the constructor does, keeping offsets in place of values. */
function indexOf(events: readonly Event[], text: string): Index {
  const places = new Map<string, Place>();
  const duplicates: { name: string; offset: number; first: number }[] = [];
  const aliases: { name: string; offset: number }[] = [];
  const frames: Frame[] = [];
  let documents = 0;
  let second: number | undefined;

  /** A node at an offset (-1: there is nothing); gives its pointer, of a key the mapping's. */
  const place = (offset: number, name: () => string): string => {
    if (documents > 1 && second === undefined && offset >= 0) second = offset;
    const frame = frames.at(-1);
    if (!frame) return "";
    if (frame.kind === "document") {
      if (documents === 1) places.set("", { value: Math.max(offset, 0) });
      return "";
    }
    if (frame.kind === "list") {
      const pointer = `${frame.pointer}/${frame.count++}`;
      if (documents === 1) places.set(pointer, { value: offset < 0 ? frame.start : offset });
      return pointer;
    }
    if (!frame.key) {
      frame.key = { name: name(), offset: offset < 0 ? frame.start : offset };
      return frame.pointer;
    }
    const pointer = `${frame.pointer}/${escapePointer(frame.key.name)}`;
    const key = frame.key;
    frame.key = undefined;
    const earlier = places.get(pointer);
    if (earlier && documents === 1) {
      duplicates.push({ ...key, first: earlier.key ?? earlier.value });
      // What is below it is no duplicate of what is below the first.
      return `${pointer}\0${duplicates.length}`;
    }
    if (documents === 1) places.set(pointer, { key: key.offset, value: offset < 0 ? key.offset : offset });
    return pointer;
  };

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        documents++;
        frames.push({ kind: "document", pointer: "", start: 0, count: 0 });
        break;
      case EVENT_ID.POP:
        frames.pop();
        break;
      case EVENT_ID.SCALAR: {
        const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
        // A block's first line says less than the key above it.
        const block = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
        const frame = frames.at(-1);
        const offset = quoted ? event.valueStart - 1 : event.valueStart;
        place(block ? (frame?.key?.offset ?? offset) : offset, () => getScalarValue(text, event));
        break;
      }
      case EVENT_ID.ALIAS: {
        const name = text.slice(event.anchorStart, event.anchorEnd);
        aliases.push({ name, offset: event.anchorStart - 1 });
        place(event.anchorStart - 1, () => `*${name}`);
        break;
      }
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const pointer = place(event.start, () => "");
        const kind = event.type === EVENT_ID.SEQUENCE ? "list" : "mapping";
        frames.push({ kind, pointer, start: event.start, count: 0 });
        break;
      }
    }
  }
  return { places, duplicates, aliases, second };
}

/** A part of a JSON pointer (RFC 6901). */
export const escapePointer = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const lineBreak of text.matchAll(/\r\n?|\n/g)) starts.push(lineBreak.index + lineBreak[0].length);
  return starts;
}

/** Turns offsets into places; counts the lines at the first question. */
function placeFinder(file: string, text: string): (offset: number) => Location {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    const line = lastNotAfter(starts, offset);
    return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/** The first unseen character of every line that has one. */
function unsafeCharacters(text: string, placeOf: (offset: number) => Location): Diagnostic[] {
  const found: Diagnostic[] = [];
  let from = 0;
  while (found.length < MAX_UNSAFE_LINES) {
    const unsafe = findUnsafeCharacter(text, from);
    if (!unsafe) break;
    found.push(unsafeCharacterDiagnostic(unsafe, placeOf(unsafe.index)));
    const next = text.slice(unsafe.index).search(/[\r\n]/);
    if (next < 0) break;
    from = unsafe.index + next;
  }
  return found;
}

/** Only a file with one of these can have what {@link walkValues} looks for: an escape, a special key, a long number. */
const isWorthAWalk = (text: string): boolean =>
  ["\\", ...SPECIAL_KEYS].some((word) => text.includes(word)) || LONG_NUMBER.test(text) || NO_NUMBER.test(text);

/** Begins with a digit always, and so is looked for in one fast pass. */
const LONG_NUMBER = /[0-9](?:[0-9]{15}|\.?[eE]\+?[0-9]{2}|[0-9]{6}[0-9.]*[eE]|[xX][0-9a-fA-F]{13}|[oO][0-7]{17})/;
const NO_NUMBER = /\.(?:inf|Inf|INF|nan|NaN|NAN)/;

const SPECIAL_KEYS = new Set(["__proto__", "constructor", "prototype"]);

function walkValues(value: unknown, pointer: string, locate: Document["locate"]): Diagnostic[] {
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    return [
      {
        rule: "yaml-number",
        severity: "error",
        location: locate(pointer),
        message: `the number ${value} is beyond what can be kept exactly`,
        hint: "put it in quotes where it is a name or a code (a GTIN, a phone number)",
      },
    ];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => walkValues(item, `${pointer}/${index}`, locate));
  }
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const path = `${pointer}/${escapePointer(key)}`;
    const found: Diagnostic[] = [];
    if (SPECIAL_KEYS.has(key)) {
      found.push({
        rule: "yaml-special-key",
        severity: "error",
        location: locate(path, "key"),
        message: `the key ${quoteValue(key)} has a meaning of its own in programs and is never accepted`,
        hint: "delete it or choose another name",
      });
    }
    return [...found, ...walkValues(below, path, locate)];
  });
}

/** Unseen characters written as escapes (`"\\u202e"`); what stands in the text was found there, at its exact place. */
function escapedCharacters(
  events: readonly Event[],
  text: string,
  placeOf: (offset: number) => Location,
): Diagnostic[] {
  return events.flatMap((event) => {
    if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.DOUBLE_QUOTED) return [];
    const written = text.slice(event.valueStart, event.valueEnd);
    if (!written.includes("\\") || findUnsafeCharacter(written)) return [];
    const unsafe = findUnsafeCharacter(getScalarValue(text, event));
    return unsafe ? [unsafeCharacterDiagnostic(unsafe, placeOf(event.valueStart - 1))] : [];
  });
}

/** All that kept a parsed text from becoming a value, where it is one of the two things that we refuse by choice. */
function unconstructable(events: readonly Event[], text: string, placeOf: (offset: number) => Location): Diagnostic[] {
  const { duplicates, aliases } = indexOf(events, text);
  return [
    ...duplicates.map(({ name, offset, first }): Diagnostic => {
      const { line } = placeOf(first);
      return {
        rule: "yaml-duplicate-key",
        severity: "error",
        location: placeOf(offset),
        message: `the key ${quoteValue(name)} is already there in line ${line}`,
        hint: "keep one of the two",
      };
    }),
    ...aliases.map(({ name, offset }): Diagnostic => ({
      rule: "yaml-alias",
      severity: "error",
      location: placeOf(offset),
      message: `the alias ${quoteValue(`*${name}`)} is not accepted`,
      hint: "write the value out; text that begins with * needs quotes",
    })),
  ];
}

function wrongCount(
  count: number,
  events: readonly Event[],
  text: string,
  placeOf: (offset: number) => Location,
): Diagnostic {
  if (count === 0) {
    return {
      rule: "yaml-empty",
      severity: "error",
      location: placeOf(0),
      message: "the file is empty",
      hint: "fill it in, or delete the file",
    };
  }
  const documents = events.filter((event) => event.type === EVENT_ID.DOCUMENT);
  const marks = [...text.matchAll(/^---(?=[ \t\r\n]|$)/gm)];
  const mark = documents[1]?.explicitStart ? marks[documents[0]?.explicitStart ? 1 : 0] : undefined;
  return {
    rule: "yaml-several-documents",
    severity: "error",
    location: placeOf(mark?.index ?? indexOf(events, text).second ?? 0),
    message: `the file holds ${count} documents`,
    hint: "keep one; a line of --- begins another",
  };
}

/** What js-yaml's reasons mean to somebody who never heard of them; the first that fits. */
const SYNTAX_HINTS: readonly (readonly [RegExp, string])[] = [
  [/tab characters/, "indent with spaces"],
  [/nesting exceeded/, `nothing here is more than ${MAX_DEPTH} levels deep: check the brackets and the indentation`],
  [/indentation/, "lines of one level begin in the same column; check the line above too"],
  [/flow collection|comma/, 'close every [ and {; put text with a comma, a colon or a bracket in quotes: "…"'],
  [/quoted scalar/, "close the quote; a quote inside quotes is doubled ('it''s')"],
  [/escape sequence|hexadecimal/, "inside double quotes a backslash is special: write two, or use single quotes"],
  [/alias|anchor/, 'put text that begins with * or & in quotes: "…"'],
  [/tag/, 'put text that begins with ! in quotes: "…"'],
  [/key|':'/, 'a key, a colon, a space, a value; put text with a colon in quotes: "…"'],
  [/./, "check the indentation, quotes and colons of this line; the line above may be the cause"],
];

/** `announcement: Sale`, up to the colon that makes no sense there. */
const VALUE_BEGUN = /^[ -]*[\w-]+: +[^\s[{]/;

function syntaxProblem(error: unknown, text: string, placeOf: (offset: number) => Location): Diagnostic {
  if (!(error instanceof YAMLException)) throw error;
  const { reason, mark } = error;
  const offset = mark?.position ?? 0;
  const lineSoFar = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return {
    rule: reason.startsWith("nesting exceeded") ? "yaml-depth" : "yaml-syntax",
    severity: "error",
    location: placeOf(offset),
    message: `the file cannot be read as YAML: ${quoteReason(reason)}`,
    hint:
      /indentation/.test(reason) && VALUE_BEGUN.test(lineSoFar)
        ? 'the text after the first colon ends here: put the whole text in double quotes, "…"'
        : (SYNTAX_HINTS.find(([pattern]) => pattern.test(reason))?.[1] ?? ""),
  };
}

/** js-yaml quotes names from the file as they are. */
const quoteReason = (reason: string): string =>
  quoteValue(reason.split("\n", 1)[0]).slice(1, -1).replaceAll('\\"', '"');

/** Said before a file is read, and after by those who were given bytes. */
export const tooLarge = (location: Location, bytes: number, most: number): Diagnostic => ({
  rule: "file-too-large",
  severity: "error",
  location,
  message: `the file has ${bytes} bytes`,
  hint: `at most ${most}; texts, pictures and products have files of their own`,
});

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "a list" : value === null ? "empty" : `one value (${quoteValue(value)})`;
