/** What a machine's pull request says: ids and nothing else, so that no text of a tenant speaks to GitHub. */
import type { Proposed } from "../model/request-queue.ts";
import { countOf } from "./measure.ts";

/** One line. */
export const proposalTitle = ({ tenant, requests }: Proposed): string =>
  `${tenant}: ${countOf(requests.length, "request")} of Tenant Management`;

/** Markdown; what changes for visitors is told by the plan's own comment. */
export const proposalBody = ({ requests }: Proposed): string =>
  [
    "Asked for by the platform's Tenant Management, in this order:",
    "",
    ...requests.map(({ request }) => `- \`${request.requestId}\` (${request.type})`),
    "",
    "The branch is written anew when another request for this store comes, until you commit to it: then it is yours, and what else is asked of this store waits until this is merged or closed.",
  ].join("\n");
