/** A report that another job has left, read back. */
import { validateReport } from "../generated/validate-report.js";
import type { Report } from "./report.ts";

/** The report in `report.json`; undefined for what is none. */
export function decodeReport(bytes: Uint8Array): Report | undefined {
  const value = parseJson(bytes);
  if (!validateReport(value)) return undefined;
  return {
    ...value,
    diagnostics: value.diagnostics.map(({ file, line, column, ...said }) => ({
      ...said,
      location: { file, line, column },
    })),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
