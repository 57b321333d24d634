/** Every hostile or broken input has a fixture, and each is reported exactly: nothing more, nothing less, nothing thrown. */
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { photographs } from "../../action/src/io/photographs.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { sortDiagnostics, type Diagnostic } from "../../action/src/model/diagnostic.ts";
import { loadFleet } from "../../action/src/steps/load.ts";
import { loadStore } from "../../action/src/steps/load-store.ts";
import { prepareFixture, readExpected, type Expected } from "./fixture.ts";

/** What the project promises to survive, in its own words, with the folders that prove it. */
const KINDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "alias bomb": ["alias-bomb"],
  "100 MB file": ["huge-file", "huge-referenced-files", "page-huge"],
  "deep nesting": ["deep-nesting"],
  "duplicate key": ["duplicate-key", "catalog-json-duplicate-key"],
  "several documents": ["several-documents"],
  "__proto__ and constructor keys": ["special-keys", "catalog-json-special-key", "catalog-special-columns"],
  "empty file": ["empty-file", "catalog-empty", "page-empty"],
  BOM: ["byte-order-mark"],
  "not UTF-8": ["not-utf-8", "catalog-not-utf-8", "catalog-utf-16", "page-not-utf-8"],
  NUL: ["nul", "catalog-nul"],
  "bidi and zero-width controls": ["bidi-and-zero-width", "catalog-bidi-and-zero-width", "page-unseen-characters"],
  "numbers beyond 2^53": ["huge-numbers"],
  "path traversal in every path field": ["path-traversal", "catalog-picture-paths"],
  "absolute paths in every path field": ["path-absolute"],
  "symlink in place of a file": ["symlink-in-place"],
  "directory in place of a file": ["directory-in-place"],
  "FIFO in place of a file": ["fifo-in-place"],
  "javascript: and other URL schemes": ["url-schemes", "catalog-links", "page-links"],
  "</script>": ["script-breakout", "catalog-script-breakout", "page-html"],
  "CSS breakout": ["css-breakout"],
  "attribute breakout": ["attribute-breakout"],
  "CSP breakout": ["csp-breakout"],
  "CSV formula prefixes": ["catalog-formula"],
  "unclosed CSV quote": ["catalog-unclosed-quote"],
  "decompression bomb": ["picture-bomb"],
  "50,000 products": ["catalog-50000-products"],
};

const here = import.meta.dirname;
const photographer = photographs();
const folders = (await readdir(here, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .toSorted();

describe("kinds of broken input", () => {
  for (const [kind, wanted] of Object.entries(KINDS)) {
    it(`has a fixture for ${kind}`, () => {
      expect(folders).toEqual(expect.arrayContaining([...wanted]));
    });
  }

  it.each(folders)("%s says what is expected of it", (folder) => {
    expect(existsSync(join(here, folder, "expected.yaml"))).toBe(true);
  });
});

describe("what is reported", () => {
  for (const folder of folders) {
    it(folder, { timeout: 30_000 }, async () => {
      const expected = await readExpected(join(here, folder));
      const { root, temporary } = await prepareFixture(join(here, folder));
      try {
        const found = await loadEverything(root);
        expect(found.map(brief).toSorted(), explain(found)).toEqual(expected.map(line).toSorted());
        for (const one of found) {
          expect(one.message, one.rule).toMatch(/^[^\n]{5,}[^.\n]$/);
          expect(one.hint, one.rule).toMatch(/^[^\n]{5,}$/);
        }
      } finally {
        if (temporary) await rm(root, { recursive: true });
      }
    });
  }
});

async function loadEverything(root: string): Promise<Diagnostic[]> {
  const tree = workingDirectory(root);
  const fleet = await loadFleet(tree, { tenants: "tenants" });
  const diagnostics = [...fleet.diagnostics];
  for (const source of fleet.sources) {
    const tenant = fleet.tenants.get(source.id);
    if (tenant) diagnostics.push(...(await loadStore(tree, tenant, source, photographer)).diagnostics);
  }
  return sortDiagnostics(diagnostics);
}

const brief = ({ rule, location }: Diagnostic): string => line({ rule, ...location });
const line = (at: Expected): string => `${at.file}:${at.line}:${at.column} ${at.rule}`;
const explain = (found: readonly Diagnostic[]): string =>
  found.map((one) => `${brief(one)}: ${one.message} (${one.hint})`).join("\n");
