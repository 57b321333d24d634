/** Work on many things, some at a time. */
import type { LimitFunction } from "p-limit";

/**
 * Resolves when all is done. After a failure nothing more is begun; it rejects with the first error once nothing
 * is under way any more.
 */
export async function forEachBounded<Item>(
  items: readonly Item[],
  limit: LimitFunction,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: { readonly error: unknown }[] = [];
  await Promise.all(
    items.map((item) =>
      limit(async () => {
        if (failures.length > 0) return;
        try {
          await work(item);
        } catch (error) {
          failures.push({ error });
        }
      }),
    ),
  );
  const [first] = failures;
  if (first !== undefined) throw first.error;
}
