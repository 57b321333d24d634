/**
 * Catalog rows from a table of text: CSV (RFC 4180), also as spreadsheets write it.
 *
 * Where commas stand in numbers, spreadsheets put semicolons between the cells of a ".csv"; others put tabs. No name
 * of an attribute has any of the three, so the first line says which one it is, whatever the file is called.
 */
import { CsvError, parse } from "csv-parse/sync";
import type { Location } from "./diagnostic.ts";
import { attributeName, isReservedName, MOST_COLUMNS, MOST_ROWS, REQUIRED_ATTRIBUTES } from "./catalog-row.ts";
import type { Findings, Row, Table } from "./catalog-row.ts";
import { nearest } from "./suggestion.ts";
import {
  decodeText,
  findUnsafeCharacter,
  lastNotAfter,
  placeInText,
  quoteValue,
  unsafeCharacterDiagnostic,
} from "./text-safety.ts";

/** A record as it was parsed, with where it begins, in bytes of the text. */
interface ParsedRecord {
  readonly values: readonly string[];
  readonly start: number;
}

const NONE: Table = { rows: undefined, missing: new Set() };

/** Reads a table whose first line names the attributes, those that must be there among them. Problems of form go to `findings`. */
export function readTable(
  file: string,
  bytes: Uint8Array,
  findings: Findings,
  required: readonly string[] = REQUIRED_ATTRIBUTES,
): Table {
  const decoded = decodeText(file, bytes);
  if (decoded.text === undefined) {
    findings.take(decoded.diagnostic);
    return NONE;
  }
  const { text } = decoded;
  // One NUL means a binary file or UTF-16: telling it once says more than telling it per cell.
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const place = placeInText(file, text, nul);
    findings.take(unsafeCharacterDiagnostic({ index: nul, name: "U+0000", kind: "nul" }, place));
    return NONE;
  }
  const source = Buffer.from(text);
  const delimiter = delimiterOf(text);
  const places = placesIn(file, source, delimiter);
  const { records, broken } = parseRecords(text, delimiter);
  if (broken !== undefined) {
    const { rule, message, hint } = describeBroken(broken);
    findings.error(rule, message, hint, () => places.brokenCell(broken.start));
  }
  const [header, ...body] = records;
  if (header === undefined) {
    if (broken === undefined) {
      findings.error(
        "catalog-empty",
        `${file} is empty`,
        "its first line names the attributes: id,title,price",
        () => ({
          file,
          line: 1,
          column: 1,
        }),
      );
    }
    return NONE;
  }
  if (body.length > MOST_ROWS) {
    const one = body[MOST_ROWS];
    findings.error(
      "catalog-size",
      `${file} has more than ${MOST_ROWS} rows`,
      "split the catalog over several stores",
      () => places.cell(one?.start ?? 0, 0),
    );
    return NONE;
  }
  if (header.values.length > MOST_COLUMNS) {
    findings.error("catalog-size", `${file} has ${header.values.length} columns`, `at most ${MOST_COLUMNS}`, () =>
      places.cell(header.start, MOST_COLUMNS),
    );
    return NONE;
  }
  const names = readHeader(header, places, findings);
  const missing = new Set<string>();
  for (const name of required) {
    if (names.includes(name)) continue;
    missing.add(name);
    const near = nearest(name, names);
    const hint = near === undefined ? `add a column ${name}` : `rename the column "${near}"?`;
    findings.error("catalog-column", `the column "${name}" is missing`, hint, () => places.cell(header.start, 0));
  }
  const rows = body.flatMap((record) => {
    if (record.values.length === names.length) return [rowOf(record, names, places)];
    findings.error(
      "catalog-row",
      `the row has ${record.values.length} cells, the first line names ${names.length}`,
      ROW_HINTS[delimiter],
      () => places.cell(record.start, 0),
    );
    return [];
  });
  return { rows, missing };
}

/** A table with the place of every cell, in bytes of its text in UTF-8; for whoever changes single cells. */
export function tableOf(text: string): {
  /** Of the columns, normalised. */
  readonly names: readonly string[];
  readonly delimiter: string;
  readonly rows: readonly {
    readonly values: readonly string[];
    readonly cell: (column: number) => { readonly start: number; readonly end: number };
  }[];
} {
  const delimiter = delimiterOf(text);
  const places = placesIn("", Buffer.from(text), delimiter);
  const [header, ...body] = parseRecords(text, delimiter).records;
  return {
    names: (header?.values ?? []).map(attributeName),
    delimiter,
    rows: body.map(({ values, start }) => ({
      values,
      cell: (column) => places.span(start, column),
    })),
  };
}

type Delimiter = "," | ";" | "\t";

/** What stands between the names of the first line; the most frequent, the comma where there is none. */
function delimiterOf(text: string): Delimiter {
  const [header = ""] = text.trimStart().split(/[\r\n]/, 1);
  const count = (delimiter: Delimiter): number => header.split(delimiter).length - 1;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];

const ROW_HINTS: Readonly<Record<Delimiter, string>> = {
  ",": 'put a cell that holds a comma into double quotes: "red, green"',
  ";": 'put a cell that holds a semicolon into double quotes: "red; green"',
  "\t": "one tab between two cells",
};

function readHeader(header: ParsedRecord, places: Places, findings: Findings): readonly string[] {
  const seen = new Set<string>();
  return header.values.map((written, column) => {
    const name = attributeName(written);
    const place = () => places.cell(header.start, column);
    const unsafe = findUnsafeCharacter(written);
    if (unsafe !== undefined) findings.take(unsafeCharacterDiagnostic(unsafe, place()));
    else if (name === "") findings.error("catalog-column", "the column has no name", "name it or delete it", place);
    else if (name.length > 100 || /[<>\n]/.test(written) || isReservedName(name)) {
      findings.error(
        "catalog-column",
        `${quoteValue(written)} cannot name a column`,
        "name it as Google Merchant does",
        place,
      );
    } else if (seen.has(name)) {
      findings.error("catalog-column", `the column "${name}" is there twice`, "delete or rename one of them", place);
    }
    seen.add(name);
    return name;
  });
}

