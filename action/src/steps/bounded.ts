/** Work on many things, some at a time. */
import type { LimitFunction } from "p-limit";

/**
 * Resolves when all is done. After a failure nothing more is begun; it rejects with the first error once nothing
 * is under way any more. No more wait in the queue of `limit` than it lets through at once, so that whoever shares it
 * with a long list gets a turn.
 */
export async function forEachBounded<Item>(
  items: readonly Item[],
  limit: LimitFunction,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: { readonly error: unknown }[] = [];
  const rest = items.values();
  const takeTurns = async (): Promise<void> => {
    for (const item of rest) {
      await limit(async () => {
        if (failures.length > 0) return;
        await work(item).catch((error: unknown) => failures.push({ error }));
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit.concurrency, items.length) }, takeTurns));
  const [first] = failures;
  if (first !== undefined) throw first.error;
}
