/** Counts the stores of a fleet that visitors can enter. */
import type { Tree } from "../ports.ts";
import { readFleet } from "./load.ts";
import type { Folders } from "./load-stores.ts";

/** A store that cannot be read counts: it stays on the release that it is on. Throws what `readFleet` throws. */
export async function countOpen(tree: Tree, folders: Folders): Promise<number> {
  let open = 0;
  await readFleet(tree, folders, (_source, tenant) => {
    if (tenant === undefined || tenant.settings.lifecycle.state === "live") open += 1;
  });
  return open;
}
