/** What became of a run, for people and machines. */
import type { Diagnostic } from "./diagnostic.ts";

/** `plan` uses the same words for what a deploy would do. */
export const STATUSES = [
  "created",
  "updated",
  "unchanged",
  "parked",
  "restored",
  "draft",
  "invalid",
  "refused",
  "busy",
  "superseded",
  "failed",
] as const;
/** What became of one tenant, in a word. */
export type Status = (typeof STATUSES)[number];

/** `success`: exit 0 · `superseded`: a newer commit won, exit 0 · `invalid`: 1 · `failed`: 2 · `refused`: 3. */
export const CONCLUSIONS = ["success", "superseded", "invalid", "failed", "refused"] as const;
/** What a run came to, in a word. */
export type Conclusion = (typeof CONCLUSIONS)[number];

/** What became of one tenant. */
export interface Outcome {
  readonly id: string;
  readonly status: Status;
  /** Where a person finds the store; empty where it has no address. */
  readonly url: string;
  /** The release that the tenant is on now; empty where it was never deployed. */
  readonly release: string;
  /** Counts of files. */
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Stored bytes written. */
  readonly bytes: number;
  readonly durationMs: number;
  /** The commit that the tenant's record named before; null where none did, undefined where nobody looked. */
  readonly since?: string | null;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** The outcome of a tenant that the run left as it is, or never found; `known` says what is nevertheless known of it. */
export function untouched(id: string, known: Pick<Outcome, "status"> & Partial<Outcome>): Outcome {
  const nothing = { created: 0, updated: 0, deleted: 0, unchanged: 0, bytes: 0, durationMs: 0 };
  return { id, url: "", release: "", ...nothing, ...known };
}

/** Requests to buckets and ledger by kind; a retried one counts again under its own kind. */
export interface RequestCounts {
  readonly list: number;
  readonly read: number;
  readonly write: number;
  readonly delete: number;
  readonly retried: number;
}

/** What became of a run: `report.json` (action/schema/report.schema.json). */
export interface Report {
  readonly command: "validate" | "plan" | "deploy";
  readonly commit: string | null;
  readonly conclusion: Conclusion;
  readonly durationMs: number;
  readonly requests: RequestCounts;
  readonly tenants: readonly Outcome[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The conclusion of a run: the lowest exit code that applies. */
export function concludeRun(outcomes: readonly Outcome[], diagnosticsBlock: boolean): Conclusion {
  const has = (...statuses: Status[]) => outcomes.some((outcome) => statuses.includes(outcome.status));
  if (diagnosticsBlock || has("invalid")) return "invalid";
  if (has("failed", "busy")) return "failed";
  if (has("refused")) return "refused";
  if (has("superseded")) return "superseded";
  return "success";
}

/** What the process ends with. */
export const EXIT_CODES: Readonly<Record<Conclusion, number>> = {
  success: 0,
  superseded: 0,
  invalid: 1,
  failed: 2,
  refused: 3,
};
