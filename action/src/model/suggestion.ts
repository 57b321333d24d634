/** What somebody who mistyped may have meant. */
import { distance } from "fastest-levenshtein";

/** The nearest of the candidates, if it is near enough to be meant; the first of equals. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const folded = word.slice(0, 100).toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.min(3, Math.round(folded.length * 0.4))) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - folded.length) >= least) continue;
    const steps = distance(folded, candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** The way out for a value that is none of the allowed ones: `did you mean "x"? Known: x, y`. */
export function suggest(word: string, candidates: readonly string[], label = "known"): string {
  const near = nearest(word, candidates);
  const all = candidates.length === 0 ? "there is none" : `${label}: ${listed([...new Set(candidates)])}`;
  return near === undefined ? all : `did you mean "${near}"? ${all[0]?.toUpperCase() ?? ""}${all.slice(1)}`;
}

const listed = (candidates: readonly string[]): string =>
  candidates.length > 20 ? `${candidates.slice(0, 20).join(", ")} … (${candidates.length})` : candidates.join(", ");
