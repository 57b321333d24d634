/** Brings every tenant of the fleet to what it should be. */
import type { Desired } from "../model/desired.ts";
import type { Override } from "../model/override.ts";
import type { Outcome } from "../model/report.ts";
import type { Site } from "../model/site.ts";
import type { ClosedStore } from "../model/store.ts";
import type { Bucket, Clock, Destination, Log, Repo } from "../ports.ts";
import { PROTOCOL, type Protocol } from "./protocol.ts";

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
  readonly overrides: readonly Override[];
  /** Rewrites in spite of a fingerprint. Overrides no guard. */
  readonly force: boolean;
  /** Overwrites foreign objects at paths of ours. */
  readonly adopt: boolean;
  /** Goes on although main no longer contains the fleet head. */
  readonly acceptRewrittenHistory: boolean;
  /** Both with retries inside, and no mutation longer than `LONGEST_MUTATION_MS`. */
  readonly destination: Destination;
  readonly ledger: Bucket;
  readonly clock: Clock;
  readonly log: Log;
  readonly concurrency?: Concurrency;
  readonly protocol?: Protocol;
}

export interface Concurrency {
  /** Sites in memory at once. */
  readonly tenants: number;
  /** Mutations of sites in flight at once, over all tenants. */
  readonly requests: number;
}

/** Round trips hide behind each other; memory stays that of a few sites. */
export const CONCURRENCY: Concurrency = { tenants: 16, requests: 64 };
