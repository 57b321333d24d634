/** Holds a tenant while this run changes it. */
import { decodeIntent, encodeIntent, endOf, hostsBegun, intentName, isExpired, type Intent } from "../model/intent.ts";
import { BucketError, PortError, type Bucket, type Clock, type StoredObject, type Upload } from "../ports.ts";
import { noteUpload } from "./ledger.ts";
import type { LeaseTerms } from "./protocol.ts";

/** `lost`: another run has taken the tenant over, or might have by now. Nothing more is written. */
export class LeaseError extends PortError<"lease-lost"> {
  override readonly name = "LeaseError";
}

/** A tenant that this run holds, until it gives it back or is too slow. */
export interface Lease {
  /** What an earlier run had begun and not finished; undefined where nobody had. */
  readonly predecessor: Intent | undefined;
  /** Other hosts where earlier runs began to write; they stand in the intent until all is done. */
  readonly begun: readonly string[];
  /** To be called before every mutation: renews the lease when a third of it is over, throws `LeaseError` once it is lost. */
  keep(): Promise<void>;
  /** All is done: the intent goes. */
  finish(): Promise<void>;
  /** Not all is done: the intent stays as a mark for the next run, which need not wait for it. */
  abandon(): Promise<void>;
}

/** What a lease is taken with. */
export interface LeaseOptions {
  readonly ledger: Bucket;
  readonly clock: Clock;
  readonly terms: LeaseTerms;
  /** All of it but the term, and what earlier runs left. */
  readonly intent: Omit<Intent, "leaseMs" | "begun">;
  /** Told once when another run has to be waited for: minutes of silence look like a hang. */
  readonly waiting?: (holder: Intent) => void;
}

interface Taken {
  readonly generation: string;
  /** By the monotonic clock, before the request that took or renewed it left. */
  readonly since: number;
}

/** Another run has the tenant. */
export interface Held {
  readonly holder: Intent;
  /** When its intent ends unless it is renewed, ms since the epoch. */
  readonly until: number;
}

/** Waits for another run's live intent, but not longer than the terms say; then gives who holds it. */
export async function takeLease(options: LeaseOptions): Promise<{ lease: Lease } | Held> {
  const { ledger, clock, terms, intent } = options;
  const name = intentName(intent.tenant);
  const start = clock.monotonic();
  let expect = "0";
  let predecessor: Intent | undefined;
  let isWaiting = false;
  for (;;) {
    const since = clock.monotonic();
    const begun = predecessor === undefined ? [] : hostsBegun(predecessor, intent.host);
    const upload = uploadOf({ ...intent, begun, leaseMs: terms.durationMs });
    const written = await unlessConflict(ledger.write(upload, expect));
    if (written !== undefined) {
      return { lease: holdLease(options, { generation: written.generation, since }, predecessor, begun) };
    }
    for (;;) {
      const found = await ledger.read(name);
      if (found === undefined) {
        expect = "0";
        predecessor = undefined;
        break;
      }
      const other = decodeIntent(intent.tenant, found.body);
      if (other.run === intent.run && other.leaseMs !== 0) {
        // Our own write, whose answer was lost on its way.
        return { lease: holdLease(options, { generation: found.object.generation, since }, predecessor, begun) };
      }
      if (isExpired(other, found.object, clock.now())) {
        expect = found.object.generation;
        predecessor = other;
        break;
      }
      if (clock.monotonic() - start >= terms.patienceMs) return { holder: other, until: endOf(other, found.object) };
      if (!isWaiting) options.waiting?.(other);
      isWaiting = true;
      await clock.sleep(terms.pollMs);
    }
  }
}

function holdLease(
  { ledger, clock, terms, intent }: LeaseOptions,
  first: Taken,
  predecessor: Intent | undefined,
  begun: readonly string[],
): Lease {
  const name = intentName(intent.tenant);
  let taken = first;
  let renewal: Promise<void> | undefined;

  async function replace(leaseMs: number): Promise<void> {
    const since = clock.monotonic();
    const written = await unlessConflict(ledger.write(uploadOf({ ...intent, begun, leaseMs }), taken.generation));
    if (written !== undefined) {
      taken = { generation: written.generation, since };
      return;
    }
    const found = await ledger.read(name);
    const other = found && decodeIntent(intent.tenant, found.body);
    if (found === undefined || other?.run !== intent.run || other.leaseMs !== leaseMs) {
      throw lost(intent.tenant, other);
    }
    taken = { generation: found.object.generation, since };
  }

  /** Renewing by generation is safe even after the end: it succeeds only while nobody else has taken the tenant. */
  function renew(): Promise<void> {
    renewal ??= replace(terms.durationMs).finally(() => (renewal = undefined));
    return renewal;
  }

  return {
    predecessor,
    begun,
    async keep() {
      if (clock.monotonic() - taken.since >= terms.durationMs / 3) await renew();
      if (clock.monotonic() - taken.since >= terms.durationMs - terms.marginMs) throw lost(intent.tenant, undefined);
    },
    async finish() {
      try {
        await ledger.remove(name, taken.generation);
      } catch (error) {
        if (!isCode(error, "missing") && !isCode(error, "conflict")) throw error;
      }
    },
    abandon: () => replace(0),
  };
}

/** The lease of a protocol without intents. */
export const NO_LEASE: Lease = {
  predecessor: undefined,
  begun: [],
  keep: () => Promise.resolve(),
  finish: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

/** A bucket that is written to only while the lease holds. */
export function underLease(bucket: Bucket, lease: Pick<Lease, "keep">): Bucket {
  return {
    list: (listing) => bucket.list(listing),
    read: (name) => bucket.read(name),
    async write(upload, expect) {
      await lease.keep();
      return bucket.write(upload, expect);
    },
    async remove(name, expect) {
      await lease.keep();
      return bucket.remove(name, expect);
    },
  };
}

function uploadOf(intent: Intent): Upload {
  return noteUpload(intentName(intent.tenant), encodeIntent(intent));
}

async function unlessConflict(request: Promise<StoredObject>): Promise<StoredObject | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isCode(error, "conflict")) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: BucketError["code"]): boolean {
  return error instanceof BucketError && error.code === code;
}

function lost(tenant: string, other: Intent | undefined): LeaseError {
  const who = other === undefined ? "it took too long to answer" : `run ${other.run} has taken it over`;
  return new LeaseError("lease-lost", `lost hold of ${tenant}: ${who}`, {
    hint: "nothing was written after that; the next run looks at what is there and goes on",
  });
}
