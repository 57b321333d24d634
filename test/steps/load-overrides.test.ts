import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { loadOverrides } from "../../action/src/steps/load-overrides.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "overrides-"));
  await mkdir(join(root, ".github"));
});
afterEach(() => rm(root, { recursive: true }));

const load = async (text: string) => {
  await writeFile(join(root, ".github/overrides.yaml"), text);
  return loadOverrides(workingDirectory(root));
};

it.each(["", "# only comments\n", "[]\n"])("finds nothing in %j, and nothing wrong with it", async (text) => {
  expect(await load(text)).toEqual({ overrides: [], diagnostics: [] });
});

it("reads a line that was put below the comments", async () => {
  const line = `- { guard: pages-lost, tenant: acme, from: "29", to: "10", reason: "sold out" }`;
  const { overrides, diagnostics } = await load(`# comments\n${line}\n`);
  expect(diagnostics).toEqual([]);
  expect(overrides).toEqual([{ guard: "pages-lost", tenant: "acme", from: "29", to: "10", reason: "sold out" }]);
});
