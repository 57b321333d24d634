/** Two buckets that several runs share, watched after every mutation. */
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { scopeBucket } from "../../action/src/io/scope.ts";
import type { Site } from "../../action/src/model/site.ts";
import type { Bucket, StoredObject, Upload } from "../../action/src/ports.ts";
import { virtualClock, type VirtualClock } from "./fleet.ts";
import { findViolations, type Applied, type Contents, type Violation } from "./invariants.ts";

export const TENANT = "acme";

/** One request of one run, before it is made. */
export interface Call {
  readonly bucket: "sites" | "ledger";
  readonly verb: "list" | "read" | "write" | "remove";
  readonly name: string;
}

/** Stands between a run and the buckets: makes the request by `send`, or does not, or loses the answer. */
export type Gate = <Answer>(call: Call, send: () => Promise<Answer>) => Promise<Answer>;

export interface World {
  readonly clock: VirtualClock;
  contents(): Contents;
  /** The buckets as the run of a commit sees them. */
  connect(commit: number, gate: Gate): Connection;
  /** Tells the watcher that a run ended well: from now on no older one may write. */
  ended(commit: number): void;
  /** What was wrong so far, in the order of time. */
  readonly violations: Violation[];
}

export interface Connection {
  readonly site: (tenant: string) => Bucket;
  readonly ledger: Bucket;
}

/** A world at rest, to begin others from. */
export interface Saved {
  readonly contents: Contents;
  readonly time: number;
  readonly newest: number;
}

const TEXT = { contentType: "text/plain", cacheControl: "no-cache", contentEncoding: "", metadata: {} } as const;

/** Files of other people and tenants, in the way of a careless prefix; none of them may ever change. */
const BYSTANDERS: readonly string[] = ["acme", "acme-two/index.html", "acme/notes.txt", "zebra/index.html"];

export async function emptySaved(): Promise<Saved> {
  const sites = memoryBucket();
  for (const name of BYSTANDERS) await sites.write({ name, body: Buffer.from(name), ...TEXT }, "0");
  return { contents: { sites: sites.contents(), ledger: new Map() }, time: 0, newest: 0 };
}

export function save(world: World, newest: number): Saved {
  return { contents: world.contents(), time: world.clock.monotonic(), newest };
}

/** `released` are all the sites that any run may deploy. */
export function openWorld(saved: Saved, released: ReadonlyMap<string, Site>): World {
  const clock = virtualClock();
  clock.advance(saved.time);
  const buckets: Readonly<Record<Call["bucket"], MemoryBucket>> = {
    sites: memoryBucket({ clock, contents: saved.contents.sites }),
    ledger: memoryBucket({ clock, contents: saved.contents.ledger }),
  };
  const contents = (): Contents => ({ sites: buckets.sites.contents(), ledger: buckets.ledger.contents() });
  const violations: Violation[] = [];
  let newest = saved.newest;

  function watch(applied: Applied): void {
    const now = contents();
    for (const name of BYSTANDERS) {
      if (now.sites.get(name)?.body.byteLength !== name.length) {
        violations.push({ invariant: "I2", message: `${name} is not ours and was changed` });
      }
    }
    if (applied.bucket === "sites" && !applied.name.startsWith(`${TENANT}/`)) {
      violations.push({ invariant: "I2", message: `${applied.name} is outside of the tenant` });
    }
    const isContent = applied.bucket === "sites" || applied.name.endsWith("/record.json");
    if (isContent) {
      if (applied.commit < newest) {
        violations.push({
          invariant: "I5",
          message: `commit ${applied.commit} did ${applied.verb} ${applied.name} after ${newest}`,
        });
      }
      newest = Math.max(newest, applied.commit);
    }
    violations.push(...findViolations(TENANT, now, (release) => released.get(release), applied));
  }

  function tap(bucket: Call["bucket"], commit: number, gate: Gate): Bucket {
    const inner = buckets[bucket];
    const mutate = async <Answer>(verb: "write" | "remove", name: string, send: () => Promise<Answer>) =>
      gate({ bucket, verb, name }, async () => {
        const answer = await send();
        watch({ bucket, verb, name, commit });
        return answer;
      });
    return {
      list: (listing) => gate({ bucket, verb: "list", name: listing.prefix }, () => inner.list(listing)),
      read: (name) => gate({ bucket, verb: "read", name }, () => inner.read(name)),
      write: (upload: Upload, expect: string): Promise<StoredObject> =>
        mutate("write", upload.name, () => inner.write(upload, expect)),
      remove: (name, expect) => mutate("remove", name, () => inner.remove(name, expect)),
    };
  }

  return {
    clock,
    contents,
    violations,
    connect(commit, gate) {
      const sites = tap("sites", commit, gate);
      return { site: (tenant) => scopeBucket(sites, `${tenant}/`), ledger: tap("ledger", commit, gate) };
    },
    ended(commit) {
      newest = Math.max(newest, commit);
    },
  };
}
