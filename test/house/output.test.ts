/** One writer per door: nothing else reaches standard output, so no tenant's text can be taken for a command. */
import { expect, test } from "vitest";
import { codeOf, sourceFiles } from "./sources.ts";

/** The action's writer, the one of the local commands, and the child that talks to its parent alone. */
const WRITERS = new Set(["action/src/main.ts", "action/src/io/terminal.ts", "action/src/child.ts"]);
/** Tools for developers, which print nothing that a tenant wrote. */
const TOOLS = /^scripts\/(?:build|check|engine-hash|generate|package|test-workflows)\.ts$|^scripts\/bench\//;
const OUTPUT =
  /\bconsole\.|\bprocess\.stdout\b|\bstdout\.write\b|\bcore\.(?:info|debug|notice|warning|error|startGroup|endGroup|group|setFailed)\b|\bwriteSync\(1\b/;

/** Handing the stream to the writer is no write. */
const writes = (text: string): boolean => OUTPUT.test(codeOf(text).replaceAll(/\bstdout: process\.stdout\b/g, ""));

test("nothing but a writer writes to standard output", () => {
  const others = sourceFiles("action/src", "scripts").filter(({ path }) => !WRITERS.has(path) && !TOOLS.test(path));
  expect(others.length).toBeGreaterThan(5);
  expect(others.filter(({ text }) => writes(text)).map(({ path }) => path)).toEqual([]);
});

test("the rule sees each way to write", () => {
  for (const way of ["console.log(a)", "process.stdout.write(a)", "core.info(a)", "writeSync(1, a)"])
    expect(writes(way)).toBe(true);
  expect(writes("openTerminal({ stdout: process.stdout })")).toBe(false);
});
