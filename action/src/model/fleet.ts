/** What must hold between the tenants of a fleet. */
import type { Diagnostic, Location } from "./diagnostic.ts";
import type { Source } from "./source.ts";
import type { HostClaim } from "./tenant.ts";
import { quoteValue } from "./text-safety.ts";

export interface FleetMember {
  readonly source: Source;
  /** Also of a file that is invalid otherwise. */
  readonly hosts: readonly HostClaim[];
}

/** Ids and hosts belong to one tenant each; every other claimant is told where the rival stands. Linear. */
export function checkFleet(members: readonly FleetMember[]): {
  diagnostics: readonly Diagnostic[];
  /** Ids that several files have: none of them can be told from the others. */
  takenIds: ReadonlySet<string>;
} {
  const diagnostics: Diagnostic[] = [];
  const takenIds = new Set<string>();
  for (const rivals of groupBy(members, ({ source }) => source.id.toLowerCase()).values()) {
    if (rivals.length < 2) continue;
    for (const rival of rivals) {
      takenIds.add(rival.source.id);
      const other = rivals.find((one) => one !== rival);
      diagnostics.push({
        rule: "id-taken",
        severity: "error",
        location: { file: rival.source.file, line: 1, column: 1 },
        message: `the id ${quoteValue(rival.source.id)} is already that of ${other?.source.file ?? ""}:1`,
        hint: "ids are unique over all folders, in upper and lower case; rename one file, its folder and its id",
      });
    }
  }

  const claims = members.flatMap(({ source, hosts }) => hosts.map((claim) => ({ file: source.file, ...claim })));
  for (const rivals of groupBy(claims, (claim) => normaliseHost(claim.host)).values()) {
    for (const rival of rivals) {
      const other = rivals.find((one) => one.file !== rival.file);
      if (!other) continue;
      diagnostics.push({
        rule: "domain-taken",
        severity: "error",
        location: rival.locate(),
        message: `the domain ${quoteValue(rival.host)} is already used by ${place(other.locate())}`,
        hint: "a domain serves one tenant; choose another, or remove it there",
      });
    }
  }
  return { diagnostics, takenIds };
}

/** As a browser would ask for it: lower case, punycode, no trailing dot. */
export function normaliseHost(host: string): string {
  const url = URL.parse(`https://${host}`);
  return (url?.hostname ?? host.toLowerCase()).replace(/\.$/, "");
}

const place = ({ file, line }: Location): string => `${file}:${line}`;

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
