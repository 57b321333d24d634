import { afterAll, describe, expect, test } from "vitest";
import { openAuditor, type Audit } from "./audit.ts";
import { writeTable } from "./measured.ts";
import { badPage, pageOf, stores } from "./stores.ts";

const auditor = await openAuditor();
const rows: (readonly string[])[] = [];
afterAll(async () => {
  await auditor.close();
  const head = ["store", "page", "form", "runs", "performance", "accessibility", "best practices", "SEO"];
  writeTable("lighthouse", [...head, "LCP ms", "CLS", "TBT ms"], rows);
});

/** The three with most to load, whatever they are called. */
const heaviest = stores.toSorted((one, other) => other.bytes - one.bytes).slice(0, 3);
const subjects = heaviest.flatMap((store) => ["home", "collections", "products"].map((kind) => ({ store, kind })));

const MOST_RUNS = 3;
/** Two of three runs are the median. */
const ENOUGH_PERFECT = 2;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const other = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return (middle + other) / 2;
}

/** The figures of several runs as one: medians, and the worst of what does not vary. */
function summarise(audits: readonly Audit[]): Omit<Audit, "lost"> {
  const worst = (key: "accessibility" | "bestPractices" | "seo"): number => Math.min(...audits.map((one) => one[key]));
  return {
    performance: median(audits.map(({ performance }) => performance)),
    accessibility: worst("accessibility"),
    bestPractices: worst("bestPractices"),
    seo: worst("seo"),
    lcp: median(audits.map(({ lcp }) => lcp)),
    cls: Math.max(...audits.map(({ cls }) => cls)),
    tbt: median(audits.map(({ tbt }) => tbt)),
  };
}

function faultsOf(audits: readonly Audit[]): readonly string[] {
  const { performance, accessibility, bestPractices, seo, lcp, cls, tbt } = summarise(audits);
  const lowest = Math.min(...audits.map((one) => one.performance));
  const faults = [
    ...(performance < 100 ? [`performance ${performance}`] : []),
    ...(lowest < 95 ? [`one run's performance ${lowest}`] : []),
    ...(accessibility < 100 ? [`accessibility ${accessibility}`] : []),
    ...(bestPractices < 100 ? [`best practices ${bestPractices}`] : []),
    ...(seo < 100 ? [`SEO ${seo}`] : []),
    ...(lcp <= 1500 ? [] : [`LCP ${Math.round(lcp)} ms`]),
    ...(cls <= 0.05 ? [] : [`CLS ${cls.toFixed(3)}`]),
    ...(tbt <= 100 ? [] : [`TBT ${Math.round(tbt)} ms`]),
  ];
  return faults.length === 0 ? [] : [...faults, ...new Set(audits.flatMap(({ lost }) => lost))];
}

function note(store: string, kind: string, form: string, audits: readonly Audit[]): void {
  const { performance, accessibility, bestPractices, seo, lcp, cls, tbt } = summarise(audits);
  const runs = audits.map((one) => one.performance).join(" ");
  const scores = [performance, accessibility, bestPractices, seo].map(String);
  rows.push([store, kind, form, runs, ...scores, lcp.toFixed(0), cls.toFixed(3), tbt.toFixed(0)]);
}

describe.each(subjects)("$store.id: $kind", ({ store, kind }) => {
  test("on a phone", async () => {
    const audits: Audit[] = [];
    const perfect = (): number => audits.filter(({ performance }) => performance === 100).length;
    while (audits.length < MOST_RUNS && perfect() < ENOUGH_PERFECT) {
      audits.push(await auditor.audit(pageOf(store, kind).url, "mobile"));
    }
    note(store.id, kind, "mobile", audits);
    expect(faultsOf(audits)).toEqual([]);
  });

  test("at a desk", async () => {
    const audits = [await auditor.audit(pageOf(store, kind).url, "desktop")];
    note(store.id, kind, "desktop", audits);
    expect(faultsOf(audits)).toEqual([]);
  });
});

test("a slow, shifting, hidden page is seen to be one", async () => {
  const faults = faultsOf([await auditor.audit(badPage("slow.html"), "mobile")]).join("\n");
  expect(faults).toMatch(/one run's performance \d/);
  expect(faults).toMatch(/accessibility \d/);
  expect(faults).toMatch(/SEO \d/);
  expect(faults).toMatch(/TBT \d/);
});
