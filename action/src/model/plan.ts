/**
 * What has to be written and deleted so that a tenant's part of the bucket becomes its site.
 *
 * Readers walk from pages to assets, so assets land first and leave last; the record, which says that all of it is
 * in place, is committed once it is true.
 */
import type { StoredObject } from "../ports.ts";
import { recordMetadata, recordName, type Kept, type Note, type ReleaseRecord, type Replaced } from "./record.ts";
import { PAGE_MAX_AGE_SECONDS, type FileKind, type Site, type SiteFile } from "./site.ts";

/** The order of everything that a deploy does to a tenant; nothing of one phase begins before all of the last is done. */
export const PHASES = ["assets", "new-pages", "changed-pages", "beacon", "commit", "unpublish", "prune"] as const;
/** One step of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** What an object of ours says about itself. */
export const METADATA = {
  tenant: "storefront-tenant",
  release: "storefront-release",
  identity: "storefront-identity",
  kind: "storefront-kind",
} as const;

/** What a finished record is made from, but for the generations that writing will give. */
export interface RecordDraft {
  readonly note: Note;
  readonly release: string;
  /** Every file of the site. `generation` is undefined where this plan writes the file. */
  readonly files: ReadonlyMap<string, Omit<Kept, "generation"> & { readonly generation: string | undefined }>;
  /** Newest first. `at` is undefined for the release that this plan replaces. */
  readonly previous: readonly (Omit<Replaced, "at"> & { readonly at: number | undefined })[];
}

/** One planned mutation; `expect` is the generation that the object must still have, "0": none. */
export type Operation = {
  readonly phase: Phase;
  readonly path: string;
  /** Why, for the person who reads the log. */
  readonly reason: string;
  readonly expect: string;
} & (
  | { readonly verb: "create" | "update"; readonly store: "site"; readonly content: SiteFile }
  | { readonly verb: "create" | "update"; readonly store: "ledger"; readonly content: RecordDraft }
  | { readonly verb: "delete"; readonly store: "site" }
);

/** What is to be done to a tenant, or why it is not for us to do. */
export type Plan =
  | {
      readonly kind: "plan";
      /** By phase, then path. */
      readonly operations: readonly Operation[];
      /** Files that are already as they should be. */
      readonly unchanged: number;
    }
  /** Objects of someone else lie at paths of ours; `tenants` are those that they say to be of, sorted. */
  | { readonly kind: "foreign"; readonly paths: readonly string[]; readonly tenants: readonly string[] };

/** How long what a release no longer needs stays for those who still hold one of its pages. */
export interface Retention {
  /** Releases before the current one whose assets stay. */
  readonly releases: number;
  /** At least this long after they were replaced, in ms. */
  readonly graceMs: number;
}

/** Sixty times what a cache may hold a page: browsers and networks in between have their own ideas. */
export const RETENTION: Retention = { releases: 2, graceMs: 60 * PAGE_MAX_AGE_SECONDS * 1000 };

/** Everything that a plan is computed from. */
export interface PlanInput {
  readonly tenant: string;
  /** Undefined: nothing shall be left of a release that was begun and never committed. */
  readonly target: { readonly site: Site; readonly note: Note } | undefined;
  /** The tenant's own prefix, names relative to it. */
  readonly listing: readonly StoredObject[];
  readonly record: { readonly value: ReleaseRecord; readonly object: StoredObject } | undefined;
  /** Wall time, ms since the epoch. */
  readonly now: number;
  /** Foreign objects at our paths are overwritten. */
  readonly adopt: boolean;
  /** Files are written although they are as they should be. */
  readonly force: boolean;
  readonly retention: Retention;
}

