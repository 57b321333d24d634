/** The kill test is apart from `npm test`: it runs the bundle, which is as old as the last `npm run build`. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: { include: ["test/kill/**/*.test.ts"], testTimeout: 180_000, hookTimeout: 180_000 },
});
