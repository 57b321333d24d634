/** What every local command does at its door: words in, exit code out, the one catch. */
import { CommanderError } from "commander";
import { processTerminal, type Terminal } from "../action/src/io/terminal.ts";
import { PortError, RepoError } from "../action/src/ports.ts";
import { breakCommands, safeLine } from "../action/src/view/output.ts";

/** The command line or the environment asks for something that cannot be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Beside the codes of a report's conclusion (0, 1, 2, 3). From BSD's sysexits. */
export const EXIT_USAGE = 64;
export const EXIT_BUG = 70;

/** Runs a local command: `main` gives the exit code, and what it throws becomes one. */
export async function openDoor(main: (terminal: Terminal) => Promise<number>): Promise<void> {
  const terminal = processTerminal(breakCommands);
  try {
    process.exitCode = await main(terminal);
  } catch (error) {
    process.exitCode = explain(error, terminal);
  }
}

/** Says on standard error what went wrong; gives the exit code for it. */
export function explain(error: unknown, terminal: Terminal): number {
  terminal.clearProgress();
  // Commander has already said what was wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof UsageError) {
    terminal.complain(`error: ${safeLine(error.message)}`);
    return EXIT_USAGE;
  }
  if (error instanceof PortError) {
    terminal.complain(`error: ${safeLine(error.message)}`);
    if (error.hint !== undefined) terminal.complain(`  hint: ${safeLine(error.hint)}`);
    return error instanceof RepoError && error.code !== "git" ? 1 : 2;
  }
  terminal.complain("This is a bug of ours, not of your files. Please report it with these lines:");
  terminal.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT_BUG;
}
