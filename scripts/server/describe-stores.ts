/** What the local server shows, from what the last run reported and what the ledger says is there. */
import type { Outcome, Report } from "../../action/src/model/report.ts";
import type { Bucket, Destination } from "../../action/src/ports.ts";
import { listLedger, readRecord } from "../../action/src/steps/ledger.ts";
import { countOf, formatDuration } from "../../action/src/view/measure.ts";
import type { LocalStore } from "./local-store.ts";

export interface Described {
  readonly report: Report;
  readonly destination: Destination;
  readonly ledger: Bucket;
}

/**
 * Every store that was deployed at any time, and those that the run could not or should not deploy; sorted by id.
 * `before` spares reading the record of a store that is still on its release.
 */
export async function describeStores(
  { report, destination, ledger }: Described,
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
    const note = outcome === undefined ? "not looked at in the last run" : noteOf(outcome);
    const same = known.get(id);
    if (same?.bucket !== undefined && same.release === record.summary?.release) {
      stores.push({ ...same, status, note });
      continue;
    }
    const found = await readRecord(ledger, id);
    if (found === undefined) continue;
    const { closed, release, host } = found.value;
    const bucket = destination.bucketOf({ id, host });
    stores.push({ id, name: closed.name, colors: closed.colors, status, note, release, bucket });
  }
  for (const outcome of outcomes.values()) {
    const { id, status } = outcome;
    stores.push({ id, name: id, colors: undefined, status, note: noteOf(outcome), release: "", bucket: undefined });
  }
  return stores.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function noteOf({ status, created, updated, unchanged, durationMs, error, release }: Outcome): string {
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
      return `${error?.message ?? "the terminal says why"}${kept}`;
    }
  }
  return status satisfies never;
}
