/** The workflow tests are apart from `npm test`: they need the program `act`. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["test/workflows/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A job waits for git, for `act` and for its browser as often as it computes.
    maxWorkers: 2,
  },
});
