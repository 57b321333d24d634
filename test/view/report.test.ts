import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { CONCLUSIONS, STATUSES, type Outcome, type Report } from "../../action/src/model/report.ts";
import { diagnosticsJson, reportJson } from "../../action/src/view/report.ts";

interface ReportSchema {
  readonly properties: { readonly conclusion: { readonly enum: readonly string[] } };
  readonly $defs: {
    readonly outcome: { readonly properties: { readonly status: { readonly enum: readonly string[] } } };
  };
}

const schema = JSON.parse(
  readFileSync(new URL("../../action/schema/report.schema.json", import.meta.url), "utf8"),
) as ReportSchema;
const validate = new Ajv2020.default({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

const OUTCOME: Outcome = {
  id: "acme",
  status: "failed",
  url: "",
  release: "0123456789abcdef",
  created: 1,
  updated: 2,
  deleted: 3,
  unchanged: 4,
  bytes: 5,
  durationMs: 6.4,
  error: { code: "denied", message: "no permission", hint: "grant it" },
};

const REPORT: Report = {
  command: "deploy",
  commit: "0".repeat(40),
  conclusion: "failed",
  durationMs: 12.6,
  requests: { list: 1, read: 2, write: 3, delete: 4, retried: 5 },
  tenants: [OUTCOME],
  diagnostics: [
    {
      rule: "domain-taken",
      severity: "error",
      message: "taken",
      hint: "choose another",
      location: { file: "tenants/acme.yaml", line: 4, column: 9 },
    },
  ],
};

const EXPECTED = {
  command: "deploy",
  commit: "0".repeat(40),
  conclusion: "failed",
  durationMs: 13,
  requests: { list: 1, read: 2, write: 3, delete: 4, retried: 5 },
  tenants: [{ ...OUTCOME, durationMs: 6 }],
  diagnostics: [
    {
      rule: "domain-taken",
      severity: "error",
      message: "taken",
      hint: "choose another",
      file: "tenants/acme.yaml",
      line: 4,
      column: 9,
    },
  ],
};

describe("reportJson", () => {
  it("writes a report as its schema says, diagnostics flat, keys in the same order always", () => {
    expect(reportJson(REPORT)).toBe(`${JSON.stringify(EXPECTED, undefined, 2)}\n`);
    const shuffled = Object.fromEntries(Object.entries(REPORT).toReversed()) as unknown as Report;
    expect(reportJson(shuffled)).toBe(reportJson(REPORT));
    expect(validate(JSON.parse(reportJson(REPORT)))).toBe(true);
  });

  it("is valid with every status, every conclusion, and without a commit", () => {
    const tenants = STATUSES.map((status): Outcome => {
      const { error: _error, ...rest } = OUTCOME;
      return { ...rest, status };
    });
    for (const conclusion of CONCLUSIONS)
      for (const command of ["validate", "plan", "deploy"] as const)
        expect(validate(JSON.parse(reportJson({ ...REPORT, command, commit: null, conclusion, tenants })))).toBe(true);
  });
});

describe("the schema", () => {
  it("enumerates every status and conclusion", () => {
    expect(schema.$defs.outcome.properties.status.enum).toEqual(STATUSES);
    expect(schema.properties.conclusion.enum).toEqual(CONCLUSIONS);
  });

  it.each([
    ["an unknown field", { ...EXPECTED, extra: 1 }],
    ["a missing field", { ...EXPECTED, requests: undefined }],
    ["an unknown status", { ...EXPECTED, tenants: [{ ...OUTCOME, durationMs: 6, status: "done" }] }],
    ["a nested location", { ...EXPECTED, diagnostics: REPORT.diagnostics }],
    ["a short commit", { ...EXPECTED, commit: "abc" }],
  ])("refuses %s", (_what, report) => expect(validate(JSON.parse(JSON.stringify(report)))).toBe(false));
});

it("prints diagnostics alone for validate --format json", () => {
  expect(JSON.parse(diagnosticsJson(REPORT.diagnostics))).toEqual({ diagnostics: EXPECTED.diagnostics });
  expect(diagnosticsJson([])).toBe('{\n  "diagnostics": []\n}\n');
});
