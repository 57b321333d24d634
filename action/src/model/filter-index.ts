/**
 * What a script narrows a collection down and sorts it with: one file for most collections; for large ones a table of
 * contents, a column for each thing that can be asked for, and the rows in parts, so that a filter loads the one column
 * that it is about and the few rows that it shows.
 */

/** Something in its place, or the path of its file. */
type Part<Content> = string | Content;

/** Title, path in the site, price in words, the picture's path. */
export type FilterRow = readonly [string, string, string, string];

/** Of each product in the collection's order the number of its value, or those of its values. */
type ValueColumn = readonly (number | readonly number[])[];

/** The index as JSON has it; the reader of it is the template's script. */
export interface FilterIndex {
  /** How many products there are. */
  readonly count: number;
  /** Of each facet its name as a field, the values that can be chosen, and who has which. */
  readonly facets: readonly (readonly [string, readonly string[], Part<ValueColumn>])[];
  /** What each product costs at least, in the currency's unit. */
  readonly amounts: Part<readonly number[]>;
  /** The place of each product among the different names, from 1. */
  readonly names: Part<readonly number[]>;
  /** What is shown of the products, in parts of `size`; the last may have less. */
  readonly rows: readonly Part<readonly FilterRow[]>[];
  readonly size: number;
}

/** A facet before its values have numbers. */
export interface FacetColumn {
  readonly name: string;
  readonly values: readonly string[];
  /** Of each product. */
  readonly ofProducts: readonly (readonly string[])[];
}

/** In characters of JSON, a few of which are a byte as sent: up to this, parts would only cost requests. */
const MOST_IN_ONE_FILE = 100_000;
const ROWS_IN_A_PART = 50;

/** The index as JSON. `keep` puts a part into the site and gives its path. */
export function writeFilterIndex(
  facets: readonly FacetColumn[],
  { amounts, names, rows }: { amounts: readonly number[]; names: readonly number[]; rows: readonly FilterRow[] },
  keep: (body: string) => string,
): string {
  const columns = facets.map(({ name, values, ofProducts }) => [name, values, columnOf(values, ofProducts)] as const);
  const whole: FilterIndex = {
    count: rows.length,
    facets: columns,
    amounts,
    names,
    rows: [rows],
    size: Math.max(1, rows.length),
  };
  const body = asJson(whole);
  if (body.length <= MOST_IN_ONE_FILE) return body;
  return asJson({
    count: rows.length,
    facets: columns.map(([name, values, column]) => [name, values, keep(asJson(column))] as const),
    amounts: keep(asJson(amounts)),
    names: keep(asJson(names)),
    rows: Array.from({ length: Math.ceil(rows.length / ROWS_IN_A_PART) }, (_, part) =>
      keep(asJson(rows.slice(part * ROWS_IN_A_PART, (part + 1) * ROWS_IN_A_PART))),
    ),
    size: ROWS_IN_A_PART,
  } satisfies FilterIndex);
}

/** A value that cannot be chosen is left out. */
function columnOf(values: readonly string[], ofProducts: FacetColumn["ofProducts"]): ValueColumn {
  const numbers = new Map(values.map((value, number) => [value, number]));
  return ofProducts.map((own) => {
    const found: number[] = [];
    for (const value of own) {
      const number = numbers.get(value);
      if (number !== undefined) found.push(number);
    }
    const [only] = found;
    return found.length === 1 && only !== undefined ? only : found;
  });
}

const asJson = (value: unknown): string => `${JSON.stringify(value)}\n`;
