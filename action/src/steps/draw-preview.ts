/** Gives a store the picture that links to it show. */
import { previewOf } from "../model/preview.ts";
import type { Store } from "../model/store.ts";
import type { Looks } from "../model/theme.ts";
import type { Pictures } from "../ports.ts";

/**
 * The store with its preview. Without an address nobody can link to it, and without `pictures` nobody draws: it stays as it is.
 * Throws `PictureError` `unavailable`.
 */
export async function drawPreview(
  store: Store,
  looks: Looks,
  origin: string | null,
  pictures: Pictures | undefined,
): Promise<Store> {
  if (origin === null || pictures === undefined) return store;
  return { ...store, preview: await pictures.draw(previewOf(store, looks)) };
}
