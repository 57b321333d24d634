import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { findOverride } from "../../action/src/model/override.ts";
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

const line = (from: string, to: string, reason: string) =>
  `- { guard: pages-lost, tenant: acme, from: "${from}", to: "${to}", reason: "${reason}" }\n`;

it("keeps several lines for one guard and tenant, each for its own transition", async () => {
  const { overrides, diagnostics } = await load(line("29", "10", "sold out") + line("10", "3", "closing"));
  expect(diagnostics).toEqual([]);
  const passed = (from: string, to: string) =>
    findOverride(overrides, { guard: "pages-lost", tenant: "acme", from, to });
  expect(passed("29", "10")?.reason).toBe("sold out");
  expect(passed("10", "3")?.reason).toBe("closing");
  expect(passed("29", "3")).toBeUndefined();
});

it("refuses a second line for the same transition, and keeps the first", async () => {
  const { overrides, diagnostics } = await load(line("29", "10", "sold out") + line("29", "10", "moved"));
  expect(overrides.map(({ reason }) => reason)).toEqual(["sold out"]);
  expect(diagnostics).toMatchObject([
    { rule: "override-twice", message: expect.stringContaining("line 1") as string, location: { line: 2, column: 3 } },
  ]);
});
