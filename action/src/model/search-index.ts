/**
 * What the search page finds products with: one file for most stores; for large ones a table of contents and parts, of
 * which a search loads a few, so that it costs about the same in a catalog of ten thousand.
 *
 * Rows lie in the order of their titles, as results are shown, and because equal titles then lie in one part.
 */

/** A product as the search page shows and finds it. */
export interface SearchEntry {
  readonly title: string;
  /** As the search page links to it. */
  readonly href: string;
  readonly price: string;
  /** As the search page links to it. */
  readonly picture: string;
  /** What else it is found by. */
  readonly words: string;
}

/** Something in its place, or the link to its file. */
type Part<Content> = string | Content;
/** Title, link, price, picture. */
type Row = readonly [string, string, string, string];
/** A word and where it stands: twice the number of the row, one more where it is not in the title; each as what is added to the one before. */
type Posting = readonly [string, readonly number[]];

/** What `search.json` holds; the reader of it is the template's script. */
export interface SearchIndex {
  /** Parts of the sorted words, each after a text that no word in it is before. */
  readonly words: readonly (readonly [string, Part<readonly Posting[]>])[];
  readonly rows: readonly Part<readonly Row[]>[];
  /** How many rows a part has; the last may have less. */
  readonly size: number;
}

/** In characters of JSON, a few of which are a byte as sent: up to this, parts would only cost requests. */
const MOST_IN_ONE_FILE = 100_000;
const WORDS_IN_A_PART = 40_000;
const ROWS_IN_A_PART = 50;

/** The index as JSON. `keep` puts a part into the site and gives the search page's link to it. */
export function writeSearchIndex(entries: readonly SearchEntry[], keep: (body: string) => string): string {
  const sorted = entries
    .map((entry) => ({ ...entry, titleWords: wordsOf(entry.title) }))
    .map((entry) => ({ ...entry, order: entry.titleWords.join(" ") }))
    .toSorted((one, other) => compareCodes(one.order, other.order) || compareCodes(one.href, other.href));
  const rows = sorted.map(({ title, href, price, picture }): Row => [title, href, price, picture]);
  const places = new Map<string, number[]>();
  for (const [number, { titleWords, words }] of sorted.entries()) {
    const inTitle = new Set(titleWords);
    for (const word of new Set([...titleWords, ...wordsOf(words)])) {
      const place = number * 2 + (inTitle.has(word) ? 0 : 1);
      const known = places.get(word);
      if (known === undefined) places.set(word, [place]);
      else known.push(place);
    }
  }
  const postings = [...places]
    .toSorted(([one], [other]) => compareCodes(one, other))
    .map(([word, list]): Posting => [word, list.map((place, at) => place - (list[at - 1] ?? 0))]);

  const whole: SearchIndex = { words: [["", postings]], rows: [rows], size: Math.max(1, rows.length) };
  const body = asJson(whole);
  if (body.length <= MOST_IN_ONE_FILE) return body;
  return asJson({
    words: cutWords(postings).map((part) => [part[0]?.[0] ?? "", keep(asJson(part))]),
    rows: Array.from({ length: Math.ceil(rows.length / ROWS_IN_A_PART) }, (_, part) =>
      keep(asJson(rows.slice(part * ROWS_IN_A_PART, (part + 1) * ROWS_IN_A_PART))),
    ),
    size: ROWS_IN_A_PART,
  } satisfies SearchIndex);
}

const asJson = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** The order of UTF-16, which the script compares by too. */
const compareCodes = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The words of a text without case, vowel signs, accents, tatweel and the Arabic article. The template's script must cut what is asked for in the same way. */
export const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{M}\u0640]/gu, "")
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/^ال(?=...)/, ""))
    .filter((word) => word !== "");

/** Parts of at least one word. */
function cutWords(postings: readonly Posting[]): readonly (readonly Posting[])[] {
  const parts: Posting[][] = [];
  let size = Infinity;
  for (const posting of postings) {
    const cost = asJson(posting).length;
    if (size + cost > WORDS_IN_A_PART) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(posting);
    size += cost;
  }
  return parts;
}
