/** How many writes a second a bucket is sent, by all who write to it. */
import type { Clock } from "../ports.ts";

/** What a new bucket takes; Cloud Storage asks to grow from there slowly. */
const WRITES_PER_SECOND = 1000;
/** So much of a second's writes may go out at once after a pause. */
const BURST = 0.1;
const LEAST_PER_SECOND = 1;
/** Each quiet second after a slow-down wins back this share of the full rate. */
const RECOVERY = 0.05;

/** One budget, shared: hand the same one to all writers of a bucket. */
export interface WriteRate {
  /**
   * Resolves when one write may go out; undefined at once when it may go out now. `late` when that would take longer
   * than `mostMs`: then no turn is taken.
   */
  takeTurn(mostMs?: number): Promise<void> | "late" | undefined;
  /** The server asked for less: halves the rate, at most once a second. */
  slowDown(): void;
}

/** A rate that starts at `perSecond` writes, is halved when the server asks for less, and recovers slowly. */
export function limitWrites(
  clock: Pick<Clock, "monotonic" | "sleep">,
  perSecond: number = WRITES_PER_SECOND,
): WriteRate {
  let rate = perSecond;
  let changed = clock.monotonic();
  let slowed = Number.NEGATIVE_INFINITY;
  /** When the next write is due; it may lie in the past by up to the burst. */
  let due = Number.NEGATIVE_INFINITY;

  function recover(now: number): void {
    rate = Math.min(perSecond, rate + (perSecond * RECOVERY * (now - changed)) / 1000);
    changed = now;
  }

  return {
    takeTurn(mostMs = Number.POSITIVE_INFINITY) {
      const now = clock.monotonic();
      if (rate < perSecond) recover(now);
      else changed = now;
      const next = Math.max(due, now - BURST * 1000) + 1000 / rate;
      if (next - now > mostMs) return "late";
      due = next;
      return due <= now ? undefined : clock.sleep(due - now);
    },
    slowDown() {
      const now = clock.monotonic();
      if (now - slowed < 1000) return;
      recover(now);
      slowed = now;
      rate = Math.max(LEAST_PER_SECOND, rate / 2);
      due = Math.max(due, now);
    },
  };
}
