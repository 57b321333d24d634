/** What must hold between the tenants of a fleet. */
import type { Diagnostic, Location } from "./diagnostic.ts";
import type { Source } from "./source.ts";
import type { HostClaim } from "./tenant.ts";
import { quoteValue } from "./text-safety.ts";

/** One tenant as the others see it. */
export interface FleetMember {
  readonly source: Source;
  /** Also of a file that is invalid otherwise; those that nobody else claims may be left out. */
  readonly hosts: readonly HostClaim[];
}

/** Who claims which host, in a few bytes a tenant: where a claim stands is worth keeping only for files that clash. */
interface HostRegister {
  /** Takes note of the hosts that a file claims. */
  readonly note: (file: string, hosts: readonly HostClaim[]) => void;
  /** The files that claim a host of another file. */
  readonly clashing: ReadonlySet<string>;
}

/** A register without any claim. */
export function openHostRegister(): HostRegister {
  const firstClaims = new Map<string, string>();
  const clashing = new Set<string>();
  const note: HostRegister["note"] = (file, hosts) => {
    for (const { host } of hosts) {
      const name = normaliseHost(host);
      const first = firstClaims.get(name);
      if (first === undefined) firstClaims.set(name, file);
      else if (first !== file) clashing.add(first).add(file);
    }
  };
  return { note, clashing };
}

/** Ids and hosts belong to one tenant each; every other claimant is told where the rival stands. Linear. */
export function checkFleet(members: readonly FleetMember[]): {
  diagnostics: readonly Diagnostic[];
  /** Ids that several files have: none of them can be told from the others. */
  takenIds: ReadonlySet<string>;
} {
  const diagnostics: Diagnostic[] = [];
  const takenIds = new Set<string>();
  for (const rivals of rivalsBy(members, ({ source }) => source.id.toLowerCase())) {
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
  for (const rivals of rivalsBy(claims, (claim) => normaliseHost(claim.host))) {
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

/** Those that share their key with others, together; the many that do not cost one entry of a map each. */
function rivalsBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Iterable<readonly Item[]> {
  const firsts = new Map<string, Item>();
  const rivals = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const first = firsts.get(key);
    const group = rivals.get(key);
    if (first === undefined) firsts.set(key, item);
    else if (group) group.push(item);
    else rivals.set(key, [first, item]);
  }
  return rivals.values();
}
