/**
 * `npm run package`: packs what other programs use, `store-provisioning/client`, as a tarball for a registry or a release.
 *
 * Node runs no TypeScript inside `node_modules`, so the tarball holds JavaScript and declarations, built anew each time
 * and not committed: unlike the action, which GitHub runs from a commit, nobody installs the client from one. Its
 * manifest is made here as well, so that whoever installs it gets the few packages that it imports, with the versions
 * that were tried here, and not those of the action (photographs, fonts, another Node).
 */
import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const root = join(import.meta.dirname, "..");
const SCHEMAS = ["request", "receipt", "tenant"];

const destination = resolve(process.argv[2] ?? ".");
const folder = await mkdtemp(join(tmpdir(), "package-"));
try {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  const dependencies = await bundle(manifest);
  await declare();
  for (const name of SCHEMAS) await place(`action/schema/${name}.schema.json`, `schema/${name}.schema.json`);
  await place("LICENSE", "LICENSE");
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifestOf(manifest, dependencies), null, 2)}\n`);
  await mkdir(destination, { recursive: true });
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", destination], { cwd: folder });
  process.stdout.write(`${relative("", join(destination, packed.toString().trim()))}\n`);
} finally {
  await rm(folder, { recursive: true });
}

/** Our own modules in a few files; packages stay outside. Gives those that are imported, with their versions. */
async function bundle({ dependencies }: Manifest): Promise<Readonly<Record<string, string>>> {
  const build = await rolldown({
    cwd: root,
    input: { client: "scripts/client/client.ts" },
    platform: "node",
    external: (id) => /^[@a-z]/.test(id),
    logLevel: "warn",
  });
  const { output } = await build.write({ dir: join(folder, "dist"), format: "esm", entryFileNames: "[name].js" });
  await build.close();
  const imported = output.flatMap((part) => (part.type === "chunk" ? [...part.imports, ...part.dynamicImports] : []));
  const names = imported.flatMap((id) => /^(?:@[^/]+\/)?[^/.:]+(?=\/|$)/.exec(id)?.[0] ?? []);
  return Object.fromEntries(
    [...new Set(names)].toSorted().map((name) => {
      const version = dependencies[name];
      if (version === undefined) throw new Error(`the client imports ${name}, which is no dependency`);
      return [name, version];
    }),
  );
}

/** The declarations of the entry, and of the modules that they name. */
async function declare(): Promise<void> {
  const all = join(folder, "declarations");
  execFileSync("tsc", ["--project", "scripts/client", "--outDir", all], { cwd: root, stdio: "inherit" });
  const wanted = new Set(["scripts/client/client.d.ts"]);
  for (const path of wanted) {
    const text = await readFile(join(all, path), "utf8");
    for (const [, specifier = ""] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)\.[jt]s"/g))
      wanted.add(join(dirname(path), `${specifier}.d.ts`));
    await mkdir(dirname(join(folder, "types", path)), { recursive: true });
    await writeFile(join(folder, "types", path), text);
  }
  await rm(all, { recursive: true });
}

function place(from: string, to: string): Promise<void> {
  return cp(join(root, from), join(folder, to));
}

function manifestOf(
  { name, version, license, type, engines }: Manifest,
  dependencies: Readonly<Record<string, string>>,
): object {
  return {
    name,
    version,
    description: "Asks a repository of stores for a store, and learns what became of it",
    license,
    type,
    engines,
    exports: {
      "./client": { types: "./types/scripts/client/client.d.ts", default: "./dist/client.js" },
      "./schema/*": "./schema/*",
    },
    dependencies,
  };
}
