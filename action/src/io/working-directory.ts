/** The files of a folder on disk as a {@link Tree} that follows no link and opens nothing but regular files. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import { RepoError, type Entry, type Tree } from "../ports.ts";

/** A named pipe put where a file was must not hang us either, hence `O_NONBLOCK`. Windows knows neither flag. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The folder `root` (absolute, or relative to where the process runs) and everything below it.
 * Calls are synchronous inside: for thousands of small files that costs a tenth of asynchronous ones.
 * Throws `RepoError` with the code `missing`, `unreadable` or `not-a-file`.
 */
export function workingDirectory(root: string): Tree {
  /** Folders seen to be real ones; a tree stands for one moment, so each is looked at once. */
  const realFolders = new Set<string>();
  /** Files that a listing has seen to be regular, in real folders. */
  const regularFiles = new Set<string>();

  /** A link anywhere on the way leads out of the tree just as well as one at its end. */
  function requireRealFolder(folder: string): void {
    if (folder === "" || realFolders.has(folder)) return;
    requireRealFolder(parentOf(folder));
    const stats = statOf(root, folder);
    if (stats === undefined) throw missing(folder);
    if (stats.isSymbolicLink()) throw linked(folder);
    if (!stats.isDirectory()) throw missing(folder);
    realFolders.add(folder);
  }

  function collect(folder: string, into: Entry[]): void {
    for (const name of namesIn(root, folder)) {
      const path = `${folder}/${name}`;
      const stats = statOf(root, path);
      const kind = kindOf(stats);
      into.push({ path, kind, size: kind === "file" && stats !== undefined ? stats.size : 0 });
      if (kind === "file") regularFiles.add(path);
      if (kind === "directory") {
        realFolders.add(path);
        collect(path, into);
      }
    }
  }

  /** Looked at before it is opened: opening alone wakes whoever waits at a pipe or a device. */
  function lookAt(path: string): void {
    requirePlainPath(path);
    requireRealFolder(parentOf(path));
    requireRegular(path, statOf(root, path));
  }

  function open(path: string): number {
    try {
      return openSync(join(root, path), READ_FLAGS);
    } catch (cause) {
      // Something else may stand there since the listing.
      lookAt(path);
      throw unreadable(path, cause);
    }
  }

  function readRegular(path: string): Uint8Array {
    if (!regularFiles.has(path)) lookAt(path);
    const descriptor = open(path);
    try {
      requireRegular(path, fstatSync(descriptor));
      return readFileSync(descriptor);
    } catch (cause) {
      throw cause instanceof RepoError ? cause : unreadable(path, cause);
    } finally {
      closeSync(descriptor);
    }
  }

  return {
    list: async (folder) => {
      requirePlainPath(folder);
      requireRealFolder(folder);
      const entries: Entry[] = [];
      collect(folder, entries);
      return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
    read: async (path) => readRegular(path),
    identify: async (path) => blobId(readRegular(path)),
  };
}

/** The id that git gives to these bytes (SHA-1 repositories), in hex. */
export const blobId = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Names as the disk has them; one that is not UTF-8 comes out garbled, is then not found, and counts as "other". */
function namesIn(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder));
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

function statOf(root: string, path: string): Stats | undefined {
  try {
    return lstatSync(join(root, path), { throwIfNoEntry: false });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function kindOf(stats: Stats | undefined): Entry["kind"] {
  if (stats?.isFile() === true) return "file";
  if (stats?.isDirectory() === true) return "directory";
  if (stats?.isSymbolicLink() === true) return "symlink";
  return "other";
}

function requireRegular(path: string, stats: Stats | undefined): void {
  if (stats === undefined) throw missing(path);
  if (stats.isSymbolicLink()) throw linked(path);
  if (!stats.isFile()) throw new RepoError("not-a-file", `${path} is not a regular file`);
}

/** Paths come from listings and from checked settings; one that climbs or hides a NUL is our own mistake, and stops here. */
function requirePlainPath(path: string): void {
  const plain = !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!plain) throw new RepoError("not-a-file", `${JSON.stringify(path)} is not a path inside the repository`);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

const missing = (path: string): RepoError =>
  new RepoError("missing", `there is no ${path}`, { hint: "check the path, and that the checkout is complete" });

const linked = (path: string): RepoError =>
  new RepoError("not-a-file", `${path} is a symbolic link`, { hint: "put the files themselves in its place" });

const unreadable = (path: string, cause: unknown): RepoError =>
  new RepoError("unreadable", `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    hint: "check the permissions of the file and of the folders above it",
    cause,
  });
