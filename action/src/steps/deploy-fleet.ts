/** Brings every tenant of the fleet to what it should be. */
import pLimit from "p-limit";
import { claimedHosts, settleClaims, type Claimant, type LostClaim } from "../model/claim.ts";
import type { Desired } from "../model/desired.ts";
import type { FleetHead } from "../model/fleet-head.ts";
import { guardFleet, type GuardRules, type Refusal } from "../model/guard.ts";
import { type Outcome, type Status, untouched } from "../model/report.ts";
import type { Site } from "../model/site.ts";
import type { ClosedStore } from "../model/store.ts";
import type { Bucket, Clock, Destination, Log, Pictures, Repo } from "../ports.ts";
import { forEachBounded } from "./bounded.ts";
import { advanceFleetHead, readNewerHead } from "./commit-order.ts";
import type { Aim, TenantContext } from "./aim.ts";
import { deployTenant } from "./deploy-tenant.ts";
import { describeHeir, supersededBy } from "./verdict.ts";
import { listLedger, type LedgerEntry } from "./ledger.ts";
import { type MeasureRecord, measureByRecord } from "./measure-record.ts";
import { PROTOCOL, type Protocol } from "./protocol.ts";

/** What a fleet is deployed with. */
export interface DeployFleetOptions {
  /** What the desired states were made from; null switches the order check off, said in a warning. */
  readonly commit: string | null;
  readonly history: Pick<Repo, "isAncestor">;
  /** Unique per process that deploys: an intent says whose it is. */
  readonly run: string;
  /** Every tenant that has a YAML file, whatever `only` says. */
  readonly desired: readonly Desired[];
  /** The ids to deploy, or null for all; with ids no store is parked because its YAML is gone. */
  readonly only: ReadonlySet<string> | null;
  /** The page that stands in a closed store's place. */
  readonly renderClosed: (closed: ClosedStore) => Site;
  /** What closed pages without a YAML are made from, the record's own part aside: engine and destination. */
  readonly closedFingerprint: string;
  /** What the guards go by. */
  readonly rules: GuardRules;
  /** What a store was when it was deployed; without, guards know what its record tells. */
  readonly measure?: MeasureRecord | undefined;
  /** Rewrites in spite of a fingerprint. Overrides no guard. */
  readonly force: boolean;
  /** Overwrites foreign objects at paths of ours. */
  readonly adopt: boolean;
  /** Goes on although main no longer contains the fleet head or a record's commit, or was reset to a commit before it. */
  readonly acceptRewrittenHistory: boolean;
  /** Both with retries inside, and no mutation longer than `LONGEST_MUTATION_MS`. */
  readonly destination: Destination;
  readonly ledger: Bucket;
  readonly clock: Clock;
  readonly log: Log;
  /** Who draws what a site leaves to be drawn. */
  readonly pictures?: Pick<Pictures, "draw"> | undefined;
  readonly concurrency?: Concurrency;
  readonly protocol?: Protocol;
}

/** How much of a fleet is worked on at once. */
export interface Concurrency {
  /** Sites in memory at once. */
  readonly tenants: number;
  /** Mutations of sites in flight at once, over all tenants. */
  readonly requests: number;
}

/** The requests that a tenant makes one after the other hide behind the uploads of others; memory stays that of a few sites. */
export const CONCURRENCY: Concurrency = { tenants: 24, requests: 96 };

/** A tenant that needs a look. */
interface Job {
  readonly id: string;
  readonly aim: Aim;
}

/**
 * Outcomes by id, one for each tenant in scope: the `desired` ones and those that only the ledger knows, or of these
 * the ones in `only`. A tenant's failure is its outcome; it rejects only where no tenant could be deployed: `BucketError`
 * where the ledger does not answer, `LedgerError` where the fleet head is corrupt, `HistoryError` where neither commit
 * contains the other, and what `history` throws where it cannot tell (`RepoError`).
 */
