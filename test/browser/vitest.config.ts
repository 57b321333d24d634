/** What visitors get, looked at in a real browser. Lighthouse comes last, by itself: its figures are times. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const LIGHTHOUSE = "test/browser/lighthouse.test.ts";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Most of the time a test waits for its browser, so the machine is not too small for two.
    maxWorkers: 2,
    globalSetup: join(import.meta.dirname, "provision-examples.ts"),
    projects: [
      {
        extends: true,
        test: {
          name: "pages",
          include: ["test/browser/**/*.test.ts"],
          exclude: [LIGHTHOUSE],
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: "lighthouse", include: [LIGHTHOUSE], sequence: { groupOrder: 2 } } },
    ],
  },
});
