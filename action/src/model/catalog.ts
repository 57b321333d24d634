/**
 * A tenant's catalog from its file, whatever the format.
 *
 * Attribute names are Google Merchant's, so that a feed that exists drops in. `link` is not taken over (our own
 * addresses take its place), and a picture on the web is not used: a store is made of what is in git.
 */
import { readEntry, type RowRules } from "./catalog-attribute.ts";
import { groupEntries } from "./catalog-product.ts";
import { collectFindings, MOST_CATALOG_BYTES } from "./catalog-row.ts";
import type { Findings, Table } from "./catalog-row.ts";
import { readTable } from "./catalog-table.ts";
import { readInline, readTree } from "./catalog-tree.ts";
import { checkFilters } from "./collection-filter.ts";
import { collectProducts, sortProducts } from "./collection.ts";
import type { Diagnostic, Location } from "./diagnostic.ts";
import type { Catalog, Tenant } from "./store.ts";

/** A picture that a catalog refers to, relative to the tenant's folder, with the first place that does. */
export interface ImageReference {
  readonly path: string;
  readonly location: Location;
}

/** `inline`: the products stand in the tenant file itself. */
export type CatalogInput = { readonly file: string; readonly bytes: Uint8Array } | "inline";

/** Reads, checks, groups, sorts and collects. There is a catalog only where nothing in it is an error; images are each named once. */
export function readCatalog(
  tenant: Tenant,
  input: CatalogInput,
): { catalog?: Catalog; images: readonly ImageReference[]; diagnostics: readonly Diagnostic[] } {
  const findings = collectFindings();
  const { rows, missing } = readRows(tenant, input, findings);
  const rules = { ...rowRules(tenant), missing };
  const entries = (rows ?? []).flatMap((row) => readEntry(row, rules, findings) ?? []);
  const images = new Map<string, ImageReference>();
  for (const { variant, row } of entries) {
    if (variant.image === undefined || images.has(variant.image)) continue;
    images.set(variant.image, { path: variant.image, location: row.locate("image_link") });
  }
  const grouped = groupEntries(entries, findings);
  if (rows?.length === 0 && !findings.failed) {
    const place = () =>
      input === "inline" ? tenant.locate("/catalog/products") : { file: input.file, line: 1, column: 1 };
    findings.error("catalog-empty", "the catalog has no products", "a store needs at least one", place);
  }
  if (findings.failed) return { images: [...images.values()], diagnostics: findings.list() };

  const products = sortProducts(grouped, tenant.settings.catalog.sort, tenant.settings.locale.default);
  const { collections, diagnostics } = collectProducts(tenant, products);
  return {
    catalog: { currency: rules.currency, products, collections },
    images: [...images.values()],
    diagnostics: [...findings.list(), ...diagnostics, ...checkFilters(tenant, products)],
  };
}

/** What the tenant's settings ask of each row; no attribute is missing in all of them. */
export function rowRules({ settings }: Tenant): RowRules {
  const { mode, checkout_hosts: hosts = [] } = settings.commerce;
  return {
    currency: settings.locale.currency,
    missing: new Set(),
    checkoutHosts: mode === "links" ? hosts : undefined,
  };
}

/** The rows of a catalog, whatever it stands in. */
export function readRows(tenant: Tenant, input: CatalogInput, findings: Findings): Table {
  if (input === "inline") {
    const products = tenant.settings.catalog.products ?? [];
    return readInline(products, "/catalog/products", tenant.locate, findings);
  }
  const { file, bytes } = input;
  if (bytes.length > MOST_CATALOG_BYTES) {
    const message = `${file} has ${bytes.length} bytes`;
    findings.error("catalog-size", message, `at most ${MOST_CATALOG_BYTES}`, () => ({ file, line: 1, column: 1 }));
    return { rows: undefined, missing: new Set() };
  }
  const extension = file.slice(file.lastIndexOf(".") + 1).toLowerCase();
  if (extension === "csv" || extension === "tsv" || extension === "txt") return readTable(file, bytes, findings);
  return readTree(file, bytes, findings);
}
