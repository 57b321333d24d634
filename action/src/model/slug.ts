/** The part of an address that a product's id becomes. */
import slugify from "@sindresorhus/slugify";

/** Lower-case words joined by `-`; equal ids give equal slugs for ever, and two ids may give the same one. */
export const slugOf = (id: string): string => slugify(id, { decamelize: false });
