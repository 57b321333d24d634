/** The one issue that stands open while stores cannot be deployed. */
import type { Outcome, Report } from "../model/report.ts";
import { fitSections } from "./fit.ts";
import { codeSpan, HINT_LIMIT } from "./markdown.ts";
import { countOf } from "./measure.ts";

/** GitHub takes 65,536 characters. */
const LIMIT = 30_000;

/** What the issue is called; it says nothing that changes, so that mails about it are of one thread. */
export const FAILURE_TITLE = "Stores could not be deployed";

/** The text while something fails; the same report gives the same text. Without a report the deploy has ended before it had one. */
export function failureText(report: Report | undefined, runUrl: string): string {
  if (report === undefined)
    return `The last deploy ended before it could say what became of the stores: [log](${runUrl}). It is tried again every hour; this issue is closed by the first deploy that succeeds.\n`;
  const { tenants, diagnostics, commit } = report;
  const failed = tenants.filter(({ error }) => error !== undefined);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const count = failed.length > 0 ? countOf(failed.length, "store") : countOf(errors.length, "error");
  return fitSections(
    [
      {
        lines: [
          `The last deploy${commit === null ? "" : ` of ${codeSpan(commit.slice(0, 10))}`} left ${count} to look at: [log and summary](${runUrl}). It is tried again every hour; this issue is closed by the first deploy that succeeds.\n`,
        ],
      },
      { lines: failed.map(line), left: (rest) => `- and ${countOf(rest, "more store")}` },
      {
        lines: errors.map(
          ({ message, hint, location }) =>
            `- ${codeSpan(`${location.file}:${location.line}`)}: ${codeSpan(message)}; ${codeSpan(hint)}`,
        ),
        left: (rest) => `- and ${countOf(rest, "more error")}`,
      },
    ],
    LIMIT,
  );
}

/** The text once nothing fails any more. */
export const recoveredText = (runUrl: string): string =>
  `Every store is as it should be since [this deploy](${runUrl}).`;

const line = ({ id, status, error }: Outcome): string =>
  `- ${codeSpan(id)} ${status}: ${codeSpan(error?.message ?? "")}; ${codeSpan(error?.hint ?? "", HINT_LIMIT)}`;