/** Pure: equal input, equal plan. */
export function planDeploy(input: PlanInput): Plan {
  const { tenant, target, listing, adopt } = input;
  const files = target?.site.files ?? new Map<string, SiteFile>();
  const lying = new Map(listing.map((object) => [object.name, object]));
  const foreign = adopt ? [] : [...files.keys()].filter((path) => isForeign(lying.get(path), tenant));
  if (foreign.length > 0) return { kind: "foreign", paths: foreign, tenants: ownersOf(foreign, lying) };

  const writes = [...files.values()].flatMap((file) => planWrite(file, lying.get(file.path), input));
  const written = new Set(writes.map((operation) => operation.path));
  const leftovers = listing.filter((object) => !files.has(object.name) && !isForeign(object, tenant));
  const assets = leftovers.filter((object) => kindOf(object) === "asset");
  const settled = isSettled(input);
  const previous = planPrevious(new Set(assets.map(({ name }) => name)), settled, input);

  const operations: Operation[] = [...writes];
  if (target !== undefined) operations.push(...planCommit(target, previous, written, lying, input));
  for (const object of leftovers) {
    const kind = kindOf(object);
    if (kind === "asset") continue;
    const reason = target === undefined ? "its release was never finished" : "no longer part of the site";
    // A beacon that names a release goes before the first page of it.
    operations.push({ ...planDelete(object), phase: kind === "beacon" ? "beacon" : "unpublish", reason });
  }
  operations.push(...planPrune(assets, previous, settled, input));
  const rank = new Map(PHASES.map((phase, index) => [phase, index]));
  operations.sort(
    (a, b) => (rank.get(a.phase) ?? 0) - (rank.get(b.phase) ?? 0) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  );
  return { kind: "plan", operations, unchanged: files.size - writes.length };
}

/** Whether an object is not this tenant's own work. */
function isForeign(object: StoredObject | undefined, tenant: string): boolean {
  return object !== undefined && object.metadata[METADATA.tenant] !== tenant;
}

function ownersOf(paths: readonly string[], lying: ReadonlyMap<string, StoredObject>): string[] {
  return [...new Set(paths.flatMap((path) => lying.get(path)?.metadata[METADATA.tenant] ?? []))].toSorted();
}

function planWrite(file: SiteFile, lying: StoredObject | undefined, { tenant, force }: PlanInput): Operation[] {
  const { path } = file;
  const reason = reasonToWrite(file, lying, tenant) ?? (force ? "rewriting was asked for" : undefined);
  if (reason === undefined) return [];
  const verb = lying === undefined ? "create" : "update";
  const expect = lying?.generation ?? "0";
  return [{ phase: phaseOf(file.kind, verb), verb, store: "site", path, expect, reason, content: file }];
}

function reasonToWrite(file: SiteFile, lying: StoredObject | undefined, tenant: string): string | undefined {
  if (lying === undefined) return "not there yet";
  if (isForeign(lying, tenant)) return "taken over from someone else";
  if (lying.metadata[METADATA.identity] !== file.identity) return "changed";
  if (lying.metadata[METADATA.kind] !== file.kind) return "its kind was lost";
  if (lying.contentType !== file.contentType || lying.cacheControl !== file.cacheControl) {
    return "its headers were changed by someone else";
  }
  return undefined;
}

/** Everything that adds a URL is a new page, whatever kind of page it is. */
function phaseOf(kind: FileKind, verb: "create" | "update"): Phase {
  if (kind === "page") return verb === "create" ? "new-pages" : "changed-pages";
  return kind === "asset" ? "assets" : "beacon";
}

/**
 * Old assets stay for some releases and some time, because a page in a cache may still ask for them. They all stay
 * while a page lies there that no record knows: it was live until this very deploy.
 */
function planPrevious(
  assets: ReadonlySet<string>,
  settled: boolean,
  { target, record, now, retention }: PlanInput,
): RecordDraft["previous"] {
  if (target === undefined || record === undefined) return [];
  const { value } = record;
  const replaced: RecordDraft["previous"] =
    value.release === target.site.release
      ? []
      : [
          {
            release: value.release,
            at: undefined,
            assets: [...value.files].filter(([, file]) => file.kind === "asset").map(([path]) => path),
          },
        ];
  return [...replaced, ...value.previous]
    .filter(
      ({ at }, index) => !settled || index < retention.releases || at === undefined || now - at < retention.graceMs,
    )
    .map((release) => ({ ...release, assets: release.assets.filter((path) => assets.has(path)).toSorted() }));
}

