/** How much a change may take from the stores before a guard asks for an override: `.github/policy.yaml`. */
import type { PolicyFile } from "../generated/policy.ts";
import { validatePolicy } from "../generated/validate-policy.js";
import type { Diagnostic } from "./diagnostic.ts";
import { describeSchemaErrors } from "./schema-problem.ts";
import type { Document } from "./yaml.ts";

/** Where it is, from the root of the repository. */
export const POLICY_FILE = ".github/policy.yaml";

/** What each guard lets pass, by its name. */
export type Policy = PolicyFile["guards"];

/** What holds where nothing is said; the numbers are the schema's. */
export const DEFAULT_POLICY: Policy = requirePolicy({});

/** Reads the file; what it leaves out has its default, and with a problem in it all has. */
export function readPolicy({ value, locate }: Document): {
  policy: Policy;
  diagnostics: readonly Diagnostic[];
} {
  if (validatePolicy(value)) return { policy: value.guards, diagnostics: [] };
  return { policy: DEFAULT_POLICY, diagnostics: describeSchemaErrors(validatePolicy.errors ?? [], locate) };
}

function requirePolicy(value: unknown): Policy {
  if (validatePolicy(value)) return value.guards;
  throw new Error("the schema of the policy refuses its own defaults");
}
