/**
 * A bucket in a folder: bodies as files that a browser can open, what a file system cannot hold in an index beside it.
 *
 * For `out/acme` the index is `out/.index/acme`, one entry per object. An entry holds the version that is being written
 * together with the one before it; the object is whichever of the two the file in the folder is. So the rename of the
 * file is the moment at which a write happens, and a process that is killed at any point leaves the old object or the
 * new one, never a mixture. A file that is neither is foreign: it is listed, without metadata. So is a file whose entry
 * cannot be read any more: whoever may take over foreign objects writes the entry anew.
 *
 * An operation does not give way to others once it has begun: the file system's answers come in microseconds, much faster
 * than through the queue of threads, and callers within one process cannot overlap. Before it begins, signals and other
 * requests have their turn. Two processes that write the same folder
 * at the same moment may lose one of two writes: the check of what is expected and the rename are two steps.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { isMapping } from "../model/mapping.ts";
import { BucketError, type Bucket, type Clock, type Listing, type StoredObject, type Upload } from "../ports.ts";
import { systemClock } from "./clock.ts";
import { checkName, checkUpload, compareNames, isListed } from "./object-name.ts";

const MOST_SEGMENT_BYTES = 255;

/** One version of an object, as an entry of the index holds it. */
interface Version {
  readonly object: StoredObject;
  /** What the file in the folder looks like. */
  readonly file: FileFacts;
  /** The stored bytes in base64 where they are not the file's: it is decompressed. */
  readonly stored?: string;
}

interface FileFacts {
  readonly size: number;
  /** In nanoseconds, so a string. It survives a rename. */
  readonly modified: string;
  readonly sha256: string;
}

interface IndexEntry {
  readonly versions: readonly Version[];
}

