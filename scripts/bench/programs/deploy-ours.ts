/** Measured: a whole deploy of a folder's fleet to Cloud Storage at an endpoint. Arguments: folder, endpoint, number of the commit. */
import { deploy } from "../../../action/src/commands/deploy.ts";
import { systemClock } from "../../../action/src/io/clock.ts";
import { startTally } from "../../../action/src/io/count.ts";
import { openDestination, openLedger } from "../../../action/src/io/destination.ts";
import { workingDirectory } from "../../../action/src/io/working-directory.ts";
import { finish } from "../measure.ts";

const [folder = ".", endpoint = "", commit = "1"] = process.argv.slice(2);
const requests = startTally();
const opening = { endpoint, tally: requests, log: () => undefined, writesPerSecond: 1_000_000 };
const report = await deploy({
  tree: workingDirectory(folder),
  folders: { tenants: "tenants", templates: "templates" },
  commit: commit.padStart(40, "0"),
  history: { isAncestor: (ancestor, descendant) => Promise.resolve(ancestor <= descendant) },
  run: `bench-${process.pid}`,
  engine: "bench",
  only: null,
  force: false,
  adopt: false,
  acceptRewrittenHistory: false,
  destination: await openDestination("gs://stores/{tenant}", opening),
  ledger: await openLedger("gs://ledger", opening),
  requests,
  clock: systemClock,
  log: () => undefined,
});
const statuses: Record<string, number> = {};
for (const { status } of report.tenants) statuses[status] = (statuses[status] ?? 0) + 1;
const written = report.tenants.reduce((sum, one) => sum + one.created + one.updated, 0);
finish({ conclusion: report.conclusion, statuses, written, requests: report.requests });
