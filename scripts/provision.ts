/** `npm run provision`: deploys the tenants from here, into a folder or a bucket. */
import { appendFile, writeFile } from "node:fs/promises";
import type { Terminal } from "../action/src/io/terminal.ts";
import { UsageError } from "../action/src/door.ts";
import { gitRepo } from "../action/src/io/git.ts";
import { photographs } from "../action/src/io/photographs.ts";
import { OVERRIDES_FILE } from "../action/src/model/override.ts";
import { POLICY_FILE } from "../action/src/model/policy.ts";
import { EXIT_CODES } from "../action/src/model/report.ts";
import type { Log } from "../action/src/ports.ts";
import { reportJson } from "../action/src/view/report.ts";
import { diagnosticLines, eventLines, reportLine } from "../action/src/view/text.ts";
import { openDoor } from "./door.ts";
import { deployFromHere } from "./local-deploy.ts";
import {
  destinationOption,
  EXIT_CODES_HELP,
  ledgerOption,
  localCommand,
  onlyOption,
  templatesOption,
  tenantsOption,
} from "./options.ts";

interface Flags {
  readonly tenants: string;
  readonly templates: string;
  readonly destination: string;
  readonly ledger: string;
  readonly only?: ReadonlySet<string>;
  readonly report?: string;
  readonly force?: boolean;
  readonly adopt?: boolean;
  readonly acceptRewrittenHistory?: boolean;
}

await openDoor(async (terminal) => {
  const { report: reportFile, ...flags } = parseFlags(terminal);
  if (reportFile !== undefined) await requireWritable(reportFile);
  const made = [flags.tenants, flags.templates, "action", OVERRIDES_FILE, POLICY_FILE];
  const repo = gitRepo(".", { environment: process.env, made });
  try {
    const options = {
      ...flags,
      commit: await repo.head(),
      history: repo,
      past: repo,
      environment: process.env,
      log: logTo(terminal),
      pictures: photographs(),
    };
    const { report } = await deployFromHere(options);
    if (reportFile !== undefined) await writeFile(reportFile, reportJson(report));
    const style = { color: terminal.color };
    terminal.print(...diagnosticLines(report.diagnostics, style), reportLine(report, style));
    return EXIT_CODES[report.conclusion];
  } finally {
    await repo.close();
  }
});

function parseFlags(terminal: Terminal): Flags {
  return localCommand("provision", "Makes the destination hold what the tenants say.", terminal)
    .addOption(tenantsOption())
    .addOption(templatesOption())
    .addOption(destinationOption(process.env))
    .addOption(ledgerOption(process.env))
    .addOption(onlyOption())
    .option("--report <file>", "write the report there as JSON")
    .option("--force", "rewrite in spite of an unchanged fingerprint; overrides no guard")
    .option("--adopt", "take over objects at our paths that no deploy of ours wrote")
    .option("--accept-rewritten-history", "go on although main no longer contains what was deployed last")
    .addHelpText("after", EXIT_CODES_HELP)
    .parse()
    .opts<Flags>();
}

/** Asked before the deploy: afterwards it would be too late to choose another place. */
async function requireWritable(file: string): Promise<void> {
  await appendFile(file, "").catch((error: unknown) => {
    throw new UsageError(
      `the report cannot be written to "${file}": ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

/** What is done to a store is told by the line that it ends with; its single files only pass by. */
function logTo(terminal: Terminal): Log {
  const style = { color: terminal.color };
  return (event) => {
    switch (event.type) {
      case "note":
      case "retry":
      case "warning":
        return terminal.complain(...eventLines(event, style));
      case "tenant-finished":
        return event.outcome.status === "unchanged" ? undefined : terminal.print(...eventLines(event, style));
      case "operation":
        return terminal.progress(`${event.tenant} ${event.verb} ${event.path}`);
      case "progress":
        return terminal.progress(eventLines(event).join(" "));
      case "tenant-started":
        return undefined;
    }
    return event satisfies never;
  };
}
