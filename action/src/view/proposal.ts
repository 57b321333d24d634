/** What a machine's pull request says: ids and nothing else, so that no text of a tenant speaks to GitHub. */
import type { Proposed } from "../model/request-queue.ts";
import { countOf } from "./measure.ts";

/** GitHub takes 65,536 characters; receipts name them all. */
const MOST_LISTED = 500;

/** One line. */
export function proposalTitle(stores: readonly Proposed[]): string {
  const [only, ...more] = stores;
  const whose = more.length === 0 && only !== undefined ? only.tenant : countOf(stores.length, "store");
  return `${whose}: ${countOf(requestsIn(stores).length, "request")} of Tenant Management`;
}

/** Markdown; what changes for visitors is told by the plan's own comment. */
export function proposalBody(stores: readonly Proposed[]): string {
  const requests = requestsIn(stores);
  const left = requests.length - MOST_LISTED;
  return [
    "Asked for by the platform's Tenant Management, in this order:",
    "",
    ...requests
      .slice(0, MOST_LISTED)
      .map(({ request }) => `- ${request.tenant}: \`${request.requestId}\` (${request.type})`),
    ...(left > 0 ? [`- and ${countOf(left, "more request")}`] : []),
    "",
    "The branch is written anew when another request for a store in it comes, until you commit to it: then it is yours, and what else is asked of its stores waits until this is merged or closed.",
  ].join("\n");
}

const requestsIn = (stores: readonly Proposed[]): Proposed["requests"] => stores.flatMap(({ requests }) => requests);
