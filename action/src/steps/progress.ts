/** What a run has done to a tenant so far, and whether all of it is known. */
import type { Operation } from "../model/plan.ts";
import type { RecordState } from "../model/record.ts";
import { type Bucket, BucketError } from "../ports.ts";

/** What was done so far, whatever comes of the rest. */
export interface Progress {
  /** Of the release that the tenant is on. */
  release: string;
  host: string | null;
  /** Files of the site that is being deployed. */
  files: number;
  bytes: number;
  readonly touched: Map<string, Operation["verb"]>;
  /** What its record said when this run first read it, null where there was none; undefined before that. */
  before: RecordState | null | undefined;
  /** The commit that its record named then. */
  since: string | null | undefined;
  /** A mutation was sent, whatever became of it. */
  began: boolean;
  /** One of them may still arrive: nobody knows what became of it. */
  uncertain: boolean;
}

/** Notes when a mutation fails in a way that does not tell whether it was, or will be, applied. */
export function watched(bucket: Bucket, progress: Progress): Bucket {
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
