/** Chance that always falls the same way: a seed's SHA-256, byte by byte. */
import { hash } from "node:crypto";

/** The next number from 0 to 1; 1 itself never comes. */
export type Dice = () => number;

/** Dice that a seed decides; after 32 throws they begin again. */
export function diceOf(seed: string): Dice {
  const digest = hash("sha256", seed, "buffer");
  let at = 0;
  return () => (digest[at++ & 31] ?? 0) / 256;
}

/** One of several. */
export function pick<Item>(dice: Dice, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(dice() * items.length)] ?? items[0];
}
