/** A row of a catalog before anything is known about its values, whatever file it stood in. */
import type { Diagnostic, Location } from "./diagnostic.ts";

/** An entry of a list attribute: a text, or the parts of a structured attribute by name. */
export type Item = string | Readonly<Record<string, string>>;

/** Attribute names are normalised: trimmed, lower case, `_` for spaces. */
export interface Row {
  /** As written, never blank. */
  readonly cells: ReadonlyMap<string, string>;
  /** What stood as a list in YAML or JSON; such a name is in `cells` too, joined by commas. */
  readonly lists: ReadonlyMap<string, readonly Item[]>;
  /** Where the attribute's value stands; without one, where the row begins. Costly, so asked for only when there is something to say. */
  readonly locate: (attribute?: string) => Location;
}

/** All rows of a file with the problems of its form. */
export interface Table {
  /** Undefined where the form is so broken that rows mean nothing. */
  readonly rows: readonly Row[] | undefined;
  /** Attributes that no row may miss, checked already for all rows together. */
  readonly missing: ReadonlySet<string>;
}

/** Takes problems; the place is asked for only when the problem will be shown. */
export interface Findings {
  error(rule: string, message: string, hint: string, place: () => Location): void;
  warning(rule: string, message: string, hint: string, place: () => Location): void;
  take(diagnostic: Diagnostic): void;
  /** What was taken: at most {@link MOST_FINDINGS} of each severity, then how many more there are. */
  list(): readonly Diagnostic[];
  readonly failed: boolean;
}

/** Per catalog: a person reads no more, and a hostile file must not cost memory. */
const MOST_FINDINGS = 100;
/** Products with their variants, per catalog. */
export const MOST_ROWS = 10_000;
/** Of one catalog file. */
export const MOST_CATALOG_BYTES = 20 * 1024 * 1024;
/** Of a table. */
export const MOST_COLUMNS = 500;
/** UTF-16 units of one cell. */
export const MOST_CELL_LENGTH = 5_000;
/** Attributes without which there is nothing to sell. */
export const REQUIRED_ATTRIBUTES = ["id", "title", "price"] as const;

/** `Sale Price ` → `sale_price`: Google accepts both. */
export const attributeName = (header: string): string => header.trim().toLowerCase().replaceAll(/\s+/g, "_");

/** Names that mean something to JavaScript objects: no attribute may have them. */
export const isReservedName = (name: string): boolean => RESERVED.has(name);
const RESERVED: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** An empty list of findings. */
export function collectFindings(): Findings {
  const kept: Diagnostic[] = [];
  const counts = { error: 0, warning: 0 };
  const seen = new Set<string>();
  let lastPlace: Location | undefined;
  const add = (severity: "error" | "warning", rule: string, message: string, hint: string, place: () => Location) => {
    if (counts[severity] >= MOST_FINDINGS) {
      counts[severity] += 1;
      return;
    }
    const location = place();
    // A default or a group's attribute is checked with each of its rows, but is one mistake.
    const key = `${rule} ${location.line}:${location.column} ${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    counts[severity] += 1;
    lastPlace = location;
    kept.push({ rule, severity, message, hint, location });
  };
  return {
    error: (rule, message, hint, place) => add("error", rule, message, hint, place),
    warning: (rule, message, hint, place) => add("warning", rule, message, hint, place),
    take: ({ severity, rule, message, hint, location }) => add(severity, rule, message, hint, () => location),
    list() {
      const more = (["error", "warning"] as const).flatMap((severity) => {
        const hidden = counts[severity] - MOST_FINDINGS;
        if (hidden <= 0 || lastPlace === undefined) return [];
        const words = `${hidden} more ${severity}${hidden === 1 ? "" : "s"} in ${lastPlace.file}`;
        return [{ rule: "catalog-more", severity, message: words, hint: "correct these first", location: lastPlace }];
      });
      return [...kept, ...more];
    },
    get failed() {
      return counts.error > 0;
    },
  };
}
