/** What the local server shows, from what the last run reported and what the ledger says is there. */
import type { Diagnostic } from "../../action/src/model/diagnostic.ts";
import type { Outcome, Report } from "../../action/src/model/report.ts";
import type { Bucket, Destination } from "../../action/src/ports.ts";
import { listLedger, readRecord } from "../../action/src/steps/ledger.ts";
import { countOf, formatDuration } from "../../action/src/view/measure.ts";
import type { LocalStore, Problem } from "./local-store.ts";

/** A run from here, ended. */
interface Described {
  readonly report: Report;
  /** As the diagnostics name it. */
  readonly tenantsFolder: string;
  readonly destination: Destination;
  readonly ledger: Bucket;
}

/**
 * Every store that was deployed at any time, and those that the run could not or should not deploy; sorted by id.
 * `before` spares reading the record of a store that is still on its release.
 */
export async function describeStores(
  { report, tenantsFolder, destination, ledger }: Described,
  before: readonly LocalStore[],
): Promise<LocalStore[]> {
  const outcomes = new Map(report.tenants.map((outcome) => [outcome.id, outcome]));
  const known = new Map(before.map((store) => [store.id, store]));
  const stores: LocalStore[] = [];
  for (const [id, { record }] of await listLedger(ledger)) {
    const outcome = outcomes.get(id);
    outcomes.delete(id);
    if (record === undefined) continue;
    const status = outcome?.status ?? "unchanged";
    const problems = problemsOf(id, outcome, report.diagnostics, tenantsFolder);
    const note = outcome === undefined ? "not looked at in the last run" : noteOf(outcome, problems);
    const same = known.get(id);
    if (same?.bucket !== undefined && same.release === record.summary?.release) {
      stores.push({ ...same, status, note, problems });
      continue;
    }
    const found = await readRecord(ledger, id);
    if (found === undefined) continue;
    const { closed, release, host } = found.value;
    const bucket = destination.bucketOf({ id, host });
    stores.push({ id, name: closed.name, colors: closed.colors, status, note, release, bucket, problems });
  }
  for (const outcome of outcomes.values()) {
    const { id, status } = outcome;
    const problems = problemsOf(id, outcome, report.diagnostics, tenantsFolder);
    const note = noteOf(outcome, problems);
    stores.push({ id, name: id, colors: undefined, status, note, release: "", bucket: undefined, problems });
  }
  return stores.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Errors in the words of the terminal; warnings keep no store from anything. */
export function describeProblems(diagnostics: readonly Diagnostic[]): Problem[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ location: { file, line, column }, message, hint }) => ({
      place: `${file}:${line}:${column}`,
      message,
      hint,
    }));
}

/** What went wrong with the store, and the errors of its files and of files that all stores share. */
function problemsOf(
  id: string,
  outcome: Outcome | undefined,
  diagnostics: readonly Diagnostic[],
  tenantsFolder: string,
): Problem[] {
  const concerns = (file: string): boolean => {
    if (!file.startsWith(`${tenantsFolder}/`)) return true;
    const segments = file.slice(tenantsFolder.length + 1).split("/");
    return segments.at(-1) === `${id}.yaml` || segments.slice(0, -1).includes(id);
  };
  const { error } = outcome ?? {};
  return [
    ...(error === undefined ? [] : [{ place: `${id}: ${error.code}`, message: error.message, hint: error.hint }]),
    ...describeProblems(diagnostics.filter(({ location }) => concerns(location.file))),
  ];
}

function noteOf(outcome: Outcome, [problem]: readonly Problem[]): string {
  const { status, created, updated, unchanged, durationMs, release } = outcome;
  const files = countOf(created + updated + unchanged, "file");
  switch (status) {
    case "created":
    case "updated":
    case "restored":
      return `${files} in ${formatDuration(durationMs)}`;
    case "parked":
    case "unchanged":
      return files;
    case "draft":
      return "checked, never deployed";
    case "invalid":
    case "refused":
    case "busy":
    case "superseded":
    case "failed": {
      const kept = release === "" ? "" : "; what you see is its last good release";
      return `${problem === undefined ? "the terminal says why" : `${problem.place} ${problem.message}`}${kept}`;
    }
  }
  return status satisfies never;
}