/** The bucket of a folder, which need not exist yet. Its names are the paths of files inside it. */
export function directoryBucket(folder: string, { clock = systemClock }: { clock?: Pick<Clock, "now"> } = {}): Bucket {
  const root = resolve(folder);
  const index = join(dirname(root), ".index", basename(root));
  let lastGeneration = 0n;

  function entryPath(name: string): string {
    return join(index, `${createHash("sha256").update(foldCase(name)).digest("hex").slice(0, 40)}.json`);
  }

  function nextGeneration(): bigint {
    const now = BigInt(Math.trunc(clock.now())) * 1000n;
    lastGeneration = now > lastGeneration ? now : lastGeneration + 1n;
    return lastGeneration;
  }

  function readEntry(name: string): IndexEntry | undefined {
    const path = entryPath(name);
    // Most that are written are new: to look costs a tenth of a failure to read.
    const text = existsSync(path) ? orUndefined(() => readFileSync(path, "utf8")) : undefined;
    return text === undefined ? undefined : parseEntry(text);
  }

  /** What lies behind a link at the folder's own place is not ours to list or to write. */
  function refuseLink(): void {
    const status = lstatSync(root, { throwIfNoEntry: false });
    if (status === undefined || status.isDirectory()) return;
    throw new BucketError("invalid", `${folder} is ${status.isSymbolicLink() ? "a link" : "no folder"}`, {
      hint: "nothing is written through a link: put a folder in its place, or name the one that it leads to",
    });
  }

  /** The version that lives under a name: ours, or a foreign file's. */
  function resolveVersion(name: string): Version | undefined {
    const path = join(root, name);
    const status = orUndefined(() => lstatSync(path, { bigint: true, throwIfNoEntry: false }));
    if (status === undefined || !status.isFile()) return undefined;
    const versions = readEntry(name)?.versions.filter(({ object }) => object.name === name) ?? [];
    const size = Number(status.size);
    const modified = String(status.mtimeNs);
    const same = versions.filter(({ file }) => file.size === size && file.modified === modified);
    // Two versions of one size may be younger than a tick of the file system's clock: then only the bytes tell.
    if (same.length === 1) return same[0];
    let sha256 = "";
    if (versions.some(({ file }) => file.size === size)) {
      sha256 = hash(readFileSync(path));
      const copied = versions.find(({ file }) => file.sha256 === sha256);
      if (copied !== undefined) return copied;
    }
    return {
      object: {
        name,
        generation: modified,
        size,
        contentType: "",
        cacheControl: "",
        contentEncoding: "",
        metadata: {},
        updated: Number(status.mtimeMs),
      },
      file: { size, modified, sha256 },
    };
  }

  function expectGeneration(name: string, expect: string): Version | undefined {
    const version = resolveVersion(name);
    const now = version?.object.generation ?? "0";
    if (now !== expect) throw new BucketError("conflict", `${name} is at generation ${now}, not ${expect}`);
    return version;
  }

  function refuseClash(name: string): void {
    const segments = name.split("/");
    for (let depth = 1; depth <= segments.length; depth++) {
      const part = segments.slice(0, depth).join("/");
      const status = lstatSync(join(root, part), { throwIfNoEntry: false });
      if (status === undefined) break;
      if (depth < segments.length ? !status.isDirectory() : !status.isFile()) {
        throw new BucketError("invalid", `${name} cannot be a file beside ${part}`, {
          hint: "in a folder, a name cannot be both a file and a folder, and nothing is written through a link",
        });
      }
    }
    const other = readEntry(name)?.versions.find(({ object }) => object.name !== name)?.object.name;
    if (other !== undefined && resolveVersion(other) !== undefined) {
      throw new BucketError("invalid", `${name} and ${other} differ only in case`, {
        hint: "not every file system can hold both",
      });
    }
  }

  function listFiles(within: string): string[] {
    const entries = orUndefined(() => readdirSync(join(root, within), { withFileTypes: true })) ?? [];
    return entries.flatMap((entry) => {
      const path = within === "" ? entry.name : `${within}/${entry.name}`;
      return entry.isDirectory() ? listFiles(path) : entry.isFile() ? [path] : [];
    });
  }

  function listObjects(listing: Listing): readonly StoredObject[] {
    // Only the folder that the prefix surely lies in is walked; `..` leads nowhere, for no object has such a name.
    const within = listing.prefix.slice(0, Math.max(0, listing.prefix.lastIndexOf("/")));
    if (within.split("/").includes("..")) return [];
    refuseLink();
    return listFiles(within)
      .filter((name) => isListed(name, listing))
      .flatMap((name) => resolveVersion(name)?.object ?? [])
      .toSorted((a, b) => compareNames(a.name, b.name));
  }

  function readObject(name: string): { readonly object: StoredObject; readonly body: Uint8Array } | undefined {
    checkPath(name);
    refuseLink();
    const version = resolveVersion(name);
    if (version === undefined) return undefined;
    const { object, stored } = version;
    return { object, body: stored === undefined ? readFileSync(join(root, name)) : Buffer.from(stored, "base64") };
  }

  function writeObject(upload: Upload, expect: string): StoredObject {
    checkUpload(upload);
    checkPath(upload.name);
    const { name, contentType, cacheControl, contentEncoding } = upload;
    refuseLink();
    refuseClash(name);
    const before = expectGeneration(name, expect);
    const path = join(root, name);
    const entry = entryPath(name);
    const isCompressed = contentEncoding === "gzip";
    const served = isCompressed ? decompress(name, upload.body) : upload.body;
    const object: StoredObject = {
      name,
      generation: String(nextGeneration()),
      size: upload.body.byteLength,
      contentType,
      cacheControl,
      contentEncoding,
      metadata: { ...upload.metadata },
      updated: Math.trunc(clock.now()),
    };
    mkdirSync(index, { recursive: true });
    writeFileSync(`${entry}.body`, served);
    const { mtimeNs } = statSync(`${entry}.body`, { bigint: true });
    const version: Version = {
      object,
      file: { size: served.byteLength, modified: String(mtimeNs), sha256: hash(served) },
      ...(isCompressed ? { stored: Buffer.from(upload.body).toString("base64") } : {}),
    };
    const isOurs = before !== undefined && before.file.sha256 !== "";
    const versions: IndexEntry = { versions: isOurs ? [version, before] : [version] };
    writeFileSync(`${entry}.next`, JSON.stringify(versions));
    renameSync(`${entry}.next`, entry);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(`${entry}.body`, path);
    return object;
  }

  function removeObject(name: string, expect: string): void {
    checkPath(name);
    refuseLink();
    if (resolveVersion(name) === undefined) throw new BucketError("missing", `there is no ${name}`);
    expectGeneration(name, expect);
    rmSync(join(root, name));
    rmSync(entryPath(name), { force: true });
    for (let parent = dirname(name); parent !== "."; parent = dirname(parent)) {
      if (!removeIfEmpty(join(root, parent))) break;
    }
  }

  return {
    list: (listing) => takeTurn(listing.prefix, () => listObjects(listing)),
    read: (name) => takeTurn(name, () => readObject(name)),
    write: (upload, expect) => takeTurn(upload.name, () => writeObject(upload, expect)),
    remove: (name, expect) => takeTurn(name, () => removeObject(name, expect)),
  };
}

