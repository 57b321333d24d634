import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../action/src/model/diagnostic.ts";
import type { Outcome, Report } from "../../action/src/model/report.ts";
import type { LogEvent } from "../../action/src/ports.ts";
import { groupLog } from "../../action/src/view/log-groups.ts";
import { formatBytes, formatCount, formatDifference, formatDuration } from "../../action/src/view/measure.ts";
import { diagnosticCount, diagnosticLines, eventLines, outcomeLines, reportLine } from "../../action/src/view/text.ts";
import { hostileText } from "./hostile-text.ts";
import { findCommands } from "./runner-commands.ts";

const TAKEN: Diagnostic = {
  rule: "domain-taken",
  severity: "error",
  message: 'domain "shop.acme.example" is already used by tenants/acme.yaml:4',
  hint: "a domain can serve one tenant; choose another or remove it there",
  location: { file: "tenants/beta.yaml", line: 4, column: 9 },
};

const OUTCOME: Outcome = {
  id: "acme",
  status: "updated",
  url: "https://shop.acme.example/",
  release: "0123456789abcdef",
  created: 1,
  updated: 2,
  deleted: 0,
  unchanged: 1_029,
  bytes: 12_345,
  durationMs: 421,
};

const REPORT: Report = {
  command: "deploy",
  commit: null,
  conclusion: "success",
  durationMs: 421,
  requests: { list: 0, read: 0, write: 0, delete: 0, retried: 0 },
  tenants: [],
  diagnostics: [],
};

describe("diagnosticLines", () => {
  it("puts place, severity, rule and message on a line and the hint below", () => {
    expect(diagnosticLines([TAKEN, { ...TAKEN, severity: "warning", rule: "x", message: "y", hint: "" }])).toEqual([
      'tenants/beta.yaml:4:9 error domain-taken domain "shop.acme.example" is already used by tenants/acme.yaml:4',
      "  hint: a domain can serve one tenant; choose another or remove it there",
      "tenants/beta.yaml:4:9 warning x y",
    ]);
  });

  it("makes no command of two harmless halves", () => {
    const found = [{ ...TAKEN, message: "a::b", location: { ...TAKEN.location, file: ":" } }];
    expect(diagnosticLines(found)[0]).toBe(": :4:9 error domain-taken a::b");
  });

  it("colours without a change of the words", () => {
    const painted = diagnosticLines([TAKEN], { color: true });
    expect(painted[0]).toContain("\u001b[31merror\u001b[0m");
    // eslint-disable-next-line no-control-regex -- that is what colours are made of
    expect(painted.map((line) => line.replaceAll(/\u001b\[\d+m/g, ""))).toEqual(diagnosticLines([TAKEN]));
  });

  it("counts", () => {
    const warning: Diagnostic = { ...TAKEN, severity: "warning" };
    expect(diagnosticCount([])).toBe("no problems");
    expect(diagnosticCount([TAKEN])).toBe("1 error");
    expect(diagnosticCount([TAKEN, TAKEN, warning])).toBe("2 errors, 1 warning");
  });
});

describe("eventLines", () => {
  const table: [LogEvent, string[]][] = [
    [{ type: "note", message: "two\nlines" }, ["two", "lines"]],
    [{ type: "warning", message: "no commit" }, ["warning: no commit"]],
    [{ type: "tenant-started", tenant: "acme" }, []],
    [
      { type: "operation", tenant: "acme", verb: "create", path: "index.html", phase: "new-pages", reason: "new page" },
      ["acme create index.html (new page)"],
    ],
    [
      { type: "retry", request: "write acme/index.html", attempt: 1, attempts: 5, waitMs: 250, reason: "503" },
      ["retry: write acme/index.html: 503; attempt 2 of 5 in 0.25 s"],
    ],
    [{ type: "progress", done: 12, total: 1_000 }, ["12 of 1,000 stores"]],
    [
      { type: "tenant-finished", outcome: OUTCOME },
      ["acme updated · files: 1 created, 2 updated, 1,029 unchanged · 12.3 kB · 0.42 s · https://shop.acme.example/"],
    ],
  ];
  it.each(table)("%j", (event, lines) => expect(eventLines(event)).toEqual(lines));

  it("lets no command through any field", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const events: LogEvent[] = [
          { type: "note", message: text },
          { type: "warning", message: text },
          { type: "operation", tenant: text, verb: "update", path: text, phase: text, reason: text },
          { type: "retry", request: text, attempt: 1, attempts: 2, waitMs: 0, reason: text },
          {
            type: "tenant-finished",
            outcome: { ...OUTCOME, id: text, url: text, error: { code: text, message: text, hint: text } },
          },
        ];
        for (const color of [false, true])
          expect(findCommands(events.flatMap((event) => eventLines(event, { color })).join("\n"))).toEqual([]);
        const found = [
          { ...TAKEN, rule: text, message: text, hint: text, location: { ...TAKEN.location, file: text } },
        ];
        expect(findCommands(diagnosticLines(found).join("\n"))).toEqual([]);
      }),
      { numRuns: 2_000, examples: [["##"]] },
    );
  });
});

