/** Tells which step of a program its time goes to, by what the processor was seen at. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** A step and the sources whose work it is; the first that matches counts. */
export type Step = readonly [name: string, sources: RegExp];

/** The parts of the profile of V8 that are read here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
  /** Both zero-based. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** How a program is started, and where scratch files go. */
export interface Profiled {
  readonly entry: string;
  readonly scratch: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The steps that nobody's source stands for. */
const IDLE = "waiting for other processes";
const OTHER = "start-up: Node, loading the program";

/**
 * Bundles `entry`, runs it once under the profiler, and gives the part of its time that each step took, largest first;
 * the parts come to 1. A moment belongs to the innermost source on the stack that some step names.
 */
export async function shareOut(
  steps: readonly Step[],
  program: Profiled,
): Promise<readonly (readonly [string, number])[]> {
  const folder = await mkdtemp(join(program.scratch, "profile-"));
  const bundle = await rolldown({ input: program.entry, platform: "node", logLevel: "silent" });
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "entry.mjs", sourcemap: true });
  await bundle.close();
  execFileSync(process.execPath, ["--cpu-prof", `--cpu-prof-dir=${join(folder, "runs")}`, join(folder, "entry.mjs")], {
    cwd: program.cwd,
    env: program.env,
    stdio: "ignore",
  });
  const [run = ""] = await readdir(join(folder, "runs"));
  const profile = JSON.parse(await readFile(join(folder, "runs", run), "utf8")) as Profile;
  return sumUp(profile, steps, await sourceFinder(folder));
}

/** From a place in the bundle to the source that it was written in. */
async function sourceFinder(folder: string): Promise<(frame: Frame) => string> {
  const maps = new Map<string, SourceMap>();
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".map")) continue;
    maps.set(name.slice(0, -".map".length), new SourceMap(JSON.parse(await readFile(join(folder, name), "utf8"))));
  }
  return ({ url, lineNumber, columnNumber }) => {
    const entry = maps.get(url.slice(url.lastIndexOf("/") + 1))?.findEntry(lineNumber, columnNumber);
    return entry !== undefined && "originalSource" in entry ? entry.originalSource : "";
  };
}

function sumUp(
  { nodes, samples, timeDeltas }: Profile,
  steps: readonly Step[],
  sourceOf: (frame: Frame) => string,
): readonly (readonly [string, number])[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const stepOfNode = new Map<number, string>();
  // Parents stand before their children.
  for (const { id, callFrame } of nodes) {
    const source = sourceOf(callFrame);
    const own = callFrame.functionName === "(idle)" ? IDLE : steps.find(([, sources]) => sources.test(source))?.[0];
    stepOfNode.set(id, own ?? stepOfNode.get(parents.get(id) ?? -1) ?? OTHER);
  }
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const shares = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const step = stepOfNode.get(id) ?? OTHER;
    shares.set(step, (shares.get(step) ?? 0) + (timeDeltas[index] ?? 0) / total);
  }
  return [...shares].toSorted(([, a], [, b]) => b - a);
}
