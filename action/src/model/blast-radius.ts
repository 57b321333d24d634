/**
 * Sorts the stores of a large change into groups in which the same changed, so that one look at one of them is enough.
 *
 * Two stores are in one group when files of the same kinds come, change and go, and when the same things are told
 * otherwise: `products/tarn/index.html` is of the kind `products/…/index.html`, and a hash in a name is no difference.
 * Nothing of a store is kept but its id, and of ids only a few, so a fleet streams through.
 */
import { hash } from "node:crypto";
import type { Comparison } from "./comparison.ts";

/** Stores in which the same changed. */
export interface ChangeGroup {
  /** Of the change, hex: equal for equal changes in other plans. */
  readonly key: string;
  readonly stores: number;
  /** The first few ids, sorted. */
  readonly examples: readonly string[];
  /** What changed, as `± products/…/index.html`, sorted by path: the same in each of them. */
  readonly files: readonly string[];
}

/** How far a change reaches. */
export interface BlastRadius {
  /** Stores without a difference in a single byte. */
  readonly identical: number;
  /** The largest first. */
  readonly groups: readonly ChangeGroup[];
}

/** Ids that stand for a group. */
const MOST_EXAMPLES = 5;

/** What a fleet's change comes to; stores may come one by one and in any order. */
export function blastRadius(comparisons: Iterable<Comparison>): BlastRadius {
  const groups = new Map<string, { stores: number; examples: string[]; files: readonly string[] }>();
  let identical = 0;
  for (const comparison of comparisons) {
    if (comparison.kind === "unchanged") {
      identical += 1;
      continue;
    }
    const files = kindsChanged(comparison);
    const key = hash("sha256", JSON.stringify([comparison.kind, files, wordsOf(comparison)])).slice(0, 16);
    const group = groups.get(key) ?? { stores: 0, examples: [], files };
    group.stores += 1;
    group.examples = [...group.examples, comparison.tenant].toSorted().slice(0, MOST_EXAMPLES);
    groups.set(key, group);
  }
  const sorted = [...groups]
    .map(([key, group]) => ({ key, ...group }))
    .toSorted((a, b) => b.stores - a.stores || (a.key < b.key ? -1 : 1));
  return { identical, groups: sorted };
}

/** Equal for plans that make the same of every store, whatever commits lie between: hex over their kinds and release ids. */
export function planDigest(comparisons: readonly Comparison[]): string {
  const lines = comparisons
    .filter(({ kind }) => kind !== "unchanged")
    .map(({ tenant, kind, release }) => `${tenant} ${kind} ${release.after}`);
  return hash("sha256", lines.toSorted().join("\n")).slice(0, 16);
}

function kindsChanged({ added, changed, removed }: Comparison): readonly string[] {
  const kinds = new Map<string, Set<string>>();
  const note = (sign: string, paths: readonly string[]): void => {
    for (const path of paths) {
      const kind = kindOf(path);
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(sign));
    }
  };
  note("+", added);
  note("±", changed);
  note("−", removed);
  return [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, signs]) => `${signOf(signs)} ${kind}`);
}

/** An asset whose bytes change gets another name: one comes, one goes, and it is one change. */
const signOf = (signs: ReadonlySet<string>): string => (signs.size === 1 ? [...signs].join("") : "±");

/** The names that a store chooses are left out: all between the first folder and the file, and a file's own hash. */
function kindOf(path: string): string {
  const [folder = "", ...rest] = path.split("/");
  const file = rest.at(-1);
  if (file === undefined) return path;
  const name = file.replace(/^.*(?=\.[a-z0-9]+$)/, folder === "assets" ? "…" : "$&");
  return [folder, ...(rest.length > 1 ? ["…"] : []), name].join("/");
}

/** Only what a template cannot say differs by store; which words, not what they say. */
const wordsOf = ({ business }: Comparison): readonly string[] =>
  business === undefined
    ? []
    : [
        ...business.facts.map(({ what }) => what),
        ...(["added", "removed", "backInStock", "soldOut", "renamed", "priced"] as const).filter(
          (key) => business[key].length > 0,
        ),
      ];