export async function deployFleet(options: DeployFleetOptions): Promise<readonly Outcome[]> {
  const { commit, ledger, log, run, concurrency = CONCURRENCY, protocol = PROTOCOL } = options;
  const ours: FleetHead | undefined = commit === null ? undefined : { commit, run };
  if (ours === undefined) {
    log({
      type: "warning",
      message: "no commit stands for these files: nothing checks that no newer ones are deployed",
    });
  } else {
    const { history, acceptRewrittenHistory } = options;
    const newer = await advanceFleetHead({ ledger, history, ours, acceptRewrittenHistory });
    if (newer !== undefined) return supersedeAll(newer, options);
  }

  const entries = await listLedger(ledger);
  const claimants = claimantsIn(options.desired, entries);
  const heirOf = heirsIn(claimants, options.destination);
  const { outcomes, jobs } = sortOut(entries, claimants, heirOf, options);
  // Those that are worked on say what became of them; one that is refused or blocked beforehand must, too.
  for (const outcome of outcomes) if (outcome.error !== undefined) log({ type: "tenant-finished", outcome });
  let newer: FleetHead | undefined;
  const context: TenantContext = {
    ...options,
    measure: options.measure ?? ((record) => Promise.resolve(measureByRecord(record))),
    protocol,
    limit: pLimit(concurrency.requests),
    heirOf,
    async newerHead() {
      if (ours !== undefined) newer ??= await readNewerHead(ledger, ours);
      return newer;
    },
  };
  let done = 0;
  await forEachBounded(jobs, pLimit(concurrency.tenants), async ({ id, aim }) => {
    const entry = entries.get(id);
    const outcome =
      newer === undefined ? await deployTenant(id, aim, entry, context) : stay(id, entry, options, supersededBy(newer));
    outcomes.push(outcome);
    done += 1;
    log({ type: "progress", done, total: jobs.length });
  });
  return outcomes.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Tells the tenants that need a look from those whose outcome is already known. */
function sortOut(
  entries: ReadonlyMap<string, LedgerEntry>,
  claimants: readonly Claimant[],
  heirOf: TenantContext["heirOf"],
  options: DeployFleetOptions,
): { outcomes: Outcome[]; jobs: Job[] } {
  const { desired, only, log, force, closedFingerprint, rules } = options;
  const lost = settleClaims(claimants, (id) => heldBy(entries.get(id)));
  const outcomes: Outcome[] = [];
  const jobs: Job[] = [];
  const settle = (id: string, status: Status, error?: Outcome["error"]) =>
    outcomes.push(stay(id, entries.get(id), options, { status, ...(error === undefined ? {} : { error }) }));

  for (const one of desired) {
    const { id } = one;
    if (only !== null && !only.has(id)) continue;
    const entry = entries.get(id);
    const claim = lost.get(id);
    if (one.state === "invalid") settle(id, "invalid");
    else if (one.state === "draft") {
      if (entry !== undefined) {
        log({
          type: "warning",
          message: `${id} is a draft, but was deployed before: it stays as it is; to close it, say paused`,
        });
      }
      settle(id, "draft");
    } else if (claim !== undefined) settle(id, "invalid", describeClaim(claim));
    else if (!force && isCurrent(entry, one.fingerprint)) settle(id, "unchanged");
    else jobs.push({ id, aim: one });
  }
  if (only === null) {
    const known = new Set(desired.map((one) => one.id));
    for (const [id, entry] of entries) {
      if (known.has(id)) continue;
      const host = entry.record?.summary?.host ?? null;
      const heir = heirOf(host);
      if (!force && isCurrent(entry, closedFingerprint)) settle(id, "unchanged");
      else if (heir !== undefined) {
        log({ type: "warning", message: describeHeir(id, host, heir) });
        settle(id, "unchanged");
      } else jobs.push({ id, aim: { state: "gone", fingerprint: closedFingerprint } });
    }
  }

  const refused = refuseClosing(jobs, entries, rules);
  for (const [id, refusal] of refused) settle(id, "refused", refusal);
  return { outcomes, jobs: jobs.filter(({ id }) => !refused.has(id)) };
}

/** Who cannot say for now which hosts it claims, a draft or broken, stays as it is and keeps those that it has. */
function claimantsIn(desired: readonly Desired[], entries: ReadonlyMap<string, LedgerEntry>): Claimant[] {
  return desired.map(({ id, ...one }) => ({
    id,
    hosts: one.state === "live" || one.state === "parked" ? one.hosts : heldBy(entries.get(id)),
  }));
}

function heldBy(entry: LedgerEntry | undefined): readonly string[] {
  return entry?.record?.summary?.hosts ?? [];
}

/** Only where a store's place is its host can a store lie in another one's place. */
function heirsIn(claimants: readonly Claimant[], destination: Destination): TenantContext["heirOf"] {
  const claimed = claimedHosts(destination.needsHost ? claimants : []);
  return (host) => (host === null ? undefined : claimed.get(host));
}

/** Whether nothing but its fingerprint has to be looked at. */
function isCurrent(entry: LedgerEntry | undefined, fingerprint: string): boolean {
  return entry !== undefined && !entry.intent && entry.record?.summary?.fingerprint === fingerprint;
}

/** A record that its listing does not describe counts as live: too careful is better. */
function isLive(entry: LedgerEntry | undefined): boolean {
  return entry?.record !== undefined && entry.record.summary?.state !== "parked";
}

function refuseClosing(
  jobs: readonly Job[],
  entries: ReadonlyMap<string, LedgerEntry>,
  rules: GuardRules,
): ReadonlyMap<string, Refusal> {
  const closing = jobs.filter(({ id, aim }) => aim.state !== "live" && isLive(entries.get(id)));
  const fleet = [...entries.values()].filter(isLive).length;
  return guardFleet(
    closing.map(({ id }) => ({ tenant: id, release: entries.get(id)?.record?.summary?.release ?? "" })),
    fleet,
    rules,
  );
}

/** The outcome of a tenant that is not touched. */
function stay(
  id: string,
  entry: LedgerEntry | undefined,
  { destination }: Pick<DeployFleetOptions, "destination">,
  verdict: Pick<Outcome, "status" | "error">,
): Outcome {
  const summary = entry?.record?.summary;
  if (summary === undefined) return untouched(id, verdict);
  const url = destination.urlOf({ id, host: summary.host });
  return untouched(id, { ...verdict, url, release: summary.release, unchanged: summary.files });
}

function supersedeAll(newer: FleetHead, options: DeployFleetOptions): readonly Outcome[] {
  const verdict = supersededBy(newer);
  options.log({
    type: "warning",
    message:
      `this run is superseded: commit ${newer.commit} is newer; run ${newer.run} deploys it. ` +
      "If main was reset to an older commit on purpose, run once with accept-rewritten-history (--accept-rewritten-history)",
  });
  return options.desired
    .filter(({ id }) => options.only === null || options.only.has(id))
    .map(({ id }) => stay(id, undefined, options, verdict))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function describeClaim({ host, holders, rivals }: LostClaim): NonNullable<Outcome["error"]> {
  const message =
    holders.length === 0
      ? `the domain ${host} is claimed by ${rivals.join(", ")} too, and none of them holds it yet`
      : holders.length === 1
        ? `the domain ${host} belongs to ${holders.join()}`
        : `the domain ${host} is claimed by ${rivals.join(", ")} too, and ${holders.join(" and ")} were both deployed with it`;
  return {
    code: "host-taken",
    message,
    hint: "a domain serves one store: choose another, or remove it from the other store first",
  };
}