/** Undefined where somebody else has changed an entry: the file that it was about is then one that we know nothing of. */
function parseEntry(text: string): IndexEntry | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    const versions = isMapping(entry) && Array.isArray(entry["versions"]) ? entry["versions"] : [];
    const isOurs = versions.every((one) => isMapping(one) && isMapping(one["object"]) && isMapping(one["file"]));
    return isOurs ? { versions: versions as Version[] } : undefined;
  } catch {
    return undefined;
  }
}

function checkPath(name: string): void {
  checkName(name);
  for (const segment of name.split("/")) {
    const isBad = segment === "" || segment === "." || segment === ".." || segment.includes("\\");
    if (isBad || Buffer.byteLength(segment) > MOST_SEGMENT_BYTES) {
      throw new BucketError(
        "invalid",
        `${JSON.stringify(name)} cannot be a file: ${JSON.stringify(segment.slice(0, 60))}`,
        {
          hint: `between slashes stand 1 to ${MOST_SEGMENT_BYTES} bytes without a backslash, and neither . nor ..`,
        },
      );
    }
  }
}

/** A name as the least particular file system sees it. */
function foldCase(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function decompress(name: string, body: Uint8Array): Uint8Array {
  try {
    return gunzipSync(body);
  } catch (cause) {
    throw new BucketError("invalid", `the body of ${name} is not gzip, as its encoding says`, { cause });
  }
}

function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(error))) return false;
    throw error;
  }
}

function orUndefined<Value>(ask: () => Value): Value | undefined {
  try {
    return ask();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

async function takeTurn<Value>(name: string, work: () => Value): Promise<Value> {
  await setImmediate();
  try {
    return work();
  } catch (error) {
    throw describeFailure(name, error);
  }
}

function describeFailure(name: string, cause: unknown): unknown {
  if (cause instanceof BucketError) return cause;
  const code = codeOf(cause);
  const message = `${name}: ${cause instanceof Error ? cause.message : String(cause)}`;
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new BucketError("denied", message, { hint: "let this user write the folder, or choose another", cause });
    case "ENOSPC":
    case "EDQUOT":
      return new BucketError("unknown", message, { hint: "free some space and run again", cause });
    case "EMFILE":
    case "ENFILE":
    case "EBUSY":
      return new BucketError("transient", message, { cause });
    case "ENAMETOOLONG":
    case "EISDIR":
    case "ENOTDIR":
    case "EEXIST":
      return new BucketError("invalid", message, { cause });
    default:
      return new BucketError("unknown", message, { cause });
  }
}
