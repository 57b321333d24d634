/** Deploys from the files here: the ports of a local run, opened. */
import { randomUUID } from "node:crypto";
import { deploy } from "../action/src/commands/deploy.ts";
import { emulatorOf } from "../action/src/door.ts";
import { engineOf } from "../action/src/engine.ts";
import { systemClock } from "../action/src/io/clock.ts";
import { startTally } from "../action/src/io/count.ts";
import { checkApart, openDestination, openLedger } from "../action/src/io/destination.ts";
import type { Report } from "../action/src/model/report.ts";
import type { Bucket, Destination, Log, Pictures, Repo } from "../action/src/ports.ts";
import { PROTOCOL, type Protocol } from "../action/src/steps/protocol.ts";
import { openLocalTree } from "./local-tree.ts";
import { doubtLostStores } from "./lost-files.ts";
import type { Environment } from "./options.ts";

/** What a local command was asked for; addresses and folders as they were typed. */
interface LocalDeployOptions {
  readonly tenants: string;
  readonly templates: string;
  readonly destination: string;
  readonly ledger: string;
  readonly only?: ReadonlySet<string>;
  readonly force?: boolean;
  readonly adopt?: boolean;
  readonly acceptRewrittenHistory?: boolean;
  /** Null where the order of commits is of no interest. */
  readonly commit: string | null;
  readonly history: Pick<Repo, "isAncestor">;
  readonly past?: Repo;
  readonly environment: Environment;
  readonly log: Log;
  /** Remembers what it made: whoever deploys again and again keeps it. */
  readonly pictures: Pictures;
}

/** What a run came to, with the ports that it used. */
interface LocalDeploy {
  readonly report: Report;
  /** The folder of the tenants as diagnostics name it. */
  readonly tenantsFolder: string;
  readonly destination: Destination;
  readonly ledger: Bucket;
}

/** Throws `DestinationError` where the addresses cannot be, and what `deploy` throws. */
export async function deployFromHere(options: LocalDeployOptions): Promise<LocalDeploy> {
  const { commit, history, log, environment, pictures } = options;
  checkApart(options.destination, options.ledger, [options.tenants, options.templates]);
  const { tree, folders } = openLocalTree({ tenants: options.tenants, templates: options.templates });
  const requests = startTally();
  const opening = { log, tally: requests, endpoint: emulatorOf(environment) };
  const destination = await openDestination(options.destination, opening);
  const ledger = await openLedger(options.ledger, opening);
  const report = await deploy({
    tree,
    folders,
    commit,
    history,
    ...(options.past === undefined ? {} : { past: options.past }),
    run: `local-${randomUUID()}`,
    engine: engineOf(process.versions),
    only: options.only ?? null,
    force: options.force ?? false,
    adopt: options.adopt ?? false,
    acceptRewrittenHistory: options.acceptRewrittenHistory ?? false,
    destination,
    ledger: options.destination.startsWith("file:") ? doubtLostStores(ledger, destination, log) : ledger,
    requests,
    clock: systemClock,
    log,
    pictures,
    protocol: protocolFor(options),
  });
  return { report, tenantsFolder: folders.tenants, destination, ledger };
}

/**
 * A folder answers in milliseconds, so after a crash nobody has to wait as long as for a cloud. Patience outlasts the
 * lease with the skew that clocks are granted, so that one run is enough.
 */
function protocolFor({ destination, ledger }: { readonly destination: string; readonly ledger: string }): Protocol {
  const isLocal = [destination, ledger].every((uri) => uri.startsWith("file:"));
  const lease = { durationMs: 15_000, marginMs: 5_000, patienceMs: 50_000, pollMs: 250 };
  return isLocal ? { ...PROTOCOL, lease } : PROTOCOL;
}
