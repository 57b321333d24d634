/** Makes the destination hold what the tree says. */
import { closedStoreOf, renderClosedSite } from "../model/closed.ts";
import type { Desired, Rendered } from "../model/desired.ts";
import { type Diagnostic, hasErrors, sortDiagnostics } from "../model/diagnostic.ts";
import { fingerprintOf } from "../model/fingerprint.ts";
import { weighSite } from "../model/page-weight.ts";
import { renderDeployed } from "../model/render-deployed.ts";
import { concludeRun, type Outcome, type Report, type RequestCounts, untouched } from "../model/report.ts";
import type { Source } from "../model/source.ts";
import type { Tenant } from "../model/store.ts";
import { sourceFacts } from "../model/store-facts.ts";
import { suggest } from "../model/suggestion.ts";
import { checkTenantAgainstTemplate, type Templates } from "../model/template-fit.ts";
import type { Template } from "../model/template.ts";
import { primaryHost } from "../model/tenant.ts";
import type { Bucket, Clock, Destination, Log, Pictures, Repo, Tree } from "../ports.ts";
import { deployFleet } from "../steps/deploy-fleet.ts";
import { loadTenant, readFleet } from "../steps/load.ts";
import { loadStore } from "../steps/load-store.ts";
import type { Folders } from "../steps/load-stores.ts";
import { loadGuardRules } from "../steps/load-guard-rules.ts";
import { loadTemplates } from "../steps/load-templates.ts";
import { type MeasureRecord, measureByCommit } from "../steps/measure-record.ts";
import type { Protocol } from "../steps/protocol.ts";

/** What a deploy is made from. */
export interface DeployOptions {
  readonly tree: Tree;
  readonly folders: Folders;
  /** The commit that the tree shows, or null: the order check is off then. */
  readonly commit: string | null;
  readonly history: Pick<Repo, "isAncestor">;
  /** Where the commits of records are looked up; without, guards know only what the records tell. */
  readonly past?: Repo;
  /** Unique per process that deploys. */
  readonly run: string;
  /** The code that renders: equal engines give equal bytes. */
  readonly engine: string;
  /** The ids to deploy, or null for all. Never removes. */
  readonly only: ReadonlySet<string> | null;
  /** Renders and compares in spite of a fingerprint. Overrides no guard. */
  readonly force: boolean;
  /** Takes over foreign objects at our paths. */
  readonly adopt: boolean;
  readonly acceptRewrittenHistory: boolean;
  readonly destination: Destination;
  readonly ledger: Bucket;
  /** What both buckets count into. */
  readonly requests: RequestCounts;
  readonly clock: Clock;
  readonly log: Log;
  /** Who prepares photographs; without, they are served as they are. */
  readonly pictures?: Pictures;
  /** Another than `PROTOCOL`: shorter leases, where no mutation can be on its way for long. */
  readonly protocol?: Protocol;
}

/** A broken tenant blocks itself; a broken template, policy or override file blocks all. Throws what `readFleet` throws. */
export async function deploy(options: DeployOptions): Promise<Report> {
  const { tree, folders, clock } = options;
  const start = clock.monotonic();
  const { templates, diagnostics: ofTemplates } = await loadTemplates(tree, folders.templates);
  const ofTenants: Diagnostic[] = [];
  const wishes: Desired[] = [];
  const fleet = await readFleet(tree, folders, async (source, tenant) => {
    wishes.push(await desireTenant(source, tenant, templates, options, ofTenants));
  });
  const { rules, diagnostics: ofRules } = await loadGuardRules(tree);
  const blocked = hasErrors(ofTemplates) || hasErrors(ofRules);

  const strangers = [...(options.only ?? [])].filter((id) => !fleet.sources.some((source) => source.id === id));
  const outcomes = blocked
    ? []
    : await deployFleet({
        ...options,
        desired: settleIds(wishes, fleet.takenIds),
        renderClosed: renderClosedSite,
        closedFingerprint: fingerprintOf({
          engine: options.engine,
          template: "closed",
          settings: [options.destination.uri],
          sources: [],
        }),
        rules,
        measure: measureFor(options, fleet.sources),
      });
  const diagnostics = [...ofTemplates, ...fleet.diagnostics, ...ofTenants, ...ofRules];
  const tenants = [...outcomes, ...strangers.map((id) => unknownTenant(id, fleet.sources))];
  return {
    command: "deploy",
    commit: options.commit,
    conclusion: concludeRun(tenants, hasErrors(diagnostics)),
    durationMs: Math.round(clock.monotonic() - start),
    requests: { ...options.requests },
    tenants: tenants.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    diagnostics: sortDiagnostics(diagnostics),
  };
}

