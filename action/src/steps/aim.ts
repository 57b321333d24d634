/** What shall become of a tenant, and what all tenants of a run share. */
import type { LimitFunction } from "p-limit";
import type { Rendered } from "../model/desired.ts";
import type { FleetHead } from "../model/fleet-head.ts";
import type { GuardRules } from "../model/guard.ts";
import type { Site } from "../model/site.ts";
import type { ClosedStore } from "../model/store.ts";
import type { Bucket, Clock, Destination, Log, Pictures } from "../ports.ts";
import type { MeasureRecord } from "./measure-record.ts";
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
  readonly rules: GuardRules;
  readonly measure: MeasureRecord;
  readonly acceptRewrittenHistory: boolean;
  readonly force: boolean;
  readonly adopt: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly protocol: Protocol;
  readonly pictures?: Pick<Pictures, "draw"> | undefined;
  readonly limit: LimitFunction;
  /** Which other tenant is named to have a host, where a store's place is its host. */
  readonly heirOf: (host: string | null) => string | undefined;
  /** The fleet head when it has moved past our commit. */
  readonly newerHead: () => Promise<FleetHead | undefined>;
}
