/** What a failed run says at its door, and the code that it ends with. */
import { PortError, RepoError } from "./ports.ts";

/** Beside the codes of a report's conclusion (0, 1, 2, 3). From BSD's sysexits: asked for something that cannot be. */
export const EXIT_USAGE = 64;
/** From BSD's sysexits: our own mistake. */
const EXIT_BUG = 70;

/** The command line, an input or the environment asks for something that cannot be. */
export class UsageError extends PortError<"usage"> {
  override readonly name = "UsageError";
  constructor(message: string, hint?: string) {
    super("usage", message, hint === undefined ? {} : { hint });
  }
}

/** The lines for whoever started the run, not yet neutralised. Input that cannot be read is 1, any other failure of the world 2. */
export function explainError(error: unknown): { readonly lines: readonly string[]; readonly exitCode: number } {
  if (!(error instanceof PortError)) {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      lines: ["This is a bug of ours, not of your files. Please report it with these lines:", ...trace.split("\n")],
      exitCode: EXIT_BUG,
    };
  }
  const lines = [`error: ${error.message}`, ...(error.hint === undefined ? [] : [`  hint: ${error.hint}`])];
  if (error.code === "usage") return { lines, exitCode: EXIT_USAGE };
  return { lines, exitCode: error instanceof RepoError && error.code !== "git" ? 1 : 2 };
}

/** The emulator that `STORAGE_EMULATOR_HOST` names, as an origin; its scheme may be left out. Throws {@link UsageError}. */
export function emulatorOf(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const host = environment["STORAGE_EMULATOR_HOST"];
  if (host === undefined || host === "") return undefined;
  const origin = /^https?:\/\//.test(host) ? host : `http://${host}`;
  if (URL.canParse(origin)) return origin;
  throw new UsageError(`STORAGE_EMULATOR_HOST is no address: ${host}`, "write it as http://127.0.0.1:4443");
}

/** `acme, fernway` as a set. Throws {@link UsageError}. */
export function parseIds(text: string): ReadonlySet<string> {
  const ids = text.split(",").map((id) => id.trim());
  if (!ids.includes("")) return new Set(ids);
  throw new UsageError(`"${text}" is no list of ids`, "give ids with commas between them: acme,fernway");
}
