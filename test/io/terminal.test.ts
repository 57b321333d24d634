import { expect, test } from "vitest";
import { openTerminal, type Stream } from "../../action/src/io/terminal.ts";

const neutralise = (line: string): string => line.replace("::error", "harmless");

function open({ isTTY = false, columns = 80, hasColors = true } = {}) {
  const written: { to: "stdout" | "stderr"; text: string }[] = [];
  const stream = (to: "stdout" | "stderr"): Stream => ({
    isTTY,
    columns,
    hasColors: () => hasColors,
    write: (text) => written.push({ to, text }),
  });
  return { terminal: openTerminal({ stdout: stream("stdout"), stderr: stream("stderr"), neutralise }), written };
}

test("every printed line is neutralised by itself and ends in one line break", () => {
  const { terminal, written } = open();
  terminal.print("one", "::error two\n::error three");
  terminal.complain("four");
  expect(written).toEqual([
    { to: "stdout", text: "one\nharmless two\nharmless three\n" },
    { to: "stderr", text: "four\n" },
  ]);
});

test("controls and bidi marks of a tenant are shown as unreadable; colours and tabs stay", () => {
  const { terminal, written } = open();
  terminal.print("\u001b[31mred\u001b[0m\ttab", "title\u001b]0;x\u0007 back\rover \u202eturned");
  expect(written[0]?.text).toBe(
    "\u001b[31mred\u001b[0m\ttab\ntitle\u{fffd}]0;x\u{fffd} back\u{fffd}over \u{fffd}turned\n",
  );
});

test("exact output stays as it is", () => {
  const { terminal, written } = open();
  terminal.printExact("::error title=x::y\n");
  expect(written).toEqual([{ to: "stdout", text: "::error title=x::y\n" }]);
});

test("progress is shown on a terminal only, in one line that the next output takes away", () => {
  const { terminal, written } = open({ isTTY: true, columns: 11 });
  terminal.progress("3 of 5 stores");
  terminal.progress("4 of 5 stores");
  terminal.print("done");
  terminal.clearProgress();
  expect(written.map(({ text }) => text)).toEqual([
    "\r\u001b[2K3 of 5 sto",
    "\r\u001b[2K4 of 5 sto",
    "\r\u001b[2K",
    "done\n",
  ]);
  const pipe = open();
  pipe.terminal.progress("3 of 5 stores");
  expect(pipe.written).toEqual([]);
});

test.each([
  { isTTY: true, hasColors: true, color: true },
  { isTTY: true, hasColors: false, color: false },
  { isTTY: false, hasColors: true, color: false },
])("colour $color where isTTY is $isTTY and hasColors $hasColors", ({ color, ...stream }) => {
  expect(open(stream).terminal.color).toBe(color);
});
