/** A problem in a file of the repository, as its author has to see it. */

/** One-based, as annotations want it; `column` counts UTF-16 units. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value, never thrown. `rule` is stable: people search for it. */
export interface Diagnostic {
  readonly rule: string;
  readonly severity: "error" | "warning";
  /** Says what is wrong, quotes the value; a sentence without its final period. */
  readonly message: string;
  /** The way out: the allowed values, "did you mean", what to change. */
  readonly hint: string;
  readonly location: Location;
}

/** Whether anything in the list stops a deploy. */
export const hasErrors = (found: readonly Diagnostic[]): boolean => found.some((one) => one.severity === "error");

/** By file, line, column, rule, message: the order of every list that a person sees. */
export function sortDiagnostics(found: readonly Diagnostic[]): Diagnostic[] {
  return found.toSorted(
    (a, b) =>
      compare(a.location.file, b.location.file) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
