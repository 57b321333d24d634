import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BAD_PAGES } from "./bad-pages.ts";
import { findMarkupFaults, findNuFaults, type MarkupFault } from "./markup.ts";
import { stores } from "./stores.ts";

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .map((name) => join(folder, name));

test.each(stores)("html-validate has no objection to any page of $id", async ({ folder }) => {
  const files = filesOf(folder);
  expect(files.length).toBeGreaterThan(0);
  expect(await findMarkupFaults(files)).toEqual([]);
});

test("the Nu checker has no objection to any page of any example", async () => {
  const roots = new Set(stores.map(({ folder }) => dirname(folder)));
  expect(roots.size).toBe(1);
  const found: MarkupFault[] = [];
  for (const root of roots) found.push(...(await findNuFaults(root)));
  expect(found).toEqual([]);
});

test("both see what is wrong", async () => {
  const folder = await mkdtemp(join(tmpdir(), "malformed-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "malformed.html");
  await writeFile(file, BAD_PAGES["malformed.html"] ?? "");
  expect((await findMarkupFaults([file])).map(({ message }) => message)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^no-dup-id: /), expect.stringMatching(/^close-order: /)]),
  );
  expect((await findNuFaults(folder)).map(({ message }) => message)).toEqual(
    expect.arrayContaining([expect.stringMatching(/Duplicate ID/), expect.stringMatching(/violates nesting rules/)]),
  );
});
