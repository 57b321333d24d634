/** What may happen without a person: how much a change may take before a guard asks, what merges by itself: `.github/policy.yaml`. */
import type { PolicyFile } from "../generated/policy.ts";
import { validatePolicy } from "../generated/validate-policy.js";
import type { Diagnostic } from "./diagnostic.ts";
import { describeSchemaErrors } from "./schema-problem.ts";
import type { Document } from "./yaml.ts";

export type { PolicyFile } from "../generated/policy.ts";

/** Where it is, from the root of the repository. */
export const POLICY_FILE = ".github/policy.yaml";

/** What each guard lets pass, by its name. */
export type Policy = PolicyFile["guards"];

/** The whole file where nothing is said; the numbers are the schema's. */
export const DEFAULT_POLICY_FILE: PolicyFile = requirePolicy({});

/** What holds for the guards where nothing is said. */
export const DEFAULT_POLICY: Policy = DEFAULT_POLICY_FILE.guards;

/** Reads the file; what it leaves out has its default, and with a problem in it all has. */
export function readPolicy({ value, locate }: Document): {
  policy: PolicyFile;
  diagnostics: readonly Diagnostic[];
} {
  if (validatePolicy(value)) return { policy: value, diagnostics: [] };
  return { policy: DEFAULT_POLICY_FILE, diagnostics: describeSchemaErrors(validatePolicy.errors ?? [], locate) };
}

function requirePolicy(value: unknown): PolicyFile {
  if (validatePolicy(value)) return value;
  throw new Error("the schema of the policy refuses its own defaults");
}
