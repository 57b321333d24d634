import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { breakCommands, LINE_LIMIT, safeLine, safeLines, shorten } from "../../action/src/view/output.ts";
import { hostileText } from "./hostile-text.ts";
import { findCommands } from "./runner-commands.ts";

const COMMANDS = [
  "::error::x",
  "  \u00a0\u3000::set-output name=approved::1",
  "Tenant name: ##[set-output name=approved;]true",
  "x\r::error::y",
  "x\u0085::error::y",
  "x\u2028::error::y",
  "\u200b::error::y",
  "\u0000::error::y",
  ":\u200b:error::y",
  "##\u202e[error]x",
];

it("knows the runner's commands, or the tests below would show nothing", () => {
  expect(COMMANDS.filter((text) => findCommands(text).length === 0)).toEqual([]);
  expect(findCommands("a :: b ::\n[##]")).toEqual([]);
});

describe("safeLines", () => {
  it.each(COMMANDS)("leaves no command of %j", (text) => {
    expect(findCommands(safeLines(text).join("\n"))).toEqual([]);
    expect(findCommands(safeLine(text))).toEqual([]);
  });

  it("leaves no command of any text, whatever we put before it", () => {
    fc.assert(
      fc.property(hostileText(), fc.constantFrom("", "tenants/acme.yaml ", "#", ":", "##", " "), (text, before) => {
        const printed = [...safeLines(text), ...safeLines(before + text), breakCommands(before + safeLine(text))];
        expect(findCommands(printed.join("\n"))).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  it("keeps harmless text as it is", () => {
    for (const text of ["a::b", "price ## [x]", "Käse & Brot – 日本 \u{1f9c0}", "https://shop.example/a?b=c"])
      expect(safeLines(text)).toEqual([text]);
    expect(safeLines("one\r\ntwo\nthree")).toEqual(["one", "two", "three"]);
  });

  it("shows what it broke", () => {
    expect(safeLine("  ::error::x")).toBe("  : :error::x");
    expect(safeLine("a ##[group]b")).toBe("a ## [group]b");
    expect(safeLine("\u001b[31mred\u202e \u0007\tbell\nnext")).toBe("[31mred  bell next");
  });

  it("cuts long lines, and no character in half", () => {
    expect(safeLine("x".repeat(10_000))).toBe(`${"x".repeat(LINE_LIMIT - 1)}…`);
    expect(shorten("ab\u{1f600}cd", 4)).toBe("ab…");
    expect(shorten("abcd", 4)).toBe("abcd");
  });
});
