/** What is installed is exactly what was tried: pinned, locked, on the pinned Node. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PREVIEW_DRAWER } from "../../action/src/model/preview.ts";
import { root } from "./sources.ts";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<
    Record<string, Manifest & { readonly version?: string; readonly resolved?: string; readonly integrity?: string }>
  >;
}

const manifest = read("package.json") as Manifest;
const lock = read("package-lock.json") as Lock;

test("tests run on the Node that the action runs on", () => {
  expect(process.version).toMatch(/^v24\./);
});

test("every direct dependency is pinned to one version", () => {
  const direct = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  expect(direct.length).toBeGreaterThan(10);
  expect(direct.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("a preview says with which versions it is drawn", () => {
  const named = PREVIEW_DRAWER.split(", ").map((one) => one.split(" "));
  expect(named).toEqual(named.map(([name = ""]) => [name, manifest.dependencies?.[name]]));
});

test("the lock holds every package that another one may need, for every platform", () => {
  expect(missingFrom(lock)).toEqual([]);
  const name = Object.keys(lock.packages).find((path) => path.startsWith("node_modules/@rolldown/binding-darwin"));
  const { [name ?? ""]: _, ...rest } = lock.packages;
  expect(missingFrom({ packages: rest })).not.toEqual([]);
});

test("the lock vouches for every package and names no registry", () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== "");
  expect(packages.filter(([, entry]) => !entry.integrity?.startsWith("sha512-")).map(([path]) => path)).toEqual([]);
  expect(packages.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
});

/** `npm ci` refuses a lock in which a dependency, even an optional one of another platform, is not found. */
function missingFrom({ packages }: Lock): readonly string[] {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !isFound(packages, path, name))
      .map((name) => `${path || "package.json"} needs ${name}`),
  );
}

/** As Node looks for it: in the package's own folder, then in each one above. */
function isFound(packages: Lock["packages"], path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
  }
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}
