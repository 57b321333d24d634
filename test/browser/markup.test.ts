import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BAD_PAGES } from "./bad-pages.ts";
import { findMarkupFaults, findNuFaults, type MarkupFault } from "./markup.ts";
import { stores } from "./stores.ts";

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .map((name) => join(folder, name));

/** More pages of one store say nothing new; the Nu checker, which is faster, sees them all. */
const MOST_PAGES = 400;

/** The first page of each folder, which are all kinds of pages, and of the others every nth. */
function sampleOf(folder: string, files: readonly string[]): readonly string[] {
  const step = Math.ceil(files.length / MOST_PAGES);
  const seen = new Set<string>();
  return files.filter((file, at) => {
    const [kind = ""] = relative(folder, file).split(sep);
    const isFirst = !seen.has(kind);
    seen.add(kind);
    return isFirst || at % step === 0;
  });
}

test.each(stores)("html-validate has no objection to the pages of $id", async ({ id, folder }) => {
  const all = filesOf(folder).toSorted();
  const files = sampleOf(folder, all);
  expect(files.length).toBeGreaterThan(0);
  if (files.length < all.length)
    process.stdout.write(`html-validate reads ${files.length} of ${all.length} pages of ${id}\n`);
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
