/** What every local command does at its door: words in, exit code out, the one catch. */
import { CommanderError } from "commander";
import { EXIT_USAGE, explainError } from "../action/src/door.ts";
import { processTerminal, type Terminal } from "../action/src/io/terminal.ts";
import { breakCommands, safeLine } from "../action/src/view/output.ts";

/** Runs a local command: `main` gives the exit code, and what it throws becomes one. */
export async function openDoor(main: (terminal: Terminal) => Promise<number>): Promise<void> {
  const terminal = processTerminal(breakCommands);
  try {
    process.exitCode = await main(terminal);
  } catch (error) {
    process.exitCode = complain(error, terminal);
  }
}

/** Says on standard error what went wrong; gives the exit code for it. */
export function complain(error: unknown, terminal: Terminal): number {
  terminal.clearProgress();
  // Commander has already said what was wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const { lines, exitCode } = explainError(error);
  terminal.complain(...lines.map(safeLine));
  return exitCode;
}
