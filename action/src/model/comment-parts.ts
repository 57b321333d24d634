/** Our comment under a pull request in its two parts: what people read, and, unseen at its end, what it remembers. */
import { decodeMemory, encodeMemory, type PlanMemory } from "./plan-memory.ts";

/** What a comment is made of. */
export interface CommentParts {
  /** Markdown. */
  readonly text: string;
  /** No more than a pull request's word: its own job made the plan. */
  readonly memory: PlanMemory;
}

/** What the comment is found by; its author counts as well. */
const MEMORY_MARK = /\n<!-- store-provisioning plan ([\w=,:/.%~ -]{1,20000}) -->\s*$/;

/** The comment's whole body. */
export const joinComment = ({ text, memory }: CommentParts): string =>
  `${text.trim()}\n\n<!-- store-provisioning plan ${encodeMemory(memory)} -->\n`;

/** The parts of a body; undefined where it is none of ours, or was tampered with. GitHub may have changed its line ends. */
export function splitComment(body: string): CommentParts | undefined {
  const whole = body.replaceAll("\r\n", "\n");
  const found = MEMORY_MARK.exec(whole);
  const memory = decodeMemory(found?.[1] ?? "");
  return found === null || memory === undefined ? undefined : { text: whole.slice(0, found.index).trim(), memory };
}