it("says below a tenant what went wrong", () => {
  const error = { code: "foreign", message: "3 objects are not ours", hint: "deploy with --adopt to take them over" };
  expect(
    outcomeLines({ ...OUTCOME, status: "refused", updated: 0, created: 0, unchanged: 0, bytes: 0, url: "", error }),
  ).toEqual([
    "acme refused · 0.42 s",
    "  foreign 3 objects are not ours",
    "  hint: deploy with --adopt to take them over",
  ]);
});

it("ends a run in one line", () => {
  expect(reportLine(REPORT)).toBe("success: no store, no problems, in 0.42 s");
  const tenants: Outcome[] = [OUTCOME, { ...OUTCOME, status: "created" }, { ...OUTCOME, status: "unchanged" }];
  expect(reportLine({ ...REPORT, conclusion: "invalid", tenants, diagnostics: [TAKEN] })).toBe(
    "invalid: 3 stores (1 created, 1 updated, 1 unchanged), 1 error, in 0.42 s",
  );
});

const operation = (tenant: string, path: string): LogEvent => ({
  type: "operation",
  tenant,
  verb: "create",
  path,
  phase: "assets",
  reason: "new",
});

describe("groupLog", () => {
  it("keeps the lines of tenants that run at once apart, and errors outside of the group", () => {
    const printed: string[] = [];
    const log = groupLog((line) => printed.push(line));
    log({ type: "tenant-started", tenant: "acme" });
    log(operation("acme", "a.css"));
    log(operation("beta", "b.css"));
    log({ type: "warning", message: "slow" });
    log(operation("acme", "a.js"));
    const quiet = { ...OUTCOME, created: 0, updated: 0, unchanged: 0, bytes: 0, durationMs: 0, url: "" };
    log({ type: "tenant-finished", outcome: { ...quiet, status: "created" } });
    const error = { code: "denied", message: "100% of it", hint: "" };
    log({ type: "tenant-finished", outcome: { ...quiet, id: "beta", status: "failed", error } });
    expect(printed).toEqual([
      "warning: slow",
      "::group::acme created",
      "acme create a.css (new)",
      "acme create a.js (new)",
      "::endgroup::",
      "::group::beta failed",
      "beta create b.css (new)",
      "::endgroup::",
      "  denied 100% of it",
    ]);
  });
});

it("writes amounts", () => {
  expect([0, 999, 1_000, 999_949, 999_950, 4_000_000, 999_950_000].map(formatBytes)).toEqual([
    "0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "4.0 MB", "1.0 GB",
  ]); // prettier-ignore
  expect([0, 421, 9_994, 9_995, 59_949, 59_950, 184_000].map(formatDuration)).toEqual([
    "0.00 s", "0.42 s", "9.99 s", "10.0 s", "59.9 s", "1 min 0 s", "3 min 4 s",
  ]); // prettier-ignore
  expect([0, 999, 1_000, 1_234_567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([0, 2, -1_000].map(formatDifference)).toEqual(["0", "+2", "−1,000"]);
});
