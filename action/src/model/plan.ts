/**
 * What has to be written and deleted so that a tenant's part of the bucket becomes its site.
 *
 * Readers walk from pages to assets, so assets land first and leave last; the record, which says that all of it is
 * in place, is committed once it is true.
 */
import { BEACON_PATH, PAGE_MAX_AGE_SECONDS, type Site, type SiteFile } from "./site.ts";
import type { StoredObject } from "../ports.ts";
import { recordName, type Kept, type Note, type ReleaseRecord, type Replaced } from "./record.ts";

/** The order of everything that a deploy does to a tenant; nothing of one phase begins before all of the last is done. */
export const PHASES = ["assets", "new-pages", "changed-pages", "beacon", "commit", "unpublish", "prune"] as const;
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

export type Plan =
  | {
      readonly kind: "plan";
      /** By phase, then path. */
      readonly operations: readonly Operation[];
      /** Files that are already as they should be. */
      readonly unchanged: number;
    }
  /** Objects of someone else lie at paths of ours. */
  | { readonly kind: "foreign"; readonly paths: readonly string[] };

/** How long what a release no longer needs stays for those who still hold one of its pages. */
export interface Retention {
  /** Releases before the current one whose assets stay. */
  readonly releases: number;
  /** At least this long after they were replaced, in ms. */
  readonly graceMs: number;
}

/** Sixty times what a cache may hold a page: browsers and networks in between have their own ideas. */
export const RETENTION: Retention = { releases: 2, graceMs: 60 * PAGE_MAX_AGE_SECONDS * 1000 };

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
