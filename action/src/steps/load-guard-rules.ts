/** Reads what the guards go by: the policy, and the lines that let single transitions pass. */
import { posix } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { GuardRules } from "../model/guard.ts";
import { OVERRIDES_FILE, readOverrides } from "../model/override.ts";
import { DEFAULT_POLICY, POLICY_FILE, readPolicy } from "../model/policy.ts";
import { type Document, readYaml } from "../model/yaml.ts";
import { RepoError, type Tree } from "../ports.ts";

/** A repository without the files has the default policy and no overrides; whoever deploys stops at an error. */
export async function loadGuardRules(tree: Tree): Promise<{ rules: GuardRules; diagnostics: readonly Diagnostic[] }> {
  const ofPolicy = await readFile(tree, POLICY_FILE);
  const ofOverrides = await readFile(tree, OVERRIDES_FILE);
  const { policy, diagnostics: inPolicy } = ofPolicy.document
    ? readPolicy(ofPolicy.document)
    : { policy: DEFAULT_POLICY, diagnostics: [] };
  const { overrides, diagnostics: inOverrides } = ofOverrides.document
    ? readOverrides(ofOverrides.document)
    : { overrides: [], diagnostics: [] };
  return {
    rules: { policy, overrides },
    diagnostics: [...ofPolicy.diagnostics, ...inPolicy, ...ofOverrides.diagnostics, ...inOverrides],
  };
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
  if (!entries.some((entry) => entry.path === file)) return { diagnostics: [] };
  const { document, diagnostics } = readYaml(file, await tree.read(file), { root: "any" });
  return { document, diagnostics: diagnostics.filter((one) => one.rule !== "yaml-empty") };
}
