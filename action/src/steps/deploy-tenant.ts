/** Brings one tenant to what it should be. */
import type { LimitFunction } from "p-limit";
import type { Rendered } from "../model/desired.ts";
import type { FleetHead } from "../model/fleet-head.ts";
import { guardStore, type Extent, type Refusal } from "../model/guard.ts";
import { decodeIntent, intentName } from "../model/intent.ts";
import type { Override } from "../model/override.ts";
import { planDeploy, type Operation, type Plan } from "../model/plan.ts";
import type { Note, RecordState } from "../model/record.ts";
import type { Outcome, Status } from "../model/report.ts";
import type { Site } from "../model/site.ts";
import type { ClosedStore } from "../model/store.ts";
import {
  BucketError,
  PortError,
  type Bucket,
  type BucketReader,
  type Clock,
  type Destination,
  type Log,
  type StoredObject,
} from "../ports.ts";
import { executePlan } from "./execute-plan.ts";
import { LeaseError, NO_LEASE, takeLease, underLease, type Held, type Lease } from "./lease.ts";
import { readRecord, type FoundRecord, type LedgerEntry } from "./ledger.ts";
import type { Protocol } from "./protocol.ts";

/** What shall become of a tenant that needs a look. */
export type Aim =
  | {
      readonly state: "live";
      readonly fingerprint: string;
      readonly host: string | null;
      readonly hosts: readonly string[];
      readonly render: () => Promise<Rendered | undefined>;
    }
  | {
      readonly state: "parked";
      readonly fingerprint: string;
      readonly host: string | null;
      readonly hosts: readonly string[];
      readonly closed: ClosedStore;
    }
  /** Its YAML is gone: parked from its record, or cleared away where there is none. */
  | { readonly state: "gone"; readonly fingerprint: string };

/** What all tenants of a run share. */
export interface TenantContext {
  readonly run: string;
  readonly commit: string | null;
  readonly destination: Destination;
  readonly ledger: Bucket;
  readonly renderClosed: (closed: ClosedStore) => Site;
  readonly overrides: readonly Override[];
  readonly force: boolean;
  readonly adopt: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly protocol: Protocol;
  readonly limit: LimitFunction;
  /** Which other tenant is named to have a host, where a store's place is its host. */
  readonly heirOf: (host: string | null) => string | undefined;
  /** The fleet head when it has moved past our commit. */
  readonly newerHead: () => Promise<FleetHead | undefined>;
}

/** What was done so far, whatever comes of the rest. */
interface Progress {
  /** Of the release that the tenant is on. */
  release: string;
  host: string | null;
  /** Files of the site that is being deployed. */
  files: number;
  bytes: number;
  readonly touched: Map<string, Operation["verb"]>;
  /** What its record said when this run first read it, null where there was none; undefined before that. */
  before: RecordState | null | undefined;
  /** A mutation was sent, whatever became of it. */
  began: boolean;
  /** One of them may still arrive: nobody knows what became of it. */
  uncertain: boolean;
}

