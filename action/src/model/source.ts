/** Which files of the repository belong to which tenant. */
import type { Entry } from "../ports.ts";
import type { Diagnostic, Location } from "./diagnostic.ts";
import { quoteValue } from "./text-safety.ts";

/** One YAML file with the folder of the same name beside it. */
export interface Source {
  /** The file's name without `.yaml`; whether it is a valid id is said by a diagnostic. */
  readonly id: string;
  /** `tenants/eu/acme.yaml`. */
  readonly file: string;
  /** `tenants/eu/acme`; it need not exist. */
  readonly folder: string;
  /** The YAML file's own entry. */
  readonly entry: Entry;
  /** Everything below the folder, sorted by path. */
  readonly entries: readonly Entry[];
}

/** As the schema has it. */
const ID = /^(?=.{3,40}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Whether a text has the form of an id. */
export function isTenantId(text: string): boolean {
  return ID.test(text);
}

/**
 * The tenants of a listing of `folder` (sorted by path, as `Tree.list` gives it).
 *
 * Whatever looks like a tenant is a source, also under a wrong name or kind: a store whose file is broken
 * is blocked, one whose file is gone is parked, and the two must not be confused.
 */
export function groupSources(
  entries: readonly Entry[],
  folder: string,
): { sources: readonly Source[]; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const sources: Source[] = [];
  const children = new Map<string, Entry[]>();
  for (const entry of entries) {
    const parent = entry.path.slice(0, entry.path.lastIndexOf("/"));
    const siblings = children.get(parent);
    if (siblings) siblings.push(entry);
    else children.set(parent, [entry]);
  }
  const below = (parent: string): Entry[] =>
    (children.get(parent) ?? []).flatMap((entry) => [entry, ...below(entry.path)]);

  const visit = (group: string): void => {
    const siblings = children.get(group) ?? [];
    const owned = new Set<string>();
    for (const entry of siblings) {
      const id = tenantName(entry);
      if (id === undefined) continue;
      const own = `${group}/${id}`;
      owned.add(own);
      sources.push({ id, file: entry.path, folder: own, entry, entries: below(own).toSorted(byPath) });
      diagnostics.push(...problemsOf(entry, id));
    }
    for (const entry of siblings) {
      if (tenantName(entry) !== undefined || isHidden(entry)) continue;
      if (owned.has(entry.path)) {
        if (entry.kind !== "directory") diagnostics.push(notAFolder(entry));
      } else if (entry.kind === "directory") {
        if (children.has(entry.path)) visit(entry.path);
      } else diagnostics.push(strayFile(entry));
    }
  };
  visit(folder);
  return { sources: sources.toSorted((a, b) => (a.file < b.file ? -1 : 1)), diagnostics };
}

/** The name of a tenant, where the entry is or should be a tenant's file. */
function tenantName(entry: Entry): string | undefined {
  if (isHidden(entry)) return undefined;
  const match = /\.ya?ml$/i.exec(nameOf(entry));
  return match ? nameOf(entry).slice(0, match.index) : undefined;
}

function problemsOf(entry: Entry, id: string): Diagnostic[] {
  const name = nameOf(entry);
  const found: Diagnostic[] = [];
  if (entry.kind !== "file") found.push(notAFile(atStart(entry.path), name, entry.kind));
  if (!name.endsWith(".yaml")) {
    found.push({
      rule: "tenant-file-extension",
      severity: "error",
      location: atStart(entry.path),
      message: `${quoteValue(name)} does not end in .yaml`,
      hint: `rename it to ${quoteValue(`${id}.yaml`)}`,
    });
  }
  if (!ID.test(id)) {
    found.push({
      rule: "tenant-file-name",
      severity: "error",
      location: atStart(entry.path),
      message: `${quoteValue(id)} is not an id, and a tenant's file is named after its id`,
      hint: "3 to 40 characters: a to z first, then a to z, 0 to 9, single hyphens between (acme-shoes)",
    });
  }
  return found;
}

/** What stands where a regular file must stand; `name` as the author wrote it. */
export function notAFile(location: Location, name: string, kind: Entry["kind"]): Diagnostic {
  const what = {
    symlink: "a symbolic link",
    directory: "a folder",
    other: "neither a file nor a folder",
    file: "a file",
  };
  return {
    rule: "not-a-file",
    severity: "error",
    location,
    message: `${quoteValue(name)} is ${what[kind]}, not a file`,
    hint: "put the file itself there",
  };
}

const notAFolder = (entry: Entry): Diagnostic => ({
  rule: "not-a-folder",
  severity: "error",
  location: atStart(entry.path),
  message: `${quoteValue(nameOf(entry))} has the name of a tenant's folder but is none`,
  hint: "put the folder itself there, or delete it",
});

const strayFile = (entry: Entry): Diagnostic => ({
  rule: "stray-file",
  severity: "warning",
  location: atStart(entry.path),
  message: `${quoteValue(nameOf(entry))} belongs to no tenant`,
  hint: "files of a tenant lie in the folder named like its YAML file; move it there or delete it",
});

const atStart = (file: string): Location => ({ file, line: 1, column: 1 });
const nameOf = (entry: Entry): string => entry.path.slice(entry.path.lastIndexOf("/") + 1);
/** `.gitkeep`, `.DS_Store`: never a store's. */
const isHidden = (entry: Entry): boolean => nameOf(entry).startsWith(".");
const byPath = (a: Entry, b: Entry): number => (a.path < b.path ? -1 : 1);
