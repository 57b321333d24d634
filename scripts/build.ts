/** Bundles the action into `action/dist`; with `--check`, proves that the committed bundle is what the sources give. */
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { rolldown, type OutputChunk, type RolldownPlugin } from "rolldown";
import { SIDE_ENTRY } from "../action/src/model/rendered-side.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "action/dist");
const IMAGE_LIBRARY = "sharp-wasm32.cjs";

if (process.argv.includes("--check")) await compareWithFresh();
else {
  await rm(dist, { recursive: true, force: true });
  await bundle(dist);
}

/** Builds elsewhere, compares byte by byte, names what differs. */
async function compareWithFresh(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dist-"));
  try {
    await bundle(folder);
    const [committed, fresh] = [await contents(dist), await contents(folder)];
    const stale = [...new Set([...committed.keys(), ...fresh.keys()])]
      .filter((name) => !(committed.get(name) ?? Buffer.of()).equals(fresh.get(name) ?? Buffer.of()))
      .toSorted();
    if (stale.length === 0) return;
    process.stderr.write(`action/dist is stale; run \`npm run build\`: ${stale.join(", ")}\n`);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function contents(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

/** ESM in chunks, so that a command loads only what it uses; nothing in it depends on the machine that builds. */
async function bundle(folder: string): Promise<void> {
  const carried = new Set<string>();
  const build = await rolldown({
    cwd: root,
    input: { index: "action/src/main.ts", [SIDE_ENTRY]: "action/src/child.ts" },
    platform: "node",
    plugins: [imageLibrary(), besideBundle(folder, carried)],
    // Of the toolkit we read inputs and write outputs; its HTTP client, half the bundle and of the start-up, is never called.
    treeshake: { moduleSideEffects: [{ test: /node_modules\/(?:@actions|tunnel|undici)\//, sideEffects: false }] },
    logLevel: "warn",
    onLog: (level, log) => {
      // Packages warn about themselves (`eval`, circular imports); our own files must not.
      if (level === "warn" && !/node_modules/.test(`${log.id} ${log.message}`)) throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: folder,
    format: "esm",
    minify: true,
    sourcemap: false,
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
  });
  await build.close();
  const chunks = [...output.filter((part) => part.type === "chunk"), ...(await bundleImageLibrary(folder))];
  const local = chunks.find((chunk) => chunk.code.includes(root));
  if (local !== undefined) throw new Error(`${local.fileName} names a folder of this machine`);
  const origins = [...chunks.flatMap((chunk) => chunk.moduleIds), ...carried];
  await writeFile(join(folder, "licenses.txt"), await licensesOf(origins));
}

/** Copies what the rasteriser reads (its program, its font) beside the bundle, and lets it look there. */
function besideBundle(folder: string, carried: Set<string>): RolldownPlugin {
  const rasteriser = join(root, "action/src/io/rasterise.ts");
  const { resolve } = createRequire(rasteriser);
  return {
    name: "beside-bundle",
    transform: (code, id) =>
      id === rasteriser
        ? code.replaceAll(/\bresolve\("([^"]+)"\)/g, (_, name: string) => {
            carried.add(resolve(name));
            return `resolve("./${basename(name)}")`;
          })
        : null,
    writeBundle: async () => {
      await Promise.all([...carried].map((file) => copyFile(file, join(folder, basename(file)))));
    },
  };
}

/** What sharp looks for at run time: the build of its library for this machine. In the bundle that is WebAssembly. */
function imageLibrary(): RolldownPlugin {
  return {
    name: "image-library",
    resolveId: (source, importer) =>
      source === "./sharp.mjs" && importer?.includes("/node_modules/sharp/dist/") ? "\0image-library.mjs" : null,
    load: (id) =>
      id === "\0image-library.mjs"
        ? `import { createRequire } from "node:module"; export default createRequire(import.meta.url)("./${IMAGE_LIBRARY}");`
        : null,
  };
}

/** An engine runs under Node's permission model, which denies this old way to the constants of files. */
function withoutBinding(): RolldownPlugin {
  return {
    name: "without-binding",
    transform: (code) => code.replaceAll('process.binding("constants")', '{ fs: require("node:fs").constants }'),
  };
}

/** A file of its own, in the form that it loads itself by, as its threads do; the program that it reads lies beside it. */
async function bundleImageLibrary(folder: string): Promise<readonly OutputChunk[]> {
  const entry = createRequire(import.meta.url).resolve("@img/sharp-wasm32/sharp.node");
  const build = await rolldown({
    cwd: root,
    input: entry,
    platform: "node",
    logLevel: "silent",
    plugins: [withoutBinding()],
  });
  const { output } = await build.write({ dir: folder, format: "cjs", minify: true, entryFileNames: IMAGE_LIBRARY });
  await build.close();
  const library = join(dirname(entry), "lib");
  for (const name of await readdir(library))
    if (name.endsWith(".wasm")) await copyFile(join(library, name), join(folder, basename(name)));
  return output.filter((part) => part.type === "chunk");
}

/** The licences of every package that went into the bundle, as they ask for; equal texts once. */
async function licensesOf(origins: readonly string[]): Promise<string> {
  const folders = new Set<string>();
  for (const id of origins) {
    const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  const packages = await Promise.all([...folders].map(licenseOf));
  const groups = Object.entries(Object.groupBy(packages, ({ text }) => text)).map(
    ([text, group = []]) => `${[...new Set(group.map(({ title }) => title))].toSorted().join("\n")}\n\n${text}\n`,
  );
  return groups.toSorted().join(`\n${"-".repeat(80)}\n\n`);
}

async function licenseOf(folder: string): Promise<{ title: string; text: string }> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  const files = (await readdir(folder)).toSorted().filter((name) => /^licen[cs]e/i.test(name));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const text = texts.length === 0 ? "(no text in the package)" : texts.join("\n");
  return {
    title: `${String(manifest["name"])} ${String(manifest["version"])} (${String(manifest["license"])})`,
    text: text.replaceAll("\r", "").trim(),
  };
}
