/** Requests from files of this machine. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { parse } from "csv-parse/sync";
import type { ProductPatch, Upsert } from "../../action/src/generated/request.ts";
import { type Diagnostic, hasErrors } from "../../action/src/model/diagnostic.ts";
import { isMapping, type Mapping } from "../../action/src/model/mapping.ts";
import { readYaml } from "../../action/src/model/yaml.ts";
import { ClientError } from "./client-error.ts";

/** A store as its files state it. */
export interface StoreOnDisk extends Pick<Upsert, "settings" | "tenant"> {
  readonly files: Readonly<Record<string, string>>;
  /** Files of its folder that cannot travel in an event: pictures. */
  readonly left: readonly string[];
}

const TRAVELS: ReadonlySet<string> = new Set([".csv", ".tsv", ".json", ".yaml", ".md"]);

/** `acme.yaml` with the text files of the folder `acme` beside it. Throws `ClientError` `invalid`. */
export async function readStore(file: string): Promise<StoreOnDisk> {
  const settings = await readDocument(file);
  if (!isMapping(settings)) throw unreadable(file, "is no mapping");
  const { id } = settings;
  if (typeof id !== "string") throw unreadable(file, "has no id", "a tenant file says `id: acme`");
  const folder = file.slice(0, file.length - extname(file).length);
  const names = existsSync(folder) ? await filesIn(folder) : [];
  const [travel, left] = [
    names.filter((name) => TRAVELS.has(extname(name))),
    names.filter((name) => !TRAVELS.has(extname(name))),
  ];
  const files = await Promise.all(travel.map(async (name) => [name, await readText(join(folder, name))] as const));
  return { tenant: id, settings, files: Object.fromEntries(files), left };
}

/** What a CSV table, or a list in YAML or JSON, says of products. Throws `ClientError` `invalid`. */
export async function readPatch(file: string): Promise<ProductPatch[]> {
  const isTable = [".csv", ".tsv"].includes(extname(file));
  const rows: unknown = isTable ? tableIn(file, await readText(file)) : await readDocument(file);
  if (Array.isArray(rows) && rows.length > 0) return rows as ProductPatch[];
  throw unreadable(file, "names no products", "give a table with the columns id and price, sale_price or availability");
}

/** An empty cell says nothing, but of `sale_price`, which it takes away. */
function tableIn(file: string, text: string): readonly Mapping[] {
  let rows: readonly Mapping[];
  try {
    rows = parse(text, { columns: true, bom: true, delimiter: [",", ";", "\t"], skip_empty_lines: true });
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column, cell]) => cell !== "" || column === "sale_price")),
  );
}

/** Sorted, with slashes. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .toSorted();
}

/** YAML, or JSON, which is YAML. */
async function readDocument(file: string): Promise<unknown> {
  const { document, diagnostics } = readYaml(file, await readBytes(file), { root: "any" });
  if (document !== undefined && !hasErrors(diagnostics)) return document.value;
  throw unreadable(file, sayFirst(diagnostics), diagnostics.find(isError)?.hint);
}

const isError = ({ severity }: Diagnostic): boolean => severity === "error";

function sayFirst(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find(isError);
  return first === undefined ? "holds nothing" : `line ${first.location.line}: ${first.message}`;
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readBytes(file));
  } catch (error) {
    if (error instanceof ClientError) throw error;
    throw unreadable(file, "is not UTF-8", "save it as UTF-8");
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error), "check the path");
  }
}

const unreadable = (file: string, why: string, hint = "correct the file"): ClientError =>
  new ClientError("invalid", `${file} ${why}`, hint);
