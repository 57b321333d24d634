/** Diagnostics as annotations on the lines of a pull request. */
import type { Diagnostic } from "../model/diagnostic.ts";
import { safeLine, shorten } from "./output.ts";

/** What the runner keeps of each type from one step; it drops the rest without a word. */
export const ANNOTATIONS_PER_TYPE = 10;

/** The runner cuts a message at 4,096; the hint must not be what is lost. */
const MESSAGE_LIMIT = 2_000;

/** In the words of `@actions/core`: `error(message, properties)` and `warning(message, properties)`. */
export interface Annotation {
  readonly level: "error" | "warning";
  readonly message: string;
  readonly properties: {
    readonly title: string;
    readonly file: string;
    readonly startLine: number;
    readonly startColumn: number;
  };
}

/** What of a list of diagnostics GitHub shows on the lines. */
export interface Annotations {
  /** Errors first, each type in the order given, at most {@link ANNOTATIONS_PER_TYPE} of one. */
  readonly kept: readonly Annotation[];
  /** How many diagnostics have no annotation. */
  readonly leftOut: { readonly errors: number; readonly warnings: number };
}

/** The annotations that GitHub will show; `found` in the order that a person should see. */
export function annotate(found: readonly Diagnostic[]): Annotations {
  const errors = found.filter((one) => one.severity === "error");
  const warnings = found.filter((one) => one.severity === "warning");
  return {
    kept: [...cut(errors), ...cut(warnings)].map(annotationOf),
    leftOut: {
      errors: errors.length - cut(errors).length,
      warnings: warnings.length - cut(warnings).length,
    },
  };
}

const cut = (list: readonly Diagnostic[]): readonly Diagnostic[] => list.slice(0, ANNOTATIONS_PER_TYPE);

function annotationOf({ rule, severity, message, hint, location }: Diagnostic): Annotation {
  const said = shorten(safeLine(message), MESSAGE_LIMIT);
  return {
    level: severity,
    message: hint === "" ? said : `${said}\n${shorten(safeLine(hint), MESSAGE_LIMIT)}`,
    properties: {
      title: safeLine(rule),
      file: safeLine(location.file),
      startLine: location.line,
      startColumn: location.column,
    },
  };
}

/** The workflow command for an annotation, for whoever prints without `@actions/core`. */
export function annotationCommand({ level, message, properties }: Annotation): string {
  const { title, file, startLine, startColumn } = properties;
  const words = [
    `title=${escapeProperty(title)}`,
    `file=${escapeProperty(file)}`,
    `line=${startLine}`,
    `col=${startColumn}`,
  ];
  return `::${level} ${words.join(",")}::${escapeData(message)}`;
}

/** What follows the second `::` of a command. */
export const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const escapeProperty = (text: string): string => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** What kept one store from its goal, as a command of the runner; it has no line in any file. */
export function failureCommand(
  tenant: string,
  { code, message, hint }: { readonly code: string; readonly message: string; readonly hint: string },
): string {
  const text = [`${tenant}: ${message}`, hint].filter((line) => line !== "").map(safeLine);
  return `::error title=${escapeProperty(safeLine(code))}::${escapeData(text.join("\n"))}`;
}
