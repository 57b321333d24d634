/** `npm start`: provisions the tenants into a folder, serves them and follows every edit. */
import { once } from "node:events";
import { watch } from "chokidar";
import { photographs } from "../action/src/io/photographs.ts";
import type { Terminal } from "../action/src/io/terminal.ts";
import { sortDiagnostics, type Diagnostic } from "../action/src/model/diagnostic.ts";
import { OVERRIDES_FILE } from "../action/src/model/override.ts";
import { POLICY_FILE } from "../action/src/model/policy.ts";
import type { Outcome, Report } from "../action/src/model/report.ts";
import { countOf, formatDuration } from "../action/src/view/measure.ts";
import { diagnosticLines, outcomeLines, reportLine, type TextStyle } from "../action/src/view/text.ts";
import { explainError, UsageError } from "../action/src/door.ts";
import { complain, openDoor } from "./door.ts";
import { deployFromHere } from "./local-deploy.ts";
import { localCommand, parsePort, templatesOption, tenantsOption } from "./options.ts";
import { describeProblems, describeStores } from "./server/describe-stores.ts";
import type { LocalStore } from "./server/local-store.ts";
import { serveStores, type LocalServer } from "./server/serve.ts";

interface Flags {
  readonly tenants: string;
  readonly templates: string;
  readonly port?: number;
}

/** Editors write a file in several steps; this long after the last one it is whole, in ms. */
const QUIET_MS = 50;

await openDoor(async (terminal) => {
  const flags = parseFlags(terminal);
  const stop = new AbortController();
  const stopped = once(stop.signal, "abort");
  // Each signal, not the first alone: npm passes on the Ctrl-C that we have got from the terminal.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  const server = await openServer(flags.port ?? parsePort(process.env["PORT"] || "8080"), terminal);
  // Watching begins before the first look, so that no edit falls between the two.
  const watcher = watch([flags.tenants, flags.templates, OVERRIDES_FILE, POLICY_FILE], {
    ignoreInitial: true,
    followSymlinks: false,
  });
  await once(watcher, "ready");
  const follow = follower(flags, server, terminal, stop.signal);
  let quiet: NodeJS.Timeout | undefined;
  let work = follow.begin();
  watcher.on("all", () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      work = work.then(() => follow.again());
    }, QUIET_MS);
  });
  try {
    await work;
    await stopped;
  } catch (error) {
    if (error !== stop.signal.reason) throw error;
  } finally {
    clearTimeout(quiet);
    await Promise.allSettled([watcher.close(), server.close(), work]);
  }
  terminal.print("", "Stopped");
  return 0;
});

function parseFlags(terminal: Terminal): Flags {
  return localCommand("start", "Provisions the tenants into out/ and serves them to this machine.", terminal)
    .addOption(tenantsOption())
    .addOption(templatesOption())
    .option("--port <number>", "where to listen; 0 is any free port (default: 8080, env: PORT)", parsePort)
    .parse()
    .opts<Flags>();
}

async function openServer(port: number, terminal: Terminal): Promise<LocalServer> {
  try {
    return await serveStores({ port, onError: (error) => void complain(error, terminal) });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES")))
      throw error;
    const why = error.code === "EADDRINUSE" ? "is in use" : "is not ours to take";
    const other = `choose another: npm start -- --port ${port < 1024 ? 8080 : port + 1}`;
    throw new UsageError(
      `port ${port} ${why}`,
      error.code === "EADDRINUSE" ? `stop what listens there, or ${other}` : other,
    );
  }
}

interface Follower {
  /** Brings the stores up to the files and tells where they are; rejects where that cannot be. */
  begin(): Promise<void>;
  /** Does so again and tells what changed; whatever goes wrong is told, to open pages too. */
  again(): Promise<void>;
}

