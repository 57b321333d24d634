import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Diagnostic } from "../../action/src/model/diagnostic.ts";
import { annotate, annotationCommand } from "../../action/src/view/annotations.ts";
import { hostileText } from "./hostile-text.ts";

const diagnostic = (severity: Diagnostic["severity"], rule: string): Diagnostic => ({
  rule,
  severity,
  message: `message of ${rule}`,
  hint: "the way out",
  location: { file: "tenants/acme.yaml", line: 4, column: 9 },
});

it("keeps the worst, as many as GitHub does, and counts the others", () => {
  const found = Array.from({ length: 25 }, (_, index) =>
    diagnostic(index % 2 === 0 ? "warning" : "error", `r${index}`),
  );
  const { kept, leftOut } = annotate(found);
  expect(kept.map(({ level, properties }) => `${level} ${properties.title}`)).toEqual([
    ...[1, 3, 5, 7, 9, 11, 13, 15, 17, 19].map((index) => `error r${index}`),
    ...[0, 2, 4, 6, 8, 10, 12, 14, 16, 18].map((index) => `warning r${index}`),
  ]);
  expect(leftOut).toEqual({ errors: 2, warnings: 3 });
});

it("speaks the words of the toolkit", () => {
  expect(annotate([diagnostic("error", "domain-taken")])).toEqual({
    kept: [
      {
        level: "error",
        message: "message of domain-taken\nthe way out",
        properties: { title: "domain-taken", file: "tenants/acme.yaml", startLine: 4, startColumn: 9 },
      },
    ],
    leftOut: { errors: 0, warnings: 0 },
  });
});

it("keeps the hint of a long message below the runner's 4,096", () => {
  const [long] = annotate([{ ...diagnostic("error", "x"), message: "m".repeat(9_000), hint: "h".repeat(9_000) }]).kept;
  expect(long?.message).toHaveLength(4_001);
});

it("writes one escaped command", () => {
  const [annotation] = annotate([
    {
      ...diagnostic("warning", "a:b,c"),
      message: "100%\nsure",
      location: { file: "tenants/a,b.yaml", line: 1, column: 2 },
    },
  ]).kept;
  expect(annotation && annotationCommand(annotation)).toBe(
    "::warning title=a%3Ab%2Cc,file=tenants/a%2Cb.yaml,line=1,col=2::100%25 sure%0Athe way out",
  );
});

it("comes back from the runner's parser as it was, one command a line", () => {
  fc.assert(
    fc.property(hostileText(), hostileText(), (file, message) => {
      const [annotation] = annotate([
        { ...diagnostic("error", "r"), message, location: { file, line: 1, column: 1 } },
      ]).kept;
      const command = annotation ? annotationCommand(annotation) : "";
      expect(command).not.toMatch(/[\r\n\u0085\u2028\u2029]/u);
      const [, properties = "", data = ""] = /^::error (.*?)::(.*)$/u.exec(command) ?? [];
      const [, given = ""] = /^title=r,file=([^,]*),line=1,col=1$/u.exec(properties) ?? [];
      expect(unescape(given)).toBe(annotation?.properties.file);
      expect(unescape(data)).toBe(annotation?.message);
    }),
    { numRuns: 2_000 },
  );
});

const unescape = (text: string) =>
  text
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":")
    .replaceAll("%0A", "\n")
    .replaceAll("%0D", "\r")
    .replaceAll("%25", "%");
