/** A bucket that tries again where that is worth it, with every mutation made at most once. */
import { isDeepStrictEqual } from "node:util";
import {
  BucketError,
  LONGEST_MUTATION_MS,
  type Bucket,
  type Clock,
  type Log,
  type StoredObject,
  type Upload,
} from "../ports.ts";
import type { RequestTally } from "./count.ts";

/** How long one request may take, queues included, before it counts as lost; in ms. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** Waits double from the first to the longest, in ms; each is shortened at random by up to a half. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 16_000;
const MOST_ATTEMPTS = 8;
/** No attempt starts later than this after the call, so that the last one is over by `LONGEST_MUTATION_MS`. */
const LAST_START_MS = LONGEST_MUTATION_MS - REQUEST_TIMEOUT_MS;

/** What waiting and telling of it need. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to below 1, as `Math.random`. */
  readonly random: () => number;
  readonly tally?: Pick<RequestTally, "retried">;
}

/**
 * Retries what is `transient`, and nothing else: truncated exponential backoff with jitter, or as long as the server
 * asked. A mutation whose earlier attempt may have been applied, its answer lost, is settled by looking: the object
 * that stands in the way of a write is ours when it is what we wrote to the last byte; an object that is gone is removed.
 * Where looking does not settle it, the error is `unknown` and not what the last attempt met: an earlier one may still land.
 */
export function withRetry(bucket: Bucket, { clock, log, random, tally }: RetryOptions): Bucket {
  async function attempt<Answer>(
    request: string,
    send: () => Promise<Answer>,
    settle?: (error: BucketError) => Promise<{ answer: Answer } | undefined>,
  ): Promise<Answer> {
    const start = clock.monotonic();
    for (let number = 1; ; number++) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof BucketError)) throw error;
        if (settle !== undefined && number > 1 && error.code !== "transient") {
          const settled = await settle(error).catch((cause: unknown) => {
            throw inDoubt(request, number, cause);
          });
          if (settled !== undefined) return settled.answer;
          // Where the object has changed meanwhile, no earlier attempt can be applied any more.
          throw error.code === "conflict" ? error : inDoubt(request, number, error);
        }
        if (error.code !== "transient") throw error;
        const backoff = Math.min(FIRST_WAIT_MS * 2 ** (number - 1), LONGEST_WAIT_MS) * (1 - random() / 2);
        const waitMs = Math.round(Math.max(backoff, error.retryAfterMs ?? 0));
        if (number === MOST_ATTEMPTS || clock.monotonic() - start + waitMs > LAST_START_MS) {
          throw giveUp(request, number, error);
        }
        log({ type: "retry", request, attempt: number, attempts: MOST_ATTEMPTS, waitMs, reason: error.message });
        if (tally) tally.retried += 1;
        await clock.sleep(waitMs);
      }
    }
  }

  const retrying: Bucket = {
    list: (listing) => attempt(`list ${listing.prefix}`, () => bucket.list(listing)),
    read: (name) => attempt(`read ${name}`, () => bucket.read(name)),
    write(upload, expect) {
      return attempt(
        `write ${upload.name}`,
        () => bucket.write(upload, expect),
        async (error) => {
          if (error.code !== "conflict") return undefined;
          const found = await retrying.read(upload.name);
          return found && found.object.generation !== expect && isWritten(upload, found)
            ? { answer: found.object }
            : undefined;
        },
      );
    },
    remove(name, expect) {
      return attempt(
        `delete ${name}`,
        () => bucket.remove(name, expect),
        (error) => Promise.resolve(error.code === "missing" ? { answer: undefined } : undefined),
      );
    },
  };
  return retrying;
}

function isWritten(upload: Upload, { object, body }: { object: StoredObject; body: Uint8Array }): boolean {
  return (
    object.contentType === upload.contentType &&
    object.cacheControl === upload.cacheControl &&
    object.contentEncoding === upload.contentEncoding &&
    isDeepStrictEqual({ ...object.metadata }, { ...upload.metadata }) &&
    Buffer.compare(body, upload.body) === 0
  );
}

function inDoubt(request: string, attempt: number, cause: unknown): BucketError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = cause instanceof BucketError ? cause.hint : undefined;
  const message = `${request} failed at attempt ${attempt}, and an earlier one may have been applied: ${reason}`;
  return new BucketError("unknown", message, { ...(hint === undefined ? {} : { hint }), cause });
}

function giveUp(request: string, attempts: number, cause: BucketError): BucketError {
  const asked =
    cause.retryAfterMs === undefined ? "" : `; the server asked to wait ${Math.ceil(cause.retryAfterMs / 1000)} s`;
  return new BucketError(
    "transient",
    `${request} failed after ${attempts} attempt${attempts === 1 ? "" : "s"}: ${cause.message}${asked}`,
    {
      hint: cause.hint ?? "run again later; what was written stays, and the next run goes on from there",
      cause,
    },
  );
}
