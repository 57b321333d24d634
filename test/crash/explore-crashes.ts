/** One run with one fault at one request, then another run: every combination. */
import { withRetry } from "../../action/src/io/retry.ts";
import type { Desired } from "../../action/src/model/desired.ts";
import { EXIT_CODES, concludeRun } from "../../action/src/model/report.ts";
import type { Site } from "../../action/src/model/site.ts";
import { BucketError } from "../../action/src/ports.ts";
import type { Concurrency } from "../../action/src/steps/deploy-fleet.ts";
import type { Protocol } from "../../action/src/steps/protocol.ts";
import { closedStore, deployCommit, live, renderClosed, tinySite, type TinyStore } from "./fleet.ts";
import { findDifferences, recordOf, type Violation } from "./invariants.ts";
import { emptySaved, openWorld, save, TENANT, type Gate, type Saved, type World } from "./world.ts";

export const FAULTS = [
  "crash before",
  "crash after",
  "answer lost",
  "answer lost, retried",
  "503",
  "503, retried",
  "429, retried",
  "412",
  "403",
  "stall",
  "stall while a newer run deploys",
] as const;
export type Fault = (typeof FAULTS)[number];

export const NEXT = ["same", "newer", "previous"] as const;
export type Next = (typeof NEXT)[number];

export interface Scenario {
  readonly earlier: number;
  readonly fault: Fault;
  readonly next: Next;
  /** Between two runs, in ms. */
  readonly gapMs: number;
  readonly protocol: Protocol;
  readonly concurrency: Concurrency;
}

const HOUR = 3_600_000;

/** Each release has an asset and a page of its own, shares some with all others, and one page with every second. */
function storeOf(release: number): TinyStore {
  const assets = ["assets/base.css", `assets/app-${release}.css`];
  const own = `only-${release}/index.html`;
  const turn = `turn-${release % 2}/index.html`;
  return {
    "index.html": { text: `home ${release}`, links: [own, turn, "about/index.html"], assets },
    "about/index.html": { text: "about", links: ["index.html"], assets: ["assets/base.css"] },
    [own]: { text: `only in ${release}`, links: [turn, "index.html"], assets },
    [turn]: { text: "every second", links: [own], assets: ["assets/base.css", `assets/app-${release}.css`] },
  };
}

const sites = new Map<number, Site>([1, 2, 3, 4, 5].map((release) => [release, tinySite(TENANT, storeOf(release))]));
const closed = renderClosed(closedStore(TENANT));
const released = new Map([...sites.values(), closed].map((site) => [site.release, site]));
const fleetOf = (release: number): Desired[] => (release === 0 ? [] : [live(TENANT, storeOf(release))]);

/** Deploys without any fault, and counts what was written. */
async function deployWell(world: World, commit: number, release: number, protocol: Protocol) {
  let writes = 0;
  const gate: Gate = (call, send) => {
    if (call.verb === "write" || call.verb === "remove") writes += 1;
    return send();
  };
  const outcomes = await deployCommit(
    { ...world.connect(commit, gate), clock: world.clock },
    commit,
    fleetOf(release),
    {
      protocol,
      run: `well-${commit}-${world.clock.monotonic()}`,
    },
  );
  world.ended(commit);
  return { outcomes, writes };
}

async function releaseEarlier(earlier: number, protocol: Protocol): Promise<Saved> {
  const world = openWorld(await emptySaved(), released);
  for (let release = 1; release <= earlier; release++) {
    await deployWell(world, release, release, protocol);
    world.clock.advance(HOUR);
  }
  return save(world, earlier);
}

/** Every index of a request in turn; ends after the first that no request had. */
export async function exploreCrashes(scenario: Scenario): Promise<{ faults: number; violations: Violation[] }> {
  const saved = await releaseEarlier(scenario.earlier, scenario.protocol);
  const violations: Violation[] = [];
  for (let at = 0; ; at++) {
    const { hit, found } = await exploreOne(saved, at, scenario);
    violations.push(...found.map(({ invariant, message }) => ({ invariant, message: `at request ${at}: ${message}` })));
    if (!hit) return { faults: at, violations };
  }
}

