/** What becomes of a store, in the words of its merchant and as Markdown that stays text. */
import { REDIRECT_FACT } from "../model/business-change.ts";
import type { PlannedChange, PlannedStore } from "../model/plan-artifact.ts";
import { codeSpan } from "./markdown.ts";
import { countOf, formatCount } from "./measure.ts";

/** The most important first, for one line; never empty. */
export function storeWords(store: PlannedStore): readonly string[] {
  const { kind, pages, products } = store;
  const size = `${countOf(products.after, "product")} on ${countOf(pages.after, "page")}`;
  switch (kind) {
    case "created":
      return [`**opens** with ${size}`];
    case "restored":
      return [`**opens again** with ${size}`];
    case "parked":
      return ["**closes**: a page in its name says so"];
    case "draft":
      return [
        isLeft(store)
          ? "becomes a draft: visitors keep what they see now; `state: paused` would close it"
          : "stays a draft: nothing of it goes live",
      ];
    case "invalid":
      return ["**cannot go live**: see what is wrong with it"];
    case "updated":
      return isMended(store) ? [`**can be built again**, with ${size}`] : updateWords(store);
  }
  return kind satisfies never;
}

/** The base could not be built, so nobody knows what of the store differs from what visitors see. */
export const isMended = ({ kind, release }: PlannedStore): boolean => kind === "updated" && release.before === "";

/** A draft that visitors have a release of keeps it: no deploy touches it. */
const isLeft = ({ kind, release }: PlannedStore): boolean => kind === "draft" && release.before !== "";

function updateWords({ change, isVisible, files }: PlannedStore): readonly string[] {
  const words = change === undefined ? [] : changeWords(change);
  if (words.length > 0) return words;
  if (!isVisible) return ["no visible change"];
  const paths = [...files.changed.first, ...files.added.first, ...files.removed.first];
  const isComplete = files.changed.count + files.added.count + files.removed.count === paths.length;
  const pages = paths.filter((path) => path.endsWith(".html")).length;
  return [isComplete && pages > 0 ? `looks different on ${countOf(pages, "page")}` : "looks different"];
}

/** Facts that a reviewer must see from and to at once; of the others the names are enough. */
const WEIGHTY: ReadonlySet<string> = new Set(["currency", "host"]);

/** Facts named in one line. */
const FACTS_NAMED = 4;

/** Longest name, and longest value, in a line of many; in UTF-16 units. */
const NAME_LIMIT = 40;
const VALUE_LIMIT = 120;

/** What changes in business words; empty where nothing does. */
export function changeWords(change: PlannedChange): readonly string[] {
  const weighty = change.facts.filter(({ what }) => WEIGHTY.has(what));
  const others = change.facts.filter((fact) => !WEIGHTY.has(fact.what) && !isRedirect(fact));
  const named = others.slice(0, FACTS_NAMED).map(({ what }) => codeSpan(what, NAME_LIMIT));
  const rest = others.length - named.length;
  const told = `${named.join(", ")}${rest > 0 ? ` and ${formatCount(rest)} more` : ""}`;
  return [
    ...weighty.map(({ what, from, to }) => `**${what} ${fromTo(from, to)}**`),
    ...pricesWords(change.priced),
    ...productWords(change),
    ...(others.length === 0 ? [] : [`${told} ${others.length === 1 ? "changes" : "change"}`]),
    ...redirectWords(change),
    ...lostWords(change),
  ];
}

/** In one line of plain text without a word of the tenant's, for where Markdown is not read. */
export function storeLine(store: PlannedStore): string {
  const { kind, change } = store;
  if (isLeft(store)) return "becomes a draft";
  if (kind !== "updated") return KIND_LINES[kind];
  if (isMended(store)) return "can be built again";
  const words = change === undefined ? [] : countedWords(change);
  return (words.length > 0 ? words : updateWords(store)).join(", ");
}

function countedWords(change: PlannedChange): readonly string[] {
  const { length } = change.facts.filter((fact) => !isRedirect(fact));
  return [
    ...pricesWords(change.priced),
    ...productWords(change),
    ...(length === 0 ? [] : [countOf(length, "setting changes", "settings change")]),
    ...redirectWords(change),
    ...lostWords(change),
  ];
}

const KIND_LINES = {
  created: "opens",
  restored: "opens again",
  parked: "closes",
  draft: "stays a draft",
  invalid: "cannot go live",
} as const;

/** How many products something happens to. */
type ProductCounts = Readonly<
  Record<"added" | "removed" | "soldOut" | "backInStock" | "renamed", { readonly count: number }>
>;

/** Products in numbers: `2 new products`, `1 sold out`. */
export function productWords({ added, removed, soldOut, backInStock, renamed }: ProductCounts): readonly string[] {
  const groups = [
    [added.count, "new product", "new products"],
    [removed.count, "product gone", "products gone"],
    [soldOut.count, "product sold out", "products sold out"],
    [backInStock.count, "product back in stock", "products back in stock"],
    [renamed.count, "product renamed", "products renamed"],
  ] as const;
  return groups.filter(([count]) => count > 0).map(([count, one, many]) => countOf(count, one, many));
}

function pricesWords({ count, first }: PlannedChange["priced"]): readonly string[] {
  if (count === 0) return [];
  const words = countOf(count, "price changes", "prices change");
  const largest = first.find(({ percent }) => percent !== null)?.percent ?? null;
  return [largest === null ? words : `${words}, ${count === 1 ? "by" : "by up to"} ${percentWords(largest)}`];
}

const isRedirect = ({ what }: PlannedChange["facts"][number]): boolean => what.startsWith(REDIRECT_FACT);

function redirectWords({ facts }: PlannedChange): readonly string[] {
  const redirects = facts.filter(isRedirect);
  const groups = [
    [redirects.filter(({ from }) => from === "").length, "new redirect", "new redirects"],
    [redirects.filter(({ from, to }) => from !== "" && to !== "").length, "redirect changed", "redirects changed"],
    [redirects.filter(({ to }) => to === "").length, "redirect gone", "redirects gone"],
  ] as const;
  return groups.filter(([count]) => count > 0).map(([count, one, many]) => countOf(count, one, many));
}

/** A closed product is told as gone; addresses count where more than its own are lost. */
function lostWords({ lostAddresses, removed }: PlannedChange): readonly string[] {
  return lostAddresses.count > removed.count
    ? [countOf(lostAddresses.count, "address is lost", "addresses are lost")]
    : [];
}

/** `+4 %`, `−23.5 %` (a real minus). */
export function percentWords(percent: number): string {
  const size = Math.abs(percent) >= 1000 ? Math.round(Math.abs(percent)) : Math.round(Math.abs(percent) * 10) / 10;
  return `${percent < 0 ? "−" : "+"}${Number.isInteger(size) ? formatCount(size) : String(size)} %`;
}

/** `EUR → USD`, with `nothing` for what is not there. */
export const fromTo = (from: string, to: string): string => `${valueOf(from)} → ${valueOf(to)}`;

/** The name of a product, or its id where it has none. */
export const productName = ({ id, title }: { readonly id: string; readonly title: string }): string =>
  codeSpan(title || id, VALUE_LIMIT);

/** Money and numbers of our own form as they are, everything else as code; a dash for nothing. */
export function valueOf(text: string): string {
  if (/^\d{1,15}(?:\.\d{1,3})? [A-Z]{3}$/.test(text)) return text;
  return codeSpan(text, VALUE_LIMIT) || "–";
}
