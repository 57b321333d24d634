/** How many requests of each kind a bucket was sent. */
import type { RequestCounts } from "../model/report.ts";
import type { Bucket } from "../ports.ts";

/** A tally in the making; hand the same one to all that belongs to a run. */
export type RequestTally = { -readonly [Kind in keyof RequestCounts]: RequestCounts[Kind] };

/** A tally at zero. */
export function startTally(): RequestTally {
  return { list: 0, read: 0, write: 0, delete: 0, retried: 0 };
}

/** Adds each call to the tally, failed ones too. A bucket behind a network tallies what it sends by itself. */
export function countRequests(bucket: Bucket, tally: RequestTally): Bucket {
  return {
    list(listing) {
      tally.list += 1;
      return bucket.list(listing);
    },
    read(name) {
      tally.read += 1;
      return bucket.read(name);
    },
    write(upload, expect) {
      tally.write += 1;
      return bucket.write(upload, expect);
    },
    remove(name, expect) {
      tally.delete += 1;
      return bucket.remove(name, expect);
    },
  };
}
