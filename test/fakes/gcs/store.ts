/** Buckets, objects and their versions, as Cloud Storage keeps them. */
import { createHash } from "node:crypto";
import { crc32c } from "../../../action/src/io/crc32c.ts";
import { compareNames } from "../../../action/src/io/object-name.ts";
import { AnswerError } from "./answer.ts";

/** What a client may set on an object. */
export interface Settings {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly storageClass?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One generation of an object. */
export interface Version {
  readonly bucket: string;
  readonly name: string;
  readonly generation: bigint;
  readonly metageneration: number;
  readonly settings: Settings;
  readonly body: Buffer;
  readonly crc32c: string;
  readonly timeCreated: number;
  readonly updated: number;
  /** Set when a later version took its place, or it was deleted. */
  readonly timeDeleted?: number;
}

/** Every `ifGenerationMatch` and its kin, from a request's query. */
export interface Preconditions {
  readonly generationMatch: string | null;
  readonly generationNotMatch: string | null;
  readonly metagenerationMatch: string | null;
  readonly metagenerationNotMatch: string | null;
}

/** The preconditions of a query; `source` for those on what is copied. */
export function readPreconditions(query: URLSearchParams, source = false): Preconditions {
  const name = (rest: string): string => (source ? `ifSource${rest}` : `if${rest}`);
  return {
    generationMatch: query.get(name("GenerationMatch")),
    generationNotMatch: query.get(name("GenerationNotMatch")),
    metagenerationMatch: query.get(name("MetagenerationMatch")),
    metagenerationNotMatch: query.get(name("MetagenerationNotMatch")),
  };
}

/** Throws 412 where a match fails, 304 where a non-match does. Generation 0 stands for "there is none". */
export function checkPreconditions(preconditions: Preconditions, version: Version | undefined): void {
  const generation = String(version?.generation ?? 0n);
  const metageneration = version === undefined ? undefined : String(version.metageneration);
  const { generationMatch, generationNotMatch, metagenerationMatch, metagenerationNotMatch } = preconditions;
  for (const value of Object.values(preconditions) as (string | null)[]) {
    if (value !== null && !/^-?\d+$/.test(value))
      throw new AnswerError(400, "invalidParameter", `Invalid value: ${value}`);
  }
  if (
    (generationMatch !== null && generationMatch !== generation) ||
    (metagenerationMatch !== null && metagenerationMatch !== metageneration)
  ) {
    throw new AnswerError(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
  }
  if (
    (generationNotMatch !== null && generationNotMatch === generation) ||
    (metagenerationNotMatch !== null && metagenerationNotMatch === metageneration)
  ) {
    throw new AnswerError(304, "notModified", "Not Modified");
  }
}

export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startOffset: string;
  readonly endOffset: string;
  readonly maxResults: number;
  readonly versions: boolean;
  /** The name after which to go on. */
  readonly after: string | undefined;
}

export interface ListPage {
  readonly versions: readonly Version[];
  readonly prefixes: readonly string[];
  /** The name to go on after, where there is more. */
  readonly next: string | undefined;
}

export interface FakeBucket {
  readonly name: string;
  readonly timeCreated: number;
  versioning: boolean;
  /** The live version, or the one of a generation; undefined where there is none. */
  find(name: string, generation?: string | null): Version | undefined;
  put(name: string, body: Buffer, settings: Settings, checks: { crc32c?: string; md5Hash?: string }): Version;
  /** New settings for a version, which keeps its generation. */
  change(version: Version, settings: Settings): Version;
  remove(version: Version, forGood: boolean): void;
  list(query: ListQuery): ListPage;
  live(): Version[];
}

/** All buckets of one fake. Generations grow over all of them. `allowMutation` throws when one comes too soon. */
export function createStore(now: () => number, allowMutation: (bucket: string, name: string) => void) {
  const buckets = new Map<string, FakeBucket>();
  let last = 0n;
  const nextGeneration = (): bigint => {
    const time = BigInt(Math.trunc(now())) * 1000n;
    last = time > last ? time : last + 1n;
    return last;
  };

  return {
    names: (): string[] => [...buckets.keys()].toSorted(compareNames),
    create(name: string): FakeBucket {
      if (buckets.has(name)) throw new AnswerError(409, "conflict", "You already own this bucket.");
      const bucket = createBucket(name, now, nextGeneration, allowMutation);
      buckets.set(name, bucket);
      return bucket;
    },
    find: (name: string): FakeBucket | undefined => buckets.get(name),
    get(name: string): FakeBucket {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw new AnswerError(404, "bucketNotFound", "The specified bucket does not exist.");
      return bucket;
    },
    delete(name: string): void {
      if ((buckets.get(name)?.live().length ?? 0) > 0)
        throw new AnswerError(409, "conflict", "The bucket is not empty.");
      buckets.delete(name);
    },
  };
}

export type Store = ReturnType<typeof createStore>;

function createBucket(
  bucket: string,
  now: () => number,
  nextGeneration: () => bigint,
  allowMutation: (bucket: string, name: string) => void,
): FakeBucket {
  /** Oldest first; a live one is the last. */
  const versions = new Map<string, Version[]>();
  /** The keys of `versions`, in listing order. */
  const names: string[] = [];

  function place(name: string): number {
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareNames(names[middle] ?? "", name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function setVersions(name: string, list: Version[]): void {
    const at = place(name);
    const isListed = names[at] === name;
    if (list.length === 0) {
      if (isListed) names.splice(at, 1);
      versions.delete(name);
      return;
    }
    if (!isListed) names.splice(at, 0, name);
    versions.set(name, list);
  }

  const liveOf = (name: string): Version | undefined => {
    const newest = versions.get(name)?.at(-1);
    return newest?.timeDeleted === undefined ? newest : undefined;
  };

  const self: FakeBucket = {
    name: bucket,
    timeCreated: now(),
    versioning: false,
    find(name, generation) {
      if (generation === undefined || generation === null) return liveOf(name);
      return versions.get(name)?.find((version) => String(version.generation) === generation);
    },
    put(name, body, settings, checks) {
      checkObjectName(name);
      const sum = crc32c(body);
      if (checks.crc32c !== undefined && checks.crc32c !== sum) {
        throw new AnswerError(
          400,
          "invalid",
          `Provided CRC32C "${checks.crc32c}" doesn't match calculated CRC32C "${sum}".`,
        );
      }
      if (checks.md5Hash !== undefined && checks.md5Hash !== md5Of(body)) {
        throw new AnswerError(
          400,
          "invalid",
          `Provided MD5 hash "${checks.md5Hash}" doesn't match calculated MD5 hash.`,
        );
      }
      allowMutation(bucket, name);
      const time = now();
      const version: Version = {
        bucket,
        name,
        generation: nextGeneration(),
        metageneration: 1,
        settings,
        body,
        crc32c: sum,
        timeCreated: time,
        updated: time,
      };
      const before = versions.get(name) ?? [];
      const kept = self.versioning ? before.map((old) => ({ ...old, timeDeleted: old.timeDeleted ?? time })) : [];
      setVersions(name, [...kept, version]);
      return version;
    },
    change(version, settings) {
      allowMutation(bucket, version.name);
      const changed = { ...version, settings, metageneration: version.metageneration + 1, updated: now() };
      setVersions(
        version.name,
        (versions.get(version.name) ?? []).map((each) => (each.generation === version.generation ? changed : each)),
      );
      return changed;
    },
    remove(version, forGood) {
      allowMutation(bucket, version.name);
      const others = (versions.get(version.name) ?? []).filter((each) => each.generation !== version.generation);
      const keeps = self.versioning && !forGood;
      setVersions(version.name, keeps ? [...others, { ...version, timeDeleted: now() }] : others);
    },
    list({ prefix, delimiter, startOffset, endOffset, maxResults, versions: all, after }) {
      const found: Version[] = [];
      const prefixes: string[] = [];
      const start = [prefix, startOffset].toSorted(compareNames).at(-1) ?? "";
      let at = place(start);
      if (after !== undefined) {
        const following = place(after);
        at = Math.max(at, names[following] === after ? following + 1 : following);
      }
      for (let last: string | undefined = after; at < names.length; at++) {
        const name = names[at] ?? "";
        if (!name.startsWith(prefix) || (endOffset !== "" && compareNames(name, endOffset) >= 0)) break;
        if (found.length + prefixes.length >= maxResults) return { versions: found, prefixes, next: last };
        last = name;
        const cut = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
        if (cut >= 0) {
          const common = name.slice(0, cut + delimiter.length);
          if (prefixes.at(-1) !== common && !(after ?? "").startsWith(common)) prefixes.push(common);
          continue;
        }
        if (all) found.push(...(versions.get(name) ?? []));
        else found.push(...[liveOf(name)].filter((version) => version !== undefined));
      }
      return { versions: found, prefixes, next: undefined };
    },
    live: () => names.flatMap((name) => liveOf(name) ?? []),
  };
  return self;
}

/** The object resource of the JSON API. */
export function resourceOf(version: Version): Record<string, unknown> {
  const { bucket, name, generation, metageneration, settings, body, timeDeleted } = version;
  const { contentType = "application/octet-stream", storageClass = "STANDARD", ...rest } = settings;
  return {
    kind: "storage#object",
    id: `${bucket}/${name}/${generation}`,
    bucket,
    name,
    generation: String(generation),
    metageneration: String(metageneration),
    contentType,
    storageClass,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== "")),
    size: String(body.byteLength),
    crc32c: version.crc32c,
    md5Hash: md5Of(body),
    etag: etagOf(version),
    timeCreated: new Date(version.timeCreated).toISOString(),
    updated: new Date(version.updated).toISOString(),
    ...(timeDeleted === undefined ? {} : { timeDeleted: new Date(timeDeleted).toISOString() }),
  };
}

export function etagOf({ generation, metageneration }: Version): string {
  return Buffer.from(`${generation}/${metageneration}`).toString("base64");
}

export function md5Of(body: Buffer): string {
  return createHash("md5").update(body).digest("base64");
}

function checkObjectName(name: string): void {
  const isBad = name === "" || name === "." || name === ".." || /[\r\n]/.test(name) || Buffer.byteLength(name) > 1024;
  if (isBad || name.startsWith(".well-known/acme-challenge/")) {
    throw new AnswerError(400, "invalid", `Disallowed object name ${JSON.stringify(name.slice(0, 80))}`);
  }
}
