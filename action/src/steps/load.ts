/** Reads the tenants of a fleet through a tree: what is wrong with them is listed, what is wrong with the world is thrown. */
import type { Diagnostic, Location } from "../model/diagnostic.ts";
import { checkFleet, type FleetMember, openHostRegister } from "../model/fleet.ts";
import { groupSources, type Source } from "../model/source.ts";
import type { Tenant } from "../model/store.ts";
import { readTenant } from "../model/tenant.ts";
import { TENANT_MAX_BYTES, tooLarge } from "../model/yaml.ts";
import { RepoError, type Tree } from "../ports.ts";

/** A fleet that was read through; nothing of its tenants stays in memory. */
export interface ReadFleet {
  /** Every file that is or should be a tenant, valid or not: what is not here is gone. */
  readonly sources: readonly Source[];
  /** Ids that several files have: none of them can be told from the others. */
  readonly takenIds: ReadonlySet<string>;
  /** Of the files, their names, the schema, the rules of a tenant and of the fleet; none of catalogs, pages, pictures. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A fleet with its valid tenants in memory. */
export interface LoadedFleet extends ReadFleet {
  /** The valid ones, by id; none whose id is taken. */
  readonly tenants: ReadonlyMap<string, Tenant>;
}

/** Told of each file in turn, without a tenant where it is invalid. What it keeps is what stays in memory. */
export type Visit = (source: Source, tenant: Tenant | undefined) => void | Promise<void>;

/** The tenants' files; `RepoError` `missing` when the folder is not there or holds no tenant, which never means "remove all". */
export async function readSources(
  tree: Tree,
  folder: string,
): Promise<{ sources: readonly Source[]; diagnostics: readonly Diagnostic[] }> {
  const hint = `a tenant is a file ${folder}/<id>.yaml; to close a store, set lifecycle.state in its file`;
  const entries = await tree.list(folder).catch((cause: unknown) => {
    if (!(cause instanceof RepoError) || cause.code !== "missing") throw cause;
    throw new RepoError("missing", cause.message, { hint, cause });
  });
  const { sources, diagnostics } = groupSources(entries, folder);
  if (sources.length === 0) throw new RepoError("missing", `there is no tenant in ${folder}`, { hint });
  return { sources, diagnostics };
}

/** Checks every tenant of the fleet, alone and against the others, one at a time. */
export async function readFleet(tree: Tree, folders: { readonly tenants: string }, visit: Visit): Promise<ReadFleet> {
  const { sources, diagnostics: strays } = await readSources(tree, folders.tenants);
  const diagnostics = [...strays];
  const register = openHostRegister();
  const misnamed = new Set(strays.filter((one) => one.severity === "error").map((one) => one.location.file));
  for (const source of sources) {
    const { tenant, hosts, diagnostics: found } = await loadTenant(tree, source);
    register.note(source.file, hosts);
    diagnostics.push(...found);
    await visit(source, misnamed.has(source.file) ? undefined : tenant);
  }
  const members: FleetMember[] = [];
  for (const source of sources) {
    // Read again rather than kept: where a host stands leads to the whole text, and few files clash.
    const hosts = register.clashing.has(source.file) ? (await loadTenant(tree, source)).hosts : [];
    members.push({ source, hosts });
  }
  const { takenIds, diagnostics: ofFleet } = checkFleet(members);
  return { sources, takenIds, diagnostics: [...diagnostics, ...ofFleet] };
}

/** The same with all valid tenants at hand: for whoever asks for few of them, in any order. */
export async function loadFleet(tree: Tree, folders: { readonly tenants: string }): Promise<LoadedFleet> {
  const tenants = new Map<string, Tenant>();
  const fleet = await readFleet(tree, folders, (_source, tenant) => {
    if (tenant) tenants.set(tenant.id, tenant);
  });
  for (const id of fleet.takenIds) tenants.delete(id);
  return { ...fleet, tenants };
}

/** One tenant's file; `hosts` also of an invalid one. */
export async function loadTenant(tree: Tree, source: Source): Promise<ReturnType<typeof readTenant>> {
  if (source.entry.kind !== "file") return { hosts: [], diagnostics: [] };
  if (source.entry.size > TENANT_MAX_BYTES) {
    const start: Location = { file: source.file, line: 1, column: 1 };
    return { hosts: [], diagnostics: [tooLarge(start, source.entry.size, TENANT_MAX_BYTES)] };
  }
  return readTenant(source, await tree.read(source.file));
}
