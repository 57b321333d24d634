/**
 * Our comment under a pull request, in parts: the plan, what became of it after the merge, and, unseen at its end, what
 * the comment remembers. The mark of the last part is what it is found by.
 */
import { decodeMemory, encodeMemory, type PlanMemory } from "./plan-memory.ts";

/** What a comment is made of. */
export interface CommentParts {
  /** Markdown. */
  readonly plan: string;
  /** Markdown; empty before the merge. */
  readonly outcome: string;
  /** No more than a pull request's word: its own job made the plan. */
  readonly memory: PlanMemory;
}

const OUTCOME_MARK = "<!-- store-provisioning outcome -->";
const MEMORY_MARK = /\n<!-- store-provisioning plan ([a-z0-9=,:-]{1,20000}) -->\s*$/;

/** The comment's whole text. */
export function joinComment({ plan, outcome, memory }: CommentParts): string {
  const after = outcome === "" ? "" : `\n${OUTCOME_MARK}\n${outcome.trim()}\n`;
  return `${plan.trim()}\n${after}\n<!-- store-provisioning plan ${encodeMemory(memory)} -->\n`;
}

/** The parts of a comment; undefined where it is none of ours, or was tampered with. GitHub may have changed its line ends. */
export function splitComment(body: string): CommentParts | undefined {
  const text = body.replaceAll("\r\n", "\n");
  const found = MEMORY_MARK.exec(text);
  const memory = decodeMemory(found?.[1] ?? "");
  if (found === null || memory === undefined) return undefined;
  const seen = text.slice(0, found.index);
  const at = seen.lastIndexOf(`\n${OUTCOME_MARK}\n`);
  return at < 0
    ? { plan: seen.trim(), outcome: "", memory }
    : { plan: seen.slice(0, at).trim(), outcome: seen.slice(at + OUTCOME_MARK.length + 2).trim(), memory };
}
