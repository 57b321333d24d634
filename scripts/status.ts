/** `npm run status`: the fleet as the ledger knows it. */
import { emulatorOf } from "../action/src/door.ts";
import { startTally } from "../action/src/io/count.ts";
import { openLedger } from "../action/src/io/destination.ts";
import type { Terminal } from "../action/src/io/terminal.ts";
import type { LogEvent } from "../action/src/ports.ts";
import { eventLines } from "../action/src/view/text.ts";
import { readFleetStatus, readStoreDetails } from "./client/fleet-status.ts";
import { fleetLines, storeLines } from "./client/tell-fleet.ts";
import { openDoor } from "./door.ts";
import { ledgerOption, localCommand } from "./options.ts";

interface Flags {
  readonly ledger: string;
  readonly json?: boolean;
}

await openDoor(async (terminal) => {
  const { id, flags } = parseWords(terminal);
  const ledger = await openLedger(flags.ledger, {
    log: logTo(terminal),
    tally: startTally(),
    endpoint: emulatorOf(process.env),
  });
  terminal.progress(`Reading ${flags.ledger}`);
  const found = id === undefined ? await readFleetStatus(ledger) : await readStoreDetails(ledger, id);
  if (found === undefined) {
    terminal.complain(`error: the ledger knows no store "${id}"`, "  hint: npm run status shows those that it knows");
    return 1;
  }
  if (flags.json === true)
    terminal.printExact(`${JSON.stringify("id" in found ? found : { stores: found }, null, 2)}\n`);
  else terminal.print(...("id" in found ? storeLines(found) : fleetLines(found)));
  return 0;
});

function parseWords(terminal: Terminal): { readonly id: string | undefined; readonly flags: Flags } {
  const command = localCommand("status", "Shows what is deployed and what is asked for, from the ledger.", terminal)
    .usage("[id] [options]")
    .argument("[id]", "one store, with all that is known of it")
    .option("--json", "only JSON on standard output")
    .addOption(ledgerOption(process.env))
    .addHelpText(
      "after",
      "\nExit codes: 0 fine, 1 no such store, 2 the ledger did not answer, 64 wrong usage, 70 our own bug",
    )
    .parse();
  return { id: command.args[0], flags: command.opts<Flags>() };
}

function logTo(terminal: Terminal): (event: LogEvent) => void {
  return (event) => {
    if (event.type === "retry" || event.type === "warning") terminal.complain(...eventLines(event));
  };
}
