/**
 * A catalog in a further language: the texts of a table in the place of the first language's.
 *
 * Only texts change: products, their addresses, prices and pictures, and what belongs to a collection stay.
 */
import { readEntry } from "./catalog-attribute.ts";
import { groupEntries } from "./catalog-product.ts";
import { collectFindings, type Findings, type Row } from "./catalog-row.ts";
import { readTable } from "./catalog-table.ts";
import { type CatalogInput, readRows, rowRules } from "./catalog.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Catalog, Product, Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";
import { quoteValue } from "./text-safety.ts";

/** What a product may say in another language; everything else is the same in all of them. */
const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set([
  "title",
  "description",
  "product_type",
  "product_highlight",
  "product_detail",
  "color",
  "size",
  "material",
  "pattern",
]);

/**
 * The catalog with the texts of a table in their place: rows with text attributes under the `id` of a row of the
 * catalog, or under an `item_group_id`, whose texts are those of all its variants.
 * `first` is the catalog in the first language, which was read from `input` without an error.
 */
export function translateCatalog(
  tenant: Tenant,
  first: Catalog,
  input: CatalogInput,
  table: { readonly file: string; readonly bytes: Uint8Array } | undefined,
): { catalog?: Catalog; diagnostics: readonly Diagnostic[] } {
  const findings = collectFindings();
  const texts = table === undefined ? NO_TEXTS : readTexts(table, findings);
  // What is wrong with the catalog itself was said when it was read.
  const rows = readRows(tenant, input, collectFindings()).rows ?? [];
  const known = new Set(rows.flatMap(namesOf));
  for (const [id, row] of texts) {
    if (known.has(id)) continue;
    const message = `there is no product ${quoteValue(id)} to translate`;
    findings.error("translation-unknown-product", message, suggest(id, [...known]), () => row.locate("id"));
  }
  const rules = rowRules(tenant);
  const entries = rows.flatMap((row) => {
    const own = namesOf(row).flatMap((name) => texts.get(name) ?? []);
    return readEntry(own.reduce(translateRow, row), rules, own.length > 0 ? findings : collectFindings()) ?? [];
  });
  if (table !== undefined) tellUntitled(rows, texts, table.file, findings);
  const products = new Map(groupEntries(entries, collectFindings()).map((product) => [product.id, product]));
  if (findings.failed) return { diagnostics: findings.list() };
  const inLanguage = (list: readonly Product[]): readonly Product[] =>
    list.map((product) => {
      const translated = products.get(product.id);
      return translated === undefined ? product : { ...translated, original: product };
    });
  const titles = new Map(tenant.settings.catalog.collections.map((one) => [one.id, one]));
  return {
    catalog: {
      currency: first.currency,
      products: inLanguage(first.products),
      collections: first.collections.map((collection) => ({
        ...collection,
        title: titles.get(collection.id)?.title ?? collection.title,
        description: titles.get(collection.id)?.description ?? collection.description,
        products: inLanguage(collection.products),
      })),
    },
    diagnostics: findings.list(),
  };
}

const NO_TEXTS: ReadonlyMap<string, Row> = new Map();

/** What a row is called in a table of texts: its group, then itself. */
const namesOf = ({ cells }: Row): string[] =>
  ["item_group_id", "id"].flatMap((attribute) => cells.get(attribute)?.trim() ?? []);

/** The table's rows by their id. */
function readTexts(
  { file, bytes }: { readonly file: string; readonly bytes: Uint8Array },
  findings: Findings,
): ReadonlyMap<string, Row> {
  const { rows = [] } = readTable(file, bytes, findings, ["id"]);
  const texts = new Map<string, Row>();
  for (const row of rows) {
    const id = row.cells.get("id")?.trim();
    if (id === undefined) {
      findings.error("catalog-missing", "the id is missing", "every row needs id", () => row.locate("id"));
      continue;
    }
    if (texts.has(id)) {
      const message = `the id ${quoteValue(id)} stands in the table twice`;
      findings.error("catalog-duplicate-id", message, "keep one of the two", () => row.locate("id"));
    }
    for (const name of row.cells.keys()) {
      if (name === "id" || TEXT_ATTRIBUTES.has(name)) continue;
      const hint = `a translation has id, ${[...TEXT_ATTRIBUTES].join(", ")}`;
      findings.error("translation-column", `${quoteValue(name)} is the same in every language`, hint, () =>
        row.locate(name),
      );
    }
    texts.set(id, row);
  }
  return texts;
}

/** The row with the translated cells over its own. */
const translateRow = (row: Row, texts: Row): Row => ({
  cells: new Map([...row.cells, ...[...texts.cells].filter(([name]) => TEXT_ATTRIBUTES.has(name))]),
  lists: new Map([...row.lists].filter(([name]) => !texts.cells.has(name))),
  locate: (attribute) =>
    attribute !== undefined && TEXT_ATTRIBUTES.has(attribute) && texts.cells.has(attribute)
      ? texts.locate(attribute)
      : row.locate(attribute),
});

function tellUntitled(rows: readonly Row[], texts: ReadonlyMap<string, Row>, file: string, findings: Findings): void {
  const untitled = rows.filter((row) => !namesOf(row).some((name) => texts.get(name)?.cells.has("title")));
  const [example] = untitled;
  if (example === undefined) return;
  const id = quoteValue(example.cells.get("id") ?? "");
  const message = `${untitled.length} of ${rows.length} rows of the catalog have no title here, ${id} for one`;
  const hint = "write a row with id and title for each; until then they are in the first language";
  findings.warning("translation-missing", message, hint, () => ({ file, line: 1, column: 1 }));
}