interface Verdict {
  readonly status: Status;
  readonly error?: NonNullable<Outcome["error"]>;
}

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
    began: false,
    uncertain: false,
  };
  log({ type: "tenant-started", tenant: id });
  let verdict: Verdict;
  try {
    verdict = await bringAbout(id, aim, entry, progress, context);
  } catch (error) {
    verdict = { status: error instanceof LeaseError ? "busy" : "failed", error: describe(error) };
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
  if (aim.state === "live") {
    if (rendered === undefined) return { status: "invalid" };
    // Here by the listing, before anything is written; again under the lease by the record, which may be newer than
    // the listing, or tell what it does not.
    const refusal = guardStore(id, entry?.record?.summary, extentOf(rendered), context.overrides);
    if (refusal !== undefined) return refuse(refusal);
  }
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
    verdict = await changeUnderLease(id, aim, rendered, lease, progress, context);
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

/** Notes when a mutation fails in a way that does not tell whether it was, or will be, applied. */
function watched(bucket: Bucket, progress: Progress): Bucket {
  async function watch<Answer>(request: Promise<Answer>): Promise<Answer> {
    try {
      return await request;
    } catch (error) {
      if (error instanceof BucketError && (error.code === "transient" || error.code === "unknown")) {
        progress.uncertain = true;
      }
      throw error;
    }
  }
  return {
    list: (listing) => bucket.list(listing),
    read: (name) => bucket.read(name),
    write: (upload, expect) => watch(bucket.write(upload, expect)),
    remove: (name, expect) => watch(bucket.remove(name, expect)),
  };
}

async function changeUnderLease(
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

/**
 * A run that moved a store to another host and did not finish has left pages there that no record knows: they go, as
 * those of a first release that was never committed.
 */
async function clearBegun(
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

async function changeOnce(
  id: string,
  aim: Aim,
  rendered: Rendered | undefined,
  stores: { readonly site: Bucket; readonly ledger: Bucket },
  progress: Progress,
  context: TenantContext,
): Promise<Verdict> {
  const { clock, log, protocol, limit, overrides, adopt, force } = context;
  const [listing, record] = await Promise.all([stores.site.list({ prefix: "" }), readRecord(stores.ledger, id)]);
  // After a lost answer the record may be our own.
  if (progress.before === undefined) progress.before = record?.value.state ?? null;
  const target = targetOf(id, aim, rendered, record, context);
  const refusal = target && guardStore(id, record?.value, target.note, overrides);
  if (refusal !== undefined) return refuse(refusal);
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

/** Where a tenant without a YAML lies: what was committed knows, or else what was begun. */
async function findHost(id: string, ledger: BucketReader): Promise<string | null> {
  const record = await readRecord(ledger, id);
  if (record !== undefined) return record.value.host;
  const intent = await ledger.read(intentName(id));
  return intent === undefined ? null : decodeIntent(id, intent.body).host;
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

const extentOf = ({ pages, products }: Rendered): Extent => ({ state: "live", pages, products });

const refuse = (error: Refusal): Verdict => ({ status: "refused", error });

function foreign({ paths, tenants }: Extract<Plan, { kind: "foreign" }>): Verdict {
  const named = paths.slice(0, 3).join(", ") + (paths.length > 3 ? ` and ${paths.length - 3} more` : "");
  const owners = tenants.join(", ");
  const whose = owners === "" ? "someone else" : `tenant ${owners}`;
  const message = `there are files of ${whose} where the store's own would go: ${named}`;
  const hint =
    owners === ""
      ? "move them away, or take them over with adopt (--adopt)"
      : `if this store takes the place of ${owners}, as after a rename, take them over with adopt (--adopt); otherwise give it another domain`;
  return { status: "refused", error: { code: "foreign-object", message, hint } };
}

/** Why a tenant whose YAML is gone is not closed: the page would stand in another store's place. */
export function describeHeir(id: string, host: string | null, heir: string): string {
  return (
    `${id} has no YAML any more, and its domain ${host} is claimed by ${heir}: nothing is closed there. ` +
    `If ${heir} is the same store under another name, deploy it once with adopt (--adopt)`
  );
}

/** The latest moment that a `Date` can hold. */
const LATEST_MS = 8.64e15;

function busy(id: string, { holder, until }: Held): Verdict {
  const end = new Date(Math.min(until, LATEST_MS)).toISOString();
  const message = `run ${holder.run} is still changing ${id}: its intent holds until ${end}`;
  const hint =
    "run again once that run has ended, or after that time; if the run is surely over and the time lies far ahead, " +
    `remove ${intentName(id)} from the ledger and run again`;
  return { status: "busy", error: { code: "busy", message, hint } };
}

/** What becomes of a tenant when a newer commit's deploy has begun. */
export function supersededBy(head: FleetHead): Verdict {
  const message = `commit ${head.commit} is newer; run ${head.run} deploys it`;
  return {
    status: "superseded",
    error: {
      code: "superseded",
      message,
      hint: "nothing to do: that run, or the next, brings the store to what main says",
    },
  };
}

function describe(error: unknown): NonNullable<Outcome["error"]> {
  if (error instanceof PortError) {
    return {
      code: String(error.code),
      message: error.message,
      hint: error.hint ?? "run again; what was written stays",
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, hint: "this is a bug of the deploy itself; the other stores are not affected" };
}
