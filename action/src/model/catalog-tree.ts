/** Catalog rows from YAML, JSON or the products inside a tenant file. */
import { attributeName, isReservedName, MOST_CATALOG_BYTES, MOST_ROWS } from "./catalog-row.ts";
import type { Findings, Item, Row, Table } from "./catalog-row.ts";
import type { Location } from "./diagnostic.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import { quoteValue } from "./text-safety.ts";
import { escapePointer, readYaml } from "./yaml.ts";

type Locate = (pointer: string, part?: "key" | "value") => Location;

/** Attributes as they stand in one mapping. */
interface Layer {
  readonly pointer: string;
  readonly cells: ReadonlyMap<
    string,
    { readonly key: string; readonly text: string; readonly items?: readonly Item[] }
  >;
}

const NONE: Table = { rows: undefined, missing: new Set() };
const TOP_KEYS: ReadonlySet<string> = new Set(["defaults", "products"]);

/** Reads `defaults:` and `products:` of a YAML or JSON file. Problems of form go to `findings`. */
export function readTree(file: string, bytes: Uint8Array, findings: Findings): Table {
  const { document, diagnostics } = readYaml(file, bytes, { maxBytes: MOST_CATALOG_BYTES, root: "any" });
  diagnostics.forEach((one) => findings.take(one));
  if (document === undefined) return NONE;
  const { value, locate } = document;
  if (!isMapping(value)) {
    const form = file.endsWith(".json") ? '{ "products": [ … ] }' : "a line `products:`, and the list below it";
    const message = `the catalog as a whole is ${quoteValue(value)}, not a mapping`;
    findings.error("catalog-root", message, `put the products under a key: ${form}`, () => locate(""));
    return NONE;
  }
  for (const key of Object.keys(value)) {
    if (TOP_KEYS.has(key)) continue;
    findings.error(
      "catalog-key",
      `a catalog has no ${quoteValue(key)}`,
      "its keys are products and defaults; attributes stand in a product",
      () => locate(`/${escapePointer(key)}`, "key"),
    );
  }
  if (!Array.isArray(value["products"])) {
    findings.error("catalog-key", "the list `products` is missing", "products: [ … ], one mapping for each", () =>
      locate("/products"),
    );
    return NONE;
  }
  const defaults = value["defaults"] ?? {};
  const layer = readLayer(defaults, "/defaults", locate, findings);
  return { rows: readProducts(value["products"], "/products", layer, locate, findings), missing: new Set() };
}

/** Reads a list of products that stands at `pointer` of a document that is already parsed. */
export function readInline(products: readonly unknown[], pointer: string, locate: Locate, findings: Findings): Table {
  return { rows: readProducts(products, pointer, undefined, locate, findings), missing: new Set() };
}

function readProducts(
  products: readonly unknown[],
  pointer: string,
  defaults: Layer | undefined,
  locate: Locate,
  findings: Findings,
): readonly Row[] | undefined {
  const rows: Row[] = [];
  for (const [index, product] of products.entries()) {
    const place = `${pointer}/${index}`;
    const own = readLayer(product, place, locate, findings);
    if (own === undefined) continue;
    const below = defaults === undefined ? [] : [defaults];
    for (const variant of readVariants(product, place, locate, findings)) {
      rows.push(
        rowOf(variant === undefined ? [own, ...below] : [variant, own, ...below], variant !== undefined, locate),
      );
      if (rows.length <= MOST_ROWS) continue;
      findings.error(
        "catalog-size",
        `the catalog has more than ${MOST_ROWS} rows`,
        "split the catalog over several stores",
        () => locate(place),
      );
      return undefined;
    }
  }
  return rows;
}

