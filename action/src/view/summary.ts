/** What came of a run as Markdown for the job summary. */
import type { Comparison } from "../model/comparison.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { MOST_LISTED, plannedChange } from "../model/plan-artifact.ts";
import type { Outcome, Report } from "../model/report.ts";
import { changeParts } from "./comment-store.ts";
import { fitSections, type Section } from "./fit.ts";
import { addressLink, codeBlock, codeSpan, HINT_LIMIT, tableHead, tableRow } from "./markdown.ts";
import { countOf, formatBytes, formatCount, formatDifference, formatDuration } from "./measure.ts";
import { safeLine } from "./output.ts";
import { countStatuses, diagnosticCount, diagnosticLines } from "./text.ts";

/** GitHub drops a summary above 1 MiB; the rest of the step may have written some of it. */
const SUMMARY_LIMIT = 1_000_000;

/** Files listed per store; the counts are in the table. */
const FILES_LISTED = 50;

/**
 * The summary of a pull request: every problem, what guards will refuse with the way past them, then what becomes of
 * which store. At most `limit` bytes of UTF-8.
 */
export function planSummary(
  report: Report,
  comparisons: readonly Comparison[],
  notes: readonly string[] = [],
  limit = SUMMARY_LIMIT,
): string {
  const touched = comparisons.filter((one) => one.kind !== "unchanged");
  const same = comparisons.length - touched.length;
  const refused = report.tenants.filter(({ status }) => status === "refused");
  const rest = same === 0 ? [] : [`${countOf(same, "store was", "stores were")} rendered again without a difference.`];
  return fitSections(
    [
      plain(`## Plan: ${planTitle(report, touched.length, refused.length)}`, ...notes),
      ...refusalSections(refused),
      ...problemSections(report.diagnostics, limit / 2),
      touched.length === 0
        ? plain("No store changes.")
        : comparisonTable(touched, new Set(refused.map(({ id }) => id))),
      plain(...rest),
      ...touched.map(fileSection),
    ],
    limit,
  );
}

function planTitle({ conclusion }: Report, touched: number, refused: number): string {
  if (conclusion === "success") return `${countOf(touched, "store")} to deploy`;
  return conclusion === "refused"
    ? `a deploy will leave ${countOf(refused, "store")} as ${refused === 1 ? "it is" : "they are"}`
    : "this cannot go live yet";
}

const refusalSections = (refused: readonly Outcome[]): Section[] =>
  refused.length === 0
    ? []
    : [plain(`### ${countOf(refused.length, "store")} refused by a guard`), ...errorSections(refused)];

/** GitHub keeps one run waiting and cancels the one before it; who finds theirs cancelled looks here. */
const REPLACED_NOTE =
  "A run that waited and was cancelled in favour of this one has lost nothing: this commit contains what it would have deployed.";

/** The summary of a deploy; unchanged stores are only counted. `notes` are sentences of ours above the table. */
export function deploySummary(report: Report, notes: readonly string[] = [], limit = SUMMARY_LIMIT): string {
  const { conclusion, tenants, requests, durationMs, commit } = report;
  const counts = countStatuses(tenants).map(({ status, count }) => `${formatCount(count)} ${status}`);
  const asked = requests.list + requests.read + requests.write + requests.delete;
  const facts = [
    counts.length === 0 ? "no store" : `${countOf(tenants.length, "store")}: ${counts.join(", ")}`,
    requests.retried === 0
      ? countOf(asked, "request")
      : `${countOf(asked, "request")}, ${formatCount(requests.retried)} of them again`,
    formatDuration(durationMs),
    ...(commit === null ? [] : [`commit ${codeSpan(commit.slice(0, 12))}`]),
  ];
  const shown = tenants.filter((outcome) => outcome.status !== "unchanged");
  return fitSections(
    [
      plain(`## Deploy: ${conclusion}`, `${facts.join(" · ")}.`, ...(commit === null ? [] : [REPLACED_NOTE]), ...notes),
      ...(shown.length === 0 ? [] : [outcomeTable(shown)]),
      ...errorSections(shown),
      ...problemSections(report.diagnostics, limit / 2),
    ],
    limit,
  );
}

/** The summary of a validation alone. */
export const validateSummary = (found: readonly Diagnostic[], tenants: number, limit = SUMMARY_LIMIT): string =>
  fitSections([plain(`## Validate: ${countOf(tenants, "store")}`), ...problemSections(found, limit)], limit);

