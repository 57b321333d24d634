/** Clears away what an unfinished move of a store to another host has left there. */
import { planDeploy } from "../model/plan.ts";
import { type Bucket, BucketError, type StoredObject } from "../ports.ts";
import type { TenantContext } from "./aim.ts";
import { executePlan } from "./execute-plan.ts";
import { type Lease, underLease } from "./lease.ts";
import { readRecord } from "./ledger.ts";
import { type Progress, watched } from "./progress.ts";

/**
 * A run that moved a store to another host and did not finish has left pages there that no record knows: they go, as
 * those of a first release that was never committed.
 */
export async function clearBegun(
  id: string,
  lease: Lease,
  ledger: Bucket,
  progress: Progress,
  context: TenantContext,
): Promise<void> {
  const { clock, log, protocol, limit, destination } = context;
  if (lease.begun.length === 0 || !destination.needsHost) return;
  const record = await readRecord(ledger, id);
  for (const host of lease.begun.filter((one) => one !== record?.value.host)) {
    const site = underLease(watched(destination.bucketOf({ id, host }), progress), lease);
    let listing: readonly StoredObject[];
    try {
      listing = await site.list({ prefix: "" });
    } catch (error) {
      // A bucket that nobody has any more must not hold the store up for ever.
      if (!(error instanceof BucketError) || (error.code !== "invalid" && error.code !== "denied")) throw error;
      const message = `what a run began for ${id} at ${host} and did not finish stays there: ${error.message}`;
      log({ type: "warning", message });
      continue;
    }
    const { retention, phases } = protocol;
    const ours = { tenant: id, target: undefined, record: undefined, adopt: false, force: false };
    const plan = planDeploy({ ...ours, listing, now: clock.now(), retention });
    if (plan.kind === "foreign" || plan.operations.length === 0) continue;
    progress.began = true;
    log({ type: "note", message: `clears away what a run began for ${id} at ${host} and did not finish` });
    await executePlan(plan.operations, {
      tenant: id,
      release: "",
      phases,
      stores: { site, ledger },
      limit,
      clock,
      log,
      done: ({ path, verb }) => progress.touched.set(`${host}/${path}`, verb),
    });
  }
}
