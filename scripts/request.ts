/** `npm run request`: asks a repository for a store, as another system would, and follows what becomes of it. */
import { randomUUID } from "node:crypto";
import { type Command, Option } from "commander";
import { emulatorOf, EXIT_USAGE, UsageError } from "../action/src/door.ts";
import type { Receipt } from "../action/src/generated/receipt.ts";
import type { Request } from "../action/src/generated/request.ts";
import type { Terminal } from "../action/src/io/terminal.ts";
import { formatDuration } from "../action/src/view/measure.ts";
import { safeLine } from "../action/src/view/output.ts";
import { ClientError } from "./client/client-error.ts";
import { composeEvent } from "./client/compose-event.ts";
import { readPatch, readStore } from "./client/read-files.ts";
import { followReceipt, openReceipts, type ReceiptReader } from "./client/receipts.ts";
import { sendEvent } from "./client/send-event.ts";
import { NOT_TAKEN_IN, receiptLine, requestExitCode, REQUEST_EXIT_CODES_HELP } from "./client/tell-receipt.ts";
import { openDoor } from "./door.ts";
import { localCommand } from "./options.ts";

interface FollowFlags {
  readonly ledger?: string;
  readonly wait?: boolean;
  /** In minutes. */
  readonly patience: number;
  /** In seconds. */
  readonly every: number;
}
interface SendFlags extends FollowFlags {
  readonly repository?: string;
  readonly id?: string;
  readonly callback?: string;
  readonly hours: number;
}

/** What a command line must not hold, because others can read it. */
const ENVIRONMENT_HELP = `
Environment, also from a file named .env:
  WEBHOOK_SECRET     what requests are signed with: whsec_…
  GITHUB_TOKEN       may write the contents of the repository
  GITHUB_REPOSITORY  owner/name
  GITHUB_API_URL     of a GitHub of one's own
  LEDGER             where receipts are: gs://BUCKET
`;

await openDoor(async (terminal) => {
  let exitCode = 0;
  const ask = (flags: SendFlags, request: WithoutId) => send(flags, request, terminal);
  const command = localCommand("request", "Asks for a store, as another system would.", terminal)
    .usage("upsert|remove|patch|receipt … [options]")
    .addHelpText("after", ENVIRONMENT_HELP + REQUEST_EXIT_CODES_HELP);
  sending(
    command.command("upsert <file>").description("states the whole store: acme.yaml, and the texts in acme/"),
  ).action(async (file: string, flags: SendFlags) => {
    const { left, ...store } = await readStore(file);
    if (left.length > 0) terminal.complain(`left here, because only text travels: ${left.join(", ")}`);
    exitCode = await ask(flags, { type: "tenant.upsert", ...store });
  });
  sending(
    command.command("remove <tenant>").description("takes the store away; a closed page stands in its place"),
  ).action(async (tenant: string, flags: SendFlags) => {
    exitCode = await ask(flags, { type: "tenant.remove", tenant });
  });
  sending(
    command
      .command("patch <tenant> <file>")
      .description("changes prices and availability: a CSV, YAML or JSON of products"),
  ).action(async (tenant: string, file: string, flags: SendFlags) => {
    exitCode = await ask(flags, { type: "catalog.patch", tenant, products: await readPatch(file) });
  });
  following(command.command("receipt <id>").description("prints what became of a request")).action(
    async (requestId: string, flags: FollowFlags) => {
      exitCode = await tell(requestId, flags, terminal);
    },
  );
  try {
    await command.parseAsync();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    terminal.clearProgress();
    terminal.complain(safeLine(`error: ${error.message}`), safeLine(`  hint: ${error.hint}`));
    return error.code === "invalid" ? 1 : error.code === "secret" ? EXIT_USAGE : 2;
  }
  return exitCode;
});

type WithoutId = Request extends infer One ? (One extends Request ? Omit<One, "requestId"> : never) : never;

/** Sends one request; what follows is about that id alone. */
async function send(flags: SendFlags, asked: WithoutId, terminal: Terminal): Promise<number> {
  const requestId = flags.id ?? randomUUID();
  const event = composeEvent({
    requests: [{ ...asked, requestId }],
    secret: requireVariable("WEBHOOK_SECRET", "the secret that the repository knows you by: whsec_…"),
    callback: flags.callback,
    lifeMs: flags.hours * 60 * 60_000,
  });
  const repository = flags.repository ?? requireVariable("GITHUB_REPOSITORY", "owner/name, or give --repository");
  const token = requireVariable("GITHUB_TOKEN", "a token that may write the contents of the repository");
  await sendEvent(event, { repository, token, api: process.env["GITHUB_API_URL"] || undefined });
  terminal.complain(`request ${requestId}: sent to ${repository} as ${event.event_type} for ${asked.tenant}`);
  if (flags.wait === true) return tell(requestId, flags, terminal);
  terminal.print(requestId);
  terminal.complain(`what becomes of it: npm run request -- receipt ${requestId} --wait`);
  return 0;
}

/** Ends with the receipt on standard output. */
async function tell(
  requestId: string,
  { ledger, wait, patience, every }: FollowFlags,
  terminal: Terminal,
): Promise<number> {
  const place = ledger ?? requireVariable("LEDGER", "the address of the ledger, or give --ledger");
  const read = await openReceipts({ ledger: place, endpoint: emulatorOf(process.env) });
  const start = performance.now();
  // A line for each state, and where somebody watches, one below it that lives.
  const watched: ReceiptReader = async (id) => {
    const receipt = await read(id);
    terminal.progress(`${formatDuration(performance.now() - start)} ${receiptLine(id, receipt)}`);
    return receipt;
  };
  const onChange = (receipt: Receipt | undefined): void => terminal.complain(receiptLine(requestId, receipt));
  const patienceMs = wait === true ? patience * 60_000 : 0;
  const receipt = await followReceipt(watched, requestId, { patienceMs, everyMs: every * 1000, onChange });
  terminal.clearProgress();
  if (receipt === undefined) terminal.complain(...NOT_TAKEN_IN);
  else terminal.printExact(`${JSON.stringify(receipt, null, 2)}\n`);
  return requestExitCode(receipt);
}

function sending(command: Command): Command {
  return following(command)
    .option("--repository <owner/name>", "where to ask (env: GITHUB_REPOSITORY)")
    .option("--id <uuid>", "the request's id; without, a new one")
    .option("--callback <url>", "where the final receipt is sent, too")
    .addOption(
      new Option("--hours <number>", "for how long it may be begun, at most 24").argParser(parseAmount).default(12),
    );
}

function following(command: Command): Command {
  return command
    .option("--wait", "follow it until its receipt is final")
    .addOption(new Option("--patience <minutes>", "with --wait: when to stop").argParser(parseAmount).default(30))
    .addOption(new Option("--every <seconds>", "with --wait: how often to look").argParser(parseAmount).default(10))
    .option("--ledger <uri>", "where receipts are: gs://BUCKET (env: LEDGER)");
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() !== "" && Number.isFinite(amount) && amount > 0) return amount;
  throw new UsageError(`"${text}" is no amount`, "give a number above 0");
}

function requireVariable(name: string, what: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  throw new UsageError(`${name} is not set`, `let it hold ${what}; a file named .env is read`);
}
