/** A fleet of tiny stores, a world to deploy them into, commits to deploy them from. */
import type { Desired } from "../../action/src/model/desired.ts";
import { DEFAULT_POLICY } from "../../action/src/model/policy.ts";
import { closeSite, siteFile, type Site } from "../../action/src/model/site.ts";
import type { ClosedStore } from "../../action/src/model/store.ts";
import type { Bucket, Clock, Destination } from "../../action/src/ports.ts";
import { deployFleet, type DeployFleetOptions } from "../../action/src/steps/deploy-fleet.ts";
import { PROTOCOL, type Protocol } from "../../action/src/steps/protocol.ts";

/** A page of a tiny store: what it says, where it links, which assets it needs. */
export interface TinyPage {
  readonly text: string;
  readonly links?: readonly string[];
  readonly assets?: readonly string[];
}

export type TinyStore = Readonly<Record<string, TinyPage>>;

/** A page's markup as the checker reads it. */
function markup({ text, links = [], assets = [] }: TinyPage): string {
  const styles = assets.map((path) => `<link rel="stylesheet" href="/${path}">`).join("");
  const anchors = links.map((path) => `<a href="/${path.replace(/index\.html$/, "")}">${path}</a>`).join("");
  return `<!doctype html><html><head>${styles}</head><body><p>${text}</p>${anchors}</body></html>`;
}

export function tinySite(id: string, store: TinyStore): Site {
  const assets = new Set(Object.values(store).flatMap((page) => page.assets ?? []));
  const files = [
    ...[...assets].map((path) => siteFile(path, "asset", "text/css", `/* ${path} */`)),
    ...Object.entries(store).map(([path, page]) => siteFile(path, "page", "text/html; charset=utf-8", markup(page))),
  ];
  return closeSite(id, files, { name: "tiny", version: "1" });
}

export function closedStore(id: string): ClosedStore {
  const colors = { background: "#ffffff", text: "#000000", accent: "#004488" };
  return { id, name: `Store ${id}`, language: "en", email: `hello@${id}.example`, colors };
}

export function renderClosed(closed: ClosedStore): Site {
  return tinySite(closed.id, { "index.html": { text: `${closed.name} is closed` }, "404.html": { text: "not here" } });
}

/** A live store as a commit wants it. */
export function live(
  id: string,
  store: TinyStore,
  hosts: readonly string[] = [],
): Desired & { readonly state: "live" } {
  const site = tinySite(id, store);
  const pages = Object.keys(store).length;
  const rendered = { site, pages, products: 1, closed: closedStore(id) };
  const host = hosts[0] ?? null;
  return {
    state: "live",
    id,
    host,
    hosts,
    fingerprint: `${site.release}-${hosts.join()}`,
    render: () => Promise.resolve(rendered),
  };
}

/** Time that passes only when somebody sleeps, or a test says so. */
export interface VirtualClock extends Clock {
  advance(ms: number): void;
}

export function virtualClock(): VirtualClock {
  let time = 0;
  const start = Date.UTC(2026, 0, 1);
  return {
    now: () => start + time,
    monotonic: () => time,
    advance: (ms) => {
      time += ms;
    },
    sleep: (ms) => {
      time += ms;
      return Promise.resolve();
    },
  };
}

/** One prefix for each tenant in one bucket. */
export function prefixDestination(bucketOf: (tenant: string) => Bucket): Destination {
  return {
    uri: "memory:{tenant}",
    needsHost: false,
    bucketOf: ({ id }) => bucketOf(id),
    urlOf: ({ id }) => `https://${id}.example/`,
  };
}

/** A bucket of its own for each host, all of them in one; refuses a tenant without a host as the real one does. */
export function hostDestination(bucketOf: (host: string) => Bucket): Destination {
  return {
    uri: "memory:{host}",
    needsHost: true,
    bucketOf({ id, host }) {
      if (host === null) throw new Error(`${id} has no host`);
      return bucketOf(host);
    },
    urlOf: ({ host }) => (host === null ? "" : `https://${host}/`),
  };
}

/** Commits are numbers in order: every smaller one is an ancestor. */
export const history: DeployFleetOptions["history"] = {
  isAncestor: (ancestor, descendant) => Promise.resolve(Number(ancestor) <= Number(descendant)),
};

/** Short terms, so that a wait is few steps; the margin is above what a request takes in `faults.ts`. */
export const TEST_PROTOCOL: Protocol = {
  ...PROTOCOL,
  lease: { durationMs: 90_000, marginMs: 30_000, patienceMs: 180_000, pollMs: 30_000 },
  retention: { releases: 1, graceMs: 60_000 },
};

/** A deploy of one commit, with everything that a test does not care about filled in. */
export function deployCommit(
  world: { readonly site: (tenant: string) => Bucket; readonly ledger: Bucket; readonly clock: Clock },
  commit: number | null,
  desired: readonly Desired[],
  options: Partial<DeployFleetOptions> = {},
): Promise<Awaited<ReturnType<typeof deployFleet>>> {
  return deployFleet({
    commit: commit === null ? null : String(commit),
    history,
    run: `run-${commit}`,
    desired,
    only: null,
    renderClosed,
    closedFingerprint: "closed-1",
    // Tiny sites lose most of their pages in one change; guards are tested elsewhere.
    rules: { policy: { ...DEFAULT_POLICY, "pages-lost": { percent: 100 } }, overrides: [] },
    force: false,
    adopt: false,
    acceptRewrittenHistory: false,
    destination: prefixDestination(world.site),
    ledger: world.ledger,
    clock: world.clock,
    log: () => undefined,
    protocol: TEST_PROTOCOL,
    ...options,
  });
}
