/** What a run of a workflow came to, as the two workflows of the action tell it alike. */
import type { Report } from "../../action/src/model/report.ts";
import type { Run } from "./act.ts";

/** Of the kept report, the part that the JSON is not parsed into: diagnostics stand in it with flat places. */
export interface KeptReport extends Omit<Report, "diagnostics"> {
  readonly diagnostics: readonly unknown[];
}

/** Of one step of the action; `ids` are the tenants that its summary has to name. */
export function outcomeOf(run: Run, stepName: string, ids: readonly string[]): Readonly<Record<string, unknown>> {
  const step = run.steps.get(stepName);
  return {
    exitCode: run.exitCode,
    said: step?.exitCode === 0 ? [] : [step?.lines, step?.commands],
    conclusion: step?.outputs["conclusion"],
    changed: step?.outputs["changed"],
    tenants: JSON.parse(step?.outputs["tenants"] ?? "null") as unknown,
    inSummary: ids.every((id) => step?.summary.includes(id)),
    inReport: statusesOf(run),
  };
}

/** By tenant, from the kept report; empty where none was kept. */
export function statusesOf(run: Run): Readonly<Record<string, string>> {
  return Object.fromEntries((reportOf(run)?.tenants ?? []).map(({ id, status }) => [id, status]));
}

/** The report that the run kept as an artifact, where it did. */
export function reportOf(run: Run): KeptReport | undefined {
  const [text] = [...run.artifacts].flatMap(([path, body]) =>
    /^(?:plan|deploy)-report-1\/report\.json$/.test(path) ? [body] : [],
  );
  return text === undefined ? undefined : (JSON.parse(text) as KeptReport);
}
