/** What a request makes of a store's files: the change that its pull request will show. */
import type { Patch, Request, Upsert } from "../generated/request.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import { patchCatalog } from "./patch-catalog.ts";
import { quoteValue } from "./text-safety.ts";
import { writeSettings } from "./write-settings.ts";
import { readYaml } from "./yaml.ts";

/** A store's files as main has them. */
export interface StoreFiles {
  /** `tenants/eu/acme.yaml`; where a new one will be, if there is none. */
  readonly file: string;
  /** `tenants/eu/acme` */
  readonly folder: string;
  /** By path in the repository: the YAML and every file of the folder; text only where it is text. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Files to write by path in the repository, null to delete; empty where main says all of it already. */
export type FileChanges = ReadonlyMap<string, string | null>;

/** Why a request cannot be done as main is now, in words for the one who asked. */
export interface ApplyProblem {
  readonly code: "unknown-tenant" | "unknown-product" | "settings-mismatch" | "not-writable";
  readonly message: string;
  readonly hint: string;
}

/** Where tenant files name their schema for editors, from the root of the repository. */
const SCHEMA_PATH = "action/schema/tenant.schema.json";

/** The changes that do what was asked, the least that do. Files of other tenants are not within reach. */
export function applyRequest(request: Request, store: StoreFiles): FileChanges | ApplyProblem {
  switch (request.type) {
    case "tenant.upsert":
      return upsert(request, store);
    case "tenant.remove":
      return remove(request.tenant, store);
    case "catalog.patch":
      return patch(request, store);
    default:
      throw new Error(`no such request: ${JSON.stringify(request satisfies never)}`);
  }
}

function upsert(
  { tenant, settings, files = {} }: Upsert,
  { file, folder, texts }: StoreFiles,
): FileChanges | ApplyProblem {
  if (settings["id"] !== tenant) {
    return {
      code: "settings-mismatch",
      message: `the settings are of ${quoteValue(settings["id"])}, the request is for "${tenant}"`,
      hint: "let settings.id be the request's tenant",
    };
  }
  const before = texts.get(file);
  const depth = file.split("/").length - 1;
  const written = writeSettings(settings, before, `${"../".repeat(depth)}${SCHEMA_PATH}`);
  if (!saysExactly(file, written, settings)) return unwritable("settings");
  const wanted = new Map(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])).set(file, written);
  return new Map([...wanted].filter(([path, text]) => texts.get(path) !== text));
}

function remove(tenant: string, { texts }: StoreFiles): FileChanges | ApplyProblem {
  if (texts.size === 0) return unknownTenant(tenant);
  return new Map([...texts.keys()].map((path) => [path, null]));
}

function patch({ tenant, products }: Patch, { file, folder, texts }: StoreFiles): FileChanges | ApplyProblem {
  const settings = texts.get(file);
  if (settings === undefined) return unknownTenant(tenant);
  const source = catalogOf(file, settings);
  const path = source === undefined ? file : `${folder}/${source}`;
  const before = texts.get(path);
  if (before === undefined) {
    return {
      code: "not-writable",
      message: `the catalog ${quoteValue(source)} of "${tenant}" cannot be read on main`,
      hint: "mend the store on main first, or send all of it by tenant.upsert",
    };
  }
  const { text, problem } = patchCatalog(path, before, products, source === undefined ? INLINE : undefined);
  if (problem !== undefined) return { code: "unknown-product", ...problem };
  return new Map(text === before ? [] : [[path, text]]);
}

/** Where products stand in the tenant's own file. */
const INLINE = ["catalog", "products"];

/** The catalog's path inside the folder; undefined where the products stand in the tenant's own file. */
function catalogOf(file: string, text: string): string | undefined {
  const settings = readYaml(file, Buffer.from(text)).document?.value;
  const catalog = isMapping(settings) ? settings["catalog"] : undefined;
  const source = isMapping(catalog) ? catalog["source"] : undefined;
  return typeof source === "string" ? source : undefined;
}

/** Whether the one reader reads what was asked: the writer is another library. */
function saysExactly(file: string, text: string, settings: Mapping): boolean {
  const { document, diagnostics } = readYaml(file, Buffer.from(text));
  return document !== undefined && diagnostics.length === 0 && canonical(document.value) === canonical(settings);
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    isMapping(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one,
  );

const unknownTenant = (tenant: string): ApplyProblem => ({
  code: "unknown-tenant",
  message: `there is no store "${tenant}"`,
  hint: "a new store comes by tenant.upsert",
});

const unwritable = (what: string): ApplyProblem => ({
  code: "not-writable",
  message: `the ${what} hold something that YAML cannot say as it was asked`,
  hint: "leave out characters that nobody sees, and numbers that JSON cannot hold exactly",
});
