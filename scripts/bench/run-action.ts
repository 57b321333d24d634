/** Runs the action as a runner does: its bundle, in a process of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const BUNDLE = join(import.meta.dirname, "../../action/dist/index.mjs");

/** One run; `said` is its standard output. */
export interface ActionRun {
  readonly wallMs: number;
  readonly said: string;
}

/**
 * Throws where it fails. Not waited for in a way that stops us: fakes may answer from this process.
 *
 * @param environment all of it, but for the search path
 */
export async function runAction(folder: string, environment: Readonly<Record<string, string>>): Promise<ActionRun> {
  const start = performance.now();
  const child = spawn(process.execPath, [BUNDLE], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (said += part));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  const wallMs = performance.now() - start;
  if (code !== 0) throw new Error(`the action ended with ${String(code)}: ${said}`);
  return { wallMs, said };
}
