import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findMarkupErrors, findNuErrors } from "./markup.ts";
import { badPage, stores } from "./stores.ts";

/** How many lines a failure shows: a fault of the template is on every page. */
const MOST_SHOWN = 40;

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .map((name) => join(folder, name));

test.each(stores)("html-validate has no objection to any page of $id", async ({ folder }) => {
  const files = filesOf(folder);
  expect(files.length).toBeGreaterThan(0);
  expect((await findMarkupErrors(files)).slice(0, MOST_SHOWN)).toEqual([]);
});

test("the Nu checker has no objection to any page of any example", async () => {
  const roots = new Set(stores.map(({ folder }) => dirname(folder)));
  expect(roots.size).toBe(1);
  const found: string[] = [];
  for (const root of roots) found.push(...(await findNuErrors(root)));
  expect(found.slice(0, MOST_SHOWN)).toEqual([]);
});

test("both see what is wrong", async () => {
  const folder = await mkdtemp(join(tmpdir(), "malformed-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "malformed.html");
  await writeFile(file, await (await fetch(badPage("malformed.html"))).text());
  expect(await findMarkupErrors([file])).toEqual(expect.arrayContaining([expect.stringContaining("no-dup-id")]));
  expect(await findNuErrors(folder)).toEqual(expect.arrayContaining([expect.stringContaining("Duplicate ID")]));
});
