/** Changes a tenant while its lease is held: looks, plans, executes, and looks once more where the look was stale. */
import type { Rendered } from "../model/desired.ts";
import { type Extent, guardStore, joinRefusals } from "../model/guard.ts";
import { planDeploy } from "../model/plan.ts";
import type { Note } from "../model/record.ts";
import type { Status } from "../model/report.ts";
import type { Site } from "../model/site.ts";
import { addressesAmong } from "../model/store-facts.ts";
import { type Bucket, BucketError } from "../ports.ts";
import type { Aim, TenantContext } from "./aim.ts";
import { clearBegun } from "./clear-begun.ts";
import { executePlan } from "./execute-plan.ts";
import { type Lease, underLease } from "./lease.ts";
import { type FoundRecord, readRecord } from "./ledger.ts";
import { measureByRecord } from "./measure-record.ts";
import { type Progress, watched } from "./progress.ts";
import { foreign, refuse, supersededBy, unmeasured, type Verdict } from "./verdict.ts";

/** Under a lease that is held. Rejects with `BucketError` and `LeaseError`; `progress` tells how far it came. */
export async function changeTenant(
  id: string,
  aim: Aim,
  rendered: Rendered | undefined,
  lease: Lease,
  progress: Progress,
  context: TenantContext,
): Promise<Verdict> {
  const { protocol, destination, newerHead, ledger } = context;
  const newer = protocol.looksTwice ? await newerHead() : undefined;
  if (newer !== undefined) return supersededBy(newer);
  const site = destination.bucketOf({ id, host: progress.host });
  const stores = {
    site: underLease(watched(site, progress), lease),
    ledger: underLease(watched(ledger, progress), lease),
  };
  try {
    await clearBegun(id, lease, stores.ledger, progress, context);
    return await changeOnce(id, aim, rendered, stores, progress, context);
  } catch (error) {
    // Something is not as it was listed: perhaps an answer of ours was lost. Look once more.
    if (!(error instanceof BucketError) || (error.code !== "conflict" && error.code !== "missing")) throw error;
    return changeOnce(id, aim, rendered, stores, progress, context);
  }
}

async function changeOnce(
  id: string,
  aim: Aim,
  rendered: Rendered | undefined,
  stores: { readonly site: Bucket; readonly ledger: Bucket },
  progress: Progress,
  context: TenantContext,
): Promise<Verdict> {
  const { clock, log, protocol, limit, adopt, force, pictures } = context;
  const [listing, record] = await Promise.all([stores.site.list({ prefix: "" }), readRecord(stores.ledger, id)]);
  // After a lost answer the record may be our own.
  if (progress.before === undefined) {
    progress.before = record?.value.state ?? null;
    progress.since = record?.value.commit ?? null;
  }
  const target = targetOf(id, aim, rendered, record, context);
  const refused = target && (await askGuards(id, target, rendered, record, context));
  if (refused !== undefined) return refused;
  warnOfMove(id, progress, record, context);

  const { retention, phases } = protocol;
  const plan = planDeploy({ tenant: id, target, listing, record, now: clock.now(), adopt, force, retention });
  if (plan.kind === "foreign") return foreign(plan);
  progress.files = target?.site.files.size ?? 0;
  progress.began ||= plan.operations.length > 0;
  const release = target?.site.release ?? "";
  await executePlan(plan.operations, {
    tenant: id,
    release,
    phases,
    stores,
    limit,
    clock,
    log,
    pictures,
    done: (operation, bytes) => {
      if (operation.store === "ledger") progress.release = release;
      else {
        progress.touched.set(operation.path, operation.verb);
        progress.bytes += bytes;
      }
    },
  });
  progress.release = release;
  return { status: statusOf(aim, progress) };
}

/** From what the record's commit made of the store to what is to be. */
async function askGuards(
  id: string,
  { site, note }: { readonly site: Site; readonly note: Note },
  rendered: Rendered | undefined,
  record: FoundRecord | undefined,
  { rules, measure, acceptRewrittenHistory }: TenantContext,
): Promise<Verdict | undefined> {
  const after: Extent = {
    state: note.state,
    addresses: addressesAmong(site.files.keys()),
    products: note.products,
    source: rendered?.facts,
    heaviest: rendered?.facts?.heaviest ?? null,
  };
  if (note.state !== "live") return undefined;
  const measured = record && (await measure(record.value, after));
  if (measured === "gone" && !acceptRewrittenHistory) return unmeasured(id, record?.value.commit ?? "");
  const before = measured === "gone" ? record && measureByRecord(record.value) : measured;
  const error = joinRefusals(guardStore(id, before, after, rules));
  return error && refuse(error);
}

function targetOf(
  id: string,
  aim: Aim,
  rendered: Rendered | undefined,
  record: FoundRecord | undefined,
  { commit, destination, renderClosed }: TenantContext,
): { site: Site; note: Note } | undefined {
  if (aim.state === "gone" && record === undefined) return undefined;
  const { host, hosts } = aim.state === "gone" && record !== undefined ? record.value : placeOf(aim);
  const made = { fingerprint: aim.fingerprint, commit, url: destination.urlOf({ id, host }), host, hosts };
  if (aim.state === "live") {
    if (rendered === undefined) throw new Error(`${id} is to be live and was not rendered`);
    const { site, pages, products, closed } = rendered;
    return { site, note: { ...made, state: "live", pages, products, closed } };
  }
  const closed = aim.state === "parked" ? aim.closed : record?.value.closed;
  if (closed === undefined) return undefined;
  const site = renderClosed(closed);
  const pages = [...site.files.values()].filter((file) => file.kind === "page").length;
  return { site, note: { ...made, state: "parked", pages, products: 0, closed } };
}

function placeOf(aim: Aim): { readonly host: string | null; readonly hosts: readonly string[] } {
  return aim.state === "gone" ? { host: null, hosts: [] } : aim;
}

function statusOf(aim: Aim, { touched, before }: Progress): Status {
  if (aim.state !== "live") return touched.size > 0 || before === "live" ? "parked" : "unchanged";
  if (before === null) return "created";
  if (before === "parked") return "restored";
  return touched.size > 0 ? "updated" : "unchanged";
}

function warnOfMove(id: string, progress: Progress, record: FoundRecord | undefined, context: TenantContext): void {
  const before = record?.value.host ?? null;
  if (record === undefined || before === progress.host || !context.destination.needsHost) return;
  const message = `${id} moved from ${before ?? "no host"} to ${progress.host ?? "no host"}: its files at the old place stay there`;
  context.log({ type: "warning", message });
}
