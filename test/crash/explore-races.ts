/**
 * Two runs at once, in every order in which their requests can reach the buckets, either of them killed at any point.
 *
 * A state is what the buckets hold, what time it is and what each run has been told so far: runs are deterministic, so
 * two ways into one state have the same future, and it is explored once. A run cannot be copied, so every way that is
 * not yet known is walked again from the start.
 */
import { hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Outcome } from "../../action/src/model/report.ts";
import type { Site } from "../../action/src/model/site.ts";
import { BucketError, type Clock } from "../../action/src/ports.ts";
import type { Protocol } from "../../action/src/steps/protocol.ts";
import { deployCommit, live, tinySite, type TinyStore } from "./fleet.ts";
import { findDifferences, type Invariant, type Violation } from "./invariants.ts";
import { emptySaved, openWorld, save, TENANT, type Call, type Gate, type Saved, type World } from "./world.ts";

/** What happens next: a run's oldest request is made (or its sleep ends), or the run is killed. */
export interface Move {
  readonly run: 0 | 1;
  readonly kind: "step" | "kill";
}

export interface Race {
  /** Releases by number: what was deployed at first (0: nothing), what the older run wants, what the newer. */
  readonly before: number;
  /** What a run was deploying when it was killed half-way, before these two; 0: none was. */
  readonly unfinished: number;
  readonly older: number;
  readonly newer: number;
  readonly protocol: Protocol;
}

export interface RaceFinding extends Violation {
  readonly moves: readonly Move[];
}

/** A request older than this is given up by its client, in ms: less than the margin of `TEST_PROTOCOL`. */
const REQUEST_TIMEOUT_MS = 20_000;
/** The runs have commits of their own; 1 and 2 are for what was there before. */
const COMMITS = [3, 4] as const;
const NEXT_COMMIT = 5;

function storeOf(release: number): TinyStore {
  const index = { text: `home ${release}` };
  return release === 2
    ? { "index.html": { ...index, links: ["a/index.html"] }, "a/index.html": { text: "a" } }
    : { "index.html": index };
}

const sites = new Map<number, Site>([1, 2, 3].map((release) => [release, tinySite(TENANT, storeOf(release))]));
const released = new Map([...sites.values()].map((site) => [site.release, site]));

/** One waiting request or sleep of a run. */
interface Waiting {
  readonly call: Call | undefined;
  readonly since: number;
  readonly go: () => void;
}

interface Run {
  readonly waiting: Waiting[];
  /** What it asked and was told, in order. */
  told: string;
  killed: boolean;
  ended: readonly Outcome[] | "rejected" | undefined;
}

/** Explores until nothing is left, or `enough` findings are there. */
export async function exploreRace(
  race: Race,
  enough = Infinity,
): Promise<{ states: number; ends: number; findings: RaceFinding[] }> {
  const saved = await saveBefore(race);
  const seen = new Set<string>();
  const findings: RaceFinding[] = [];
  let ends = 0;
  const unexplored: Move[][] = [[]];
  for (let way = unexplored.pop(); way !== undefined && findings.length < enough; way = unexplored.pop()) {
    const stage = await openStage(saved, race);
    for (const move of way) await stage.make(move);
    const moves = [...way];
    for (;;) {
      if (stage.world.violations.length > 0) {
        findings.push(...stage.world.violations.map((violation) => ({ ...violation, moves: [...moves] })));
        break;
      }
      const key = stage.key();
      if (seen.has(key)) break;
      seen.add(key);
      const [first, ...others] = stage.moves();
      if (first === undefined) {
        ends += 1;
        const wrong = await stage.conclude();
        findings.push(...wrong.map((violation) => ({ ...violation, moves: [...moves] })));
        break;
      }
      for (const other of others) unexplored.push([...moves, other]);
      await stage.make(first);
      moves.push(first);
    }
  }
  return { states: seen.size, ends, findings };
}

/** The invariants that fell, each with one message. */
export function caughtBy(findings: readonly Violation[]): ReadonlyMap<Invariant, string> {
  return new Map(findings.toReversed().map(({ invariant, message }) => [invariant, message]));
}

async function saveBefore({ before, unfinished, protocol }: Race): Promise<Saved> {
  const world = openWorld(await emptySaved(), released);
  if (before > 0) await deployPlainly(world, 1, before, protocol);
  if (unfinished > 0) {
    await deployPlainly(world, 2, unfinished, protocol, "index.html");
    world.clock.advance(10 * protocol.lease.durationMs);
  }
  return save(world, 2);
}

/** Counts the mutations; after that of the object whose name ends in `last` the run is dead. */
async function deployPlainly(world: World, commit: number, release: number, protocol: Protocol, last?: string) {
  let writes = 0;
  let dead = false;
  const gate: Gate = async (call, send) => {
    if (dead) throw new BucketError("transient", "the run is dead");
    if (call.verb === "write" || call.verb === "remove") writes += 1;
    const answer = await send();
    dead = last !== undefined && call.verb === "write" && call.name.endsWith(last);
    return answer;
  };
  const buckets = { ...world.connect(commit, gate), clock: world.clock };
  await deployCommit(buckets, commit, [live(TENANT, storeOf(release))], { protocol, run: `plain-${commit}` });
  return writes;
}

