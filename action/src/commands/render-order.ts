/** Renders the stores of one commit for the plan of another. */
import { encodeBody, encodeFleet, encodeStore, type SideOrder } from "../model/rendered-side.ts";
import type { Pictures, Tree } from "../ports.ts";
import { openBase } from "../steps/open-base.ts";
import { sideRenderer } from "../steps/render-side.ts";

/** One line for each tenant of the order, its files where they are asked for, then one for the fleet. One store is in memory at a time. */
export async function* renderOrder(
  tree: Tree,
  { folders, ids, withBodies = false }: SideOrder,
  pictures?: Pictures,
): AsyncGenerator<string, void> {
  const desk = await openBase(tree, folders);
  const render = sideRenderer(desk, { pictures });
  for (const id of ids) {
    const rendered = await render(id);
    yield encodeStore(id, rendered);
    if (withBodies) for (const [path, file] of rendered.site?.files ?? []) yield encodeBody(path, file);
  }
  yield encodeFleet(desk.diagnostics);
}
