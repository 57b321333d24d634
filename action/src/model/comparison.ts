/** What a change does to a store: its site before against its site after, computed from git alone. */
import { type BusinessChange, changeOf } from "./business-change.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Outcome, Status } from "./report.ts";
import type { Site } from "./site.ts";
import { addressesAmong, type SourceFacts, type StoreFacts } from "./store-facts.ts";
import type { ClosedStore } from "./store.ts";

/** A file of a rendered site, without its bytes. */
export interface ShownFile {
  /** Equal where visitors get the same bytes with the same headers. */
  readonly identity: string;
  /** Uncompressed. */
  readonly bytes: number;
}

/** What is left of a rendered site to compare it by, with what people ask about first. */
export interface Shown {
  readonly release: string;
  /** By path, in code-unit order of the path. */
  readonly files: ReadonlyMap<string, ShownFile>;
  readonly pages: number;
  readonly products: number;
  /** Undefined for a closed page, and where an engine made it that does not tell them. */
  readonly facts?: StoreFacts | undefined;
}

/** Forgets the bytes of a site. */
export const showSite = (
  { release, files }: Site,
  counts: Pick<Shown, "pages" | "products">,
  facts?: SourceFacts & Pick<StoreFacts, "heaviest">,
): Shown => ({
  release,
  files: new Map([...files.values()].map(({ path, identity, body }) => [path, { identity, bytes: body.length }])),
  pages: counts.pages,
  products: counts.products,
  ...(facts === undefined ? {} : { facts: { ...facts, addresses: addressesAmong(files.keys()) } }),
});

/**
 * A tenant at one commit. `parked` shows a closed page, `draft` is rendered but nowhere to be seen, `invalid` could
 * not be rendered.
 */
export type Side =
  | { readonly state: "absent" | "invalid" }
  | { readonly state: "live" | "parked" | "draft"; readonly shown: Shown };

/** A side with what was found wrong while it was made. */
export interface RenderedSide {
  readonly side: Side;
  /** What would stand in its place if its YAML were gone; none where it could not be read. */
  readonly closed?: ClosedStore;
  readonly diagnostics: readonly Diagnostic[];
}

/** What becomes of a store, in the words of a report. */
export type ComparisonKind = Extract<
  Status,
  "created" | "updated" | "unchanged" | "parked" | "restored" | "draft" | "invalid"
>;

/** What differs between the two sides of one store. */
export interface Comparison {
  readonly tenant: string;
  readonly kind: ComparisonKind;
  readonly state: { readonly before: Side["state"]; readonly after: Side["state"] };
  /** Paths inside the site, sorted; all three empty where the head could not be rendered. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** A count of files. */
  readonly unchanged: number;
  /** Bytes of the files added and changed, before compression. */
  readonly bytes: number;
  readonly pages: { readonly before: number; readonly after: number };
  readonly products: { readonly before: number; readonly after: number };
  /** The release that visitors were on, and the one that the head would be; empty where there is none. */
  readonly release: { readonly before: string; readonly after: string };
  /** Undefined where the head is invalid, or the engine of one side does not tell the facts. */
  readonly business: BusinessChange | undefined;
}

/** Compares by identity: a file that visitors would get in the same bytes with the same headers is unchanged. */
export function compareSides(tenant: string, base: Side, head: Side): Comparison {
  const before = visibleOf(base);
  const after = "shown" in head ? head.shown : undefined;
  const files = head.state === "invalid" ? NO_FILES : compareFiles(before, after);
  const isSame = files.added.length + files.changed.length + files.removed.length === 0;
  return {
    tenant,
    kind: kindOf(base, head, isSame),
    state: { before: base.state, after: head.state },
    ...files,
    bytes: [...files.added, ...files.changed].reduce((sum, path) => sum + (after?.files.get(path)?.bytes ?? 0), 0),
    pages: { before: before?.pages ?? 0, after: after?.pages ?? 0 },
    products: { before: before?.products ?? 0, after: after?.products ?? 0 },
    release: { before: before?.release ?? "", after: after?.release ?? "" },
    business: tellsFacts(base, head) ? changeOf(before?.facts, after?.facts) : undefined,
  };
}

/** A closed page has no facts, and that is no lack of them. */
const tellsFacts = (base: Side, head: Side): boolean =>
  base.state !== "invalid" && head.state !== "invalid" && [base, head].every(isTold);

const isTold = (side: Side): boolean => !("shown" in side) || side.state === "parked" || side.shown.facts !== undefined;

/** A draft is in no bucket, so what comes after it is all new. */
const visibleOf = (side: Side): Shown | undefined =>
  side.state === "live" || side.state === "parked" ? side.shown : undefined;

const NO_FILES = { added: [], changed: [], removed: [], unchanged: 0 };

function compareFiles(
  before: Shown | undefined,
  after: Shown | undefined,
): Pick<Comparison, "added" | "changed" | "removed" | "unchanged"> {
  const old = before?.files ?? new Map<string, never>();
  const now = after?.files ?? new Map<string, never>();
  const kept = [...now].filter(([path]) => old.has(path));
  const changed = kept.filter(([path, file]) => old.get(path)?.identity !== file.identity);
  return {
    added: [...now.keys()].filter((path) => !old.has(path)),
    changed: changed.map(([path]) => path),
    removed: [...old.keys()].filter((path) => !now.has(path)),
    unchanged: kept.length - changed.length,
  };
}

function kindOf(base: Side, head: Side, isSame: boolean): ComparisonKind {
  switch (head.state) {
    case "invalid":
      return "invalid";
    case "draft":
      return "draft";
    case "absent":
      return base.state === "live" || base.state === "invalid" ? "parked" : "unchanged";
    case "parked":
      return base.state === "parked" ? (isSame ? "unchanged" : "updated") : "parked";
    case "live":
      if (base.state === "absent" || base.state === "draft") return "created";
      if (base.state === "parked") return "restored";
      return isSame ? "unchanged" : "updated";
  }
  return head satisfies never;
}

/** What a deploy of the change would report, but for what only the bucket knows. */
export function outcomeOfComparison(comparison: Comparison, url: string, durationMs: number): Outcome {
  const { tenant, kind, added, changed, removed, unchanged, bytes, release } = comparison;
  return {
    id: tenant,
    status: kind,
    url,
    release: release.after,
    created: added.length,
    updated: changed.length,
    deleted: removed.length,
    unchanged,
    bytes,
    durationMs,
  };
}
