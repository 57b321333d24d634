/** Breaks the protocol one rule at a time: an invariant must fall each time, or the tests beside this see nothing. */
import { describe, expect, it } from "vitest";
import { PHASES, type Phase } from "../../action/src/model/plan.ts";
import type { Protocol } from "../../action/src/steps/protocol.ts";
import { exploreCrashes, NEXT } from "./explore-crashes.ts";
import { caughtBy, exploreRace } from "./explore-races.ts";
import { TEST_PROTOCOL } from "./fleet.ts";
import type { Invariant, Violation } from "./invariants.ts";

const HOUR = 3_600_000;

interface Mutation {
  readonly what: string;
  readonly phases: readonly Phase[];
}

const swaps: Mutation[] = PHASES.slice(1).map((second, index) => {
  const first = PHASES[index] ?? second;
  const phases = PHASES.with(index, second).with(index + 1, first);
  return { what: `${second} before ${first}`, phases };
});

function moveBefore(moved: Phase, other: Phase): Mutation {
  const rest = PHASES.filter((phase) => phase !== moved);
  const at = rest.indexOf(other);
  return { what: `${moved} before ${other}`, phases: rest.toSpliced(at, 0, moved) };
}

/**
 * Which invariant must catch which order; none of them is harmless. The last one shows only where a first release that
 * was begun and never committed is cleared away: of a committed one nothing is pruned that a page which is about to go
 * could need (see `planPrune`). A record before its beacon cannot even be written (`finishRecord`): nothing converges.
 */
const CAUGHT: Readonly<Record<string, Invariant>> = {
  "new-pages before assets": "I1",
  "changed-pages before new-pages": "I1",
  "beacon before changed-pages": "I6",
  "commit before beacon": "I3",
  "unpublish before commit": "I6",
  "prune before commit": "I6",
  "prune before unpublish": "I1",
};

async function crashEverywhere(protocol: Protocol): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const earlier of [0, 1, 2]) {
    for (const next of NEXT) {
      const concurrency = { tenants: 1, requests: 1 };
      const scenario = { earlier, next, fault: "crash after", gapMs: HOUR, concurrency, protocol } as const;
      found.push(...(await exploreCrashes(scenario)).violations);
    }
  }
  return found;
}

describe("the order of phases", () => {
  const mutations = [...swaps, moveBefore("prune", "commit")];

  it("knows what becomes of every mutation", () => {
    expect(mutations.map(({ what }) => what).toSorted()).toEqual(Object.keys(CAUGHT).toSorted());
  });

  it.each(mutations)("$what: caught", async ({ what, phases }) => {
    const caught = caughtBy(await crashEverywhere({ ...TEST_PROTOCOL, phases }));
    expect([...caught.keys()], [...caught.values()].join("; ")).toContain(CAUGHT[what]);
  });

  it("catches nothing in the order that we use", async () => {
    expect(await crashEverywhere(TEST_PROTOCOL)).toEqual([]);
  });
});

describe("the steps of the protocol", () => {
  it.each([
    { what: "no intent", change: { takesIntents: false }, newer: 1, invariant: "I3" },
    { what: "no intent", change: { takesIntents: false }, newer: 3, invariant: "I5" },
    { what: "no second look at the fleet head", change: { looksTwice: false }, newer: 1, invariant: "I5" },
    { what: "no second look at the fleet head", change: { looksTwice: false }, newer: 3, invariant: "I5" },
  ] as const)(
    "$what, the newer run wants release $newer: caught by $invariant",
    async ({ change, newer, invariant }) => {
      const race = { before: 1, unfinished: 0, older: 2, newer, protocol: { ...TEST_PROTOCOL, ...change } };
      const { findings } = await exploreRace(race, 20);
      const caught = caughtBy(findings);
      expect([...caught.keys()], [...caught.values()].join("; ")).toContain(invariant);
    },
    600_000,
  );
});
