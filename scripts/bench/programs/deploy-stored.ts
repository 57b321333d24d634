/**
 * Measured: a deploy of sites that were rendered and packed before, the stored bytes of a dump: heads, intents,
 * listings, plans, uploads in their phases, records. Arguments: dump, endpoint.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { systemClock } from "../../../action/src/io/clock.ts";
import { startTally } from "../../../action/src/io/count.ts";
import { openDestination, openLedger } from "../../../action/src/io/destination.ts";
import { renderClosedSite } from "../../../action/src/model/closed.ts";
import type { Rendered } from "../../../action/src/model/desired.ts";
import { DEFAULT_POLICY } from "../../../action/src/model/policy.ts";
import { BEACON_PATH, type SiteFile } from "../../../action/src/model/site.ts";
import { deployFleet } from "../../../action/src/steps/deploy-fleet.ts";
import type { DumpedObject } from "../dump.ts";
import { finish } from "../measure.ts";

const [dump = "", endpoint = ""] = process.argv.slice(2);
const bytes = openSync(`${dump}.bin`, "r");
const objects = JSON.parse(readFileSync(`${dump}.json`, "utf8")) as readonly DumpedObject[];
const tenants = Map.groupBy(objects, ({ name }) => name.slice(0, name.indexOf("/")));

/** All that a deploy asks of a file; its identity has the length of a real one. */
function fileOf({ name, offset, size, contentType, crc32c }: DumpedObject): SiteFile {
  const body = Buffer.allocUnsafe(size);
  readSync(bytes, body, 0, size, offset);
  const path = name.slice(name.indexOf("/") + 1);
  const kind = path === BEACON_PATH ? "beacon" : path.startsWith("assets/") ? "asset" : "page";
  const identity = crc32c.padEnd(64, "0");
  return { path, kind, body, contentType, cacheControl: "public, max-age=60", compressible: false, identity };
}

function siteOf(tenant: string, stored: readonly DumpedObject[]): Rendered {
  const files = new Map(stored.map(fileOf).map((file) => [file.path, file]));
  const colors = { background: "#ffffff", text: "#22201d", accent: "#9c3f1f" };
  const closed = { id: tenant, name: tenant, language: "en-GB", email: `hello@${tenant}.example`, colors };
  return { site: { tenant, release: "0123456789abcdef", files }, pages: files.size, products: 6, closed };
}

const requests = startTally();
const opening = { endpoint, tally: requests, log: () => undefined, writesPerSecond: 1_000_000 };
const outcomes = await deployFleet({
  commit: "1".padStart(40, "0"),
  history: { isAncestor: (ancestor, descendant) => Promise.resolve(ancestor <= descendant) },
  run: `bench-${process.pid}`,
  desired: [...tenants].map(([id, stored]) => ({
    state: "live",
    id,
    host: null,
    hosts: [],
    fingerprint: "0".repeat(64),
    render: () => Promise.resolve(siteOf(id, stored)),
  })),
  only: null,
  renderClosed: renderClosedSite,
  closedFingerprint: "bench",
  rules: { policy: DEFAULT_POLICY, overrides: [] },
  force: false,
  adopt: false,
  acceptRewrittenHistory: false,
  destination: await openDestination("gs://stored/{tenant}", opening),
  ledger: await openLedger("gs://stored-ledger", opening),
  clock: systemClock,
  log: () => undefined,
});
closeSync(bytes);
finish({ written: outcomes.reduce((sum, { created }) => sum + created, 0), requests });
