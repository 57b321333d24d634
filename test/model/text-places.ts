/** Every place of a tenant where a person writes text, from the schema and the list of the catalog's attributes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { FEED_ATTRIBUTES } from "../../action/src/model/feed.ts";

/** Where texts are put: settings as in a tenant's file, and what every row of the catalog says. */
export interface Draft {
  readonly settings: TenantSettings;
  readonly attributes: Record<string, string>;
}

/** One field, or one kind of key. */
export interface TextPlace {
  /** `/home/[hero]/heading`, `/pages/*~key`, `catalog:color`. */
  readonly path: string;
  /** Texts that satisfy the schema's lengths. */
  readonly minLength: number;
  readonly maxLength: number;
  /** Puts the text into every such place of the draft; gives what stood there first, undefined where the draft has no such place. */
  readonly put: (draft: Draft, text: string) => string | undefined;
}

type Schema = { readonly [key: string]: unknown };
const root = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../action/schema/tenant.schema.json"), "utf8"),
) as Schema & { readonly $defs: Readonly<Record<string, Schema>> };

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

/** Of the tenant's file; `~key` are the names of free keys. */
export const SETTING_PLACES: readonly TextPlace[] = placesIn(root, "");

/** Attributes that rows may have although no feed passes them on. */
const FURTHER_ATTRIBUTES = ["product_highlight", "product_detail", "swatch", "link", "checkout_url"];

/** Of the catalog, whatever its file. */
export const CATALOG_PLACES: readonly TextPlace[] = [...new Set([...FEED_ATTRIBUTES, ...FURTHER_ATTRIBUTES])].map(
  (name) => ({
    path: `catalog:${name}`,
    minLength: 0,
    maxLength: Number.POSITIVE_INFINITY,
    put: ({ attributes }, text) => {
      const before = attributes[name] ?? "";
      attributes[name] = text;
      return before;
    },
  }),
);

function placesIn(node: Schema, path: string): TextPlace[] {
  const reference = node["$ref"];
  if (typeof reference === "string") return placesIn(root.$defs[reference.replace("#/$defs/", "")] ?? {}, path);
  const places = new Map<string, TextPlace>();
  const add = (found: readonly TextPlace[]) => {
    for (const one of found) if (!places.has(one.path)) places.set(one.path, one);
  };
  if (node["type"] === "string") add([placeOf(path, node)]);
  for (const [key, child] of Object.entries((node["properties"] ?? {}) as Record<string, Schema | true>)) {
    if (child !== true) add(placesIn(child, `${path}/${key}`));
  }
  if (isSchema(node["items"])) add(placesIn(node["items"], `${path}/*`));
  if (isSchema(node["additionalProperties"])) {
    add(placesIn(node["additionalProperties"], `${path}/*`));
    add([placeOf(`${path}/*~key`, node["propertyNames"] as Schema)]);
  }
  for (const word of ["oneOf", "anyOf", "allOf"]) {
    for (const child of (node[word] ?? []) as Schema[]) add(placesIn(child, path + variantOf(child)));
  }
  return [...places.values()];
}

/** `/home/*` → `/home/*[hero]` for a block of that type. */
function variantOf(node: Schema): string {
  const reference = node["$ref"];
  if (typeof reference === "string") return variantOf(root.$defs[reference.replace("#/$defs/", "")] ?? {});
  const type = (node["properties"] as Readonly<Record<string, Schema | true>> | undefined)?.["type"];
  return isSchema(type) && typeof type["const"] === "string" ? `[${type["const"]}]` : "";
}

function placeOf(path: string, schema: Schema): TextPlace {
  const [pointer = "", key] = path.split("~");
  const steps = pointer.split("/").slice(1);
  return {
    path,
    minLength: Number(schema["minLength"] ?? 0),
    maxLength: Number(schema["maxLength"] ?? Number.POSITIVE_INFINITY),
    put: ({ settings }, text) => putAt(settings as unknown as Holder, steps, key !== undefined, text),
  };
}

type Holder = Record<string, unknown>;

function putAt(holder: Holder, [step = "", ...rest]: readonly string[], isKey: boolean, text: string) {
  const [name = "", type] = step.replace("]", "").split("[");
  let first: string | undefined;
  for (const key of name === "*" ? Object.keys(holder) : [name]) {
    const value = holder[key];
    if (type !== undefined && (value as Holder | undefined)?.["type"] !== type) continue;
    let before: string | undefined;
    if (rest.length > 0) before = isSchema(value) ? putAt(value, rest, isKey, text) : undefined;
    else if (typeof value === "string" && !isKey) [before, holder[key]] = [value, text];
    else if (isKey && Object.keys(holder).at(-1) === key) {
      // The last key is the one that nothing refers to.
      before = key;
      delete holder[key];
      Object.defineProperty(holder, text, { value, enumerable: true, configurable: true, writable: true });
    }
    first ??= before;
  }
  return first;
}
