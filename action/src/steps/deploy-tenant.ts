/** Brings one tenant to what it should be. */
import { decodeIntent, intentName } from "../model/intent.ts";
import type { Operation } from "../model/plan.ts";
import type { Outcome } from "../model/report.ts";
import type { BucketReader } from "../ports.ts";
import type { Aim, TenantContext } from "./aim.ts";
import { changeTenant } from "./change-tenant.ts";
import { type Lease, LeaseError, NO_LEASE, takeLease } from "./lease.ts";
import { type LedgerEntry, readRecord } from "./ledger.ts";
import type { Progress } from "./progress.ts";
import { busy, describeError, describeHeir, type Verdict } from "./verdict.ts";

/** Never rejects: what goes wrong is the tenant's outcome. */
export async function deployTenant(
  id: string,
  aim: Aim,
  entry: LedgerEntry | undefined,
  context: TenantContext,
): Promise<Outcome> {
  const { clock, log, destination } = context;
  const start = clock.monotonic();
  const progress: Progress = {
    release: entry?.record?.summary?.release ?? "",
    host: aim.state === "gone" ? (entry?.record?.summary?.host ?? null) : aim.host,
    files: 0,
    bytes: 0,
    touched: new Map(),
    before: undefined,
    since: undefined,
    began: false,
    uncertain: false,
  };
  log({ type: "tenant-started", tenant: id });
  let verdict: Verdict;
  try {
    verdict = await bringAbout(id, aim, entry, progress, context);
  } catch (error) {
    verdict = { status: error instanceof LeaseError ? "busy" : "failed", error: describeError(error) };
  }
  const count = (verb: Operation["verb"]) => [...progress.touched.values()].filter((one) => one === verb).length;
  const outcome: Outcome = {
    id,
    ...verdict,
    url: destination.urlOf({ id, host: progress.host }),
    release: progress.release,
    created: count("create"),
    updated: count("update"),
    deleted: count("delete"),
    unchanged: Math.max(0, progress.files - count("create") - count("update")),
    bytes: progress.bytes,
    durationMs: Math.round(clock.monotonic() - start),
    ...(progress.since === undefined ? {} : { since: progress.since }),
  };
  log({ type: "tenant-finished", outcome });
  return outcome;
}

async function bringAbout(
  id: string,
  aim: Aim,
  entry: LedgerEntry | undefined,
  progress: Progress,
  context: TenantContext,
): Promise<Verdict> {
  const { ledger, clock, protocol, run, commit } = context;
  const rendered = aim.state === "live" ? await aim.render() : undefined;
  if (aim.state === "live" && rendered === undefined) return { status: "invalid" };
  if (aim.state === "gone" && entry?.record?.summary === undefined) {
    progress.host = await findHost(id, ledger);
    const heir = entry?.record && context.heirOf(progress.host);
    if (heir !== undefined) {
      context.log({ type: "warning", message: describeHeir(id, progress.host, heir) });
      return { status: "unchanged" };
    }
  }

  const taken = protocol.takesIntents
    ? await takeLease({
        ledger,
        clock,
        terms: protocol.lease,
        intent: { tenant: id, run, commit, host: progress.host },
        waiting: (holder) => {
          const seconds = Math.round(protocol.lease.patienceMs / 1000);
          const message = `${id} was being changed by run ${holder.run}: waiting for it, or for its lease to end, at most ${seconds} s`;
          context.log({ type: "warning", message });
        },
      })
    : { lease: NO_LEASE };
  if ("holder" in taken) return busy(id, taken);
  const { lease } = taken;
  let verdict: Verdict;
  try {
    verdict = await changeTenant(id, aim, rendered, lease, progress, context);
  } catch (error) {
    // While something can still arrive, another run has to wait for the lease to end.
    if (!progress.uncertain && !(error instanceof LeaseError)) await giveBack(id, lease, progress, context);
    throw error;
  }
  if (verdict.error === undefined) await lease.finish();
  else await giveBack(id, lease, progress, context);
  return verdict;
}

/** The intent goes when nothing was begun under it; otherwise it tells the next run to look closely. */
async function giveBack(id: string, lease: Lease, progress: Progress, { log }: TenantContext): Promise<void> {
  try {
    if (lease.predecessor === undefined && !progress.began) await lease.finish();
    else await lease.abandon();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log({ type: "warning", message: `the intent of ${id} stays until it expires: ${reason}` });
  }
}

/** Where a tenant without a YAML lies: what was committed knows, or else what was begun. */
async function findHost(id: string, ledger: BucketReader): Promise<string | null> {
  const record = await readRecord(ledger, id);
  if (record !== undefined) return record.value.host;
  const intent = await ledger.read(intentName(id));
  return intent === undefined ? null : decodeIntent(id, intent.body).host;
}
