/** Follows requests that are with people, or with a deploy. */
import pLimit from "p-limit";
import { corrupt, readMapping } from "../model/ledger-error.ts";
import type { AskedRequest } from "../model/request.ts";
import type { OpenProposal } from "../model/share-proposals.ts";
import type { Bucket, Clock, Proposals, Repo } from "../ports.ts";
import { forEachBounded } from "./bounded.ts";
import type { InboxDesk } from "./inbox-desk.ts";
import { noteUpload, readRecord } from "./ledger.ts";
import type { Held } from "./read-inbox.ts";

/** Notes of the ledger read or written at once. */
const AT_ONCE = 16;

/** What people did with the pull requests since the last look; nothing with those that are open. */
export async function followPullRequests(
  desk: InboxDesk,
  ledger: Bucket,
  proposals: Pick<Proposals, "stateOf">,
  open: readonly OpenProposal[],
): Promise<void> {
  const numbers = new Set(open.map(({ number }) => number));
  const held = desk.held().filter(({ receipt }) => receipt?.state === "pull-request");
  for (const [number, ours] of Map.groupBy(held, ({ receipt }) => receipt?.pullRequest?.number)) {
    if (number === undefined || numbers.has(number)) continue;
    const { state, commit } = await proposals.stateOf(number);
    if (state === "open") continue;
    const all = ours.map(({ asked }) => asked);
    if (state === "merged" && commit !== null) await approve(desk, ledger, all, commit);
    else for (const { request } of all) await desk.advance(request.requestId, "closed", { error: CLOSED });
  }
}

/** Says of requests that `commit` brought them to main. */
export async function approve(
  desk: InboxDesk,
  ledger: Bucket,
  all: readonly AskedRequest[],
  commit: string,
): Promise<void> {
  const byTenant = [...Map.groupBy(all, ({ request }) => request.tenant)];
  await forEachBounded(byTenant, pLimit(AT_ONCE), async ([tenant, ours]) => {
    for (const { request, issuedAt } of ours) {
      // Before the receipt says that it is merged: nothing older may come after it.
      await noteLatest(ledger, tenant, issuedAt);
      await desk.advance(request.requestId, "approved", { commit });
    }
  });
}

const CLOSED = {
  code: "closed",
  message: "its pull request was closed without being merged",
  hint: "ask whoever closed it; a new request opens a new one",
};

/** Where the newest merged request of a tenant is noted. */
const latestName = (tenant: string): string => `latest/${tenant}.json`;

/** By tenant of what waits: when the newest request was issued that was merged. */
export async function latestMerged(desk: InboxDesk, ledger: Bucket): Promise<ReadonlyMap<string, string>> {
  const latest = new Map<string, string>();
  const tenants = new Set(desk.held().map(({ asked }) => asked.request.tenant));
  await forEachBounded([...tenants], pLimit(AT_ONCE), async (tenant) => {
    const found = await readLatest(ledger, tenant);
    if (found !== undefined) latest.set(tenant, found.issuedAt);
  });
  return latest;
}

async function readLatest(
  ledger: Bucket,
  tenant: string,
): Promise<{ readonly issuedAt: string; readonly generation: string } | undefined> {
  const name = latestName(tenant);
  const found = await ledger.read(name);
  if (found === undefined) return undefined;
  const { issuedAt } = readMapping(name, found.body);
  if (typeof issuedAt !== "string" || Number.isNaN(Date.parse(issuedAt)))
    throw corrupt(name, 'has no valid "issuedAt"');
  return { issuedAt, generation: found.object.generation };
}

async function noteLatest(ledger: Bucket, tenant: string, issuedAt: string): Promise<void> {
  const found = await readLatest(ledger, tenant);
  if (found !== undefined && Date.parse(found.issuedAt) >= Date.parse(issuedAt)) return;
  const body = Buffer.from(`${JSON.stringify({ issuedAt })}\n`);
  await ledger.write(noteUpload(latestName(tenant), body), found?.generation ?? "0");
}

/** Where a deploy is seen. */
export interface Deployed {
  readonly ledger: Bucket;
  readonly history: Pick<Repo, "isAncestor" | "changedPaths">;
  /** The release that visitors of an address get by its own word; undefined where it says nothing. */
  readonly releaseAt: (url: string) => Promise<string | undefined>;
  readonly clock: Pick<Clock, "now">;
}

/** In ms. Deploys come each hour; what has not moved for so long waits for a person: a draft, a guard, a domain. */
const MOST_STANDSTILL = 7 * 24 * 60 * 60 * 1000;

/** Says of a merged request whether a deploy has brought it to visitors, or that it stands still. */
export async function followDeploy(desk: InboxDesk, held: Held, deployed: Deployed): Promise<void> {
  await followRecord(desk, held, deployed);
  const { requestId } = held.asked.request;
  const receipt = desk.held().find(({ asked }) => asked.request.requestId === requestId)?.receipt;
  const since = Date.parse(receipt?.history.at(-1)?.at ?? "");
  if (deployed.clock.now() - since > MOST_STANDSTILL) await desk.advance(requestId, "failed", { error: NOT_LIVE });
}

const NOT_LIVE = {
  code: "not-live",
  message: "it was merged, and for a week nothing has brought it to the address of its store",
  hint: "look at the last runs of Deploy, at lifecycle.state of the store and at its domain; then ask again, with a new id",
};

async function followRecord(
  desk: InboxDesk,
  { asked, receipt }: Held,
  { ledger, history, releaseAt }: Deployed,
): Promise<void> {
  const { requestId, tenant, type } = asked.request;
  const record = (await readRecord(ledger, tenant))?.value;
  const [merged, deployed] = [receipt?.commit, record?.commit];
  if (record === undefined || merged === undefined || deployed === undefined || deployed === null) return;
  if ((await history.isAncestor(merged, deployed)) !== true) return;
  const { release, url, state } = record;
  if (type === "tenant.remove") {
    if (state === "parked") await desk.advance(requestId, "removed", { release, url });
    return;
  }
  await desk.advance(requestId, "deployed", { release, url });
  if ((await releaseAt(url)) === release) await desk.advance(requestId, "live", { release, url });
}
