/**
 * A plan as the comment under its pull request: what changes for visitors first, then what it risks, then the rest
 * folded.
 *
 * The plan is hostile data, so its words stand in code and its paths are never addresses; whatever is a link here was
 * made from what the run itself knows. Equal plans in equal places, equal texts.
 */
import { OVERRIDES_FILE } from "../model/override.ts";
import type { PlanArtifact, PlannedGroup, PlannedRefusal, PlannedStore } from "../model/plan-artifact.ts";
import type { SincePlan } from "../model/plan-memory.ts";
import { changeWords, productWords, storeWords } from "./change-words.ts";
import { storeDetails } from "./comment-store.ts";
import { fitSections, type Section } from "./fit.ts";
import { codeBlock, codeSpan, tableHead, tableRow } from "./markdown.ts";
import { countOf, formatCount } from "./measure.ts";
import { safeLine, shorten } from "./output.ts";
import { diagnosticLines } from "./text.ts";

/**
 * Most characters of a plan's text, counted as bytes of UTF-8, which are never fewer than UTF-16 units or code points.
 * With the memory of the plan and what became of it afterwards, a comment stays below 60,000; GitHub takes 65,536.
 */
export const PLAN_COMMENT_LIMIT = 36_000;

/** What the run knows by itself; none of it comes from the plan. */
export interface CommentPlace {
  /** The page of the run that made the plan: its summary and its artifacts. */
  readonly runUrl: string;
  /** Where sites and pictures lie, ending in a slash; undefined where none were published. */
  readonly previewUrl?: string | undefined;
  /** Where a person adds a line to the overrides of this pull request. */
  readonly overridesUrl?: string | undefined;
  /** How the plan differs from the one that the comment showed before. */
  readonly since?: SincePlan | undefined;
}

/** Stores with details: of more there is never room. */
const MOST_DETAILS = 100;

/** Stores with a row of their own. */
const ROWS = 25;

/** The comment's text; at most `limit` bytes of UTF-8. */
export function planComment(plan: PlanArtifact, place: CommentPlace, limit = PLAN_COMMENT_LIMIT): string {
  const stores = plan.stores.toSorted((a, b) => rankOf(a) - rankOf(b));
  const foot = footer(plan, place);
  const elsewhere = `in the [summary of the run](${place.runUrl})`;
  const pictured =
    place.previewUrl === undefined ? undefined : stores.find((store) => picturesOf(plan, store).length > 0);
  const details = stores
    .slice(0, MOST_DETAILS)
    .map((store) => storeDetails(store, picturesOf(plan, store), place.previewUrl, store === pictured));
  const rest = stores.length - details.length;
  const detailsElsewhere = (count: number): string => `Details of ${countOf(count, "more store")} are ${elsewhere}.`;
  const sections: Section[] = [
    section(title(plan)),
    section(...subtitle(plan, place.since)),
    ...refusalSections(stores, place),
    ...errorSections(plan, elsewhere),
    ...storeTable(stores, plan, place, elsewhere),
    ...groupSections(plan),
    {
      lines: [...details, ...(rest > 0 ? [`\n${detailsElsewhere(rest)}`] : [])],
      left: (count) => `\n${detailsElsewhere(rest > 0 ? count - 1 + rest : count)}`,
    },
    section(...warningDetails(plan)),
  ];
  return `${fitSections(sections, limit - Buffer.byteLength(foot) - 1)}\n${foot}\n`;
}

const section = (...paragraphs: readonly string[]): Section => ({
  lines: paragraphs.length === 0 ? [] : [paragraphs.join("\n\n")],
});

const picturesOf = ({ pictures }: PlanArtifact, { tenant }: PlannedStore) =>
  pictures.taken.filter((picture) => picture.tenant === tenant);

/** What needs a person's eye comes first; ids decide among equals, as they come sorted. */
function rankOf({ kind, refusals, change, isVisible }: PlannedStore): number {
  if (refusals.length > 0) return 0;
  switch (kind) {
    case "invalid":
      return 1;
    case "parked":
      return 2;
    case "created":
    case "restored":
      return 3;
    case "updated":
      return change?.facts.some(({ what }) => what === "currency" || what === "host") === true ? 2 : isVisible ? 4 : 6;
    case "draft":
      return 5;
  }
  return kind satisfies never;
}

