import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { findOverride } from "../../action/src/model/override.ts";
import { DEFAULT_POLICY } from "../../action/src/model/policy.ts";
import { loadGuardRules } from "../../action/src/steps/load-guard-rules.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "overrides-"));
  await mkdir(join(root, ".github"));
});
afterEach(() => rm(root, { recursive: true }));

const load = async (text: string) => {
  await writeFile(join(root, ".github/overrides.yaml"), text);
  const { rules, diagnostics } = await loadGuardRules(workingDirectory(root));
  return { overrides: rules.overrides, diagnostics };
};

it.each(["", "# only comments\n", "[]\n"])("finds nothing in %j, and nothing wrong with it", async (text) => {
  expect(await load(text)).toEqual({ overrides: [], diagnostics: [] });
});

it.each([".github/overrides.yaml", ".github/policy.yaml"])(
  "finds %s no file where a link stands, and goes on",
  async (file) => {
    await symlink("elsewhere.yaml", join(root, file));
    const { rules, diagnostics } = await loadGuardRules(workingDirectory(root));
    expect(rules).toEqual({ policy: DEFAULT_POLICY, overrides: [] });
    expect(diagnostics).toMatchObject([
      { rule: "not-a-file", severity: "error", location: { file, line: 1, column: 1 } },
    ]);
  },
);

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

describe("the policy", () => {
  const policy = async (text?: string) => {
    if (text !== undefined) await writeFile(join(root, ".github/policy.yaml"), text);
    return loadGuardRules(workingDirectory(root));
  };

  it.each([undefined, "", "# nothing but words\n", "guards: {}\n"])(
    "is the default where %j says nothing",
    async (text) => {
      const { rules, diagnostics } = await policy(text);
      expect(diagnostics).toEqual([]);
      expect(rules.policy).toEqual({
        "stores-parked": { count: 3, percent: 2 },
        "pages-lost": { percent: 30 },
        "products-lost": { percent: 20 },
        "price-change": { percent: 30 },
        "zero-price": "refuse",
        "currency-changed": "refuse",
        "host-changed": "refuse",
        "over-budget": "refuse",
      });
    },
  );

  it("is what this repository's own file says: the defaults, all of them", async () => {
    const own = await loadGuardRules(workingDirectory("."));
    expect(own.diagnostics).toEqual([]);
    expect(own.rules.policy).toEqual(DEFAULT_POLICY);
  });

  it("changes what the file names alone", async () => {
    const { rules } = await policy("guards:\n  price-change: { percent: 5 }\n  over-budget: pass\n");
    expect(rules.policy).toEqual({ ...DEFAULT_POLICY, "price-change": { percent: 5 }, "over-budget": "pass" });
  });

  it.each([
    ["guards: { price-changes: { percent: 5 } }", 1],
    ["guards:\n  pages-lost: { percent: 101 }", 2],
    ["guards:\n  zero-price: perhaps", 2],
    ["- guards", 1],
    ["guards:\n  pages-lost: { percent: -1 }", 2],
  ])("is a located problem, and the default, where it says %j", async (text, place) => {
    const { rules, diagnostics } = await policy(text);
    expect(diagnostics.map((one) => [one.severity, one.location.file, one.location.line])).toEqual([
      ["error", ".github/policy.yaml", place],
    ]);
    expect(rules.policy).toEqual(DEFAULT_POLICY);
  });
});
