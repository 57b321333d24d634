/** The machine's own clocks. */
import { setTimeout } from "node:timers/promises";
import type { Clock } from "../ports.ts";

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms) => setTimeout(ms),
};