function planPrune(
  assets: readonly StoredObject[],
  previous: RecordDraft["previous"],
  settled: boolean,
  { target, record, now, retention }: PlanInput,
): Operation[] {
  if (target === undefined) return assets.map((object) => planPruned(object, "its release was never finished"));
  if (record === undefined || !settled) return [];
  const kept = new Set(previous.flatMap((release) => release.assets));
  const known = new Set([...record.value.files.keys(), ...record.value.previous.flatMap((release) => release.assets)]);
  return assets.flatMap((object) => {
    if (kept.has(object.name)) return [];
    if (known.has(object.name))
      return [planPruned(object, `needed by none of the last ${retention.releases} releases`)];
    const age = now - Math.max(object.updated, record.object.updated);
    return age > retention.graceMs ? [planPruned(object, "left over from a release that was never finished")] : [];
  });
}

function planPruned(object: StoredObject, reason: string): Operation {
  return { ...planDelete(object), phase: "prune", reason };
}

function planDelete({ name, generation }: StoredObject) {
  return { verb: "delete", store: "site", path: name, expect: generation } as const;
}

/** Whether every page of ours lies there as the record says: then no other release's page was live since the record. */
function isSettled({ listing, record, tenant }: PlanInput): boolean {
  return listing.every(
    (object) =>
      isForeign(object, tenant) ||
      kindOf(object) === "asset" ||
      record?.value.files.get(object.name)?.generation === object.generation,
  );
}

function planCommit(
  { site, note }: { site: Site; note: Note },
  previous: RecordDraft["previous"],
  written: ReadonlySet<string>,
  lying: ReadonlyMap<string, StoredObject>,
  { record, tenant }: PlanInput,
): Operation[] {
  const files = new Map(
    [...site.files.values()].map(({ path, kind, identity }) => [
      path,
      { kind, identity, generation: written.has(path) ? undefined : lying.get(path)?.generation },
    ]),
  );
  const draft: RecordDraft = { note, release: site.release, files, previous };
  const operation = { phase: "commit", store: "ledger", path: recordName(tenant), content: draft } as const;
  if (record === undefined) return [{ ...operation, verb: "create", expect: "0", reason: "first release" }];
  const reason = reasonToCommit(record, draft, tenant);
  if (reason === undefined) return [];
  return [{ ...operation, verb: "update", expect: record.object.generation, reason }];
}

/**
 * The record once everything is written: `generations` of the files that the plan wrote, `now` as wall time. Throws when
 * a file has no generation: a record that names none would be a lie.
 */
export function finishRecord(
  tenant: string,
  { note, release, files, previous }: RecordDraft,
  generations: ReadonlyMap<string, string>,
  now: number,
): ReleaseRecord {
  const generationOf = (path: string, known: string | undefined): string => {
    const generation = known ?? generations.get(path);
    if (generation === undefined) throw new Error(`${tenant} is to be recorded, and ${path} was not written`);
    return generation;
  };
  return {
    ...note,
    tenant,
    release,
    files: new Map(
      [...files].map(([path, file]) => [path, { ...file, generation: generationOf(path, file.generation) }]),
    ),
    previous: previous.map((replaced) => ({ ...replaced, at: replaced.at ?? now })),
  };
}

/** A record is not written anew for another commit alone. */
function reasonToCommit(
  { value, object }: { value: ReleaseRecord; object: StoredObject },
  draft: RecordDraft,
  tenant: string,
): string | undefined {
  if (value.release !== draft.release) return `release ${draft.release}`;
  if ([...draft.files.values()].some(({ generation }) => generation === undefined)) return "files were written again";
  const next = finishRecord(tenant, draft, new Map(), 0);
  if (sortedEntries(value.files) !== sortedEntries(next.files)) return "files were written again";
  if (notesOf(value) !== notesOf(next)) return "made from something else, with the same bytes";
  const listed = recordMetadata(value);
  if (Object.entries(listed).some(([key, text]) => object.metadata[key] !== text)) return "its listing says otherwise";
  return undefined;
}

/** Everything but the files and the commit, as text that is equal where it is. */
function notesOf(record: ReleaseRecord): string {
  return sortedEntries(Object.entries(record).filter(([key]) => key !== "files" && key !== "commit"));
}

function sortedEntries(entries: Iterable<readonly [string, unknown]>): string {
  return JSON.stringify([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function kindOf({ metadata }: StoredObject): FileKind {
  const kind = metadata[METADATA.kind];
  return kind === "asset" || kind === "beacon" ? kind : "page";
}
