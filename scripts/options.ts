/** The options that the local commands share, each written once. */
import { Command, Option } from "commander";
import { parseIds, UsageError } from "../action/src/door.ts";
import type { Terminal } from "../action/src/io/terminal.ts";

/** A command that prints through `terminal` and throws where commander would end the process. */
export function localCommand(name: string, description: string, terminal: Terminal): Command {
  return new Command(`npm run ${name} --`)
    .usage("[options]")
    .description(description)
    .helpOption("-h, --help", "show this")
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.complain(text.trimEnd()),
    });
}

/** The end of a `--help`: what each exit code of the commands that judge tenants means. */
export const EXIT_CODES_HELP = `
Exit codes:
  0   fine, also when there was nothing to do
  1   invalid input: a tenant, a template, or a folder that cannot be read
  2   a tenant failed; the others went on
  3   a guard refused a tenant; the others went on
  64  wrong usage
  70  our own bug
  Of 1, 2 and 3 the lowest that applies.`;

/** `--tenants`, a folder here or elsewhere. */
export const tenantsOption = (): Option => new Option("--tenants <folder>", "folder of the tenants").default("tenants");

/** `--templates`, a folder here or elsewhere. */
export const templatesOption = (): Option =>
  new Option("--templates <folder>", "folder of the templates").default("templates");

/** `--only`, as a set of ids. */
export const onlyOption = (): Option =>
  new Option("--only <id,id>", "these tenants and no others; never removes one").argParser(parseIds);

/** `fallback` applies where neither the flag nor the variable says otherwise; an empty variable says nothing. */
export function destinationOption(environment: Environment): Option {
  const description =
    "where the stores go: gs://BUCKET/{tenant}, gs://{host} or file:FOLDER/{tenant} (env: DESTINATION)";
  return new Option("--destination <uri>", description).default(environment["DESTINATION"] || "file:out/{tenant}");
}

/** As {@link destinationOption}, for what no visitor may see. */
export function ledgerOption(environment: Environment): Option {
  const description = "where release records live, apart from what is served: gs://BUCKET or file:FOLDER (env: LEDGER)";
  return new Option("--ledger <uri>", description).default(environment["LEDGER"] || "file:.ledger");
}

/** Variables as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A port to listen on; 0 is any free one. Throws {@link UsageError}. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`"${text}" is no port`, "give a number from 0 to 65535: --port 8080, or PORT=8080");
}
