/** Why a person started a run, and whether it was to do nothing but tell. */
import { codeSpan } from "./markdown.ts";

/** What was typed into GitHub's form; both empty where no person started the run. */
export interface ByHand {
  readonly reason: string;
  readonly dryRun: boolean;
}

const DRY_RUN = "Dry run: nothing is written; what is said to be done would be.";

/** For the log. */
export const byHandLines = ({ reason, dryRun }: ByHand): string[] => [
  ...(dryRun ? [DRY_RUN] : []),
  ...(reason === "" ? [] : [`By hand: ${reason}`]),
];

/** What stands above a summary, as Markdown; the reason is somebody's words, and stays text. */
export const byHandMarkdown = ({ reason, dryRun }: ByHand): string =>
  [...(dryRun ? [`**${DRY_RUN}**`] : []), ...(reason === "" ? [] : [`By hand: ${codeSpan(reason)}`])]
    .map((paragraph) => `${paragraph}\n\n`)
    .join("");
