/** Publishes what a plan's job has left to look at, as data: below an address that nobody can guess, never over anything. */
import pLimit from "p-limit";
import { previewFile } from "../model/preview-file.ts";
import { previewFolder } from "../model/preview-folder.ts";
import { type Bucket, type Chance, type Deployments, GitHubError, type Log, type Tree } from "../ports.ts";
import { forEachBounded } from "../steps/bounded.ts";
import { readArtifact, refusedArtifact } from "../steps/read-artifact.ts";

/** What a preview is published with. */
export interface PreviewOptions {
  /** Where the artifact lies, and its folder there. */
  readonly tree: Tree;
  readonly folder: string;
  /** By the event alone. */
  readonly pullRequest: number;
  /** The pull request's own last commit. */
  readonly commit: string;
  /** May create; nothing is overwritten or deleted. */
  readonly bucket: Pick<Bucket, "write">;
  /** Where a person finds what has this name in the bucket. */
  readonly urlOf: (name: string) => string;
  readonly chance: Chance;
  readonly deployments: Deployments;
  readonly log: Log;
}

/** What was published. */
export interface PreviewResult {
  /** Where, ending in a slash; empty where there was nothing to look at. */
  readonly url: string;
  readonly files: number;
}

/** What GitHub calls the place; that of the job, too. */
const ENVIRONMENT = "preview";

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
    const body = await read(path);
    const file = previewFile(path, body);
    if (file === undefined) throw refusedArtifact("one of its files is not what its name says");
    return { ...file, body };
  };
  await forEachBounded(files, limit, async ({ path }) => void (await checked(path)));
  if (files.length === 0) return { url: "", files: 0 };

  const place = previewFolder(pullRequest, chance.secret());
  await forEachBounded(files, limit, async ({ path }) => {
    const { name, contentType, body } = await checked(path);
    const served = { contentType, cacheControl: CACHE_CONTROL, contentEncoding: "", metadata: {} } as const;
    await bucket.write({ ...served, name: place + name, body }, "0");
  });
  const url = urlOf(place);
  const [first] = plan.sites;
  if (first !== undefined) await announce(`${url}${first}/index.html`, plan.sites.length, options);
  return { url, files: files.length };
}

/** The comment has the address as well: a record that cannot be made is no reason to fail. */
async function announce(url: string, stores: number, { commit, deployments, log }: PreviewOptions): Promise<void> {
  try {
    const description = stores === 1 ? "1 store" : `the first of ${stores} stores`;
    await deployments.announce({ commit, environment: ENVIRONMENT, url, description });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    log({ type: "warning", message: `GitHub does not list the preview: ${error.message}` });
  }
}
