/** The hash of everything that a site is made from. */
import { hash } from "node:crypto";

/** What a site depends on; equal ingredients, equal bytes. */
export interface Ingredients {
  /** The code: the engine's own hash with the versions of ICU and zlib that it runs on. */
  readonly engine: string;
  /** The template's files. */
  readonly template: string;
  /** The destination's pattern and the store's address. */
  readonly settings: readonly string[];
  /** The tenant's files: path and git blob id. */
  readonly sources: readonly { readonly path: string; readonly id: string }[];
}

/** Hex SHA-256. A tenant whose recorded fingerprint equals it needs no look at all. */
export function fingerprintOf(ingredients: Ingredients): string {
  const { engine, template, settings, sources } = ingredients;
  return hash("sha256", JSON.stringify([engine, template, settings, sources.map(({ path, id }) => [path, id])]));
}
