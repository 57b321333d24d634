import { describe, expect, it } from "vitest";
import { CONCURRENCY } from "../../action/src/steps/deploy-fleet.ts";
import { exploreCrashes, FAULTS, NEXT } from "./explore-crashes.ts";
import { TEST_PROTOCOL } from "./fleet.ts";

const ONE_AT_A_TIME = { tenants: 1, requests: 1 };
const HOUR = 3_600_000;

describe.each([0, 1, 2])("after %i releases", (earlier) => {
  describe.each(FAULTS)("%s", (fault) => {
    it.each(NEXT)("at any request, then the %s site: nothing breaks and all converges", async (next) => {
      for (const concurrency of [ONE_AT_A_TIME, CONCURRENCY]) {
        for (const gapMs of [0, HOUR]) {
          const found = await exploreCrashes({ earlier, fault, next, gapMs, concurrency, protocol: TEST_PROTOCOL });
          expect(found.violations).toEqual([]);
          expect(found.faults).toBeGreaterThan(10);
        }
      }
    });
  });
});
