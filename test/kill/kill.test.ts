/** Kills the action's own process at random requests, looks at what it left, and lets another run go on. */
import { hash, randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FLEET_HEAD_NAME } from "../../action/src/model/fleet-head.ts";
import { METADATA } from "../../action/src/model/plan.ts";
import { recordName } from "../../action/src/model/record.ts";
import { BEACON_PATH, type Site } from "../../action/src/model/site.ts";
import {
  bodyOf,
  findDifferences,
  findViolations,
  partOf,
  recordOf,
  type Applied,
  type Contents,
} from "../crash/invariants.ts";
import { startMachine, type Ended, type Kill, type Machine } from "./machine.ts";
import { createSources, TENANTS, VERSIONS, type Version } from "./sources.ts";

const ROUNDS = 5;
const KILLS_A_ROUND = 10;

const MINUTE = 60_000;
/** Longer than any intent; the second outlasts the grace of what nobody needs any more, too. */
const GAPS = [6 * MINUTE, 24 * 60 * MINUTE];

/** The next run deploys what the killed one wanted, something else, or what was there before. */
const NEXT = ["same", "newer", "previous"] as const;

/** From empty buckets to every version, and then from each to each while the assets of all are kept. */
const TOUR: readonly Version[] = [1, 2, 3, 1, 3, 2, 1, 2, 3];

const seed = Number(process.env["KILL_SEED"] ?? randomInt(1_000_000));
process.stdout.write(`KILL_SEED=${seed}\n`);

const scratch = mkdtempSync(join(tmpdir(), "kill-"));
/** What a deploy that nobody disturbs makes of each version, by tenant. */
const wanted = new Map<Version, ReadonlyMap<string, Site>>();
/** The sites of `wanted` by release. */
const released = new Map<string, Site>();
/** The fewest requests that such a deploy makes, by the version before (0: none) and the version. */
const requests = new Map<string, number>();

beforeAll(async () => {
  for (const version of VERSIONS) {
    // A store has to have been open to be closed.
    const contents = await deployFresh(version === 3 ? [1, 3] : [version]);
    wanted.set(version, sitesIn(contents));
    for (const site of sitesIn(contents).values()) released.set(site.release, site);
  }
  await deployFresh(TOUR, (before, version, ended) => requests.set(`${before} ${version}`, ended.requests));
});

afterAll(() => rmSync(scratch, { recursive: true }));

it.concurrent.each(Array.from({ length: ROUNDS }, (_, round) => ({ round, kills: KILLS_A_ROUND })))(
  "converges after each of $kills kills (round $round)",
  async ({ round }) => {
    const draw = drawFrom(`${seed} ${round}`);
    const sources = createSources(join(scratch, `round-${round}`));
    const machine = await startMachine();
    let before: 0 | Version = 0;
    for (let index = 0; index < KILLS_A_ROUND; index++) {
      const others = VERSIONS.filter((version) => version !== before);
      const version: Version = before === 0 ? 1 : pick(others, draw);
      // How many these are is not in the seed's hand.
      const drawLate = drawFrom(`${seed} ${round} ${index}`);
      const kill: Kill = {
        at: 1 + draw(requests.get(`${before} ${version}`) ?? 0),
        isApplied: draw(2) === 0,
        isLateOneApplied: () => drawLate(2) === 0,
      };
      const next = before === 0 ? "same" : pick(NEXT, draw);
      const gapMs = pick(GAPS, draw);
      const moment = `KILL_SEED=${seed}, round ${round}, kill ${index}: version ${before} to ${version}, request ${kill.at} ${kill.isApplied ? "applied" : "lost"}, then the ${next} version after ${gapMs / MINUTE} min`;

      sources.commit(version);
      const killed = await machine.deploy(sources.root, kill);
      expect(killed.signal, `${moment}\n${killed.output}`).toBe("SIGKILL");
      expect([...violationsOf(machine), ...prematureIn(machine, version)], moment).toEqual([]);

      machine.advance(gapMs);
      const following: Version = afterKill(next, before, version);
      if (next !== "same") sources.commit(following);
      const ended = await machine.deploy(sources.root);
      expect(ended.code, `${moment}\n${ended.output}`).toBe(0);
      expect([...violationsOf(machine), ...differencesOf(machine, following)], moment).toEqual([]);

      const idle = await machine.deploy(sources.root);
      expect([idle.code, idle.mutations], `${moment}\n${idle.output}`).toEqual([0, 0]);
      before = following;
    }
    await machine.close();
  },
);

