/** Runs the workflows for real with `act`; says first what stands in for which outside action. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findAct, STAND_INS } from "../test/workflows/act.ts";

const root = join(import.meta.dirname, "..");
process.stdout.write(
  `act: ${spawnSync(findAct(), ["--version"], { encoding: "utf8" }).stdout.trim()}, on this machine without containers\n`,
);
for (const { action, because } of STAND_INS) process.stdout.write(`stand-in for ${action}: ${because}\n`);
process.stdout.write("not emulated: concurrency, environment approval, permissions, `$/` (named by commit instead)\n");
const { status } = spawnSync(
  "vitest",
  ["run", "--config", "test/workflows/vitest.config.ts", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  },
);
process.exitCode = status ?? 1;
