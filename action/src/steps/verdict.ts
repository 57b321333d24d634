/** What came of a tenant's deploy, and the words for it where it was not what was asked. */
import type { FleetHead } from "../model/fleet-head.ts";
import { intentName } from "../model/intent.ts";
import type { Plan } from "../model/plan.ts";
import type { Outcome, Status } from "../model/report.ts";
import { PortError } from "../ports.ts";
import type { Held } from "./lease.ts";

/** How a tenant's deploy ended; an `error` wherever it does not stand as was asked. */
export interface Verdict {
  readonly status: Status;
  readonly error?: NonNullable<Outcome["error"]>;
}

/** A guard says no. */
export const refuse = (error: NonNullable<Outcome["error"]>): Verdict => ({ status: "refused", error });

/** Nobody can tell what would change: the commit that the store was deployed from is gone. */
export const unmeasured = (id: string, commit: string): Verdict =>
  refuse({
    code: "commit-gone",
    message: `${id} was deployed from commit ${commit}, which is in this repository no more: no guard can tell what would change`,
    hint: "if history was rewritten on purpose, run once with accept-rewritten-history (--accept-rewritten-history)",
  });

/** Somebody else's files are in the way. */
export function foreign({ paths, tenants }: Extract<Plan, { kind: "foreign" }>): Verdict {
  const named = paths.slice(0, 3).join(", ") + (paths.length > 3 ? ` and ${paths.length - 3} more` : "");
  const owners = tenants.join(", ");
  const whose = owners === "" ? "someone else" : `tenant ${owners}`;
  const message = `there are files of ${whose} where the store's own would go: ${named}`;
  const hint =
    owners === ""
      ? "move them away, or take them over with adopt (--adopt)"
      : `if this store takes the place of ${owners}, as after a rename, take them over with adopt (--adopt); otherwise give it another domain`;
  return { status: "refused", error: { code: "foreign-object", message, hint } };
}

/** Why a tenant whose YAML is gone is not closed: the page would stand in another store's place. */
export function describeHeir(id: string, host: string | null, heir: string): string {
  return (
    `${id} has no YAML any more, and its domain ${host} is claimed by ${heir}: nothing is closed there. ` +
    `If ${heir} is the same store under another name, deploy it once with adopt (--adopt)`
  );
}

/** The latest moment that a `Date` can hold. */
const LATEST_MS = 8.64e15;

/** Another run holds the tenant. */
export function busy(id: string, { holder, until }: Held): Verdict {
  const end = new Date(Math.min(until, LATEST_MS)).toISOString();
  const message = `run ${holder.run} is still changing ${id}: its intent holds until ${end}`;
  const hint =
    "run again once that run has ended, or after that time; if the run is surely over and the time lies far ahead, " +
    `remove ${intentName(id)} from the ledger and run again`;
  return { status: "busy", error: { code: "busy", message, hint } };
}

/** What becomes of a tenant when a newer commit's deploy has begun. */
export function supersededBy(head: FleetHead): Verdict {
  const message = `commit ${head.commit} is newer; run ${head.run} deploys it`;
  return {
    status: "superseded",
    error: {
      code: "superseded",
      message,
      hint: "nothing to do: that run, or the next, brings the store to what main says",
    },
  };
}

/** An error as people and machines are told of it; an unexpected one is a bug of ours. */
export function describeError(error: unknown): NonNullable<Outcome["error"]> {
  if (error instanceof PortError) {
    return {
      code: String(error.code),
      message: error.message,
      hint: error.hint ?? "run again; what was written stays",
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, hint: "this is a bug of the deploy itself; the other stores are not affected" };
}