function title({ conclusion, stores, problems }: PlanArtifact): string {
  if (conclusion === "invalid") return `### This cannot go live yet: ${countOf(problems.errors, "error")}`;
  const refused = stores.filter(({ refusals }) => refusals.length > 0).length;
  if (conclusion === "refused" && refused > 0) {
    return `### ${countOf(refused, "store")} ${refused === 1 ? "needs" : "need"} a decision before going live`;
  }
  return `### ${gist(stores) ?? "No visible change"}`;
}

/** `1 store opens, 2 change, 1 closes`; undefined where visitors notice nothing. */
function gist(stores: readonly PlannedStore[]): string | undefined {
  const count = (is: (store: PlannedStore) => boolean): number => stores.filter(is).length;
  const parts = [
    [count(({ kind }) => kind === "created"), "opens", "open"],
    [count(({ kind }) => kind === "restored"), "opens again", "open again"],
    [count(isNoticed), "changes for visitors", "change for visitors"],
    [count(({ kind }) => kind === "parked"), "closes", "close"],
  ] as const;
  const said = parts.filter(([number]) => number > 0);
  if (said.length === 0) return undefined;
  return said
    .map(([number, is, are], index) => {
      const who = index === 0 ? countOf(number, "store") : formatCount(number);
      return `${who} ${number === 1 ? is : are}`;
    })
    .join(", ");
}

const isNoticed = ({ kind, isVisible, change }: PlannedStore): boolean =>
  kind === "updated" && (isVisible || (change !== undefined && changeWords(change).length > 0));

/** Paragraphs: what the title does not say, and what is new in the plan. */
function subtitle({ conclusion, stores, same, fleet }: PlanArtifact, since: SincePlan | undefined): string[] {
  const sentences: string[] = [];
  const said = gist(stores);
  if (conclusion !== "success" && said !== undefined) sentences.push(`If all of it goes live: ${said}.`);
  if (stores.filter(({ kind }) => kind === "updated").length > 1) {
    const totals = totalWords(stores);
    if (totals !== "") sentences.push(`Together: ${totals}.`);
  }
  if (stores.length === 0 && conclusion === "success") {
    sentences.push(
      same > 0
        ? `${countOf(same, "store was", "stores were")} rendered before and after, and ${same === 1 ? "is" : "are"} the same in every byte.`
        : `Nothing that the ${countOf(fleet, "store")} are made from differs.`,
    );
  } else if (said === undefined && stores.some(({ kind }) => kind === "updated") && conclusion === "success") {
    sentences.push("What differs is read by machines only, or by nobody.");
  }
  const broken = stores.filter(({ kind }) => kind === "invalid").length;
  if (broken > 0 && conclusion !== "invalid") {
    sentences.push(
      `${countOf(broken, "store")} cannot go live, for what was wrong before this change: see the warnings.`,
    );
  }
  return [...(sentences.length === 0 ? [] : [sentences.join(" ")]), ...sinceWords(since)];
}

function totalWords(stores: readonly PlannedStore[]): string {
  const updated = stores.filter(({ kind }) => kind === "updated").flatMap(({ change }) => change ?? []);
  const sum = (key: "added" | "removed" | "soldOut" | "backInStock" | "renamed" | "priced") => ({
    count: updated.reduce((total, change) => total + change[key].count, 0),
  });
  const prices = sum("priced").count;
  const products = productWords({
    added: sum("added"),
    removed: sum("removed"),
    soldOut: sum("soldOut"),
    backInStock: sum("backInStock"),
    renamed: sum("renamed"),
  });
  return [...(prices > 0 ? [countOf(prices, "price changes", "prices change")] : []), ...products].join(", ");
}

/** Ids named in a sentence. */
const NAMED = 5;

function sinceWords(since: SincePlan | undefined): string[] {
  switch (since?.kind) {
    case undefined:
      return [];
    case "same":
      return ["**Same plan as before.**"];
    case "unknown":
      return ["**Not the plan of before**; too many stores to say where."];
    case "changed": {
      const parts = [
        [since.fresh, "now too"],
        [since.again, "otherwise"],
        [since.gone, "no longer"],
      ] as const;
      const said = parts.filter(([ids]) => ids.length > 0).map(([ids, how]) => `${namesOf(ids)} ${how}`);
      return [`**Since the plan before**, these change: ${said.join("; ")}.`];
    }
  }
  return since satisfies never;
}

const namesOf = (ids: readonly string[]): string =>
  ids
    .slice(0, NAMED)
    .map((one) => codeSpan(one))
    .join(", ") + (ids.length > NAMED ? ` and ${formatCount(ids.length - NAMED)} more` : "");

