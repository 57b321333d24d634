/** Products from rows: those of one `item_group_id` together. */
import type { Entry } from "./catalog-attribute.ts";
import type { Findings } from "./catalog-row.ts";
import { slugOf } from "./slug.ts";
import type { Product, Variant } from "./store.ts";
import { quoteValue } from "./text-safety.ts";

/** In the order in which each product's first row stands. Two rows of one id, or two products of one address, are problems. */
export function groupEntries(entries: readonly Entry[], findings: Findings): readonly Product[] {
  const groups = new Map<string, [Entry, ...Entry[]]>();
  const rowOfId = new Map<string, Entry>();
  for (const entry of entries) {
    const { id } = entry.variant;
    const earlier = rowOfId.get(id.toLowerCase());
    if (earlier === undefined) rowOfId.set(id.toLowerCase(), entry);
    else {
      const message = `the id ${quoteValue(id)} is already that of line ${earlier.row.locate("id").line}`;
      findings.error("catalog-duplicate-id", message, "every row has an id of its own; case does not count", () =>
        entry.row.locate("id"),
      );
      continue;
    }
    const key = `${entry.grouped ? "group" : "row"} ${entry.group}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const ownerOfSlug = new Map<string, Entry>();
  return [...groups.values()].map((group) => {
    const [first, ...others] = group;
    const slug = slugOf(first.group);
    const owner = ownerOfSlug.get(slug);
    if (owner === undefined) ownerOfSlug.set(slug, first);
    else {
      const attribute = first.grouped ? "item_group_id" : "id";
      const message = `${quoteValue(first.group)} has the same address products/${slug}/ as ${quoteValue(owner.group)}`;
      findings.error("catalog-slug", message, "make them differ in letters or digits, not only in case or signs", () =>
        first.row.locate(attribute),
      );
    }
    const filled = (key: "description" | "brand"): string => group.find((entry) => entry[key] !== "")?.[key] ?? "";
    const longest = <Key extends "type" | "highlights" | "details">(key: Key): Entry[Key] =>
      (group.find((entry) => entry[key].length > 0) ?? first)[key];
    return {
      id: first.group,
      slug,
      title: groupTitle([first.variant, ...others.map((entry) => entry.variant)]),
      description: filled("description"),
      brand: filled("brand"),
      type: longest("type"),
      highlights: longest("highlights"),
      details: longest("details"),
      variants: [first.variant, ...others.map((entry) => entry.variant)],
    };
  });
}

/** Words that join a product's name to a variant's: they are left over when the variant's word goes. */
const JOINERS = /(?:[\s,;:|/(–—-]|(?<=\s)(?:in|with|for|of|mit|aus|für|en|de|di|con|avec|pour|van|i)$)+$/iu;
const AXES = ["color", "size", "material", "pattern"] as const;

/** What the titles have in common, by whole words: `Tarn glasses in Tortoise`, `… in Moss Green` → `Tarn glasses`. */
export function groupTitle(variants: readonly [Variant, ...Variant[]]): string {
  const titles = variants.map((variant) => variant.title);
  const [first = ""] = titles;
  if (titles.every((title) => title === first)) return variants.length > 1 ? first : withoutVariantWord(variants[0]);
  const words = titles.map((title) => title.split(/\s+/));
  const shortest = Math.min(...words.map((list) => list.length));
  const [model = []] = words;
  let common = 0;
  while (common < shortest && words.every((list) => list[common] === model[common])) common += 1;
  let trailing = 0;
  while (trailing < shortest - common && words.every((list) => list.at(-1 - trailing) === model.at(-1 - trailing))) {
    trailing += 1;
  }
  const joined = withoutJoiner(model.slice(0, common).join(" "));
  return joined || model.slice(model.length - trailing).join(" ") || first;
}

/** A single row of a group: its own colour or size at the end of the title says nothing about the product. */
function withoutVariantWord({ title, attributes }: Variant): string {
  if (attributes["item_group_id"] === undefined) return title;
  for (const axis of AXES) {
    const value = attributes[axis];
    if (value === undefined || !title.toLowerCase().endsWith(` ${value.toLowerCase()}`)) continue;
    return withoutJoiner(title.slice(0, title.length - value.length)) || title;
  }
  return title;
}

function withoutJoiner(text: string): string {
  let trimmed = text;
  for (;;) {
    const shorter = trimmed.replace(JOINERS, "");
    if (shorter === trimmed) return trimmed;
    trimmed = shorter;
  }
}
