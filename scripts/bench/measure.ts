/** Runs programs in processes of their own, in turn, and compares what they cost. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What one process cost; `output` is the JSON that it printed about its work. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMiB: number;
  readonly output: Readonly<Record<string, unknown>>;
}

/** Ours against the limit: medians over the runs, and the median of the ratios run by run. */
export interface Comparison {
  readonly ours: Cost;
  readonly limit: Cost;
  readonly cpuRatio: number;
  readonly runs: number;
}

/**
 * Runs a program of ours by this Node: its file, then its arguments. It ends by {@link finish}, so that its own account
 * of CPU time and memory, start-up included, reaches us. Throws when it fails.
 */
export async function measure(words: readonly string[]): Promise<Cost> {
  const start = performance.now();
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}`);
  const wallMs = performance.now() - start;
  return { wallMs, ...(JSON.parse(text.trim().split("\n").at(-1) ?? "") as Omit<Cost, "wallMs">) };
}

/** Runs both in turn, the limit first, `runs` times. */
export async function compare(ours: readonly string[], limit: readonly string[], runs: number): Promise<Comparison> {
  const pairs: { ours: Cost; limit: Cost }[] = [];
  for (let count = 0; count < runs; count += 1) {
    const limitCost = await measure(limit);
    pairs.push({ limit: limitCost, ours: await measure(ours) });
  }
  return {
    ours: middle(pairs.map((pair) => pair.ours)),
    limit: middle(pairs.map((pair) => pair.limit)),
    cpuRatio: median(pairs.map((pair) => pair.ours.cpuMs / pair.limit.cpuMs)),
    runs,
  };
}

/** The run whose CPU time is the median. */
function middle(costs: readonly Cost[]): Cost {
  const sorted = costs.toSorted((a, b) => a.cpuMs - b.cpuMs);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error("no runs");
  return found;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** The last act of a measured program: prints its cost with what it has to say about its work. */
export function finish(output: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...costOfSelf(), output })}\n`);
}

/** What this process cost so far, start-up included. */
export function costOfSelf(): Pick<Cost, "cpuMs" | "peakMiB"> {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMiB: peakKiB() / 1024 };
}

/** On Linux `maxRSS` begins with what the parent had when it started us; the status file begins anew. See proc(5), VmHWM. */
function peakKiB(): number {
  const { maxRSS } = process.resourceUsage();
  if (process.platform !== "linux") return maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? maxRSS);
}