/** Refused for one reason, with all the stores that it concerns. */
interface Objection {
  readonly tenants: string[];
  readonly message: string;
}

/** Reasons told, and lines given to paste. */
const OBJECTIONS = 12;

/** Longest reason, in UTF-16 units. */
const MESSAGE_LIMIT = 200;

/** Most bytes of all lines to paste; of the usual ones, many more than are given. */
const LINES_LIMIT = 6_000;

function refusalSections(stores: readonly PlannedStore[], { overridesUrl }: CommentPlace): Section[] {
  const all = stores.flatMap(({ tenant, refusals }) => refusals.map((refusal) => ({ tenant, refusal })));
  if (all.length === 0) return [];
  const objections = objectionsOf(all);
  const file = overridesUrl === undefined ? `\`${OVERRIDES_FILE}\`` : `[\`${OVERRIDES_FILE}\`](${overridesUrl})`;
  const lines = takeLines(all.map(({ refusal }) => safeLine(refusal.line)));
  const many = lines.length > 1;
  return [
    section(
      quote([
        "[!CAUTION]",
        "**A guard asks: is this meant?**",
        "",
        ...objections
          .slice(0, OBJECTIONS)
          .map(({ tenants, message }) => `- ${namesOf(tenants)}: ${codeSpan(message, MESSAGE_LIMIT)}`),
        ...(objections.length > OBJECTIONS ? [`- and ${formatCount(objections.length - OBJECTIONS)} more`] : []),
        "",
        `If it is, put ${many ? "these lines" : "this line"} into ${file} of this pull request, with the reason in place of the dots:`,
        "",
        ...codeBlock(lines, "yaml").split("\n"),
        ...(all.length > lines.length
          ? ["", `And ${countOf(all.length - lines.length, "more line")}, in the report of the run.`]
          : []),
      ]),
    ),
  ];
}

/** A line that is cut would let nothing pass: whole ones, as many as fit. */
function takeLines(lines: readonly string[]): readonly string[] {
  let room = LINES_LIMIT;
  const end = lines.slice(0, OBJECTIONS).findIndex((line) => (room -= Buffer.byteLength(line)) < 0);
  return lines.slice(0, end === -1 ? OBJECTIONS : end);
}

function objectionsOf(all: readonly { readonly tenant: string; readonly refusal: PlannedRefusal }[]): Objection[] {
  const objections = new Map<string, Objection>();
  for (const { tenant, refusal } of all) {
    const objection = objections.get(refusal.message) ?? { tenants: [], message: refusal.message };
    objection.tenants.push(tenant);
    objections.set(refusal.message, objection);
  }
  return [...objections.values()];
}

const quote = (lines: readonly string[]): string => lines.map((line) => (line === "" ? ">" : `> ${line}`)).join("\n");

/** Problems told at once. */
const PROBLEMS = 8;

function errorSections({ problems }: PlanArtifact, elsewhere: string): Section[] {
  if (problems.errors === 0) return [];
  const errors = problems.first.filter(({ severity }) => severity === "error").slice(0, PROBLEMS);
  const rest = problems.errors - errors.length;
  return [
    section(
      quote([
        "[!CAUTION]",
        `**${countOf(problems.errors, "error")}** to mend; each stands on its line among the changed files, too.`,
        "",
        ...codeBlock(problemLines(errors)).split("\n"),
        ...(rest > 0 ? ["", `${formatCount(rest)} more ${elsewhere}.`] : []),
      ]),
    ),
  ];
}

function warningDetails({ problems }: PlanArtifact): string[] {
  if (problems.warnings === 0) return [];
  const warnings = problems.first.filter(({ severity }) => severity === "warning").slice(0, PROBLEMS);
  const rest = problems.warnings - warnings.length;
  const lines = [
    ...problemLines(warnings),
    ...(rest > 0 ? [`… and ${formatCount(rest)} more in the summary of the run`] : []),
  ];
  return [`<details><summary>${countOf(problems.warnings, "warning")}</summary>\n\n${codeBlock(lines)}\n\n</details>`];
}

/** Longest line of a problem, in UTF-16 units. */
const PROBLEM_LINE = 240;

const problemLines = (problems: PlanArtifact["problems"]["first"]): string[] =>
  problems
    .flatMap(({ file, line, column, ...problem }) =>
      diagnosticLines([{ ...problem, location: { file, line, column } }]),
    )
    .map((line) => shorten(line, PROBLEM_LINE));

