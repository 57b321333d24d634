/** Publishes what a plan's job has left to look at, as data: below an address that nobody can guess, never over anything. */
import pLimit from "p-limit";
import { previewFile } from "../model/preview-file.ts";
import { previewFolder } from "../model/preview-folder.ts";
import type { Bucket, Chance, Tree } from "../ports.ts";
import { forEachBounded } from "../steps/bounded.ts";
import { readArtifact, refusedArtifact } from "../steps/read-artifact.ts";

/** What a preview is published with. */
export interface PreviewOptions {
  /** Where the artifact lies, and its folder there. */
  readonly tree: Tree;
  readonly folder: string;
  /** By the event alone. */
  readonly pullRequest: number;
  /** May create; nothing is overwritten or deleted. */
  readonly bucket: Pick<Bucket, "write">;
  /** Where a person finds what has this name in the bucket. */
  readonly urlOf: (name: string) => string;
  readonly chance: Chance;
}

/** What was published. */
export interface PreviewResult {
  /** Where, ending in a slash; empty where there was nothing to look at. */
  readonly url: string;
  /** The home page of the first store; empty where there is none. */
  readonly page: string;
  readonly files: number;
}

/** Latency is what a small file costs. */
const WRITES_AT_ONCE = 32;

/** A page that somebody has open is asked for again soon after it is gone. */
const CACHE_CONTROL = "public, max-age=60";

/**
 * Looks at every byte before it writes the first one. Throws `ArtifactError` for what no plan of ours left, `BucketError`
 * where not all could be written: then nobody is told an address, and a sweep takes away what is there.
 */
export async function preview(options: PreviewOptions): Promise<PreviewResult> {
  const { tree, folder, pullRequest, bucket, urlOf, chance } = options;
  const { plan, files, read } = await readArtifact(tree, folder);
  const limit = pLimit(WRITES_AT_ONCE);
  const checked = async (path: string) => {
    const file = previewFile(path, await read(path));
    if (file === undefined) throw refusedArtifact("one of its files is not what its name says");
    return file;
  };
  await forEachBounded(files, limit, async ({ path }) => void (await checked(path)));
  if (files.length === 0) return { url: "", page: "", files: 0 };

  const place = previewFolder(pullRequest, chance.secret());
  await forEachBounded(files, limit, async ({ path }) => {
    const { name, contentType, body } = await checked(path);
    const served = { contentType, cacheControl: CACHE_CONTROL, contentEncoding: "", metadata: {} } as const;
    await bucket.write({ ...served, name: place + name, body }, "0");
  });
  const url = urlOf(place);
  const [first] = plan.sites;
  return { url, page: first === undefined ? "" : `${url}${first}/index.html`, files: files.length };
}
