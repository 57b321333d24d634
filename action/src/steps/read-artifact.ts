/** Reads what a plan left in its folder, and believes nothing of it. */
import {
  ArtifactError,
  decodePlanArtifact,
  isBearablePng,
  MOST_PLAN_BYTES,
  PLAN_FILE,
  type PlanArtifact,
} from "../model/plan-artifact.ts";
import type { Entry, Tree } from "../ports.ts";

/** All files of an artifact together, in bytes; and how many. */
const MOST_BYTES = 1_000_000_000;
const MOST_FILES = 200_000;

/** An artifact that holds what its plan names, and nothing else. */
export interface ReadArtifact {
  readonly plan: PlanArtifact;
  /** Every file in the folder but the plan, by its path in the artifact; `size` in bytes. */
  readonly files: readonly Entry[];
  /** The bytes of one of these files. */
  readonly read: (path: string) => Promise<Uint8Array>;
}

/**
 * Checks the whole folder before it gives any of it: sizes, the plan's shape, pictures that are named and there and
 * PNGs, sites of the stores that are named. Throws `ArtifactError` for everything else, `RepoError` where there is no
 * such folder.
 */
export async function readArtifact(tree: Tree, folder: string): Promise<ReadArtifact> {
  const entries = (await tree.list(folder)).filter(({ kind }) => kind !== "directory");
  const odd = entries.find(({ kind }) => kind !== "file");
  if (odd !== undefined) throw refusedArtifact("there is something in it that is no plain file");
  if (entries.length > MOST_FILES) throw refusedArtifact(`it has ${entries.length} files, more than ${MOST_FILES}`);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > MOST_BYTES) throw refusedArtifact(`it has ${total} bytes, more than ${MOST_BYTES}`);
  const files = entries.map((entry) => ({ ...entry, path: entry.path.slice(folder.length + 1) }));
  const read = (path: string): Promise<Uint8Array> => tree.read(`${folder}/${path}`);

  const size = files.find(({ path }) => path === PLAN_FILE)?.size;
  if (size === undefined) throw refusedArtifact(`it has no ${PLAN_FILE}`);
  const plan = size > MOST_PLAN_BYTES ? undefined : decodePlanArtifact(await read(PLAN_FILE));
  if (plan === undefined) throw refusedArtifact(`its ${PLAN_FILE} is not what a plan writes`);

  const others = files.filter(({ path }) => path !== PLAN_FILE);
  const pictures = picturesOf(plan);
  requireNamed(others, pictures, new Set(plan.sites));
  const present = new Set(others.map(({ path }) => path));
  for (const path of pictures) {
    if (!present.has(path)) throw refusedArtifact("a picture that it names is not there");
    if (!isBearablePng(await read(path))) throw refusedArtifact("one of its pictures is not a PNG");
  }
  return { plan, files: others, read };
}

const picturesOf = ({ pictures }: PlanArtifact): ReadonlySet<string> =>
  new Set(
    pictures.taken.flatMap(({ before, after, difference }) =>
      [before, after, difference].filter((path) => path !== undefined),
    ),
  );

function requireNamed(files: readonly Entry[], pictures: ReadonlySet<string>, sites: ReadonlySet<string>): void {
  for (const { path } of files) {
    const [first, tenant = "", ...rest] = path.split("/");
    const isSite = first === "sites" && sites.has(tenant) && rest.length > 0;
    if (!isSite && !pictures.has(path)) throw refusedArtifact(`it has a file that its ${PLAN_FILE} does not name`);
  }
}

/** `reason` is a sentence without its end that says nothing from the artifact itself. */
export const refusedArtifact = (reason: string): ArtifactError =>
  new ArtifactError("artifact", `the plan's artifact is refused: ${reason}`, {
    hint: "the pull request may change what makes it: look at the changes of workflows, action and templates; otherwise run the plan again",
  });