function storeTable(
  stores: readonly PlannedStore[],
  { sites }: PlanArtifact,
  { previewUrl }: CommentPlace,
  elsewhere: string,
): Section[] {
  if (stores.length === 0) return [];
  const previewed = new Set(previewUrl === undefined ? [] : sites);
  const rows = stores.slice(0, ROWS).map((store) => {
    const words = storeWords(store).join(" · ");
    const isHeld = store.refusals.length > 0;
    const cells = [codeSpan(store.tenant), isHeld ? `**held back** · ${words}` : words];
    if (previewed.size > 0) {
      cells.push(previewed.has(store.tenant) ? `[look at it](${previewUrl}${store.tenant}/index.html)` : "");
    }
    return tableRow(cells);
  });
  const rest = stores.length - rows.length;
  return [
    {
      head: tableHead(["Store", "For its visitors", ...(previewed.size > 0 ? ["Preview"] : [])], new Set()),
      lines: rest > 0 ? [...rows, `\nand ${countOf(rest, "more store")}, ${elsewhere}.`] : rows,
      left: (count) => `\nand ${countOf(rest > 0 ? count - 1 + rest : count, "more store")}, ${elsewhere}.`,
    },
  ];
}

/** Groups told. */
const GROUPS = 8;

/** Only where groups are fewer than what they group. */
function groupSections({ groups: all, same }: PlanArtifact): Section[] {
  // Stores that cannot be rendered are alike only in that.
  const groups = all.filter(({ files }) => files.count > 0);
  const reached = groups.reduce((sum, { stores }) => sum + stores, 0);
  if (groups.length === 0 || reached < 2 * groups.length) return [];
  const alike =
    groups.length === 1
      ? "the same differs in each"
      : `in ${countOf(groups.length, "group")} in which the same differs`;
  const others =
    same === 0
      ? ""
      : `; ${countOf(same, "more was", "more were")} rendered and ${same === 1 ? "stays" : "stay"} the same in every byte`;
  const rest = groups.length - GROUPS;
  return [
    section(
      `**How far it reaches:** ${countOf(reached, "store")}, ${alike}${others}. One look at one of each group is enough.`,
      [
        ...tableHead(["Stores", "What differs", "For example"], new Set(["Stores"])),
        ...groups.slice(0, GROUPS).map(groupRow),
        ...(rest > 0 ? [`\nand ${countOf(rest, "smaller group")}.`] : []),
      ].join("\n"),
    ),
  ];
}

/** Kinds of files told of a group. */
const KINDS = 3;

function groupRow({ stores, examples, files }: PlannedGroup): string {
  const kinds = files.first.slice(0, KINDS).map((path) => codeSpan(path));
  const more = files.count - kinds.length;
  const told = [...kinds, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(", ");
  return tableRow([
    formatCount(stores),
    told || "–",
    examples
      .slice(0, NAMED)
      .map((one) => codeSpan(one))
      .join(", "),
  ]);
}

const ENGINE_WORDS: Readonly<Record<PlanArtifact["engine"], string | undefined>> = {
  same: undefined,
  own: "The engine changes; each side was rendered by its own.",
  head: "The engine changes, and both sides were rendered by the new one: what it changes itself is not shown.",
};

function footer(
  { head, base, digest, engine, pictures, sites, sitesSkipped }: PlanArtifact,
  { runUrl, previewUrl }: CommentPlace,
): string {
  const without = pictures.skipped !== "" ? codeSpan(pictures.skipped) : undefined;
  const unseen = [
    ...(pictures.taken.length > 0 ? ["pictures"] : []),
    ...(sites.length > 0 ? ["the changed stores"] : []),
  ].join(" and ");
  const sentences = [
    ENGINE_WORDS[engine],
    without === undefined ? undefined : `Pictures: ${without}.`,
    sitesSkipped === "" ? undefined : `Previews: ${codeSpan(sitesSkipped)}.`,
    previewUrl !== undefined || unseen === "" ? undefined : `To download from the run: ${unseen}.`,
    `Plan ${codeSpan(digest)} for ${codeSpan(head.slice(0, 10))} on ${codeSpan(base.slice(0, 10))}, [summary of the run](${runUrl}).`,
  ].filter((sentence) => sentence !== undefined);
  return `<sub>${sentences.join(" ")}</sub>`;
}
