/** A store's files as text, for whoever changes them. */
import type { StoreFiles } from "../model/apply-request.ts";
import type { Source } from "../model/source.ts";
import type { Tree } from "../ports.ts";

/** What a machine changes is text; of a larger file it knows only that it is there. In bytes. */
const MOST_BYTES = 20 * 1024 * 1024;

/** The files of a tenant, or, without a source, the place where those of a new one will be. */
export async function readStoreFiles(
  tree: Tree,
  tenant: string,
  source: Source | undefined,
  folder: string,
): Promise<StoreFiles> {
  const file = source?.file ?? `${folder}/${tenant}.yaml`;
  const entries = source === undefined ? [] : [source.entry, ...source.entries];
  const texts = new Map<string, string>();
  for (const { path, kind, size } of entries) {
    if (kind !== "file") continue;
    texts.set(path, size > MOST_BYTES ? "" : Buffer.from(await tree.read(path)).toString());
  }
  return { file, folder: source?.folder ?? `${folder}/${tenant}`, texts };
}
