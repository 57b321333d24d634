/** Which problems a change brings, and which were there before it. */
import type { Diagnostic } from "./diagnostic.ts";

/**
 * The problems of the head, in their order; errors that the base has too are warnings here: a change answers for
 * what it breaks, not for what it found broken. Lines do not count, as every edit moves them.
 */
export function excuseKnown(head: readonly Diagnostic[], base: readonly Diagnostic[]): Diagnostic[] {
  const known = new Map<string, number>();
  for (const one of base) if (one.severity === "error") known.set(keyOf(one), (known.get(keyOf(one)) ?? 0) + 1);
  return head.map((one) => {
    const left = known.get(keyOf(one)) ?? 0;
    if (one.severity !== "error" || left === 0) return one;
    known.set(keyOf(one), left - 1);
    const hint = one.hint === "" ? KNOWN : `${one.hint} (${KNOWN})`;
    return { ...one, severity: "warning", hint };
  });
}

const KNOWN = "it was so before this change";

/** Messages may name a line of another file: `already used by tenants/acme.yaml:4`. */
const keyOf = ({ rule, location, message }: Diagnostic): string =>
  JSON.stringify([rule, location.file, message.replaceAll(/(\.[a-z]{2,4}):\d+(?::\d+)?/g, "$1")]);
