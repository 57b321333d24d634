/** Reads the tenants of a fleet through a tree: what is wrong with them is listed, what is wrong with the world is thrown. */
import type { Diagnostic, Location } from "../model/diagnostic.ts";
import { checkFleet, type FleetMember } from "../model/fleet.ts";
import { groupSources, type Source } from "../model/source.ts";
import type { Tenant } from "../model/store.ts";
import { readTenant } from "../model/tenant.ts";
import { TENANT_MAX_BYTES, tooLarge } from "../model/yaml.ts";
import { RepoError, type Tree } from "../ports.ts";

export interface LoadedFleet {
  /** Every file that is or should be a tenant, valid or not: what is not here is gone. */
  readonly sources: readonly Source[];
  /** The valid ones, by id. One that claims another's host is among them: who keeps it is for the records to say. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** Hosts that several tenants ask for, with the ids of those, sorted. */
  readonly contestedHosts: ReadonlyMap<string, readonly string[]>;
  /** Of the files, their names, the schema, the rules of a tenant and of the fleet; none of catalogs, pages, pictures. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The tenants' files; `RepoError` `missing` when the folder is not there or holds no tenant, which never means "remove all". */
export async function readSources(
  tree: Tree,
  folder: string,
): Promise<{ sources: readonly Source[]; diagnostics: readonly Diagnostic[] }> {
  const { sources, diagnostics } = groupSources(await tree.list(folder), folder);
  if (sources.length === 0) {
    throw new RepoError("missing", `there is no tenant in ${folder}`, {
      hint: `a tenant is a file ${folder}/<id>.yaml; to close a store, set lifecycle.state in its file`,
    });
  }
  return { sources, diagnostics };
}

/** Every tenant of the fleet, each checked alone and against the others. */
export async function loadFleet(tree: Tree, folders: { readonly tenants: string }): Promise<LoadedFleet> {
  const { sources, diagnostics: strays } = await readSources(tree, folders.tenants);
  const diagnostics = [...strays];
  const members: FleetMember[] = [];
  const tenants = new Map<string, Tenant>();
  const misnamed = new Set(strays.filter((one) => one.severity === "error").map((one) => one.location.file));
  for (const source of sources) {
    const { tenant, hosts, diagnostics: found } = await loadTenant(tree, source);
    members.push({ source, hosts });
    diagnostics.push(...found);
    if (tenant && !misnamed.has(source.file)) tenants.set(tenant.id, tenant);
  }
  const fleet = checkFleet(members);
  for (const id of fleet.takenIds) tenants.delete(id);
  return {
    sources,
    tenants,
    contestedHosts: fleet.contestedHosts,
    diagnostics: [...diagnostics, ...fleet.diagnostics],
  };
}

async function loadTenant(tree: Tree, source: Source): Promise<ReturnType<typeof readTenant>> {
  if (source.entry.kind !== "file") return { hosts: [], diagnostics: [] };
  if (source.entry.size > TENANT_MAX_BYTES) {
    const start: Location = { file: source.file, line: 1, column: 1 };
    return { hosts: [], diagnostics: [tooLarge(start, source.entry.size, TENANT_MAX_BYTES)] };
  }
  return readTenant(source, await tree.read(source.file));
}
