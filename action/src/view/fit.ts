/** Sections of Markdown that together keep below a limit. */
import { codeBlock } from "./markdown.ts";

/** A piece of a text that may end early. Without lines it is left out. */
export interface Section {
  /** Lines that stand above, always; for tables. */
  readonly head?: readonly string[];
  readonly lines: readonly string[];
  /** Whether the lines stand in a code block. */
  readonly isCode?: boolean;
  /** At most this many bytes for this section. */
  readonly limit?: number;
  /** Says that `count` lines are missing; without it a section that does not fit is left out whole. */
  readonly left?: (count: number) => string;
}

/** Room for what a section says about its rest, and for its fences. */
const RESERVE = 200;

/** Takes the sections in their order; one that does not fit ends early, and a later one may still fit. In bytes of UTF-8. */
export function fitSections(sections: readonly Section[], limit: number): string {
  const texts: string[] = [];
  let room = limit - 1;
  for (const section of sections) {
    const text = cutSection(section, Math.min(room - 2, section.limit ?? limit));
    if (text === "") continue;
    texts.push(text);
    room -= Buffer.byteLength(text) + 2;
  }
  return `${texts.join("\n\n")}\n`;
}

function cutSection(section: Section, limit: number): string {
  const { head = [], lines, isCode = false, left } = section;
  if (lines.length === 0) return "";
  const compose = (taken: readonly string[]) => (isCode ? codeBlock(taken) : [...head, ...taken].join("\n"));
  const whole = compose(lines);
  if (Buffer.byteLength(whole) <= limit) return whole;
  if (left === undefined) return "";
  const count = countFitting(lines, limit - RESERVE - Buffer.byteLength(head.join("\n")));
  const rest = left(lines.length - count);
  const candidates = count === 0 ? [rest] : [`${compose(lines.slice(0, count))}\n${rest}`, left(lines.length)];
  return candidates.find((text) => Buffer.byteLength(text) <= limit) ?? "";
}

function countFitting(lines: readonly string[], limit: number): number {
  let room = limit;
  const end = lines.findIndex((line) => (room -= Buffer.byteLength(line) + 1) < 0);
  return end === -1 ? lines.length : end;
}