async function exploreOne(saved: Saved, at: number, scenario: Scenario): Promise<{ hit: boolean; found: Violation[] }> {
  const { earlier, fault, next, gapMs, protocol, concurrency } = scenario;
  const world = openWorld(saved, released);
  const commit = earlier + 1;
  let intruded = false;
  const trap = faultAt(at, fault, world, async () => {
    intruded = true;
    await deployWell(world, commit + 1, commit + 1, protocol);
  });
  const { site, ledger } = world.connect(commit, trap.gate);
  const retrying = (bucket: typeof ledger) =>
    fault.endsWith("retried")
      ? withRetry(bucket, { clock: world.clock, log: () => undefined, random: () => 0 })
      : bucket;
  const faulty = { site: (tenant: string) => retrying(site(tenant)), ledger: retrying(ledger), clock: world.clock };
  try {
    const outcomes = await deployCommit(faulty, commit, fleetOf(commit), { protocol, concurrency, run: "faulty" });
    if (EXIT_CODES[concludeRun(outcomes, false)] === 0 && !intruded && !fault.startsWith("crash")) {
      // The run said that all is well.
      if (outcomes.every(({ status }) => status !== "superseded")) {
        world.violations.push(...findDifferences(TENANT, world.contents(), sites.get(commit)));
      }
    }
  } catch (error) {
    if (!(error instanceof Killed) && !(error instanceof BucketError)) throw error;
  }
  if (intruded) world.violations.push(...findDifferences(TENANT, world.contents(), sites.get(commit + 1)));

  world.clock.advance(gapMs);
  const release = { same: commit, newer: commit + 1, previous: earlier }[next];
  const nextCommit = next === "same" && !intruded ? commit : commit + 2;
  // Without a YAML, a store that was released is closed, and one that never was leaves nothing.
  const wanted = sites.get(release) ?? (recordOf(TENANT, world.contents()) && closed);
  await deployWell(world, nextCommit, release, protocol);
  world.violations.push(...findDifferences(TENANT, world.contents(), wanted));
  const { writes } = await deployWell(world, nextCommit, release, protocol);
  if (writes > 0) world.violations.push({ invariant: "I3", message: `a run with nothing to do made ${writes} writes` });
  return { hit: trap.hit(), found: world.violations };
}

class Killed extends Error {
  override readonly name = "Killed";
}

function faultAt(at: number, fault: Fault, { clock }: World, intrude: () => Promise<void>) {
  let requests = 0;
  let dead = false;
  let hit = false;
  const busy = (text: string, retryAfterMs?: number) =>
    new BucketError("transient", text, retryAfterMs === undefined ? {} : { retryAfterMs });
  const gate: Gate = async (call, send) => {
    if (dead) throw new Killed();
    if (requests++ !== at) return send();
    hit = true;
    switch (fault) {
      case "crash before":
        dead = true;
        throw new Killed();
      case "crash after":
        await send();
        dead = true;
        throw new Killed();
      case "answer lost":
      case "answer lost, retried":
        await send();
        throw busy("connection reset");
      case "503":
      case "503, retried":
        throw busy("503");
      case "429, retried":
        throw busy("429", 2_000);
      case "412":
        if (call.verb === "list" || call.verb === "read") return send();
        // A 412 that nobody else has caused is a lie; at the end of an intent it would say that another has it now.
        if (call.verb === "remove" && call.name.endsWith("intent.json")) return send();
        throw new BucketError("conflict", `412 ${call.name}`);
      case "403":
        throw new BucketError("denied", `403 ${call.name}`);
      case "stall": {
        // The request was made in time, only its answer comes when every lease has ended.
        const answer = await send();
        clock.advance(HOUR);
        return answer;
      }
      case "stall while a newer run deploys": {
        const answer = await send();
        clock.advance(HOUR);
        await intrude();
        return answer;
      }
    }
    fault satisfies never;
    return send();
  };
  return { gate, hit: () => hit };
}
