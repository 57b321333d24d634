/** The `fields` parameter: which parts of an answer were asked for. */

type Mask = Map<string, Mask>;

/** Keeps of a value what `fields` names, as in `items(name,metadata/tenant),nextPageToken`; all of it without. */
export function selectFields(value: unknown, fields: string | null): unknown {
  if (fields === null || fields === "") return value;
  const rest = { text: fields };
  return keep(value, readMask(rest));
}

function readMask(rest: { text: string }): Mask {
  const mask: Mask = new Map();
  while (rest.text !== "" && !rest.text.startsWith(")")) {
    const path = /^[^,()]*/.exec(rest.text)?.[0] ?? "";
    rest.text = rest.text.slice(path.length);
    let inner = mask;
    for (const key of path.split("/")) {
      const below = inner.get(key) ?? (new Map() as Mask);
      inner.set(key, below);
      inner = below;
    }
    if (rest.text.startsWith("(")) {
      rest.text = rest.text.slice(1);
      for (const [key, below] of readMask(rest)) inner.set(key, below);
      rest.text = rest.text.slice(1);
    }
    if (rest.text.startsWith(",")) rest.text = rest.text.slice(1);
  }
  return mask;
}

function keep(value: unknown, mask: Mask): unknown {
  if (mask.size === 0 || mask.has("*") || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => keep(item, mask));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, below]: [string, unknown]) => {
      const inner = mask.get(key);
      return inner === undefined ? [] : [[key, keep(below, inner)]];
    }),
  );
}
