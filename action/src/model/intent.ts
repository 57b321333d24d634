/** A short lease that says "this run is changing this tenant"; its presence means: unfinished, look closely. */
import type { StoredObject } from "../ports.ts";
import { corrupt, readMapping } from "./ledger-error.ts";

/** What a run says before it changes a tenant. */
export interface Intent {
  readonly tenant: string;
  /** Who holds it: unique per process that deploys. */
  readonly run: string;
  readonly commit: string | null;
  /** Where the tenant's files are being written, for a run that finds this and nothing else. */
  readonly host: string | null;
  /** Other hosts where runs before this one began to write and did not finish. */
  readonly begun: readonly string[];
  /** How long it holds after it was written, in ms; 0 once its holder gave up without finishing. */
  readonly leaseMs: number;
}

/** The clocks of two machines of ours, or of one and the bucket, differ by less than this, in ms. */
export const CLOCK_SKEW_MS = 30_000;

const SCHEMA = 1;

/** Where a tenant's intent lies in the ledger. */
export const intentName = (tenant: string): string => `tenants/${tenant}/intent.json`;

/** The bytes of an intent, for {@link decodeIntent}. */
export function encodeIntent(intent: Intent): Uint8Array {
  return Buffer.from(`${JSON.stringify({ schema: SCHEMA, ...intent })}\n`);
}

/** The intent that a body holds. Throws `LedgerError` `corrupt`. */
export function decodeIntent(tenant: string, body: Uint8Array): Intent {
  const name = intentName(tenant);
  const value = readMapping(name, body);
  const { run, commit, host, begun = [], leaseMs } = value;
  if (value["schema"] !== SCHEMA) throw corrupt(name, `is of schema ${JSON.stringify(value["schema"])}, not ${SCHEMA}`);
  if (value["tenant"] !== tenant) throw corrupt(name, `is about ${JSON.stringify(value["tenant"])}`);
  if (typeof run !== "string") throw corrupt(name, 'has no valid "run"');
  if (commit !== null && typeof commit !== "string") throw corrupt(name, 'has no valid "commit"');
  if (host !== null && typeof host !== "string") throw corrupt(name, 'has no valid "host"');
  if (!Array.isArray(begun) || !begun.every((one) => typeof one === "string")) {
    throw corrupt(name, 'has no valid "begun"');
  }
  if (typeof leaseMs !== "number" || !Number.isSafeInteger(leaseMs) || leaseMs < 0) {
    throw corrupt(name, 'has no valid "leaseMs"');
  }
  return { tenant, run, commit, host, begun, leaseMs };
}

/** The hosts where a run may have left something that it did not finish, but for the one where the next goes on. */
export function hostsBegun({ host, begun }: Intent, next: string | null): readonly string[] {
  return [...new Set([...begun, ...(host === null ? [] : [host])])].filter((one) => one !== next).toSorted();
}

/** Until when its holder may write, by the bucket's clock; ms since the epoch. */
export function endOf({ leaseMs }: Intent, { updated }: Pick<StoredObject, "updated">): number {
  return updated + leaseMs;
}

/** Whether nobody can be writing under it any more, at `now` by this machine's wall clock. */
export function isExpired(intent: Intent, object: Pick<StoredObject, "updated">, now: number): boolean {
  return intent.leaseMs === 0 || now > endOf(intent, object) + CLOCK_SKEW_MS;
}
