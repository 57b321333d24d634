import { Command } from "commander";
import { expect, test } from "vitest";
import { UsageError } from "../../action/src/door.ts";
import { openTerminal } from "../../action/src/io/terminal.ts";
import { BucketError, RepoError } from "../../action/src/ports.ts";
import { complain } from "../../scripts/door.ts";
import { localCommand } from "../../scripts/options.ts";

function openSilent() {
  let stderr = "";
  const terminal = openTerminal({
    stdout: { write: () => undefined },
    stderr: { write: (text) => (stderr += text) },
    neutralise: (line) => line,
  });
  return { terminal, said: () => stderr };
}

test.each([
  {
    error: new UsageError("no such port", "take another"),
    code: 64,
    says: "error: no such port\n  hint: take another\n",
  },
  { error: new RepoError("missing", "no tenants"), code: 1, says: "error: no tenants\n" },
  { error: new RepoError("git", "git is ill"), code: 2, says: "error: git is ill\n" },
  { error: new BucketError("denied", "not yours"), code: 2, says: "error: not yours\n" },
])("$error.name $error.code ends with $code", ({ error, code, says }) => {
  const { terminal, said } = openSilent();
  expect(complain(error, terminal)).toBe(code);
  expect(said()).toBe(says);
});

test("everything else is our own bug, shown with its trace", () => {
  const { terminal, said } = openSilent();
  expect(complain(new TypeError("x is not a function"), terminal)).toBe(70);
  expect(said()).toMatch(/^This is a bug of ours[^\n]*\nTypeError: x is not a function\n +at /);
});

test.each([
  { args: ["--help"], code: 0 },
  { args: ["--nonsense"], code: 64 },
])("$args ends with $code and is said once", ({ args, code }) => {
  const { terminal, said } = openSilent();
  const parse = (): Command => localCommand("sample", "Samples.", terminal).parse(args, { from: "user" });
  let thrown: unknown;
  try {
    parse();
  } catch (error) {
    thrown = error;
  }
  const before = said();
  expect(complain(thrown, terminal)).toBe(code);
  expect(said()).toBe(before);
});
