/**
 * What a plan hands to the jobs that may write: `plan.json`, and beside it pictures and sites.
 *
 * The job that makes it runs the pull request's code, so whoever reads it believes nothing: it is data of the right
 * size and shape, or it is refused whole. What it says, its digest included, is the word of the pull request's author.
 */
import type { Change, Picture, PlanArtifact, Store } from "../generated/plan-artifact.ts";
import { validatePlanArtifact } from "../generated/validate-plan-artifact.js";
import { PortError } from "../ports.ts";
import type { BlastRadius } from "./blast-radius.ts";
import type { BusinessChange } from "./business-change.ts";
import type { Comparison } from "./comparison.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Refusal } from "./guard.ts";

export type {
  Change as PlannedChange,
  Group as PlannedGroup,
  Picture as PlannedPicture,
  PlanArtifact,
  Refusal as PlannedRefusal,
  Store as PlannedStore,
} from "../generated/plan-artifact.ts";

/** The file in the artifact's folder that says what is in it. */
export const PLAN_FILE = "plan.json";

/** A plan of ten thousand stores, each with all that fits into its lists, has less. */
export const MOST_PLAN_BYTES = 64_000_000;

/** Items that a list keeps; it says how many there were. */
export const MOST_LISTED = 50;

/** What a plan found out. */
export interface PlanFacts extends Pick<PlanArtifact, "base" | "head" | "conclusion" | "digest" | "engine" | "fleet"> {
  readonly radius: BlastRadius;
  readonly comparisons: readonly Comparison[];
  /** Why a deploy will leave a store as it is, by tenant. */
  readonly refusals: ReadonlyMap<string, readonly Refusal[]>;
  /** Where a store will be found, by tenant; "" for nowhere. */
  readonly urls: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  readonly pictures: { readonly taken: readonly Picture[]; readonly skipped: string };
  /** Stores that were rendered for a preview, and why not all were. */
  readonly sites: { readonly kept: readonly string[]; readonly skipped: string };
}

/** The artifact of a plan; a store whose file name is no id stands in the problems alone. */
export function planArtifact(facts: PlanFacts): PlanArtifact {
  const { base, head, conclusion, digest, engine, fleet, radius, comparisons, diagnostics, pictures, sites } = facts;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  return {
    version: 1,
    base,
    head,
    conclusion,
    digest,
    engine,
    fleet,
    same: radius.identical,
    stores: comparisons
      .filter(({ kind, tenant }) => kind !== "unchanged" && TENANT.test(tenant))
      .map((comparison) => plannedStore(comparison, facts))
      .toSorted((a, b) => (a.tenant < b.tenant ? -1 : 1)),
    groups: radius.groups.slice(0, MOST_GROUPS).map(({ stores, examples, files }) => ({
      stores,
      examples: examples.filter((id) => TENANT.test(id)),
      files: listed(files, shownPath),
    })),
    problems: {
      errors: errors.length,
      warnings: warnings.length,
      first: [...errors, ...warnings].slice(0, MOST_LISTED).map(plannedProblem),
    },
    pictures: { taken: [...pictures.taken], skipped: cut(pictures.skipped, 1000) },
    sites: sites.kept.toSorted(),
    sitesSkipped: cut(sites.skipped, 1000),
  };
}

/** As in the schema. */
const TENANT = /^[a-z0-9][a-z0-9-]{0,254}$/;
const MOST_GROUPS = 1000;
const MOST_TEXT = 4000;
const MOST_PATH = 1024;

function plannedStore(comparison: Comparison, { refusals, urls }: PlanFacts): Store {
  const { tenant, kind, release, pages, products, added, changed, removed, unchanged, bytes, business } = comparison;
  return {
    tenant,
    // The stores without a difference are left out before.
    kind: kind === "unchanged" ? "updated" : kind,
    url: cut(urls.get(tenant) ?? "", 2048),
    release,
    pages,
    products,
    files: {
      added: listed(added, shownPath),
      changed: listed(changed, shownPath),
      removed: listed(removed, shownPath),
      unchanged,
      bytes,
    },
    isVisible: [added, changed, removed].some((paths) => paths.some(isLoaded)),
    ...(business === undefined ? {} : { change: plannedChange(business) }),
    refusals: (refusals.get(tenant) ?? [])
      .slice(0, 20)
      .map(({ code, message, line }) => ({ guard: code, message: shownText(message), line: cut(line, 2000) })),
  };
}

