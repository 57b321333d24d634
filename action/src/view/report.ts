/** Reports as JSON for machines: `report.json`, described by `action/schema/report.schema.json`. */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Outcome, Report } from "../model/report.ts";

/** The whole report; keys in a fixed order, so that equal reports are equal bytes. */
export function reportJson(report: Report): string {
  const { command, commit, conclusion, durationMs, requests, tenants, diagnostics } = report;
  const { list, read, write, delete: removed, retried } = requests;
  return toJson({
    command,
    commit,
    conclusion,
    durationMs: Math.round(durationMs),
    requests: { list, read, write, delete: removed, retried },
    tenants: tenants.map(plainOutcome),
    diagnostics: diagnostics.map(plainDiagnostic),
  });
}

/** `{ "diagnostics": [...] }`, as `validate --format json` prints it. */
export const diagnosticsJson = (found: readonly Diagnostic[]): string =>
  toJson({ diagnostics: found.map(plainDiagnostic) });

const toJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function plainOutcome(outcome: Outcome): unknown {
  const { id, status, url, release, created, updated, deleted, unchanged, bytes, durationMs, since, error } = outcome;
  const plain = { id, status, url, release, created, updated, deleted, unchanged, bytes };
  const timed = { ...plain, durationMs: Math.round(durationMs), ...(since === undefined ? {} : { since }) };
  return error === undefined
    ? timed
    : { ...timed, error: { code: error.code, message: error.message, hint: error.hint } };
}

function plainDiagnostic({ rule, severity, message, hint, location }: Diagnostic): unknown {
  return { rule, severity, message, hint, file: location.file, line: location.line, column: location.column };
}
