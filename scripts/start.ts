/** `npm start`: provisions the tenants into a folder, serves them and follows every edit. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { watch } from "chokidar";
import type { Terminal } from "../action/src/io/terminal.ts";
import { sortDiagnostics, type Diagnostic } from "../action/src/model/diagnostic.ts";
import { OVERRIDES_FILE } from "../action/src/model/override.ts";
import type { Report } from "../action/src/model/report.ts";
import { countOf, formatDuration } from "../action/src/view/measure.ts";
import { diagnosticLines, outcomeLines, reportLine } from "../action/src/view/text.ts";
import { UsageError } from "../action/src/door.ts";
import { complain, openDoor } from "./door.ts";
import { deployFromHere } from "./local-deploy.ts";
import { localCommand, parsePort, templatesOption, tenantsOption } from "./options.ts";
import { describeStores } from "./server/describe-stores.ts";
import type { LocalStore } from "./server/local-store.ts";
import { serveStores, type LocalServer } from "./server/serve.ts";

interface Flags {
  readonly tenants: string;
  readonly templates: string;
  readonly port: number;
}

/** Editors write a file in several steps; this long after the last one it is whole, in ms. */
const QUIET_MS = 50;

await openDoor(async (terminal) => {
  const flags = parseFlags(terminal);
  const stopped = stopSignal();
  const server = await openServer(flags.port, terminal);
  // Watching begins before the first look, so that no edit falls between the two.
  const watcher = watch([flags.tenants, flags.templates, OVERRIDES_FILE], {
    ignoreInitial: true,
    followSymlinks: false,
  });
  await once(watcher, "ready");
  let quiet: NodeJS.Timeout | undefined;
  let work = Promise.resolve();
  try {
    const provision = provisioner(flags, server, terminal);
    await provision();
    watcher.on("all", () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        work = work.then(provision).catch((error: unknown) => void complain(error, terminal));
      }, QUIET_MS);
    });
    await stopped;
  } finally {
    clearTimeout(quiet);
    await watcher.close();
    await work;
    await server.close();
  }
  terminal.print("", "Stopped");
  return 0;
});

/** Resolves at the first signal and swallows the others: npm passes on the Ctrl-C that we have got from the terminal. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
}

function parseFlags(terminal: Terminal): Flags {
  return localCommand("start", "Provisions the tenants into out/ and serves them to this machine.", terminal)
    .addOption(tenantsOption())
    .addOption(templatesOption())
    .option(
      "--port <number>",
      "where to listen; 0 is any free port (env: PORT)",
      parsePort,
      parsePort(process.env["PORT"] || "8080"),
    )
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
    throw new UsageError(`port ${port} ${why}; choose another: npm start -- --port ${port < 1024 ? 8080 : port + 1}`);
  }
}

/** Each call brings the stores up to the files, and tells what that meant. A broken file leaves the last good store. */
function provisioner({ tenants, templates }: Flags, server: LocalServer, terminal: Terminal): () => Promise<void> {
  const style = { color: terminal.color };
  let stores: readonly LocalStore[] = [];
  let warned: ReadonlySet<string> = new Set();
  let isFirst = true;

  return async () => {
    const run = await deployFromHere({
      tenants,
      templates,
      destination: "file:out/{tenant}",
      ledger: "file:.ledger",
      // Whoever deleted the folder wants it back, whatever the ledger remembers of it.
      force: isFirst && !existsSync("out"),
      // What is being edited has no commit yet.
      commit: null,
      history: { isAncestor: () => Promise.resolve("unknown") },
      environment: {},
      log: (event) => {
        if (event.type === "progress") terminal.progress(`${event.done} of ${countOf(event.total, "store")}`);
      },
    });
    stores = await describeStores(run, stores);
    server.show(stores);
    const { shown, warnings } = worthShowing(run.report.diagnostics, warned);
    warned = warnings;
    if (isFirst) terminal.print(...firstLines(run.report, stores, server.port));
    else terminal.print(...changeLines(run.report, server.port, style));
    terminal.print(...diagnosticLines(shown, style));
    if (!isFirst) terminal.print(reportLine(run.report, style));
    isFirst = false;
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
  const rows = [
    ["All stores", addressOf("localhost", port), ""],
    ...stores.map((store) => [
      store.name,
      store.bucket === undefined ? "" : addressOf(`${store.id}.localhost`, port),
      `${store.status}: ${store.note}`,
    ]),
  ];
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return [
    "",
    `${countOf(stores.length, "store")} provisioned in ${formatDuration(report.durationMs)}`,
    "",
    ...rows.map(([name = "", address = "", what = ""]) =>
      `  ${name.padEnd(width(0))}  ${address.padEnd(width(1))}  ${what}`.trimEnd(),
    ),
    "",
    "Edits in tenants/ and templates/ are provisioned at once, and open pages reload. Ctrl-C stops.",
    "",
  ];
}

function changeLines(report: Report, port: number, style: { readonly color: boolean }): string[] {
  return report.tenants
    .filter(({ status }) => status !== "unchanged" && status !== "draft")
    .flatMap((outcome) => {
      const url = outcome.release === "" ? "" : addressOf(`${outcome.id}.localhost`, port);
      return outcomeLines({ ...outcome, url }, style);
    });
}

function addressOf(host: string, port: number): string {
  return `http://${host}${port === 80 ? "" : `:${port}`}/`;
}