function rowOf(record: ParsedRecord, names: readonly string[], places: Places): Row {
  const cells = new Map<string, string>();
  names.forEach((name, column) => {
    const value = record.values[column] ?? "";
    if (value.trim() !== "") cells.set(name, value);
  });
  return {
    cells,
    lists: new Map(),
    locate: (attribute) =>
      places.cell(record.start, attribute === undefined ? 0 : Math.max(0, names.indexOf(attribute))),
  };
}

interface Broken {
  readonly code: string;
  /** Where the broken record begins, in bytes. */
  readonly start: number;
}

function parseRecords(
  text: string,
  delimiter: Delimiter,
): { records: readonly ParsedRecord[]; broken: Broken | undefined } {
  const records: ParsedRecord[] = [];
  let end = 0;
  try {
    parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      // Spreadsheets write `12" vinyl` without quotes into tab-separated text; RFC 4180 forbids it in CSV.
      relax_quotes: delimiter === "\t",
      skip_empty_lines: true,
      to: MOST_ROWS + 2,
      on_record(values: string[], { bytes }) {
        records.push({ values, start: end });
        end = bytes;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { records, broken: { code: error.code, start: end } };
  }
  return { records, broken: undefined };
}

function describeBroken({ code }: Broken): { rule: string; message: string; hint: string } {
  const hint = 'inside a quoted cell write a quote twice: "a 12"" plate"';
  if (code === "CSV_QUOTE_NOT_CLOSED") {
    return { rule: "catalog-quote", message: "the quote that opens here is never closed", hint };
  }
  if (code === "CSV_INVALID_CLOSING_QUOTE") {
    return { rule: "catalog-quote", message: "the quote that opens here closes in the middle of a cell", hint };
  }
  return {
    rule: "catalog-quote",
    message: "a quote stands in the middle of a cell that is not quoted",
    hint: `put the whole cell into quotes; ${hint}`,
  };
}

type Places = ReturnType<typeof placesIn>;

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Finds cells again in the source: parsing keeps where records begin, so that only cells with a problem cost anything. */
function placesIn(file: string, source: Buffer, delimiter: string) {
  const separator = delimiter.charCodeAt(0);
  let lines: number[] | undefined;
  const place = (offset: number): Location => {
    lines ??= lineStarts(source);
    const line = lastNotAfter(lines, offset);
    const start = lines[line] ?? 0;
    return { file, line: line + 1, column: source.toString("utf8", start, offset).length + 1 };
  };
  /** Empty lines before a record belong to nobody. */
  const skipLines = (start: number): number => {
    let offset = start;
    while (source[offset] === LINE_FEED || source[offset] === CARRIAGE_RETURN) offset += 1;
    return offset;
  };
  /** The end of a cell: at its separator, line end, or the end of the file. */
  const endOf = (start: number): { end: number; closed: boolean } => {
    let offset = start;
    let closed = true;
    if (source[offset] === QUOTE) {
      closed = false;
      offset += 1;
      while (offset < source.length && !closed) {
        if (source[offset] === QUOTE && source[offset + 1] === QUOTE) offset += 2;
        else {
          closed = source[offset] === QUOTE;
          offset += 1;
        }
      }
    }
    while (offset < source.length && !isEnd(source[offset], separator)) offset += 1;
    return { end: offset, closed };
  };
  /** The cell of that index in the record that begins at `start`, in bytes. */
  const span = (start: number, index: number): { start: number; end: number } => {
    let offset = skipLines(start);
    for (let at = 0; at < index; at += 1) {
      const { end } = endOf(offset);
      if (source[end] !== separator) break;
      offset = end + 1;
    }
    return { start: offset, end: endOf(offset).end };
  };
  return {
    span,
    cell: (start: number, index: number): Location => place(span(start, index).start),
    /** The cell that broke the record: the first one whose quotes are wrong. */
    brokenCell(start: number): Location {
      let offset = skipLines(start);
      for (;;) {
        const { end, closed } = endOf(offset);
        const cell = source.subarray(offset, end);
        const wellQuoted =
          cell[0] === QUOTE
            ? closed && cell.length > 1 && cell.at(-1) === QUOTE && !straysInside(cell)
            : !cell.includes(QUOTE);
        if (!wellQuoted || source[end] !== separator) return place(wellQuoted ? skipLines(start) : offset);
        offset = end + 1;
      }
    },
  };
}

const isEnd = (byte: number | undefined, separator: number): boolean =>
  byte === separator || byte === LINE_FEED || byte === CARRIAGE_RETURN;

/** Whether a quoted cell has a quote that is neither its last nor doubled. */
function straysInside(cell: Buffer): boolean {
  for (let offset = 1; offset < cell.length - 1; offset += 1) {
    if (cell[offset] !== QUOTE) continue;
    if (cell[offset + 1] !== QUOTE || offset + 1 === cell.length - 1) return true;
    offset += 1;
  }
  return false;
}

/** Lines end as editors count them: at a line feed, or a carriage return that none follows. */
function lineStarts(source: Buffer): number[] {
  const starts = [0];
  for (let offset = 0; offset < source.length; offset += 1) {
    const byte = source[offset];
    if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && source[offset + 1] !== LINE_FEED)) starts.push(offset + 1);
  }
  return starts;
}
