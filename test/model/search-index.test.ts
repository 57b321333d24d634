import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { array, assert as holds, constantFrom, oneof, property, string } from "fast-check";
import { expect, test } from "vitest";
import { type SearchEntry, type SearchIndex, wordsOf, writeSearchIndex } from "../../action/src/model/search-index.ts";

const entry = (title: string, words = ""): SearchEntry => ({
  title,
  href: `../products/${encodeURIComponent(title)}/`,
  price: "12.00",
  picture: `../assets/drawing.${hash("sha256", title).slice(0, 10)}.svg`,
  words,
});

/** An index with its parts, and what a search in it loads: at first the table of contents. */
function indexOf(entries: readonly SearchEntry[]) {
  const parts = new Map<string, string>();
  const body = writeSearchIndex(entries, (part) => {
    const link = `../assets/search.${parts.size}.json`;
    parts.set(link, part);
    return link;
  });
  const index = JSON.parse(body) as SearchIndex;
  const loaded = [body];
  const load = <Content>(part: string | Content): Content => {
    if (typeof part !== "string") return part;
    const text = parts.get(part) ?? "";
    loaded.push(text);
    return JSON.parse(text) as Content;
  };
  /** Titles of the rows that have a word beginning like this, those that have it in the title first. */
  const find = (word: string, most = Infinity): string[] => {
    const places = index.words
      .filter(([first], at) => first <= `${word}\uffff` && !((index.words[at + 1]?.[0] ?? "\uffff") <= word))
      .flatMap(([, part]) => load(part))
      .filter(([known]) => known.startsWith(word))
      .flatMap(([, steps]) => {
        let place = 0;
        return steps.map((step) => (place += step));
      });
    const rows = places.toSorted((one, other) => (one & 1) - (other & 1) || one - other).map((place) => place >> 1);
    return rows.slice(0, most).map((row) => {
      const part = index.rows[Math.floor(row / index.size)];
      if (part === undefined) throw new Error(`the index has no row ${row}`);
      const title = load(part)[row % index.size]?.[0];
      if (title === undefined) throw new Error(`the index has no row ${row}`);
      return title;
    });
  };
  return { parts, find, loaded };
}

test("an Arabic word is the same with vowel signs, tatweel, hamza, the article", () => {
  expect(wordsOf("المُزخرَف الكبيـــر أكواب")).toEqual(["مزخرف", "كبير", "اكواب"]);
  expect(wordsOf("Crème BRÛLÉE, 1.4 l; ﬁg")).toEqual(["creme", "brulee", "1", "4", "l", "fig"]);
  expect(wordsOf("ال الف")).toEqual(["ال", "الف"]);
});

test("the search page cuts words as the index does", () => {
  const script = readFileSync("templates/default/main.js", "utf8");
  const [, rule] = /const wordsOf = ([^;]+);/.exec(script) ?? [];
  assert(rule, "main.js says nowhere how it cuts words");
  const wordsInThePage = runInNewContext(rule) as typeof wordsOf;
  const hard = constantFrom("الطقم", "ال", "\u0640", "é", "e\u0301", "ﬁ", "İ", "ß", " ", "-", "٣", "2", "👓");
  const text = array(oneof(hard, string({ unit: "grapheme", maxLength: 4 })), { maxLength: 12 }).map((parts) =>
    parts.join(""),
  );
  holds(
    property(text, (asked) => {
      expect([...wordsInThePage(asked)]).toEqual(wordsOf(asked));
    }),
  );
});

test("a store of usual size has its index in one file", () => {
  const { parts, find } = indexOf([entry("Blue mug", "Clay"), entry("Clay bowl"), entry("Amber mug")]);
  expect(parts.size).toBe(0);
  expect(find("mug")).toEqual(["Amber mug", "Blue mug"]);
  expect(find("clay")).toEqual(["Clay bowl", "Blue mug"]);
  expect(find("zinc")).toEqual([]);
});

test("a store without products has an index", () => {
  expect(indexOf([]).find("mug")).toEqual([]);
});

const SYLLABLES = ["ka", "lo", "mi", "ren", "tu", "sal", "dor", "vi", "nem", "os"];
const nameOf = (number: number): string =>
  String(number)
    .padStart(4, "0")
    .replaceAll(/\d/g, (digit) => SYLLABLES[Number(digit)] ?? "");

test("of ten thousand products a search loads little, and finds each", () => {
  const entries = Array.from({ length: 10_000 }, (_, number) =>
    entry(`${nameOf(number)} ${nameOf((number * 7919) % 10_000)} cup`, `Clayhouse ${nameOf(number % 50)}`),
  );
  const sized = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
  const index = indexOf(entries);
  const contents = index.loaded.length;
  for (const word of ["cup", "clayhouse", nameOf(1234), nameOf(9999), nameOf(7), "ka", "osososos"]) {
    index.loaded.splice(contents);
    expect(index.find(word, 24)).not.toEqual([]);
    expect(sized([...new Set(index.loaded)]), word).toBeLessThanOrEqual(60_000);
  }
  expect(index.find("cup")).toHaveLength(10_000);
  expect(index.find(nameOf(1234))).toContain(`${nameOf(1234)} ${nameOf((1234 * 7919) % 10_000)} cup`);
});

test("the order of the catalog changes nothing", () => {
  const entries = [entry("Blue mug"), entry("Amber mug"), entry("Clay bowl")];
  expect(writeSearchIndex(entries, String)).toBe(writeSearchIndex(entries.toReversed(), String));
});
