import { expect, it } from "vitest";
import { exploreRace } from "./explore-races.ts";
import { TEST_PROTOCOL } from "./fleet.ts";

it.each([
  { what: "two new releases over an old one", before: 1, unfinished: 0, older: 2, newer: 3 },
  { what: "a new release, and a revert to what is deployed", before: 1, unfinished: 0, older: 2, newer: 1 },
  { what: "two first releases", before: 0, unfinished: 0, older: 2, newer: 3 },
  { what: "a release and a revert, after a third run died", before: 1, unfinished: 3, older: 2, newer: 1 },
])(
  "$what: every order of requests, either run killed anywhere",
  async ({ before, unfinished, older, newer }) => {
    const { states, ends, findings } = await exploreRace({ before, unfinished, older, newer, protocol: TEST_PROTOCOL });
    expect(findings).toEqual([]);
    expect(states).toBeGreaterThan(3_000);
    expect(ends).toBeGreaterThan(1_000);
  },
  600_000,
);
