/** The floors of the house: who may import whom, and who may touch the world. */
import { expect, test } from "vitest";
import { codeOf, importsOf, sourceFiles, type SourceFile } from "./sources.ts";

const FLOORS: Readonly<Record<string, readonly string[]>> = {
  ports: ["model"],
  generated: [],
  model: ["model", "ports", "generated"],
  io: ["io", "model", "ports", "generated"],
  view: ["view", "model", "ports", "generated"],
  steps: ["steps", "view", "model", "ports", "generated"],
  commands: ["commands", "steps", "view", "model", "ports", "generated"],
  // What both doors say and know, whoever opens them.
  door: ["door", "model", "ports", "generated"],
  engine: ["generated"],
  // The engine's own door, for the plan of another commit.
  child: ["io", "commands", "model"],
  main: ["door", "engine", "io", "view", "steps", "commands", "model", "ports", "generated"],
};

/** Packages that reach the network or the machine, and the only files that may import them. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  "@google-cloud/storage": ["action/src/io/gcs.ts"],
  "@actions/core": ["action/src/main.ts"],
  "@octokit/rest": ["action/src/io/github.ts", "action/src/io/proposals.ts"],
  "@octokit/plugin-retry": ["action/src/io/github.ts"],
  "@octokit/plugin-throttling": ["action/src/io/github.ts"],
  sharp: ["action/src/io/photographs.ts"],
  "@resvg/resvg-wasm": ["action/src/io/rasterise.ts"],
};

/** What a pure module may use of Node: it computes, nothing more. */
const PURE_BUILTINS: Readonly<Record<string, RegExp>> = {
  "node:crypto": /^(?:type )?\{ (?:(?:createHash|createHmac|hash|timingSafeEqual)(?:, | (?=\})))+\}$/,
  "node:zlib": /Sync|crc32/,
  "node:buffer": /./,
  "node:path/posix": /./,
};
const IMPURE_PACKAGES = /^(?:@actions|@google-cloud|@octokit|@clack|google-auth-library|chokidar|commander|undici)/;
const IMPURE_CODE =
  /\bprocess\.[a-z]|\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bMath\.random\b|\bsetTimeout\b|\bsetInterval\b|\bfetch\(|\btoLocale[A-Z]\w*\(\)/;

const product = sourceFiles("action/src");
const scripts = sourceFiles("scripts");

test("there is something to look at", () => {
  expect(product.length).toBeGreaterThan(5);
  expect(scripts.length).toBeGreaterThan(2);
});

test("a file imports from its own floor or a lower one", () => {
  expect(product.flatMap(floorBreaches)).toEqual([]);
});

test("each outside package has one owner", () => {
  expect(product.flatMap(ownerBreaches)).toEqual([]);
});

test("each owner is there and uses what it owns", () => {
  const idle = Object.entries(OWNERS).flatMap(([name, owners]) => owners.filter((owner) => !ownsUp(owner, name)));
  expect(idle).toEqual([]);
});

test("model is pure", () => {
  expect(product.filter(({ path }) => path.startsWith("action/src/model/")).flatMap(impurities)).toEqual([]);
});

test("only doors read the environment", () => {
  expect(product.filter(({ path }) => path !== "action/src/main.ts").flatMap(environmentReads)).toEqual([]);
});

test("the process ends by itself, so that no output is lost", () => {
  expect(
    [...product, ...scripts].filter(({ text }) => /\bprocess\.exit\(/.test(codeOf(text))).map(({ path }) => path),
  ).toEqual([]);
});

test("each rule sees a breach", () => {
  expect(floorBreaches(fake("action/src/steps/load.ts", 'import { a } from "../io/gcs.ts";'))).toHaveLength(1);
  expect(floorBreaches(fake("action/src/model/plan.ts", 'import type { A } from "../steps/load.ts";'))).toHaveLength(1);
  expect(floorBreaches(fake("action/src/commands/plan.ts", 'const a = await import("../io/git.ts");'))).toHaveLength(1);
  expect(floorBreaches(fake("action/src/io/git.ts", 'import { a } from "../../../scripts/new.ts";'))).toHaveLength(1);
  expect(floorBreaches(fake("action/src/io/git.ts", 'import { a } from "../ports.ts";'))).toEqual([]);
  expect(ownerBreaches(fake("action/src/io/git.ts", 'import { a } from "@google-cloud/storage";'))).toHaveLength(1);
  expect(ownerBreaches(fake("action/src/steps/load.ts", 'import { a } from "@actions/core";'))).toHaveLength(1);
  expect(impurities(fake("action/src/model/a.ts", 'import { readFile } from "node:fs/promises";'))).toHaveLength(1);
  expect(impurities(fake("action/src/model/a.ts", 'import { randomUUID } from "node:crypto";'))).toHaveLength(1);
  expect(impurities(fake("action/src/model/a.ts", 'import { createHash } from "node:crypto";'))).toEqual([]);
  expect(impurities(fake("action/src/model/a.ts", "const now = Date.now();"))).toHaveLength(1);
  expect(impurities(fake("action/src/model/a.ts", "/** Not by Date.now(). */"))).toEqual([]);
  expect(environmentReads(fake("action/src/io/gcs.ts", 'const host = process.env["HOST"];'))).toHaveLength(1);
  expect(environmentReads(fake("action/src/io/gcs.ts", 'import { env } from "node:process";'))).toHaveLength(1);
});

function fake(path: string, text: string): SourceFile {
  return { path, text, imports: importsOf(path, text) };
}

/** `action/src/model/plan.ts` → `model`, `action/src/main.ts` → `main`. */
function floorOf(path: string): string {
  return /^action\/src\/([a-z]+)/.exec(path)?.[1] ?? path;
}

function floorBreaches({ path, imports }: SourceFile): readonly string[] {
  const allowed = FLOORS[floorOf(path)];
  if (allowed === undefined) return [`${path} stands on no floor`];
  return imports
    .filter(({ file }) => file !== undefined && !allowed.includes(floorOf(file)))
    .map(({ specifier }) => `${path} imports ${specifier}`);
}

function ownsUp(owner: string, name: string): boolean {
  return product.some(({ path, imports }) => path === owner && imports.some(({ specifier }) => specifier === name));
}

function ownerBreaches({ path, imports }: SourceFile): readonly string[] {
  return imports
    .filter(({ specifier }) => {
      const owners = Object.entries(OWNERS).find(
        ([name]) => specifier === name || specifier.startsWith(`${name}/`),
      )?.[1];
      return owners !== undefined ? !owners.includes(path) : /^@(?:actions|google-cloud|octokit)\//.test(specifier);
    })
    .map(({ specifier }) => `${path} imports ${specifier}`);
}

function impurities({ path, text, imports }: SourceFile): readonly string[] {
  const impure = imports.filter(({ specifier, names }) =>
    specifier.startsWith("node:") ? PURE_BUILTINS[specifier]?.test(names) !== true : IMPURE_PACKAGES.test(specifier),
  );
  const touched = IMPURE_CODE.exec(codeOf(text));
  return [
    ...impure.map(({ specifier }) => `${path} imports ${specifier}`),
    ...(touched === null ? [] : [`${path} uses ${touched[0]}`]),
  ];
}

function environmentReads({ path, text, imports }: SourceFile): readonly string[] {
  const reads =
    /\bprocess\.(?:env|argv)\b/.test(codeOf(text)) || imports.some(({ specifier }) => specifier === "node:process");
  return reads ? [`${path} reads the environment`] : [];
}
