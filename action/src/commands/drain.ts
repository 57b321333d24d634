/**
 * Empties the inbox: what can be done becomes pull requests, what cannot gets a receipt that says why,
 * and what was merged is followed until visitors see it.
 *
 * Level-triggered, as a deploy is: it looks at what waits, at main and at the pull requests, and does what is missing.
 * A run that ends anywhere is continued by the next one.
 */
import type { Diagnostic } from "../model/diagnostic.ts";
import type { ReceiptState } from "../model/receipt.ts";
import { sortQueue } from "../model/request-queue.ts";
import { groupSources } from "../model/source.ts";
import type { Clock, Log, Proposals, Tree } from "../ports.ts";
import { type Deployed, followDeploy, followPullRequests, latestMerged } from "../steps/follow-requests.ts";
import { openInboxDesk } from "../steps/inbox-desk.ts";
import type { Folders } from "../steps/load-stores.ts";
import { loadPolicy } from "../steps/load-guard-rules.ts";
import { openMergeDesk } from "../steps/merge-requests.ts";
import { type ProposeOptions, proposeRequests } from "../steps/propose-requests.ts";
import { findRivals, MOST_TOUCHED, showOnly } from "../steps/read-change.ts";
import { type Held, readInbox } from "../steps/read-inbox.ts";
import { type CallbackPlace, sendCallbacks } from "../steps/send-callbacks.ts";
import { listOpenProposals } from "../steps/written-branches.ts";
import { validate } from "./validate.ts";

/** What an inbox is emptied with. */
export interface DrainOptions extends Deployed, CallbackPlace {
  /** Main, and its commit. */
  readonly tree: Tree;
  readonly commit: string;
  readonly folders: Folders;
  /** The tenants whose requests are looked at, or null for all. */
  readonly only: ReadonlySet<string> | null;
  readonly proposals: Proposals;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** How many requests came to which state in this run. */
export type DrainResult = Readonly<Partial<Record<ReceiptState, number>>>;

/** Throws what the ledger, main and GitHub throw; the next run goes on where this one ended. */
export async function drain(options: DrainOptions): Promise<DrainResult> {
  const { tree, commit, folders, only, ledger, proposals, clock, log } = options;
  // Git lists the commit while the ledger answers.
  const [inbox, { policy }] = await Promise.all([readInbox(ledger), loadPolicy(tree)]);
  const ours = only === null ? inbox : inbox.filter(({ asked }) => only.has(asked.request.tenant));
  const desk = openInboxDesk(ledger, clock, ours);
  const open = desk.held().some(isUndecided) ? await listOpenProposals(proposals, ledger) : [];
  await followPullRequests(desk, ledger, proposals, open);
  const { settled, proposed } = sortQueue(desk.held(), await latestMerged(desk, ledger), clock.now());
  for (const one of desk.held()) {
    const { requestId } = one.asked.request;
    const verdict = settled.get(requestId);
    switch (verdict?.verdict) {
      case "end":
        await desk.advance(requestId, verdict.state, { error: verdict.problem });
        break;
      case "follow":
        await followDeploy(desk, one, options);
        break;
      case "conflict":
        log({ type: "warning", message: `request ${requestId} came twice with different content: the first stands` });
        await desk.clear(requestId);
        break;
      // What is at its end leaves with its callback, below.
      case "done":
      case undefined:
        break;
    }
  }
  const check = (at: Tree, tenants: ReadonlySet<string>) => problemsOf(at, folders, tenants);
  const about = { desk, ledger, tree, commit, folder: folders.tenants, proposals, check, log };
  const openMerging: ProposeOptions["openMerging"] = (drafts, sources) =>
    openMergeDesk(drafts, { ...about, sources, history: options.history, policy: policy.merge });
  const above = only === null ? policy.requests["share-above"] : null;
  try {
    await proposeRequests(proposed, { ...about, openMerging, sharing: { open, above } });
  } finally {
    await sendCallbacks(desk, options, clock, log);
  }
  return desk.counts();
}

/** Whether people may still have to say yes or no: all others are no reason to ask GitHub. */
const isUndecided = ({ receipt }: Held): boolean =>
  receipt === undefined || receipt.state === "accepted" || receipt.state === "pull-request";

/** In the words of a pull request; of a tenant that is not there nothing is said. */
async function problemsOf(tree: Tree, folders: Folders, tenants: ReadonlySet<string>): Promise<readonly Diagnostic[]> {
  const { sources } = groupSources(await tree.list(folders.tenants), folders.tenants);
  const ours = sources.filter(({ id }) => tenants.has(id));
  if (ours.length === 0) return [];
  const touched = new Set(ours.map(({ id }) => id));
  const head = { tree, sources };
  const shown = touched.size > MOST_TOUCHED ? sources : [...ours, ...(await findRivals({ head, touched }))];
  return (await validate({ tree: showOnly(head, shown, { paths: [] }, folders), folders, only: touched })).diagnostics;
}
