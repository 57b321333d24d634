/** The workflow tests are apart from `npm test`: they need the program `act`. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  // One job runs on the whole machine, as on a runner.
  test: {
    include: ["test/workflows/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
