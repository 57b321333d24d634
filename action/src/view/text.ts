/** Log events, diagnostics and reports as lines for a terminal. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { STATUSES, type Outcome, type Report, type Status } from "../model/report.ts";
import type { LogEvent } from "../ports.ts";
import { countOf, formatBytes, formatCount, formatDuration } from "./measure.ts";
import { breakCommands, safeLine, safeLines } from "./output.ts";

/** How lines look. */
export interface TextStyle {
  /** ANSI colours; leave it off where the output is no terminal. */
  readonly color: boolean;
}

/** Calm: colour only where the eye has to stop. */
const SGR = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
type Paint = (tone: keyof typeof SGR, text: string) => string;

/** The space keeps a text's last `##` apart from the bracket of the colour's end: together they would begin a command. */
const painter =
  (style: TextStyle): Paint =>
  (tone, text) =>
    style.color && text !== "" ? `\u001b[${SGR[tone]}m${text.replace(/##$/, "## ")}\u001b[0m` : text;

/** `tenants/acme.yaml:4:9 error domain-taken message`, and below it the way out. */
export function diagnosticLines(found: readonly Diagnostic[], style: TextStyle = { color: false }): string[] {
  const paint = painter(style);
  return found.flatMap(({ rule, severity, message, hint, location }) => {
    const place = `${safeLine(location.file)}:${location.line}:${location.column}`;
    const kind = paint(severity === "error" ? "red" : "yellow", severity);
    const first = `${paint("bold", place)} ${kind} ${paint("dim", safeLine(rule))} ${safeLine(message)}`;
    return (hint === "" ? [first] : [first, `  ${paint("cyan", "hint:")} ${safeLine(hint)}`]).map(breakCommands);
  });
}

/** `2 errors, 1 warning`, or `no problems`. */
export function diagnosticCount(found: readonly Diagnostic[]): string {
  const errors = found.filter((one) => one.severity === "error").length;
  const warnings = found.length - errors;
  const parts = [
    ...(errors > 0 ? [countOf(errors, "error")] : []),
    ...(warnings > 0 ? [countOf(warnings, "warning")] : []),
  ];
  return parts.length === 0 ? "no problems" : parts.join(", ");
}

/** What happens while it happens; some events say nothing to a person and give no line. */
export function eventLines(event: LogEvent, style: TextStyle = { color: false }): string[] {
  return composeEvent(event, painter(style)).map(breakCommands);
}

function composeEvent(event: LogEvent, paint: Paint): string[] {
  switch (event.type) {
    case "note":
      return safeLines(event.message);
    case "warning":
      return [`${paint("yellow", "warning:")} ${safeLine(event.message)}`];
    case "tenant-started":
      return [];
    case "operation": {
      const tones = { create: "green", update: "yellow", delete: "red" } as const;
      const verb = paint(tones[event.verb], event.verb);
      return [
        `${safeLine(event.tenant)} ${verb} ${safeLine(event.path)} ${paint("dim", `(${safeLine(event.reason)})`)}`,
      ];
    }
    case "retry": {
      const count = `attempt ${event.attempt + 1} of ${event.attempts} in ${formatDuration(event.waitMs)}`;
      return [`${paint("yellow", "retry:")} ${safeLine(event.request)}: ${safeLine(event.reason)}; ${count}`];
    }
    case "tenant-finished":
      return composeOutcome(event.outcome, paint);
    case "progress":
      return [`${formatCount(event.done)} of ${countOf(event.total, "store")}`];
  }
  return event satisfies never;
}

/** One line for a tenant, and below it what went wrong. */
export function outcomeLines(outcome: Outcome, style: TextStyle = { color: false }): string[] {
  return composeOutcome(outcome, painter(style)).map(breakCommands);
}

const TONES: Readonly<Record<Status, keyof typeof SGR>> = {
  created: "green",
  updated: "green",
  restored: "green",
  unchanged: "dim",
  parked: "yellow",
  draft: "dim",
  invalid: "red",
  refused: "red",
  busy: "red",
  superseded: "dim",
  failed: "red",
};

function composeOutcome(outcome: Outcome, paint: Paint): string[] {
  const files = (["created", "updated", "deleted", "unchanged"] as const)
    .filter((verb) => outcome[verb] > 0)
    .map((verb) => `${formatCount(outcome[verb])} ${verb}`);
  const facts = [
    ...(files.length > 0 ? [`files: ${files.join(", ")}`] : []),
    ...(outcome.bytes > 0 ? [formatBytes(outcome.bytes)] : []),
    ...(outcome.durationMs > 0 ? [formatDuration(outcome.durationMs)] : []),
    ...(outcome.url === "" ? [] : [safeLine(outcome.url)]),
  ];
  const head = [safeLine(outcome.id), paint(TONES[outcome.status], outcome.status)].join(" ");
  const first = facts.length === 0 ? head : `${head} ${paint("dim", "·")} ${facts.join(paint("dim", " · "))}`;
  if (outcome.error === undefined) return [first];
  const { code, message, hint } = outcome.error;
  const second = `  ${paint("red", safeLine(code))} ${safeLine(message)}`;
  return hint === "" ? [first, second] : [first, second, `  ${paint("cyan", "hint:")} ${safeLine(hint)}`];
}

/** The last line of a run: `success: 3 stores (1 created, 2 unchanged), no problems, in 0.42 s`. */
export function reportLine(report: Report, style: TextStyle = { color: false }): string {
  const paint = painter(style);
  const good = report.conclusion === "success" || report.conclusion === "superseded";
  const stores = report.tenants.length === 0 ? "no store" : countOf(report.tenants.length, "store");
  const kinds = countStatuses(report.tenants)
    .map(({ status, count }) => `${formatCount(count)} ${status}`)
    .join(", ");
  const detail = kinds === "" ? stores : `${stores} (${kinds})`;
  const problems = diagnosticCount(report.diagnostics);
  return `${paint(good ? "green" : "red", `${report.conclusion}:`)} ${detail}, ${problems}, in ${formatDuration(report.durationMs)}`;
}

/** How many tenants have each status, in the order of the statuses, without empty ones. */
export function countStatuses(outcomes: readonly Outcome[]): { readonly status: Status; readonly count: number }[] {
  return STATUSES.map((status) => ({
    status,
    count: outcomes.filter((outcome) => outcome.status === status).length,
  })).filter(({ count }) => count > 0);
}
