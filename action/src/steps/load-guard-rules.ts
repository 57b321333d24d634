/** Reads what the guards go by: the policy, and the lines that let single transitions pass. */
import { posix } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { GuardRules } from "../model/guard.ts";
import { OVERRIDES_FILE, readOverrides } from "../model/override.ts";
import { DEFAULT_POLICY_FILE, POLICY_FILE, type PolicyFile, readPolicy } from "../model/policy.ts";
import { notAFile } from "../model/source.ts";
import { type Document, readYaml } from "../model/yaml.ts";
import { RepoError, type Tree } from "../ports.ts";

/** A repository without the files has the default policy and no overrides; whoever deploys stops at an error. */
export async function loadGuardRules(tree: Tree): Promise<{ rules: GuardRules; diagnostics: readonly Diagnostic[] }> {
  const { policy, diagnostics: ofPolicy } = await loadPolicy(tree);
  const ofOverrides = await readFile(tree, OVERRIDES_FILE);
  const { overrides, diagnostics: inOverrides } = ofOverrides.document
    ? readOverrides(ofOverrides.document)
    : { overrides: [], diagnostics: [] };
  return {
    rules: { policy: policy.guards, overrides },
    diagnostics: [...ofPolicy, ...ofOverrides.diagnostics, ...inOverrides],
  };
}

/** The policy alone; with a problem in it, or without the file, what the defaults say. */
export async function loadPolicy(tree: Tree): Promise<{ policy: PolicyFile; diagnostics: readonly Diagnostic[] }> {
  const { document, diagnostics: ofFile } = await readFile(tree, POLICY_FILE);
  if (document === undefined) return { policy: DEFAULT_POLICY_FILE, diagnostics: ofFile };
  const { policy, diagnostics } = readPolicy(document);
  return { policy, diagnostics: [...ofFile, ...diagnostics] };
}

/** A file that is missing, or holds comments alone, says nothing and is no problem. */
async function readFile(
  tree: Tree,
  file: string,
): Promise<{ document?: Document | undefined; diagnostics: readonly Diagnostic[] }> {
  const entries = await tree.list(posix.dirname(file)).catch((error: unknown) => {
    if (error instanceof RepoError && error.code === "missing") return [];
    throw error;
  });
  const entry = entries.find(({ path }) => path === file);
  if (entry === undefined) return { diagnostics: [] };
  if (entry.kind !== "file")
    return { diagnostics: [notAFile({ file, line: 1, column: 1 }, posix.basename(file), entry.kind)] };
  const { document, diagnostics } = readYaml(file, await tree.read(file), { root: "any" });
  return { document, diagnostics: diagnostics.filter((one) => one.rule !== "yaml-empty") };
}