/** What a tenant should be; what is wrong with it is added to `diagnostics`, now or when it is rendered. */
async function desireTenant(
  source: Source,
  tenant: Tenant | undefined,
  templates: Templates,
  options: DeployOptions,
  diagnostics: Diagnostic[],
): Promise<Desired> {
  const { id } = source;
  if (tenant === undefined) return { state: "invalid", id };
  const { settings } = tenant;
  const found = checkTenant(tenant, templates, options.destination);
  diagnostics.push(...found);
  const template = templates.get(settings.theme.template);
  if (template === undefined || hasErrors(found)) return { state: "invalid", id };

  const { state } = settings.lifecycle;
  if (state === "draft") return { state, id };
  const address = { host: primaryHost(settings), hosts: settings.domains.map((domain) => domain.host) };
  const fingerprint = fingerprintOf({
    engine: options.engine,
    template: template.fingerprint,
    settings: [options.destination.uri, state],
    sources: await identifySources(source, options.tree),
  });
  if (state !== "live")
    return { state: "parked", id, ...address, fingerprint, closed: closedStoreOf(tenant, template) };
  const render = (): Promise<Rendered | undefined> => renderTenant(source, template, options, diagnostics);
  return { state, id, ...address, fingerprint, render };
}

/** Reads the tenant anew: of a whole fleet only those that changed are rendered, and only these are worth the memory. */
async function renderTenant(
  source: Source,
  template: Template,
  { tree, pictures }: DeployOptions,
  diagnostics: Diagnostic[],
): Promise<Rendered | undefined> {
  const { tenant } = await loadTenant(tree, source);
  if (tenant === undefined) return undefined;
  const { store, diagnostics: found } = await loadStore(tree, tenant, source, pictures);
  diagnostics.push(...found);
  if (store === undefined || hasErrors(found)) return undefined;
  const rendered = renderDeployed(store, template, pictures !== undefined);
  diagnostics.push(...rendered.diagnostics);
  if (hasErrors(rendered.diagnostics)) return undefined;
  const weight = weighSite(rendered.site);
  // A store inside its budget is not weighed: no guard asks.
  const heaviest = weight.over.length > 0 ? (weight.heaviest() ?? null) : null;
  return { ...rendered, facts: { ...sourceFacts(store), heaviest } };
}

/** Files that are in no commit were measured by none. */
function measureFor(
  { commit, past, folders, pictures }: DeployOptions,
  sources: readonly Source[],
): MeasureRecord | undefined {
  if (commit === null || past === undefined) return undefined;
  return measureByCommit({ repo: past, head: commit, sources, folders, pictures });
}

/** Each id once; one that several files have is nobody's. */
function settleIds(wishes: readonly Desired[], takenIds: ReadonlySet<string>): Desired[] {
  const byId = new Map(wishes.map((wish) => [wish.id, wish]));
  return [...byId.values()].map((wish) => (takenIds.has(wish.id) ? { state: "invalid", id: wish.id } : wish));
}

async function identifySources(source: Source, tree: Tree): Promise<{ path: string; id: string }[]> {
  const files = [source.entry, ...source.entries].filter((entry) => entry.kind === "file");
  const identified: { path: string; id: string }[] = [];
  for (const { path } of files) identified.push({ path, id: await tree.identify(path) });
  return identified;
}

function checkTenant(tenant: Tenant, templates: Templates, { uri, needsHost }: Destination): Diagnostic[] {
  const found = checkTenantAgainstTemplate(tenant, templates);
  if (needsHost && primaryHost(tenant.settings) === null) {
    found.push({
      rule: "destination-host",
      severity: "error",
      message: `${tenant.id} has no domain, and the destination ${uri} is named after it`,
      hint: "give the tenant a domain, or deploy to gs://BUCKET/{tenant}",
      location: tenant.locate("/domains", "key"),
    });
  }
  return found;
}

function unknownTenant(id: string, sources: readonly Source[]): Outcome {
  const hint = suggest(
    id,
    sources.map((source) => source.id),
  );
  const error = { code: "unknown-tenant", message: `there is no tenant "${id}"`, hint };
  return untouched(id, { status: "invalid", error });
}
