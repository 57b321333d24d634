/** Reads the lines that let single transitions pass a guard. */
import { posix } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import { OVERRIDES_FILE, type Override, readOverrides } from "../model/override.ts";
import { readYaml } from "../model/yaml.ts";
import { RepoError, type Tree } from "../ports.ts";

/** A repository without the file has no overrides. */
export async function loadOverrides(
  tree: Tree,
): Promise<{ overrides: readonly Override[]; diagnostics: readonly Diagnostic[] }> {
  const entries = await tree.list(posix.dirname(OVERRIDES_FILE)).catch((error: unknown) => {
    if (error instanceof RepoError && error.code === "missing") return [];
    throw error;
  });
  if (!entries.some((entry) => entry.path === OVERRIDES_FILE)) return { overrides: [], diagnostics: [] };
  const { document, diagnostics } = readYaml(OVERRIDES_FILE, await tree.read(OVERRIDES_FILE), { root: "any" });
  if (document === undefined) {
    // Comments alone are what the file begins with.
    return { overrides: [], diagnostics: diagnostics.filter((one) => one.rule !== "yaml-empty") };
  }
  const read = readOverrides(document);
  return { overrides: read.overrides, diagnostics: [...diagnostics, ...read.diagnostics] };
}
