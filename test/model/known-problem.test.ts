import { expect, it } from "vitest";
import type { Diagnostic } from "../../action/src/model/diagnostic.ts";
import { excuseKnown } from "../../action/src/model/known-problem.ts";

const problem = (message: string, line = 1, more: Partial<Diagnostic> = {}): Diagnostic => ({
  rule: "rule",
  severity: "error",
  message,
  hint: "the way out",
  location: { file: "tenants/acme.yaml", line, column: 1 },
  ...more,
});

const severities = (head: Diagnostic[], base: Diagnostic[]) => excuseKnown(head, base).map((one) => one.severity);

it("excuses what the base has, whatever the line, and says so", () => {
  expect(excuseKnown([problem("old", 9), problem("new", 3)], [problem("old", 2)])).toEqual([
    problem("old", 9, { severity: "warning", hint: "the way out (it was so before this change)" }),
    problem("new", 3),
  ]);
  expect(excuseKnown([problem("old", 1, { hint: "" })], [problem("old")])[0]?.hint).toBe(
    "it was so before this change",
  );
});

it("looks through line numbers of other files inside a message", () => {
  expect(severities([problem("used by tenants/beta.yaml:7")], [problem("used by tenants/beta.yaml:4")])).toEqual([
    "warning",
  ]);
  expect(severities([problem("used by tenants/beta.yaml:7")], [problem("used by tenants/gamma.yaml:7")])).toEqual([
    "error",
  ]);
});

it("excuses as many as there were", () => {
  expect(severities([problem("x", 1), problem("x", 2)], [problem("x", 1)])).toEqual(["warning", "error"]);
});

it.each([
  ["another file", problem("x", 1, { location: { file: "tenants/beta.yaml", line: 1, column: 1 } })],
  ["another rule", problem("x", 1, { rule: "other" })],
  ["another message", problem("y")],
  ["only a warning", problem("x", 1, { severity: "warning" })],
])("does not excuse by %s", (_what, base) => expect(severities([problem("x")], [base])).toEqual(["error"]));

it("leaves warnings alone", () => {
  const warning = problem("x", 1, { severity: "warning" });
  expect(excuseKnown([warning], [problem("x")])).toEqual([warning]);
});