/** The layers of a product's variants; one undefined for a product that has none. */
function readVariants(
  product: unknown,
  pointer: string,
  locate: Locate,
  findings: Findings,
): readonly (Layer | undefined)[] {
  const variants = isMapping(product) ? product["variants"] : undefined;
  if (variants === undefined || variants === null) return [undefined];
  const place = `${pointer}/variants`;
  if (!Array.isArray(variants) || variants.length === 0) {
    findings.error("catalog-value", "`variants` is not a list of mappings", "variants: [ { id: …, color: … } ]", () =>
      locate(place),
    );
    return [];
  }
  return variants.flatMap((variant: unknown, index) => readLayer(variant, `${place}/${index}`, locate, findings) ?? []);
}

function readLayer(value: unknown, pointer: string, locate: Locate, findings: Findings): Layer | undefined {
  if (!isMapping(value)) {
    const message = `${quoteValue(value)} is not a mapping of attributes`;
    findings.error("catalog-value", message, "id: …, title: …, price: …", () => locate(pointer));
    return undefined;
  }
  const cells = new Map<string, { key: string; text: string; items?: readonly Item[] }>();
  for (const [key, content] of Object.entries(value)) {
    const name = attributeName(key);
    // The reader of the file has refused names with a meaning of their own already.
    if (key === "variants" || content === null || isReservedName(name)) continue;
    const at = `${pointer}/${escapePointer(key)}`;
    if (name === "" || name.length > 100 || /[<>\n]/.test(key) || cells.has(name)) {
      const message = cells.has(name) ? `the attribute "${name}" is there twice` : `${quoteValue(key)} is no attribute`;
      findings.error("catalog-key", message, "name each attribute once, as Google Merchant does", () =>
        locate(at, "key"),
      );
      continue;
    }
    const items = itemsOf(content);
    const text = items === undefined ? textOf(content) : items.map(itemText).join(",");
    if (text === undefined) {
      findings.error(
        "catalog-value",
        `${quoteValue(content)} is not a text`,
        `${name}: a text or a list of texts`,
        () => locate(at),
      );
    } else if (text.trim() !== "") {
      cells.set(name, items === undefined ? { key, text } : { key, text, items });
    }
  }
  return { pointer, cells };
}

function rowOf(layers: readonly Layer[], isVariant: boolean, locate: Locate): Row {
  const cells = new Map<string, string>();
  const lists = new Map<string, readonly Item[]>();
  for (const layer of layers) {
    for (const [name, { text, items }] of layer.cells) {
      if (cells.has(name)) continue;
      cells.set(name, text);
      if (items !== undefined) lists.set(name, items);
    }
  }
  // A product with `variants:` is a group, also where only its own id says which.
  const group = isVariant && !cells.has("item_group_id") ? layers[1]?.cells.get("id")?.text : undefined;
  if (group !== undefined) cells.set("item_group_id", group);
  return {
    cells,
    lists,
    locate(attribute) {
      const layer = layers.find((one) => attribute !== undefined && one.cells.has(attribute));
      const cell = attribute === undefined ? undefined : layer?.cells.get(attribute);
      if (layer === undefined || cell === undefined) return locate(layers[0]?.pointer ?? "");
      return locate(`${layer.pointer}/${escapePointer(cell.key)}`);
    },
  };
}

/** A scalar as text; undefined for everything else. YAML's own booleans mean what Google writes as yes or no. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return typeof value === "boolean" ? (value ? "yes" : "no") : undefined;
}

/** A list, or a single structured value, as items; undefined where it is neither or an item is too deep. */
function itemsOf(value: unknown): readonly Item[] | undefined {
  if (isMapping(value)) return itemsOf([value]);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((one: unknown) => (isMapping(one) ? partsOf(one) : textOf(one)));
  return items.every((item) => item !== undefined) ? items : undefined;
}

function partsOf(mapping: Mapping): Readonly<Record<string, string>> | undefined {
  const parts = Object.entries(mapping).map(([key, value]) => [attributeName(key), textOf(value)] as const);
  return parts.every(([, text]) => text !== undefined) ? Object.fromEntries(parts as [string, string][]) : undefined;
}

const itemText = (item: Item): string => (typeof item === "string" ? item : Object.values(item).join(":"));
