/** A receipt for people: one line, and the exit code that it comes to. */
import type { Receipt } from "../../action/src/generated/receipt.ts";

/** Where it stands, what there is to look at, and why it ended as it did. */
export function receiptLine(requestId: string, receipt: Receipt | undefined): string {
  if (receipt === undefined) return `request ${requestId}: not taken in yet`;
  const { state, pullRequest, url, error } = receipt;
  const place = state === "pull-request" ? pullRequest?.url : url;
  const more = [place, error && `${error.code}: ${error.message}`, error && `hint: ${error.hint}`];
  return [`request ${requestId}: ${state}`, ...more.filter((one) => one !== undefined && one !== "")].join("; ");
}

/** Said where no receipt came: GitHub tells a sender nothing of what it could not believe. */
export const NOT_TAKEN_IN: readonly string[] = [
  "no receipt came: the run of Intake has not begun yet, or did not believe the event; or the ledger is hidden from you",
  "  hint: look at the newest run of the workflow Intake; it says whether the signature is by none of its secrets",
];

const EXIT_CODES: Readonly<Partial<Record<Receipt["state"], number>>> = {
  live: 0,
  removed: 0,
  refused: 1,
  failed: 2,
  closed: 3,
  superseded: 3,
};

/** 4 for what is not final yet. */
export const requestExitCode = (receipt: Receipt | undefined): number => EXIT_CODES[receipt?.state ?? "accepted"] ?? 4;

/** The end of a `--help`. */
export const REQUEST_EXIT_CODES_HELP = `
Exit codes:
  0   sent; of a receipt: live or removed
  1   it cannot be done: it breaks the contract, or the receipt says refused
  2   GitHub or the ledger did not answer, or the receipt says failed
  3   somebody decided otherwise: closed or superseded
  4   not final yet
  64  wrong usage
  70  our own bug`;