const plain = (...paragraphs: readonly string[]): Section => ({
  lines: paragraphs.length === 0 ? [] : [paragraphs.join("\n\n")],
});

const COMPARISON_HEAD = tableHead(
  ["store", "becomes", "pages", "products", "files"],
  new Set(["pages", "products", "files"]),
);

const comparisonTable = (comparisons: readonly Comparison[], refused: ReadonlySet<string>): Section => ({
  head: COMPARISON_HEAD,
  lines: comparisons.map((one) =>
    tableRow([
      codeSpan(one.tenant),
      refused.has(one.tenant) ? `${one.kind} (refused)` : one.kind,
      countChange(one.pages),
      countChange(one.products),
      fileChange(one),
    ]),
  ),
  left: (count) => `\n… and ${countOf(count, "store")} more, in report.json.`,
});

/** `29`, or `30 (+1)`. */
const countChange = ({ before, after }: { readonly before: number; readonly after: number }): string =>
  before === after ? formatCount(after) : `${formatCount(after)} (${formatDifference(after - before)})`;

/** `+1 ±2 −3`: added, changed, removed; `0` for none. */
function fileChange({ added, changed, removed }: Comparison): string {
  const parts = [
    ...(added.length > 0 ? [formatDifference(added.length)] : []),
    ...(changed.length > 0 ? [`±${formatCount(changed.length)}`] : []),
    ...(removed.length > 0 ? [formatDifference(-removed.length)] : []),
  ];
  return parts.length === 0 ? "0" : parts.join(" ");
}

function fileSection({ tenant, kind, added, changed, removed, business }: Comparison): Section {
  const paths = [
    ...added.map((path) => `+ ${path}`),
    ...changed.map((path) => `± ${path}`),
    ...removed.map((path) => `− ${path}`),
  ];
  // HTML shows a code span as it is; an id of our own alphabet needs none.
  const title = `${tenant.replaceAll(/[^a-z0-9-]/g, "")}: ${countOf(paths.length, "file")}`;
  const listed = paths.slice(0, FILES_LISTED).map(safeLine);
  const rest = paths.length - listed.length;
  const lines = rest === 0 ? listed : [...listed, `… and ${formatCount(rest)} more`];
  // Of a store that opens or closes everything is new or gone.
  const words = business === undefined || kind !== "updated" ? [] : changeParts(plannedChange(business), MOST_LISTED);
  return plain(
    ...(paths.length === 0 ? [] : [`<details><summary>${title}</summary>`, ...words, codeBlock(lines), "</details>"]),
  );
}

const OUTCOME_HEAD = tableHead(
  ["store", "status", "address", "release", "created", "updated", "deleted", "unchanged", "bytes", "time"],
  new Set(["created", "updated", "deleted", "unchanged", "bytes", "time"]),
);

const outcomeTable = (outcomes: readonly Outcome[]): Section => ({
  head: OUTCOME_HEAD,
  lines: outcomes.map((one) =>
    tableRow([
      codeSpan(one.id),
      one.status,
      addressLink(one.url),
      codeSpan(one.release),
      formatCount(one.created),
      formatCount(one.updated),
      formatCount(one.deleted),
      formatCount(one.unchanged),
      formatBytes(one.bytes),
      formatDuration(one.durationMs),
    ]),
  ),
  left: (count) => `\n… and ${countOf(count, "store")} more, in report.json.`,
});

function errorSections(outcomes: readonly Outcome[]): Section[] {
  const lines = outcomes.flatMap(({ id, status, error }) => {
    if (error === undefined) return [];
    const first = `- ${codeSpan(id)} ${status} (${codeSpan(error.code)}): ${codeSpan(error.message)}`;
    return [error.hint === "" ? first : `${first}<br>${codeSpan(error.hint, HINT_LIMIT)}`];
  });
  return [{ lines, left: (count) => `- … and ${formatCount(count)} more, in report.json.` }];
}

function problemSections(found: readonly Diagnostic[], limit: number): Section[] {
  if (found.length === 0) return [];
  const errors = found.filter((one) => one.severity === "error");
  const warnings = found.filter((one) => one.severity === "warning");
  return [
    plain(`### ${diagnosticCount(found)}`),
    {
      isCode: true,
      limit,
      lines: [...errors, ...warnings].map((one) => diagnosticLines([one]).join("\n")),
      left: (count) => `… and ${countOf(count, "problem")} more, in report.json.`,
    },
  ];
}
