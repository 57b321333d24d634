import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/workflows/**", "test/kill/**", "test/browser/**", "**/node_modules/**"],
    // Half of the time is spent in processes that tests start, so on two cores one worker would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The longest test tries every order of two runs; it may have to share its core.
    testTimeout: 120_000,
  },
});