async function openStage(saved: Saved, race: Race) {
  const world = openWorld(saved, released);
  /** Who wrote what lies there: generations tell apart only what is told apart here. */
  const labels = new Map<string, string>();
  const runs = [race.older, race.newer].map((release, index) => startRun(world, index, release, race, labels));
  await settle(runs);

  return {
    world,
    moves(): Move[] {
      const able = ([0, 1] as const).filter((run) => isUnderWay(runs[run]));
      return [
        ...able.map((run): Move => ({ run, kind: "step" })),
        // One machine that dies is bad luck enough.
        ...(runs.some((run) => run.killed) ? [] : able.map((run): Move => ({ run, kind: "kill" }))),
      ];
    },
    async make({ run: index, kind }: Move): Promise<void> {
      const run = runs[index];
      if (run === undefined || !isUnderWay(run)) throw new Error(`run ${index} cannot move`);
      if (kind === "kill") run.killed = true;
      else run.waiting.shift()?.go();
      await settle(runs);
    },
    key(): string {
      const told = runs.map((run) => [run.told, run.killed, run.ended !== undefined]);
      return JSON.stringify([world.clock.monotonic(), told, labelsOf("", labels)]);
    },
    async conclude(): Promise<Violation[]> {
      const [, newer] = runs;
      const wanted = sites.get(race.newer);
      if (newer !== undefined && Array.isArray(newer.ended) && newer.ended.every(isDone)) {
        // The older run may have taken its intent since, and have died before it could give it back.
        const { sites: held, ledger } = world.contents();
        const records = new Map([...ledger].filter(([name]) => !name.endsWith("/intent.json")));
        world.violations.push(...findDifferences(TENANT, { sites: held, ledger: records }, wanted));
      }
      const contents = world.contents();
      for (const release of new Set([race.newer, 1])) {
        const next = openWorld({ contents, time: world.clock.monotonic(), newest: COMMITS[1] }, released);
        await deployPlainly(next, NEXT_COMMIT, release, race.protocol);
        next.violations.push(...findDifferences(TENANT, next.contents(), sites.get(release)));
        const writes = await deployPlainly(next, NEXT_COMMIT, release, race.protocol);
        if (writes > 0) next.violations.push({ invariant: "I3", message: `nothing to do took ${writes} writes` });
        world.violations.push(...next.violations);
      }
      return world.violations;
    },
  };
}

function startRun(world: World, index: number, release: number, { protocol }: Race, labels: Map<string, string>): Run {
  const commit = COMMITS[index] ?? 0;
  const run: Run = { waiting: [], told: "", killed: false, ended: undefined };
  let mutations = 0;
  const tell = (what: string) => {
    run.told = hash("sha1", `${run.told} ${world.clock.monotonic()} ${what}`);
  };
  const wait = (call: Call | undefined) =>
    new Promise<void>((go) => run.waiting.push({ call, since: world.clock.monotonic(), go }));

  const gate: Gate = async (call, send) => {
    const since = world.clock.monotonic();
    await wait(call);
    const what = `${call.verb} ${call.bucket} ${call.name}`;
    if (world.clock.monotonic() - since > REQUEST_TIMEOUT_MS) {
      tell(`${what}: timed out`);
      throw new BucketError("transient", "timed out");
    }
    const name = `${call.bucket} ${call.name}`;
    try {
      const answer = await send();
      if (call.verb === "write") labels.set(name, `run ${index} mutation ${mutations++}`);
      if (call.verb === "remove") labels.delete(name);
      const seen = call.verb === "list" || call.verb === "read" ? labelsOf(name, labels) : "done";
      tell(`${what}: ${seen}`);
      return answer;
    } catch (error) {
      tell(`${what}: ${error instanceof BucketError ? error.code : String(error)}`);
      throw error;
    }
  };
  const clock: Clock = {
    now: () => world.clock.now(),
    monotonic: () => world.clock.monotonic(),
    async sleep(ms) {
      await wait(undefined);
      world.clock.advance(ms);
      tell("slept");
    },
  };
  const buckets = { ...world.connect(commit, gate), clock };
  const options = { protocol, run: `run-${index}`, concurrency: { tenants: 1, requests: 1 } };
  deployCommit(buckets, commit, [live(TENANT, storeOf(release))], options).then(
    (outcomes) => {
      run.ended = outcomes;
      if (outcomes.every(isDone)) world.ended(commit);
    },
    () => {
      run.ended = "rejected";
    },
  );
  return run;
}

/** A listing's answer is every label below its prefix. */
function labelsOf(name: string, labels: ReadonlyMap<string, string>): string {
  const below = [...labels].filter(([one]) => one.startsWith(name));
  return JSON.stringify(below.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isDone({ status }: Outcome): boolean {
  return status === "created" || status === "updated" || status === "unchanged" || status === "restored";
}

function isUnderWay(run: Run | undefined): run is Run {
  return run !== undefined && !run.killed && run.ended === undefined;
}

/** Until every run that is under way waits for its turn. */
async function settle(runs: readonly Run[]): Promise<void> {
  // One turn at least: a run with two requests out still has one waiting while the other's answer is on its way.
  do await setImmediate();
  while (runs.some((run) => isUnderWay(run) && run.waiting.length === 0));
}
