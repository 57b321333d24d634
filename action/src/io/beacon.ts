/** What a store's own address says of itself: the one file that names its release. */
import { BEACON_PATH } from "../model/site.ts";
import { isMapping } from "../model/mapping.ts";

/** A store that answers later than this, in ms, is looked at again by the next run. */
const PATIENCE_MS = 5000;
const MOST_BYTES = 4096;

const CLOUD_STORAGE = "https://storage.googleapis.com";

/**
 * The release that visitors of an address get; undefined where nothing there says one. Of a domain that has no record in
 * the DNS yet, what the bucket of its name holds. Never throws, follows no redirect.
 */
export async function releaseAt(url: string, ask: typeof fetch = fetch): Promise<string | undefined> {
  if (!url.startsWith("https://")) return undefined;
  try {
    return await beaconOf(url, ask);
  } catch (error) {
    if (!isUnknownHost(error)) return undefined;
    return beaconOf(`${CLOUD_STORAGE}/${new URL(url).hostname}/`, ask).catch(() => undefined);
  }
}

async function beaconOf(place: string, ask: typeof fetch): Promise<string | undefined> {
  const reply = await ask(new URL(BEACON_PATH, place), {
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!reply.ok) return undefined;
  const text = await reply.text();
  const beacon: unknown = text.length > MOST_BYTES ? undefined : JSON.parse(text);
  return isMapping(beacon) && typeof beacon["release"] === "string" ? beacon["release"] : undefined;
}

/** As `fetch` tells it: by the error under its own. */
function isUnknownHost(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ENOTFOUND";
}
