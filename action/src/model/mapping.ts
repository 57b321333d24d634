/** Values that YAML calls mappings, and JSON objects. */

/** Keys, whatever they hold. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Whether a value that was read is a mapping: neither a list nor a scalar nor nothing. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
