/** The part of an address that a product's id becomes. */

/**
 * Lower-case words joined by `-`; equal ids give equal slugs for ever, and two ids may give the same one. Ids are of
 * ASCII letters, digits and a few signs, so there is nothing to spell in other letters.
 */
export const slugOf = (id: string): string =>
  id
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .join("-");
