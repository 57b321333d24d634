/** What became of a merged plan, as the end of its comment: a row for each store, the last one that was said of it. */
import type { PlanMemory } from "../model/plan-memory.ts";
import type { Outcome, Status } from "../model/report.ts";
import { fitSections } from "./fit.ts";
import { addressLink, codeSpan, HINT_LIMIT, tableHead, tableRow } from "./markdown.ts";
import { countOf, formatDuration } from "./measure.ts";

/** Most bytes of it, in UTF-8. */
export const LAST_WORD_LIMIT = 12_000;

/** Stands on a line of its own, which nothing of a tenant's does: its words are in code, within a line. */
const BEGIN = "<!-- store-provisioning:became -->";

/** Where the deploy ran, and what the comment's plan had promised. */
export interface Deployed {
  /** The page of the run, with its log. */
  readonly runUrl: string;
  readonly memory?: PlanMemory | undefined;
}

const WORDS: Readonly<Record<Status, string>> = {
  created: "**live**",
  updated: "**live**",
  unchanged: "**live**",
  restored: "**live** again",
  parked: "**closed**",
  draft: "a draft, nowhere to be seen",
  invalid: "**failed**: its files have errors",
  refused: "**refused**",
  busy: "**waiting** for another run",
  superseded: "**waiting** for a newer run",
  failed: "**failed**",
};

/** Said of a store that stands as it should; the row of one says so in its second cell. */
const DONE = /^\| `[a-z0-9-]+` \| (?:\*\*live\*\*|\*\*closed\*\*|a draft)/;

/**
 * The comment with what became of these stores; of the others it keeps what it says. A store that was already as it
 * should be keeps the word of the run that brought it there.
 */
export function withLastWord(comment: string, outcomes: readonly Outcome[], deployed: Deployed): string {
  const { plan, rows } = divide(comment);
  for (const outcome of outcomes) {
    const before = rows.get(outcome.id);
    const stands = outcome.status === "unchanged" && before !== undefined && DONE.test(before);
    if (!stands) rows.set(outcome.id, rowOf(outcome, deployed));
  }
  if (rows.size === 0) return comment;
  const lines = [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const open = lines.filter((row) => !DONE.test(row));
  const done = lines.filter((row) => DONE.test(row));
  const text = fitSections(
    [
      { lines: [`${BEGIN}\n### ${titleOf(done.length, open.length)}`] },
      {
        head: tableHead(["Store", "What became of it", "Release", "Took"], new Set(["Took"])),
        lines: [...open, ...done],
        left: (count) => `\nand ${countOf(count, "more store")}, in the [summary of the run](${deployed.runUrl}).`,
      },
    ],
    LAST_WORD_LIMIT,
  );
  return `${plan}\n\n${text}`;
}

/** What a comment ends with, to stand after another plan's text; empty where nothing became of it yet. */
export function lastWordIn(comment: string): string {
  const begin = comment.indexOf(`\n${BEGIN}\n`);
  return begin === -1 ? "" : comment.slice(begin);
}

function divide(comment: string): { readonly plan: string; readonly rows: Map<string, string> } {
  const [plan = "", became = ""] = comment.split(`\n${BEGIN}\n`);
  const rows = became.split("\n").flatMap((line) => {
    const id = /^\| `([a-z0-9-]+)` \|/.exec(line)?.[1];
    return id === undefined ? [] : [[id, line] as const];
  });
  return { plan: plan.trimEnd(), rows: new Map(rows) };
}

function titleOf(done: number, open: number): string {
  if (open === 0) return done === 1 ? "Deployed" : `Deployed: all ${countOf(done, "store")}`;
  return done === 0
    ? `${countOf(open, "store is", "stores are")} not deployed`
    : `${countOf(open, "store is", "stores are")} not deployed, ${done} ${done === 1 ? "is" : "are"}`;
}

function rowOf(outcome: Outcome, { runUrl, memory }: Deployed): string {
  const { id, status, url, release, durationMs, error } = outcome;
  const isDone = DONE.test(`| \`x\` | ${WORDS[status]}`);
  const address = isDone && url !== "" ? ` at ${addressLink(url)}` : "";
  const said = isDone
    ? `${WORDS[status]}${address}${promiseWords(release, memory?.releases?.get(id))}`
    : [`${WORDS[status]}${causeWords(error)}`, `[log](${runUrl})`].join(" · ");
  return tableRow([codeSpan(id), said, codeSpan(release), durationMs > 0 ? formatDuration(durationMs) : ""]);
}

/** Nothing where the comment remembers no promise. */
function promiseWords(release: string, promised: string | undefined): string {
  if (promised === undefined || release === "" || !/^[0-9a-f]+$/.test(promised)) return "";
  return release.startsWith(promised)
    ? ", as planned"
    : `, not as planned: ${codeSpan(promised)} was, and something else has changed this store as well`;
}

const causeWords = (error: Outcome["error"]): string =>
  error === undefined
    ? ""
    : `: ${codeSpan(error.message)}${error.hint === "" ? "" : `; ${codeSpan(error.hint, HINT_LIMIT)}`}`;
