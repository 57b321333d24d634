/** Our own TypeScript files, with what each of them imports. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const root = join(import.meta.dirname, "../..");

export interface SourceFile {
  /** Relative to the root: `action/src/model/plan.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written: `../ports.ts`, `node:fs`, `ejs`. */
  readonly specifier: string;
  /** Relative to the root where it is a file of ours: `action/src/ports.ts`. */
  readonly file: string | undefined;
  /** What stands between `import` and `from`; empty for `import("x")` and `import "x"`. */
  readonly names: string;
}

/** Everything below the folders, sorted; generated code is not ours. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("/generated"))
    .map((entry) => readSource(relative(root, join(entry.parentPath, entry.name)), join(entry.parentPath, entry.name)))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The imports that a text makes, static and dynamic, as if it stood at `path`. */
export function importsOf(path: string, text: string): readonly Import[] {
  const patterns = [
    /^\s*(?:import|export)\s+(?<names>[^"';]*?)\s*from\s*["'](?<specifier>[^"']+)["']/gm,
    /\bimport\s*\(?\s*["'](?<specifier>[^"']+)["']/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups = {} }) => {
      const specifier = groups["specifier"] ?? "";
      return {
        specifier,
        file: specifier.startsWith(".") ? join(dirname(path), specifier) : undefined,
        names: groups["names"] ?? "",
      };
    }),
  );
}

/** The text without comments and without what stands in quotes, for rules about what code does. */
export function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$|"(?:[^"\\\n]|\\.)*"/gm, (found) =>
    found.replaceAll(/[^\n]/g, " "),
  );
}

function readSource(path: string, file: string): SourceFile {
  const text = readFileSync(file, "utf8");
  return { path, text, imports: importsOf(path, text) };
}
