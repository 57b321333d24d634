/** Turns a folder of test/invalid into a tree that can be loaded. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { load } from "js-yaml";

/** What must be reported, and where. */
export interface Expected {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One item of a `recipe.yaml`; README.md says what each key makes. */
type Recipe = { readonly path: string } & (
  | { readonly hex: string }
  | { readonly text: string }
  | { readonly size: number }
  | { readonly repeat: { before?: string; line: string; count: number; after?: string } }
  | { readonly symlink: string }
  | { readonly directory: true }
  | { readonly fifo: true }
);

/** What the fixture's author expects; throws when `expected.yaml` is missing or no such list. */
export async function readExpected(folder: string): Promise<readonly Expected[]> {
  const list = load(await readFile(join(folder, "expected.yaml"), "utf8"));
  if (!Array.isArray(list) || list.length === 0) throw new Error(`${folder}/expected.yaml lists nothing`);
  return (list as Expected[]).map(({ rule, file, line, column }) => ({ rule, file, line, column }));
}

/** The folder to load: the fixture itself, or a copy in which its recipe was followed, to be removed by the caller. */
export async function prepareFixture(folder: string): Promise<{ root: string; temporary: boolean }> {
  const recipe = join(folder, "recipe.yaml");
  if (!existsSync(recipe)) return { root: folder, temporary: false };
  const root = await mkdtemp(join(tmpdir(), "invalid-"));
  await cp(folder, root, { recursive: true });
  for (const item of load(await readFile(recipe, "utf8")) as Recipe[]) await make(root, item);
  return { root, temporary: true };
}

async function make(root: string, item: Recipe): Promise<void> {
  const path = join(root, item.path);
  await mkdir(dirname(path), { recursive: true });
  if ("hex" in item) await writeFile(path, Buffer.from(item.hex.replaceAll(/\s/g, ""), "hex"));
  else if ("text" in item) await writeFile(path, item.text);
  else if ("size" in item) {
    await writeFile(path, "");
    await truncate(path, item.size);
  } else if ("repeat" in item) {
    const { before = "", line, count, after = "" } = item.repeat;
    const lines = Array.from({ length: count }, (_, index) => line.replaceAll("{n}", String(index + 1)));
    await writeFile(path, before + lines.join("") + after);
  } else if ("symlink" in item) await symlink(item.symlink, path);
  else if ("directory" in item) await mkdir(path);
  else await promisify(execFile)("mkfifo", [path]);
}
