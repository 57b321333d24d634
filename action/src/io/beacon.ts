/** What a store's own address says of itself: the one file that names its release. */
import { BEACON_PATH } from "../model/site.ts";
import { isMapping } from "../model/mapping.ts";

/** A store that answers later than this, in ms, is looked at again by the next run. */
const PATIENCE_MS = 5000;
const MOST_BYTES = 4096;

/** The release that visitors of an address get; undefined where nothing there says one. Never throws, follows no redirect. */
export async function releaseAt(url: string): Promise<string | undefined> {
  if (!url.startsWith("https://")) return undefined;
  try {
    const reply = await fetch(new URL(BEACON_PATH, url), {
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!reply.ok) return undefined;
    const text = await reply.text();
    const beacon: unknown = text.length > MOST_BYTES ? undefined : JSON.parse(text);
    return isMapping(beacon) && typeof beacon["release"] === "string" ? beacon["release"] : undefined;
  } catch {
    return undefined;
  }
}
