/** A report, written and read back. */
import { expect, test } from "vitest";
import { decodeReport } from "../../action/src/model/kept-report.ts";
import { type Report, untouched } from "../../action/src/model/report.ts";
import { reportJson } from "../../action/src/view/report.ts";

const REPORT: Report = {
  command: "deploy",
  commit: "a".repeat(40),
  conclusion: "failed",
  durationMs: 12,
  requests: { list: 1, read: 2, write: 3, delete: 4, retried: 5 },
  tenants: [
    untouched("acme", { status: "failed", since: null, error: { code: "denied", message: "no", hint: "ask" } }),
    untouched("fernway", { status: "unchanged" }),
  ],
  diagnostics: [
    {
      rule: "yaml",
      severity: "error",
      message: "no",
      hint: "yes",
      location: { file: "tenants/acme.yaml", line: 2, column: 3 },
    },
  ],
};

test("what was written is read", () => {
  expect(decodeReport(Buffer.from(reportJson(REPORT)))).toEqual(REPORT);
});

test.each([
  ["nothing", ""],
  ["no JSON", "{"],
  ["no report", "[]"],
  ["a status that is none", reportJson(REPORT).replace('"unchanged"', '"fine"')],
  ["another key", reportJson(REPORT).replace('"command"', '"extra": 1, "command"')],
])("%s is no report", (_what, text) => {
  expect(decodeReport(Buffer.from(text))).toBeUndefined();
});
