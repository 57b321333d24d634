/** Runs every check that is not a test, side by side; names those that failed. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import pLimit from "p-limit";

const root = join(import.meta.dirname, "..");

/** The slowest first, so that none of them is left running alone. */
const checks: readonly { readonly name: string; readonly command: string; readonly arguments: readonly string[] }[] = [
  { name: "types", command: "tsc", arguments: ["--noEmit"] },
  { name: "types of what runs in a page", command: "tsc", arguments: ["--noEmit", "--project", "test/browser"] },
  { name: "lint", command: "oxlint", arguments: ["--type-aware", "--deny-warnings"] },
  { name: "house rules", command: "vitest", arguments: ["run", "test/house", "--reporter=dot"] },
  { name: "generated files fresh", command: "node", arguments: ["scripts/generate.ts", "--check"] },
  { name: "engine hash fresh", command: "node", arguments: ["scripts/engine-hash.ts", "--check"] },
  { name: "dist fresh", command: "node", arguments: ["scripts/build.ts", "--check"] },
  { name: "format", command: "oxfmt", arguments: ["--check", "."] },
];

const limit = pLimit(availableParallelism());
const failed = (await Promise.all(checks.map((check) => limit(() => run(check))))).filter((name) => name !== undefined);
process.stdout.write(
  failed.length === 0
    ? `${checks.length} checks passed\n`
    : `${failed.length} of ${checks.length} failed: ${failed.join(", ")}\n`,
);
if (failed.length > 0) process.exitCode = 1;

/** Prints one line, and what the tool said only where it failed; gives the name of a check that failed. */
async function run(check: (typeof checks)[number]): Promise<string | undefined> {
  const started = performance.now();
  const child = spawn(check.command, check.arguments, {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env["PATH"]}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => said.push(part));
  child.stderr.on("data", (part: Buffer) => said.push(part));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? "ok  " : "FAIL"} ${check.name} (${seconds} s)\n`);
  if (code === 0) return undefined;
  process.stdout.write(Buffer.concat(said));
  return check.name;
}
