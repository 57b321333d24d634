/** The machine's own randomness. */
import { randomBytes } from "node:crypto";
import type { Chance } from "../ports.ts";

/** From the source that keys are made of. */
export const systemChance: Chance = { secret: () => randomBytes(16).toString("hex") };