/** What only machines ask for tells a visitor nothing. */
const isLoaded = (path: string): boolean => path.endsWith(".html") || path.startsWith("assets/");

/** The business words of a plan, each list cut to what a plan keeps. */
export function plannedChange(business: BusinessChange): Change {
  const { added, removed, backInStock, soldOut, renamed, priced, facts, lostAddresses, weight } = business;
  const named = (products: BusinessChange["added"]): Change["added"] =>
    listed(products, ({ id, title }) => ({ id: shownText(id), title: shownText(title) }));
  return {
    added: named(added),
    removed: named(removed),
    backInStock: named(backInStock),
    soldOut: named(soldOut),
    renamed: listed(renamed, ({ id, from, to }) => ({ id: shownText(id), from: shownText(from), to: shownText(to) })),
    priced: listed(priced, ({ id, title, from, to, percent }) => ({
      id: shownText(id),
      title: shownText(title),
      from: shownText(from),
      to: shownText(to),
      percent,
    })),
    facts: facts.slice(0, 100).map(({ what, from, to }) => ({
      what: shownText(what),
      from: shownText(from),
      to: shownText(to),
    })),
    lostAddresses: listed(lostAddresses, shownPath),
    ...(weight === undefined ? {} : { weight: { ...weight, page: shownPath(weight.page) } }),
  };
}

const plannedProblem = ({ rule, severity, message, hint, location }: Diagnostic) => ({
  rule,
  severity,
  message: shownText(message),
  hint: shownText(hint),
  file: shownText(location.file),
  line: location.line,
  column: location.column,
});

const listed = <From, To>(items: readonly From[], show: (item: From) => To): { count: number; first: To[] } => ({
  count: items.length,
  first: items.slice(0, MOST_LISTED).map((item) => show(item)),
});

const shownText = (text: string): string => cut(text, MOST_TEXT);
const shownPath = (path: string): string => cut(path, MOST_PATH);

/** Never inside a character: what is left of one could not be written. */
const cut = (text: string, limit: number): string => text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");

/** An artifact that no plan of ours wrote, or that was changed since. */
export class ArtifactError extends PortError<"artifact"> {
  override readonly name = "ArtifactError";
}

/** Equal plans, equal bytes. */
export const encodePlanArtifact = (artifact: PlanArtifact): string => `${JSON.stringify(artifact)}\n`;

/** Undefined for everything that no plan of this version writes. */
export function decodePlanArtifact(bytes: Uint8Array): PlanArtifact | undefined {
  if (bytes.length > MOST_PLAN_BYTES) return undefined;
  const value = parseJson(bytes);
  return validatePlanArtifact(value) ? value : undefined;
}

/** A picture in the artifact, in bytes and in pixels: of each side, and of what a browser has to hold to show it. */
const MOST_PICTURE = { bytes: 8_000_000, side: 16_384, pixels: 32_000_000 } as const;

/** What a PNG begins with: its signature, and the chunk that must be first with its length. */
const PNG_HEAD = Buffer.from("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "latin1");

/** Whether the bytes claim to be a PNG of a bearable size; only a decoder knows whether they are one. */
export function isBearablePng(bytes: Uint8Array): boolean {
  if (bytes.length > MOST_PICTURE.bytes || bytes.length < PNG_HEAD.length + 8) return false;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!data.subarray(0, PNG_HEAD.length).equals(PNG_HEAD)) return false;
  const [width, height] = [data.readUInt32BE(PNG_HEAD.length), data.readUInt32BE(PNG_HEAD.length + 4)];
  const isSided = [width, height].every((side) => side > 0 && side <= MOST_PICTURE.side);
  return isSided && width * height <= MOST_PICTURE.pixels;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
