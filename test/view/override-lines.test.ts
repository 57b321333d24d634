/** Wherever people are told of a refusal, they can copy the line that lets this one transition pass, whole. */
import markdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { refusedOutcome } from "../../action/src/model/foreseen.ts";
import { type Extent, guardFleet, guardStore, type Refusal } from "../../action/src/model/guard.ts";
import { OVERRIDES_FILE, type Override, readOverrides } from "../../action/src/model/override.ts";
import { DEFAULT_POLICY } from "../../action/src/model/policy.ts";
import { type Report, untouched } from "../../action/src/model/report.ts";
import { readYaml } from "../../action/src/model/yaml.ts";
import { failureCommand } from "../../action/src/view/annotations.ts";
import { planComment } from "../../action/src/view/comment.ts";
import { failureText } from "../../action/src/view/failure-issue.ts";
import { withLastWord } from "../../action/src/view/last-word.ts";
import { deploySummary, planSummary } from "../../action/src/view/summary.ts";
import { outcomeLines } from "../../action/src/view/text.ts";
import { PLAN, STORE } from "./example-plan.ts";

const RUN = "https://github.example/example/stores/actions/runs/1";
const TENANT = "a-store-whose-name-is-as-long-as-it-may";

/** A live store whose four products have names as long as a line takes, at these prices in pence. */
const storeOf = (
  pages: number,
  prices: readonly number[],
  said = { currency: "GBP", host: "acme.example" },
): Extent => ({
  state: "live",
  addresses: Array.from({ length: pages }, (_, index) => `pages/p${index}/index.html`),
  products: prices.length,
  source: {
    said,
    products: prices.map((pays, index) => {
      const offer = { id: `A-${String(index).padStart(22, "0")}`, title: "A", pays, availability: "in_stock" } as const;
      return { id: offer.id, title: "A", offers: [{ ...offer, price: `${(pays / 100).toFixed(2)} GBP` }] };
    }),
  },
  heaviest: null,
});
const PRICES = [1000, 1000, 1000, 1000];
const open = storeOf(10, PRICES);
const heavy = { page: "index.html", bytes: 70_000, budget: 60_000 };

/** One store for each guard, and last one that most of them object to. */
const AFTER: Readonly<Record<Exclude<Override["guard"], "stores-parked"> | "all", Extent>> = {
  "pages-lost": storeOf(6, PRICES),
  "products-lost": storeOf(10, PRICES.slice(2)),
  "price-change": storeOf(10, [2000, 2000, 2000, 2000]),
  "zero-price": storeOf(10, [0, 0, 0, 0]),
  "currency-changed": storeOf(10, PRICES, { currency: "EUR", host: "acme.example" }),
  "host-changed": storeOf(10, PRICES, { currency: "GBP", host: "other.example" }),
  "over-budget": { ...open, heaviest: heavy },
  all: { ...storeOf(1, [2000, 2000, 0], { currency: "GBP", host: "other.example" }), heaviest: heavy },
};
const closing = ["one", "two", "three", TENANT].map((tenant) => ({ tenant, release: "0123456789abcdef" }));

/** What is refused, and asking the same guards again with these overrides. */
interface Breach {
  readonly guard: string;
  readonly ask: (overrides: readonly Override[]) => readonly Refusal[];
}
const breaches: readonly Breach[] = [
  ...Object.entries(AFTER).map(([guard, after]) => ({
    guard,
    ask: (overrides: readonly Override[]) => guardStore(TENANT, open, after, { policy: DEFAULT_POLICY, overrides }),
  })),
  {
    guard: "stores-parked",
    ask: (overrides) => {
      const refused = guardFleet(closing, 4, { policy: DEFAULT_POLICY, overrides }).get(TENANT);
      return refused === undefined ? [] : [refused];
    },
  },
];

const readers: Readonly<Record<string, (refusals: readonly Refusal[]) => string>> = {
  "the summary of the plan": (refusals) => codeIn(planSummary(reportOf("plan", refusals), [])),
  "the summary of the deploy": (refusals) => codeIn(deploySummary(reportOf("deploy", refusals))),
  "the comment": (refusals) => {
    const planned = refusals.map(({ code, message, line }) => ({ guard: code, message, line }));
    return codeIn(planComment({ ...PLAN, stores: [{ ...STORE, tenant: TENANT, refusals: planned }] }, { runUrl: RUN }));
  },
  "its last word": (refusals) =>
    codeIn(withLastWord("The plan.", reportOf("deploy", refusals).tenants, { runUrl: RUN })),
  "the issue of a failed deploy": (refusals) => codeIn(failureText(reportOf("deploy", refusals), RUN)),
  "the log": (refusals) =>
    outcomeOf(refusals)
      .flatMap((one) => outcomeLines(one))
      .join("\n"),
  "the annotation": (refusals) =>
    outcomeOf(refusals)
      .flatMap(({ id, error }) => (error ? failureCommand(id, error) : []))
      .join("\n"),
};

it("there is a breach for each guard of the policy", () => {
  expect(
    breaches
      .map(({ guard }) => guard)
      .filter((guard) => guard !== "all")
      .toSorted(),
  ).toEqual(Object.keys(DEFAULT_POLICY).toSorted());
});

describe.each(breaches)("$guard", ({ guard, ask }) => {
  const refusals = ask([]);

  it("is refused, and passes with its lines pasted", () => {
    const codes = refusals.map(({ code }) => code);
    expect(codes.length === 1 ? codes[0] : "all").toBe(guard);
    expect(ask(pasted(refusals.map(({ line }) => line)))).toEqual([]);
    for (const { line } of refusals)
      expect(ask(pasted([line])).map(({ code }) => code)).toEqual(
        codes.filter((code) => code !== pasted([line])[0]?.guard),
      );
  });

  it.each(Object.entries(readers))("gives each line whole in %s", (_where, read) => {
    for (const { line } of refusals) expect(read(refusals)).toContain(line);
  });
});

/** The overrides of a file of these lines, with a reason in place of the dots. */
function pasted(lines: readonly string[]): readonly Override[] {
  const text = lines.map((line) => `${line.replace(/…(?="[^"]*$)/, "meant")}\n`).join("");
  const { document } = readYaml(OVERRIDES_FILE, Buffer.from(text), { root: "any" });
  if (document === undefined) throw new Error("no document");
  return readOverrides(document).overrides;
}

function outcomeOf(refusals: readonly Refusal[]): Report["tenants"] {
  return [refusedOutcome(untouched(TENANT, { status: "updated" }), "0123456789abcdef", refusals)];
}

const reportOf = (command: "plan" | "deploy", refusals: readonly Refusal[]): Report => ({
  command,
  commit: "0123456789abcdef0123456789abcdef01234567",
  conclusion: "refused",
  durationMs: 421,
  requests: { list: 2, read: 1, write: 7, delete: 0, retried: 1 },
  tenants: outcomeOf(refusals),
  diagnostics: [],
});

/** What a reader of the Markdown sees as code, piece by piece. */
const codeIn = (markdown: string): string =>
  markdownIt()
    .parse(markdown, {})
    .flatMap((token) => [token, ...(token.children ?? [])])
    .filter(({ type }) => type === "code_inline" || type === "fence")
    .map(({ content }) => content)
    .join("\n");
