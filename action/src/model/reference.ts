/** Whether what a tenant names is there: files of its folder, products of its catalog. */
import type { Entry } from "../ports.ts";
import type { Diagnostic, Location } from "./diagnostic.ts";
import { notAFile } from "./source.ts";
import type { Catalog, Tenant } from "./store.ts";
import { nearest, suggest } from "./suggestion.ts";
import { quoteValue } from "./text-safety.ts";

/** A file that a tenant names. */
interface FileReference {
  /** Relative to the tenant's folder, as written. */
  readonly path: string;
  /** Where it is written. */
  readonly location: Location;
  /** Bytes that the file may have. */
  readonly most: number;
  /** `tenants/eu/acme`. */
  readonly folder: string;
}

/** What keeps a file from being read; `entries` are those below the folder, by their path in it. */
export function checkReference(entries: ReadonlyMap<string, Entry>, reference: FileReference): Diagnostic | undefined {
  const { path, location, most, folder } = reference;
  const entry = entries.get(path);
  if (entry && entry.kind !== "file") return notAFile(location, path, entry.kind);
  if (!entry) {
    const link = ancestors(path).find((ancestor) => entries.get(ancestor)?.kind === "symlink");
    if (link !== undefined) return notAFile(location, link, "symlink");
    return {
      rule: "file-missing",
      severity: "error",
      location,
      message: `there is no file ${quoteValue(path)} in ${folder}`,
      hint: missingHint(entries, path),
    };
  }
  if (entry.size <= most) return undefined;
  return {
    rule: "file-too-large",
    severity: "error",
    location,
    message: `${quoteValue(path)} has ${entry.size} bytes`,
    hint: `at most ${most}`,
  };
}

function missingHint(entries: ReadonlyMap<string, Entry>, path: string): string {
  const files = [...entries].flatMap(([name, entry]) => (entry.kind === "file" ? [name] : []));
  const otherCase = files.find((name) => name.toLowerCase() === path.toLowerCase());
  if (otherCase !== undefined) return `write it as the file is named: ${quoteValue(otherCase)}`;
  const near = nearest(path, files);
  return near === undefined ? "add the file, or correct the path" : `did you mean ${quoteValue(near)}?`;
}

/** `a/b/c` is below `a` and `a/b`. */
const ancestors = (path: string): string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

/** A product that a block shows is in the catalog; a variant has no page of its own. */
export function checkProductReferences({ settings, locate }: Tenant, catalog: Catalog): Diagnostic[] {
  const known = new Set(catalog.products.map((product) => product.id));
  return (settings.home ?? []).flatMap((block, index): Diagnostic[] => {
    if (block.type !== "hero" || block.product === undefined || known.has(block.product)) return [];
    const wanted = block.product;
    const whole = catalog.products.find((product) => product.variants.some((variant) => variant.id === wanted));
    return [
      {
        rule: "unknown-product",
        severity: "error",
        location: locate(`/home/${index}/product`),
        message: `there is no product ${quoteValue(wanted)}`,
        hint: whole ? `it is a variant: write ${quoteValue(whole.id)}` : suggest(wanted, [...known]),
      },
    ];
  });
}
