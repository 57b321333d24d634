/** Which of several tenants that claim one host may have it. */

/** A tenant with the hosts that it asks for. */
export interface Claimant {
  readonly id: string;
  readonly hosts: readonly string[];
}

/** A claim that lost. */
export interface LostClaim {
  readonly host: string;
  /** Those of all claimants whose records hold it. Only when it is exactly one does somebody get it. */
  readonly holders: readonly string[];
  readonly rivals: readonly string[];
}

/** Who of the claimants claims each host; where several do, the first of them. */
export function claimedHosts(claimants: readonly Claimant[]): ReadonlyMap<string, string> {
  return new Map(claimants.toReversed().flatMap(({ id, hosts }) => hosts.map((host) => [host, id] as const)));
}

/**
 * Losers by id. The tenant whose record already holds a host keeps it while it still claims it; among newcomers
 * nobody wins, because nothing tells which of them is right, nor among several that hold it. `held` gives the hosts in a tenant's record.
 */
export function settleClaims(
  claimants: readonly Claimant[],
  held: (id: string) => readonly string[],
): ReadonlyMap<string, LostClaim> {
  const byHost = new Map<string, string[]>();
  for (const { id, hosts } of claimants) {
    for (const host of new Set(hosts)) byHost.set(host, [...(byHost.get(host) ?? []), id]);
  }
  const lost = new Map<string, LostClaim>();
  for (const [host, ids] of byHost) {
    if (ids.length < 2) continue;
    const holders = ids.filter((id) => held(id).includes(host));
    for (const id of ids) {
      const wins = holders.length === 1 && holders[0] === id;
      if (!wins && !lost.has(id)) lost.set(id, { host, holders, rivals: ids.filter((one) => one !== id) });
    }
  }
  return lost;
}