function afterKill(next: (typeof NEXT)[number], before: 0 | Version, killed: Version): Version {
  if (next === "same" || before === 0) return killed;
  return next === "previous"
    ? before
    : (VERSIONS.find((version) => version !== before && version !== killed) ?? killed);
}

/** Deploys versions into empty buckets, one after the other; gives what they hold in the end. */
async function deployFresh(
  versions: readonly Version[],
  watch?: (before: 0 | Version, version: Version, ended: Ended) => void,
): Promise<Contents> {
  const sources = createSources(mkdtempSync(join(scratch, "fresh-")));
  const machine = await startMachine();
  let before: 0 | Version = 0;
  for (const version of versions) {
    sources.commit(version);
    const ended = await machine.deploy(sources.root);
    expect(ended.code, ended.output).toBe(0);
    watch?.(before, version, ended);
    before = version;
  }
  const contents = machine.contents();
  await machine.close();
  return contents;
}

/** What the records list, by tenant. */
function sitesIn(contents: Contents): ReadonlyMap<string, Site> {
  const sites = new Map<string, Site>();
  for (const tenant of TENANTS) {
    const record = recordOf(tenant, contents);
    if (record === undefined) continue;
    const files: Site["files"] = new Map(
      [...partOf(tenant, contents)].flatMap(([path, held]) => {
        const kept = record.files.get(path);
        if (kept === undefined) return [];
        const { contentType, cacheControl, contentEncoding } = held.object;
        const described = { contentType, cacheControl, compressible: contentEncoding === "gzip" };
        return [[path, { path, kind: kept.kind, identity: kept.identity, body: bodyOf(held), ...described }]];
      }),
    );
    expect(files.size).toBe(record.files.size);
    sites.set(tenant, { tenant, release: record.release, files });
  }
  return sites;
}

/** I1, I2 and I6, as sentences. */
function violationsOf(machine: Machine): string[] {
  const contents = machine.contents();
  const isOurs = (name: string) => TENANTS.some((tenant) => name.startsWith(`${tenant}/`));
  const isLedgers = (name: string) => TENANTS.some((tenant) => name.startsWith(`tenants/${tenant}/`));
  const strays = [
    ...[...contents.sites.keys()].filter((name) => !isOurs(name) && !machine.bystanders.includes(name)),
    ...[...contents.ledger.keys()].filter((name) => !isLedgers(name) && name !== FLEET_HEAD_NAME),
  ];
  return [
    ...machine.harmed().map((name) => `I2 ${name} is not ours and was changed`),
    ...strays.map((name) => `I2 ${name} is outside of every tenant`),
    ...TENANTS.flatMap((tenant) =>
      findViolations(tenant, contents, (release) => released.get(release)).map(
        ({ invariant, message }) => `${invariant} ${tenant}: ${message}`,
      ),
    ),
  ];
}

/** What says that `version` is in place, the beacon or a record, while something of it is not: I6, as sentences. */
function prematureIn(machine: Machine, version: Version): string[] {
  const contents = machine.contents();
  const release = (id: string) => released.get(id);
  return TENANTS.flatMap((tenant) => {
    const site = wanted.get(version)?.get(tenant);
    const beacon = partOf(tenant, contents).get(BEACON_PATH);
    const written = { verb: "write", commit: 0 } as const;
    const last: Applied[] = [];
    if (site && beacon?.object.metadata[METADATA.identity] === site.files.get(BEACON_PATH)?.identity) {
      last.push({ ...written, bucket: "sites", name: `${tenant}/${BEACON_PATH}` });
    }
    if (site && recordOf(tenant, contents)?.release === site.release) {
      last.push({ ...written, bucket: "ledger", name: recordName(tenant) });
    }
    const found = last.flatMap((applied) => findViolations(tenant, contents, release, applied));
    return found.map(({ invariant, message }) => `${invariant} ${tenant}: ${message}`);
  });
}

/** I3, as sentences. */
function differencesOf(machine: Machine, version: Version): string[] {
  const contents = machine.contents();
  return TENANTS.flatMap((tenant) =>
    findDifferences(tenant, contents, wanted.get(version)?.get(tenant)).map(
      ({ invariant, message }) => `${invariant} ${tenant}: ${message}`,
    ),
  );
}

/** Gives numbers from 0 to below `count`; the same ones for the same start. */
function drawFrom(start: string): (count: number) => number {
  let drawn = 0;
  return (count) => parseInt(hash("sha256", `${start} ${drawn++}`).slice(0, 8), 16) % count;
}

function pick<Item>(items: readonly Item[], draw: (count: number) => number): Item {
  const item = items[draw(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
