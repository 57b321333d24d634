/** Collections: which products a page lists together, in which order. */
import { levelsOf } from "./catalog-attribute.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Collection, Product, Tenant, Variant } from "./store.ts";
import { remember } from "./remember.ts";

type Sort = Tenant["settings"]["catalog"]["sort"];
type Match = Tenant["settings"]["catalog"]["collections"][number]["match"];

/** The collection that every store has. Its title is English; a template puts its own message in its place. */
export const ALL_COLLECTION = "all";

/** `all`, then the collections of the settings in their order; one without a product is a warning. */
export function collectProducts(
  tenant: Tenant,
  products: readonly Product[],
): { collections: readonly Collection[]; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const collections: Collection[] = [{ id: ALL_COLLECTION, title: "All products", description: "", products }];
  for (const [index, { id, title, description = "", match }] of tenant.settings.catalog.collections.entries()) {
    const matching = products.filter((product) => matches(product, match));
    collections.push({ id, title, description, products: matching });
    if (matching.length > 0) continue;
    const types = [...new Set(products.flatMap(({ type }) => (type.length > 0 ? [type.join(" > ")] : [])))];
    const known = types.slice(0, 8).join(", ");
    diagnostics.push({
      rule: "collection-empty",
      severity: "warning",
      message: `no product belongs to the collection "${id}"`,
      hint: known === "" ? "no product has a product_type" : `the catalog's product types are ${known}`,
      location: tenant.locate(`/catalog/collections/${index}/match`, "key"),
    });
  }
  return { collections, diagnostics };
}

/** Whether every attribute of the rule has one of its values; case does not count. */
export function matches(product: Product, match: Match): boolean {
  return Object.entries(match).every(([attribute, wanted]) => {
    const values = [wanted].flat().map(foldCase);
    if (attribute === "product_type") return values.some((value) => isOfType(product.type.map(foldCase), value));
    if (attribute === "brand") return values.includes(foldCase(product.brand));
    return product.variants.some((variant) => values.includes(foldCase(valueOf(variant, attribute))));
  });
}

/** What texts that differ in case alone have in common. */
export const foldCase = (text: string): string => text.trim().toLowerCase();

const valueOf = (variant: Variant, attribute: string): string =>
  attribute === "availability" ? variant.availability : (variant.attributes[attribute] ?? "");

/** One level is any level of the product's type; a path is where it begins. */
function isOfType(levels: readonly string[], wanted: string): boolean {
  const path = levelsOf(wanted);
  const [only] = path;
  if (path.length === 1 && only !== undefined) return levels.includes(only);
  return path.length > 0 && path.every((level, index) => levels[index] === level);
}

/** A new list; products that are equal in the asked order stay in that of the catalog. */
export function sortProducts(products: readonly Product[], sort: Sort, language: string): readonly Product[] {
  switch (sort) {
    case "featured":
      return [...products];
    case "name":
      return products.toSorted((a, b) => collatorOf(language).compare(a.title, b.title));
    case "price-asc":
      return products.toSorted((a, b) => lowestAmount(a) - lowestAmount(b));
    case "price-desc":
      return products.toSorted((a, b) => lowestAmount(b) - lowestAmount(a));
    default:
      throw new Error(`no such order: ${String(sort satisfies never)}`);
  }
}

const collatorOf = remember((language: string) => new Intl.Collator(language));

/** What the product costs at least, with its sale prices, in minor units. */
export const lowestAmount = (product: Product): number =>
  Math.min(...product.variants.map(({ price, salePrice }) => (salePrice ?? price).amount));