/** A broken file leaves the last good store. After `stop` no store is begun: both reject with its reason, or do nothing. */
function follower({ tenants, templates }: Flags, server: LocalServer, terminal: Terminal, stop: AbortSignal): Follower {
  const style = { color: terminal.color };
  const pictures = photographs();
  let stores: readonly LocalStore[] = [];
  let warned: ReadonlySet<string> = new Set();

  async function provision(
    finished: (outcome: Outcome) => void,
  ): Promise<{ report: Report; shown: readonly Diagnostic[] }> {
    const run = await deployFromHere({
      tenants,
      templates,
      destination: "file:out/{tenant}",
      ledger: "file:.ledger",
      // What is being edited has no commit yet.
      commit: null,
      history: { isAncestor: () => Promise.resolve("unknown") },
      environment: {},
      log: (event) => {
        // Before a store is begun: what is under way ends, so that nobody waits for its lease at the next start.
        if (event.type === "tenant-started") stop.throwIfAborted();
        if (event.type === "progress") terminal.progress(`${event.done} of ${countOf(event.total, "store")}`);
        if (event.type === "tenant-finished") finished(event.outcome);
      },
      pictures,
    });
    stores = await describeStores(run, stores);
    server.show(stores, describeProblems(run.report.diagnostics));
    const { shown, warnings } = worthShowing(run.report.diagnostics, warned);
    warned = warnings;
    return { report: run.report, shown };
  }

  return {
    async begin() {
      // A large store takes its time: each is told when it is finished. Where it is served, the last lines say.
      const tell = (outcome: Outcome): void => terminal.print(...changeLines({ ...outcome, url: "" }, style));
      const { report, shown } = await provision(tell);
      terminal.print(...firstLines(report, stores, server.port), ...diagnosticLines(shown, style));
    },
    async again() {
      if (stop.aborted) return;
      try {
        const { report, shown } = await provision(() => undefined);
        const changes = report.tenants.flatMap((outcome) => {
          const url = outcome.release === "" ? "" : addressOf(`${outcome.id}.localhost`, server.port);
          return changeLines({ ...outcome, url }, style);
        });
        terminal.print(...changes, ...diagnosticLines(shown, style), reportLine(report, style));
      } catch (error) {
        if (error === stop.reason) return;
        complain(error, terminal);
        const [message = "", ...hints] = explainError(error).lines;
        const problems = [{ place: "All stores", message, hint: hints.join(" ").trim() }];
        server.show(
          stores.map((store) => ({ ...store, problems })),
          problems,
        );
      }
    },
  };
}

/** Errors every time, as they keep a store from being what its files say; a warning once. */
function worthShowing(
  found: readonly Diagnostic[],
  warned: ReadonlySet<string>,
): { shown: readonly Diagnostic[]; warnings: ReadonlySet<string> } {
  const warnings = found.filter(({ severity }) => severity === "warning");
  const shown = found.filter((one) => one.severity === "error" || !warned.has(keyOf(one)));
  return { shown: sortDiagnostics(shown), warnings: new Set([...warned, ...warnings.map(keyOf)]) };
}

function keyOf({ rule, message, location }: Diagnostic): string {
  return `${location.file} ${rule} ${message}`;
}

function firstLines(report: Report, stores: readonly LocalStore[], port: number): string[] {
  const index = addressOf("localhost", port);
  const rows = stores.map((store) => ({
    name: store.name,
    address: store.bucket === undefined ? "" : addressOf(`${store.id}.localhost`, port),
    what: `${store.status}: ${store.note}`,
  }));
  const width = (key: "name" | "address"): number => Math.max(0, ...rows.map((row) => row[key].length));
  return [
    "",
    `${countOf(stores.length, "store")} provisioned in ${formatDuration(report.durationMs)}: ${index}`,
    "",
    ...rows.map(({ name, address, what }) =>
      `  ${name.padEnd(width("name"))}  ${address.padEnd(width("address"))}  ${what}`.trimEnd(),
    ),
    "",
    "Edits in tenants/ and templates/ are provisioned at once, and open pages reload. Ctrl-C stops.",
    "",
  ];
}

function changeLines(outcome: Outcome, style: TextStyle): string[] {
  return outcome.status === "unchanged" || outcome.status === "draft" ? [] : outcomeLines(outcome, style);
}

function addressOf(host: string, port: number): string {
  return `http://${host}${port === 80 ? "" : `:${port}`}/`;
}
