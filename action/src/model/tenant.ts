/** One tenant's file: bytes in, checked settings or located problems out. */
import type { TenantSettings } from "../generated/tenant.ts";
import { validateTenant } from "../generated/validate-tenant.js";
import { hasErrors, type Diagnostic, type Location } from "./diagnostic.ts";
import { isMapping } from "./mapping.ts";
import { describeSchemaErrors } from "./schema-problem.ts";
import type { Source } from "./source.ts";
import type { Tenant } from "./store.ts";
import { checkTenant } from "./tenant-rules.ts";
import { quoteValue } from "./text-safety.ts";
import { readYaml, type Document } from "./yaml.ts";

/** A host that a file asks for, whether or not the rest of the file is valid. */
export interface HostClaim {
  readonly host: string;
  /** Finding the place costs a second parse: asked for where there is something to say. */
  readonly locate: () => Location;
}

/**
 * Reads a tenant's file: its schema, then the rules that a schema cannot say.
 * A tenant that is alone with one domain has it as its primary one, also unsaid.
 */
export function readTenant(
  source: Pick<Source, "id" | "file" | "folder">,
  bytes: Uint8Array,
): { tenant?: Tenant; hosts: readonly HostClaim[]; diagnostics: readonly Diagnostic[] } {
  const { document, diagnostics } = readYaml(source.file, bytes);
  if (!document) return { hosts: [], diagnostics };
  const { value, locate } = document;
  const hosts = claimedHosts(value, locate);
  if (!validateTenant(value)) {
    const found = [...diagnostics, ...describeSchemaErrors(validateTenant.errors ?? [], locate)];
    return { hosts, diagnostics: [...found, ...idProblem(value, source, locate)] };
  }
  const [onlyDomain, ...otherDomains] = value.domains;
  if (onlyDomain && otherDomains.length === 0) onlyDomain.primary = true;
  const tenant: Tenant = { id: source.id, file: source.file, folder: source.folder, settings: value, locate };
  const found = [...diagnostics, ...idProblem(value, source, locate), ...checkTenant(tenant)];
  return hasErrors(found) ? { hosts, diagnostics: found } : { tenant, hosts, diagnostics: found };
}

/** The host that search engines are given and that `{host}` in a destination stands for; null without domains. */
export const primaryHost = (settings: TenantSettings): string | null =>
  settings.domains.find((domain) => domain.primary)?.host ?? null;

/** Said beside schema errors too: a copied file has both. */
function idProblem(value: unknown, source: Pick<Source, "id">, locate: Document["locate"]): Diagnostic[] {
  const id = isMapping(value) ? value["id"] : undefined;
  if (typeof id !== "string" || id === source.id) return [];
  return [
    {
      rule: "id-mismatch",
      severity: "error",
      location: locate("/id"),
      message: `the id ${quoteValue(id)} is not the name of the file, "${source.id}"`,
      hint: `write \`id: ${source.id}\`, or rename the file and its folder`,
    },
  ];
}

function claimedHosts(value: unknown, locate: Document["locate"]): HostClaim[] {
  const domains = isMapping(value) ? value["domains"] : undefined;
  if (!Array.isArray(domains)) return [];
  return domains.flatMap((domain: unknown, index) => {
    const host = isMapping(domain) ? domain["host"] : undefined;
    return typeof host === "string" ? [{ host, locate: () => locate(`/domains/${index}/host`) }] : [];
  });
}
