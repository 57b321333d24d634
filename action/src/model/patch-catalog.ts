/**
 * Prices and availability written into a catalog by a machine: the named cells change, every other byte stays.
 *
 * What comes out counts only as the one reader reads it (`model/catalog.ts`); whoever patches looks.
 */
import { isMap, isScalar, isSeq, parseDocument, type Pair, type YAMLMap } from "yaml";
import type { ProductPatch } from "../generated/request.ts";
import { tableOf } from "./catalog-table.ts";
import { quoteValue } from "./text-safety.ts";

/** The text after the patch, or why it cannot be applied, in words for the one who asked. */
export type Patched =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: { readonly message: string; readonly hint: string } };

/** A piece of a text, by its first and one past its last unit (bytes in a table, UTF-16 in a tree), with what shall stand there. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Patches a catalog by its file's name: a table, or a tree of YAML or JSON.
 *
 * @param place the keys that lead to the list of products in a tree
 */
export function patchCatalog(
  file: string,
  text: string,
  products: readonly ProductPatch[],
  place: readonly string[] = ["products"],
): Patched {
  const twice = products.find(({ id }, index) => products.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) {
    return problem(`the product ${quoteValue(twice.id)} is named twice`, "say all of a product's changes at once");
  }
  const isTable = /\.(?:csv|tsv|txt)$/i.test(file);
  const find = isTable ? editsOfTable(text) : editsOfTree(text, file.endsWith(".json"), place);
  const edits: Edit[] = [];
  for (const { id, ...changes } of products) {
    for (const [attribute, value] of Object.entries(changes)) {
      const edit = find(id, attribute, value);
      if ("message" in edit) return { problem: edit };
      edits.push(edit);
    }
  }
  if (!isTable) return { text: applyEdits(text, edits) };
  // In this encoding a unit is a byte.
  const source = Buffer.from(text).toString("latin1");
  return { text: Buffer.from(applyEdits(source, edits), "latin1").toString() };
}

type Find = (id: string, attribute: string, value: string) => Edit | NonNullable<Patched["problem"]>;

const problem = (message: string, hint: string): Patched => ({ problem: { message, hint } });

function applyEdits(text: string, edits: readonly Edit[]): string {
  let patched = "";
  let from = 0;
  for (const { start, end, text: put } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    patched += text.slice(from, start) + put;
    from = end;
  }
  return patched + text.slice(from);
}

const unknownProduct = (id: string): NonNullable<Patched["problem"]> => ({
  message: `the catalog has no product ${quoteValue(id)}`,
  hint: "name it as its `id` is in the catalog; new products come by tenant.upsert",
});

function editsOfTable(text: string): Find {
  const { names, rows, delimiter } = tableOf(text);
  const idColumn = names.indexOf("id");
  const source = Buffer.from(text);
  const byId = new Map(rows.map((row) => [row.values[idColumn]?.trim(), row]));
  return (id, attribute, value) => {
    const row = byId.get(id);
    if (row === undefined) return unknownProduct(id);
    const column = names.indexOf(attribute);
    if (column < 0 || column >= row.values.length) {
      return {
        message: `the catalog has no column "${attribute}"`,
        hint: "add the column to the file, or send the whole catalog by tenant.upsert",
      };
    }
    const { start, end } = row.cell(column);
    const isQuoted = source[start] === QUOTE || /["\r\n]/.test(value) || value.includes(delimiter);
    const cell = isQuoted ? `"${value.replaceAll('"', '""')}"` : value;
    return { start, end, text: Buffer.from(cell).toString("latin1") };
  };
}

const QUOTE = 0x22;

function editsOfTree(text: string, isJson: boolean, place: readonly string[]): Find {
  const rows = new Map<unknown, YAMLMap>();
  const products: unknown = parseDocument(text, { keepSourceTokens: true }).getIn(place);
  for (const product of isSeq(products) ? products.items : []) {
    if (!isMap(product)) continue;
    const variants = product.get("variants");
    for (const row of isSeq(variants) ? variants.items : [product]) if (isMap(row)) rows.set(row.get("id"), row);
  }
  return (id, attribute, value) => {
    const row = rows.get(id);
    if (row === undefined) return unknownProduct(id);
    const written = JSON.stringify(value);
    const pair = row.items.find(({ key }) => isScalar(key) && key.value === attribute);
    if (pair === undefined)
      return insertion(row, text, isJson ? `"${attribute}": ${written}` : `${attribute}: ${written}`);
    const range = rangeOf(pair);
    const isPlain = !isJson && /^[a-z_]+$|^\d[\d.]* [A-Z]{3}$/.test(value) && !/^["']/.test(text.slice(range.start));
    return { ...range, text: isPlain ? value : written };
  };
}

/** Where the value of a pair stands, without the space and the comments behind it. */
function rangeOf({ value, key }: Pair): { readonly start: number; readonly end: number } {
  const at = (isScalar(value) ? value.range : undefined) ?? (isScalar(key) ? key.range : undefined);
  if (at === undefined || at === null) throw new Error("a pair that was read has a place");
  return { start: at[0], end: at[1] };
}

/** A new pair behind the row's id, in the form that the row has. */
function insertion(row: YAMLMap, text: string, pair: string): Edit {
  const id = row.items.find(({ key }) => isScalar(key) && key.value === "id");
  const key = id?.key;
  if (id === undefined || !isScalar(key) || !key.range) throw new Error("a row that was found by its id has one");
  const { end } = rangeOf(id);
  if (row.flow) return { start: end, end, text: `, ${pair}` };
  const [start] = key.range;
  const indentation = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const newLine = text.indexOf("\n", end);
  return newLine < 0
    ? { start: text.length, end: text.length, text: `\n${indentation}${pair}` }
    : { start: newLine, end: newLine, text: `\n${indentation}${pair}` };
}
