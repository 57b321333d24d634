/** What is to be done with the requests that wait: which come first, which are overtaken, which came too late. */
import { isFinalState, type Receipt, type ReceiptState } from "./receipt.ts";
import type { AskedRequest, RequestProblem } from "./request.ts";

/** A request that waits, with its receipt if it has one already. */
export interface Waiting {
  readonly asked: AskedRequest;
  readonly receipt: Receipt | undefined;
}

/** What becomes of a request before anything is proposed. */
export type Settled =
  /** It has come to its end: only its entry in the inbox is left, and its callback. */
  | { readonly verdict: "done" }
  /** Its id stands for another request, whose receipt it must not touch. */
  | { readonly verdict: "conflict" }
  | {
      readonly verdict: "end";
      readonly state: Extract<ReceiptState, "refused" | "superseded">;
      readonly problem: QueueProblem;
    }
  /** It is merged: what is left is to see it live. */
  | { readonly verdict: "follow" };

/** Why a request ends without a pull request of its own. */
export interface QueueProblem extends Pick<RequestProblem, "message" | "hint"> {
  readonly code: "expired" | "out-of-order" | "overtaken";
}

/** The requests of one tenant that its pull request shall hold, in the order in which they are applied. */
export interface Proposed {
  readonly tenant: string;
  readonly requests: readonly AskedRequest[];
  /** Of the pull request that is open for some of them. */
  readonly number: number | undefined;
}

/** The whole inbox, sorted out. */
export interface SortedQueue {
  /** By request id. */
  readonly settled: ReadonlyMap<string, Settled>;
  /** By tenant, in the order of their ids. */
  readonly proposed: readonly Proposed[];
}

/**
 * Sorts out the inbox.
 *
 * @param latest the `issuedAt` of the newest request of a tenant that was merged: nothing older overwrites it
 * @param now wall time, ms since the epoch
 */
export function sortQueue(waiting: readonly Waiting[], latest: ReadonlyMap<string, string>, now: number): SortedQueue {
  const settled = new Map<string, Settled>();
  const open = waiting.filter((one) => {
    const verdict = settle(one, latest, now);
    if (verdict !== undefined) settled.set(one.asked.request.requestId, verdict);
    return verdict === undefined;
  });
  const byTenant = Map.groupBy(open.toSorted(inOrder), ({ asked }) => asked.request.tenant);
  const proposed = [...byTenant].map(([tenant, ours]): Proposed => {
    // What states the whole store leaves nothing of what came before it.
    const whole = ours.findLastIndex(({ asked }) => asked.request.type !== "catalog.patch");
    for (const { asked } of ours.slice(0, Math.max(0, whole)))
      settled.set(asked.request.requestId, overtakenBy(ours[whole]?.asked.request.requestId ?? ""));
    const number = ours.map(({ receipt }) => receipt?.pullRequest?.number).find((one) => one !== undefined);
    return { tenant, requests: ours.slice(Math.max(0, whole)).map(({ asked }) => asked), number };
  });
  return { settled, proposed: proposed.toSorted((a, b) => (a.tenant < b.tenant ? -1 : 1)) };
}

/** What needs no look at the others; undefined for what is to be in a pull request. */
function settle({ asked, receipt }: Waiting, latest: ReadonlyMap<string, string>, now: number): Settled | undefined {
  const { request, issuedAt, expiresAt, digest } = asked;
  if (receipt !== undefined && receipt.digest !== digest) return { verdict: "conflict" };
  const state = receipt?.state ?? "accepted";
  if (isFinalState(state)) return { verdict: "done" };
  if (state === "approved" || state === "deployed") return { verdict: "follow" };
  if (state === "pull-request") return undefined;
  const newest = latest.get(request.tenant);
  if (newest !== undefined && Date.parse(issuedAt) < Date.parse(newest)) return tooLate(issuedAt, newest);
  return Date.parse(expiresAt) <= now ? expired(expiresAt) : undefined;
}

const tooLate = (issuedAt: string, newest: string): Settled => ({
  verdict: "end",
  state: "refused",
  problem: {
    code: "out-of-order",
    message: `it was issued at ${issuedAt}, and what was issued at ${newest} is merged`,
    hint: "ask again for what is wanted now",
  },
});

const expired = (expiresAt: string): Settled => ({
  verdict: "end",
  state: "refused",
  problem: {
    code: "expired",
    message: `it expired at ${expiresAt}, before it was begun`,
    hint: "ask again, with a new request id",
  },
});

const overtakenBy = (requestId: string): Settled => ({
  verdict: "end",
  state: "superseded",
  problem: {
    code: "overtaken",
    message: `request ${requestId}, issued later, states the whole store`,
    hint: "look at the receipt of that request",
  },
});

/** As they were issued; of one moment, by their ids, so that every drain sees the same order. */
const inOrder = ({ asked: a }: Waiting, { asked: b }: Waiting): number =>
  Date.parse(a.issuedAt) - Date.parse(b.issuedAt) || (a.request.requestId < b.request.requestId ? -1 : 1);
