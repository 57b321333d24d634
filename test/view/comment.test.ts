import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import markdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { joinComment } from "../../action/src/model/comment-parts.ts";
import { decodePlanArtifact, encodePlanArtifact, type PlanArtifact } from "../../action/src/model/plan-artifact.ts";
import { decodeMemory, encodeMemory, rememberPlan, sincePlan } from "../../action/src/model/plan-memory.ts";
import type { Outcome } from "../../action/src/model/report.ts";
import { type CommentPlace, PLAN_COMMENT_LIMIT, planComment } from "../../action/src/view/comment.ts";
import { LAST_WORD_LIMIT, withLastWord } from "../../action/src/view/last-word.ts";
import { NO_CHANGE, NO_PLAN, PLAN, STORE } from "./example-plan.ts";
import { hostileText } from "./hostile-text.ts";

const RUN = "https://github.example/acme/stores/actions/runs/17";
const PREVIEW = "https://previews.example/pr-7-0123456789abcdef/";
const PLACE: CommentPlace = {
  runUrl: RUN,
  previewUrl: PREVIEW,
  overridesUrl: "https://github.example/acme/stores/edit/spring/.github/overrides.yaml",
  since: { kind: "changed", fresh: ["midwinter"], again: ["sundial-row-coffee"], gone: ["old-store"] },
};
const GOLDEN = join(import.meta.dirname, "../golden/comment.md");
const encode = (plan: PlanArtifact): Uint8Array => Buffer.from(encodePlanArtifact(plan));
const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

const OUTCOME: Outcome = {
  id: "acme",
  status: "updated",
  url: "https://shop.acme.example/",
  release: "fedcba9876543210",
  created: 2,
  updated: 6,
  deleted: 1,
  unchanged: 54,
  bytes: 31_000,
  durationMs: 2_310,
};
const FAILED: Outcome = {
  ...OUTCOME,
  id: "midwinter",
  status: "failed",
  release: "0123456789abcdef",
  error: {
    code: "denied",
    message: "the bucket refuses the write",
    hint: "give the account the role Storage Object User",
  },
};

it("is what a person has looked at (npm run bless after a look)", () => {
  const memory = rememberPlan(PLAN);
  const text = joinComment({
    text: withLastWord(planComment(PLAN, PLACE), [{ ...OUTCOME, id: "sundial-row-coffee" }, FAILED], {
      runUrl: RUN,
      memory,
    }),
    memory,
  });
  if (process.env["BLESS"] === "1") writeFileSync(GOLDEN, text);
  expect(text).toBe(readFileSync(GOLDEN, "utf8"));
});

it("is the example of a plan that is taken", () => {
  expect(decodePlanArtifact(encode(PLAN))).toEqual(PLAN);
});

describe("says first what a reviewer asks first", () => {
  const titleOf = (plan: PlanArtifact): string => firstLine(planComment(plan, { runUrl: RUN }));
  const success = (...stores: PlanArtifact["stores"]): PlanArtifact => ({ ...NO_PLAN, stores });

  it("when nothing changes", () => {
    expect(planComment(NO_PLAN, { runUrl: RUN })).toBe(`### No visible change

Nothing that the 41 stores are made from differs.

<sub>Plan \`5ca1ab1e0ddba11d\` for \`4ead000000\` on \`b45e000000\`, [summary of the run](${RUN}).</sub>
`);
    expect(planComment({ ...NO_PLAN, same: 40 }, { runUrl: RUN })).toContain(
      "40 stores were rendered before and after",
    );
  });

  it.each([
    ["### No visible change", success({ ...STORE, isVisible: false })],
    ["### 1 store changes for visitors", success(STORE)],
    [
      "### 1 store opens, 2 change for visitors, 1 closes",
      success({ ...STORE, kind: "created" }, STORE, STORE, { ...STORE, kind: "parked" }),
    ],
    ["### 1 store opens again", success({ ...STORE, kind: "restored" })],
    ["### No visible change", success({ ...STORE, kind: "draft" })],
    [
      "### This cannot go live yet: 3 errors",
      { ...NO_PLAN, conclusion: "invalid", problems: { errors: 3, warnings: 0, first: [] } },
    ],
    ["### 1 store needs a decision before going live", PLAN],
  ] satisfies [string, PlanArtifact][])("%s", (title, plan) => {
    expect(titleOf(plan)).toBe(title);
  });

  it("puts what was refused above what is broken, closes, opens and changes", () => {
    const stores = [
      { ...STORE, tenant: "aaa-changed" },
      { ...STORE, tenant: "bbb-created", kind: "created" as const },
      { ...STORE, tenant: "ccc-closed", kind: "parked" as const },
      { ...STORE, tenant: "ddd-broken", kind: "invalid" as const },
      {
        ...STORE,
        tenant: "eee-refused",
        refusals: [{ guard: "zero-price", message: "a price is 0", line: "- { … }" }],
      },
    ];
    const rows = planComment({ ...NO_PLAN, stores }, { runUrl: RUN }).matchAll(/^\| `([a-z-]+)`/gm);
    expect([...rows].map(([, id]) => id)).toEqual([
      "eee-refused",
      "ddd-broken",
      "ccc-closed",
      "bbb-created",
      "aaa-changed",
    ]);
  });
});

it("gives the exact line that lets a refused change pass", () => {
  expect(planComment(PLAN, PLACE).split("\n")).toContain(`> ${PLAN.stores[0]?.refusals[0]?.line}`);
});

it("gives no line that is cut, and says how many are missing", () => {
  const line = `- { ${"x".repeat(1_900)} }`;
  const refusals = Array.from({ length: 15 }, () => ({ guard: "zero-price", message: "a price is 0", line }));
  const text = planComment({ ...PLAN, stores: [{ ...STORE, refusals }] }, PLACE);
  expect(text.split("\n").filter((one) => one.startsWith("> - {"))).toEqual(
    [line, line, line].map((one) => `> ${one}`),
  );
  expect(text).toContain("12 more lines, in the report");
});

it("shows pictures and previews only where they were published", () => {
  expect(planComment(PLAN, PLACE)).toContain(
    `<img alt="Before" width="300" src="${PREVIEW}pictures/sundial-row-coffee/home-1280-before.png">`,
  );
  const without = planComment(PLAN, { runUrl: RUN });
  expect(without).not.toContain("<img");
  expect(without).not.toContain("look at it");
  expect(without).toContain("To download from the run: pictures and the changed stores.");
  const unpictured = { ...PLAN, pictures: { taken: [], skipped: "" }, sitesSkipped: "of 4 of 9 changed stores" };
  expect(planComment(unpictured, { runUrl: RUN })).toContain(
    "Previews: `of 4 of 9 changed stores`. To download from the run: the changed stores.",
  );
  expect(planComment({ ...PLAN, pictures: { taken: [], skipped: "no browser" } }, PLACE)).toContain(
    "Pictures: `no browser`.",
  );
});

it("tells groups where one look at each is enough", () => {
  const stores = Array.from({ length: 31 }, (_, index) => ({ ...STORE, tenant: `store-${index}` }));
  const groups = [
    { stores: 28, examples: ["store-0", "store-1"], files: { count: 1, first: ["± index.html"] } },
    { stores: 3, examples: ["store-28"], files: { count: 1, first: ["± about/index.html"] } },
  ];
  const text = planComment({ ...NO_PLAN, same: 412, stores, groups }, { runUrl: RUN });
  expect(text).toContain(
    "31 stores, in 2 groups in which the same differs; 412 more were rendered and stay the same in every byte",
  );
  expect(text).toContain("| 28 | `± index.html` | `store-0`, `store-1` |");
  const alone = [{ stores: 1, examples: ["acme"], files: { count: 1, first: ["± index.html"] } }];
  // A store that cannot go live is in no group.
  const broken = { ...STORE, tenant: "broken", kind: "invalid" as const };
  for (const few of [[STORE], [STORE, broken]]) {
    expect(planComment({ ...NO_PLAN, stores: few, groups: alone }, { runUrl: RUN })).not.toContain("How far");
  }
});

it("says of a store that becomes a draft that visitors keep what they see", () => {
  const live = { before: "0123456789abcdef", after: "0123456789abcdef" };
  const said = (release: typeof live) =>
    planComment({ ...NO_PLAN, stores: [{ ...STORE, kind: "draft", release }] }, { runUrl: RUN });
  expect(said({ ...live, before: "" })).toContain("| `acme` | stays a draft: nothing of it goes live |");
  const text = said(live);
  expect(text).toContain(
    "| `acme` | becomes a draft: visitors keep what they see now; `state: paused` would close it |",
  );
  expect(text).toContain("<code>acme</code> becomes a draft");
  expect(text).not.toContain("nothing of it");
  expect(text).not.toContain("read by machines only");
});

it("says of a store that was broken before the change that it still cannot go live", () => {
  const broken = { ...STORE, tenant: "broken", kind: "invalid" as const };
  const text = planComment({ ...NO_PLAN, stores: [broken] }, { runUrl: RUN });
  expect(text).toContain("1 store cannot go live, for what was wrong before this change: see the warnings.");
  expect(text).toContain(`Stays as it is, release \`${STORE.release.before}\`.`);
  expect(text).not.toMatch(/\d pages|No file differs/);
  expect(text).not.toContain("read by machines only");
  expect(planComment({ ...NO_PLAN, stores: [STORE, broken] }, { runUrl: RUN })).toContain(
    "1 store cannot go live, for",
  );
  const problems = { errors: 1, warnings: 0, first: [] };
  expect(planComment({ ...NO_PLAN, conclusion: "invalid", problems, stores: [broken] }, { runUrl: RUN })).not.toContain(
    "before this change",
  );
});

it("says of a store that could not be built before that it can be built again", () => {
  const { change: _, ...unknown } = STORE;
  const mended = {
    ...unknown,
    tenant: "mended",
    kind: "updated" as const,
    release: { before: "", after: "0123456789abcdef" },
  };
  const text = planComment({ ...NO_PLAN, stores: [{ ...mended, pages: { before: 0, after: 15 } }] }, { runUrl: RUN });
  expect(text).toContain("| `mended` | **can be built again**, with ");
  expect(text).toContain("<code>mended</code> can be built again</summary>");
  expect(text).toContain("It could not be built before, so it is compared with nothing.");
  expect(text).toContain(" 15 pages. Release");
  expect(text).not.toContain("rendered by an engine");
});

it("says how far a change reaches without naming stores that there are none of", () => {
  const files = { count: 1, first: ["± index.html"] };
  const groups = [{ stores: 2, examples: ["acme", "brim"], files }];
  const stores = [STORE, { ...STORE, tenant: "brim" }];
  const told = planComment({ ...NO_PLAN, stores, groups, same: 0 }, { runUrl: RUN });
  expect(told).toContain("2 stores, the same differs in each. One look");
});

it("asks for no look at a group in which no file differs", () => {
  const stores = Array.from({ length: 4 }, (_, index) => ({ ...STORE, tenant: `store-${index}` }));
  const groups = [{ stores: 4, examples: ["store-0"], files: { count: 0, first: [] } }];
  expect(planComment({ ...NO_PLAN, stores, groups }, { runUrl: RUN })).not.toContain("How far it reaches");
});

describe("stays below GitHub's limit", () => {
  const many = (count: number, change: Partial<PlanArtifact["stores"][number]>): PlanArtifact => ({
    ...NO_PLAN,
    conclusion: "refused",
    fleet: count,
    stores: Array.from({ length: count }, (_, index) => ({
      ...STORE,
      ...change,
      tenant: `store-${String(index).padStart(5, "0")}`,
    })),
    problems: {
      errors: 0,
      warnings: 4_000,
      first: Array.from({ length: 50 }, () => ({
        rule: "x",
        severity: "warning" as const,
        message: "é🙂".repeat(1_900),
        hint: "é🙂".repeat(1_900),
        file: "x",
        line: 1,
        column: 1,
      })),
    },
  });
  const wide = "🙂é|`".repeat(990);
  const refusals = Array.from({ length: 20 }, (_, index) => ({
    guard: "zero-price",
    message: `${index} ${wide}`.slice(0, 3_900),
    line: wide.slice(0, 1_999),
  }));
  const product = { id: wide, title: wide };
  const change = {
    ...NO_CHANGE,
    added: { count: 900, first: Array.from({ length: 50 }, () => product) },
    priced: {
      count: 50,
      first: Array.from({ length: 50 }, () => ({ ...product, from: wide, to: wide, percent: null })),
    },
    facts: Array.from({ length: 100 }, () => ({ what: wide, from: wide, to: wide })),
  };

  it.each([
    ["3,000 stores", many(3_000, {})],
    ["3,000 stores that a guard refuses", many(3_000, PLAN.stores[0] ?? {})],
    ["300 stores with all that a store can have", many(300, { refusals, change })],
    ["one store with all that it can have", many(1, { refusals, change })],
  ] as const)("%s", (_, plan) => {
    const memory = rememberPlan(plan);
    const outcomes = plan.stores.map(({ tenant }) => ({
      ...FAILED,
      id: tenant,
      error: { code: "x", message: wide, hint: wide },
    }));
    const text = planComment(plan, PLACE);
    const both = withLastWord(text, outcomes, { runUrl: RUN, memory });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(PLAN_COMMENT_LIMIT);
    expect(Buffer.byteLength(both)).toBeLessThanOrEqual(PLAN_COMMENT_LIMIT + LAST_WORD_LIMIT);
    const whole = joinComment({ text: both, memory });
    expect(whole.length).toBeLessThanOrEqual(60_000);
    expect(Array.from(whole).length).toBeLessThanOrEqual(60_000);
    // The summary is never what is cut.
    expect(text).toMatch(/^### \d/);
    expect(text).toContain("| `store-00000` |");
    expect(text.trimEnd().endsWith("</sub>")).toBe(true);
    expect(text.includes("more stores")).toBe(plan.stores.length > 1);
    expect(text.includes("A guard asks")).toBe(plan.stores[0]?.refusals.length !== 0);
  });
});

describe("text of tenants stays text", () => {
  const MARKDOWN = markdownIt({ html: true, linkify: true });
  /** What a comment is made of, without the words: links with their targets, HTML, structure. */
  function shapeOf(markdown: string): string[] {
    return MARKDOWN.parse(markdown, {}).flatMap((token) => [
      token.type + (token.type === "html_block" ? token.content : ""),
      ...(token.children ?? []).map(
        ({ type, attrs, content }) => `${type} ${JSON.stringify(attrs)} ${type === "html_inline" ? content : ""}`,
      ),
    ]);
  }
  /** All that is a tenant's own in a plan, put in place of the letters of a harmless one. */
  const planWith = (text: string): PlanArtifact => {
    const product = { id: text, title: text };
    const list = { count: 1, first: [product] };
    const change = {
      ...NO_CHANGE,
      added: list,
      removed: list,
      soldOut: list,
      backInStock: list,
      renamed: { count: 1, first: [{ id: text, from: text, to: text }] },
      priced: { count: 1, first: [{ ...product, from: text, to: text, percent: -12 }] },
      facts: [
        { what: "currency", from: text, to: text },
        { what: text, from: text, to: text },
      ],
      lostAddresses: { count: 2, first: [text, text] },
      weight: { page: text, before: 1, after: 2, budget: 1 },
    };
    const files = { ...STORE.files, added: { count: 1, first: [text] } };
    return {
      ...NO_PLAN,
      conclusion: "refused",
      stores: [{ ...STORE, url: text, change, files, refusals: [{ guard: "zero-price", message: text, line: text }] }],
      groups: [{ stores: 1, examples: ["acme"], files: { count: 1, first: [text] } }],
      problems: {
        errors: 1,
        warnings: 1,
        first: (["error", "warning"] as const).map((severity) => ({
          rule: text,
          severity,
          message: text,
          hint: text,
          file: text,
          line: 1,
          column: 1,
        })),
      },
      pictures: {
        taken: [{ tenant: "acme", page: text, width: 360, after: "pictures/a.png", changed: 1 }],
        skipped: text,
      },
    };
  };
  const shapeWith = (text: string): string[] => shapeOf(planComment(planWith(text), PLACE));
  const written = (text: string): boolean => text.replaceAll(/[\s\p{C}\p{Default_Ignorable_Code_Point}]/gu, "") !== "";

  it("in a plan", () => {
    const expected = shapeWith("xyz 1");
    fc.assert(
      fc.property(hostileText().filter(written), (text) => {
        expect(shapeWith(text)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("in the last word", () => {
    const said = (text: string) =>
      withLastWord(
        "",
        [
          { ...FAILED, error: { code: text, message: text, hint: text } },
          { ...OUTCOME, url: text },
        ],
        { runUrl: RUN },
      );
    const expected = shapeOf(said("xyz 1"));
    fc.assert(
      fc.property(
        hostileText()
          .filter(written)
          .filter((text) => !/^https?:/.test(text)),
        (text) => {
          expect(shapeOf(said(text))).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("makes no line of its own, so none that a comment is taken apart by", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const lines = planComment(planWith(`\n<!-- store-provisioning outcome -->\n${text}`), PLACE).split("\n");
        expect(lines.filter((line) => line.startsWith("<!--"))).toEqual([]);
      }),
    );
  });
});

describe("what it remembers", () => {
  it("comes back as it was", () => {
    const memory = rememberPlan(PLAN);
    expect(decodeMemory(encodeMemory(memory))).toEqual(memory);
    expect(decodeMemory("x".repeat(16))).toBeUndefined();
    const many = {
      ...NO_PLAN,
      stores: Array.from({ length: 3_000 }, (_, index) => ({ ...STORE, tenant: `store-${index}` })),
    };
    expect(encodeMemory(rememberPlan(many))).toBe(NO_PLAN.digest);
    expect(decodeMemory(NO_PLAN.digest)).toEqual({ digest: NO_PLAN.digest, releases: undefined });
  });

  it("says what is new in the plan", () => {
    const same = { ...STORE, tenant: "same" };
    const other = { ...STORE, release: { before: "", after: "1".repeat(16) } };
    const before = rememberPlan({
      ...PLAN,
      digest: "0".repeat(16),
      stores: [{ ...STORE, tenant: "gone" }, STORE, same],
    });
    const now = rememberPlan({ ...PLAN, stores: [{ ...STORE, tenant: "fresh" }, other, same] });
    expect(sincePlan(before, now)).toEqual({ kind: "changed", fresh: ["fresh"], gone: ["gone"], again: ["acme"] });
    expect(sincePlan(now, now)).toEqual({ kind: "same" });
    expect(planComment(NO_PLAN, { runUrl: RUN, since: { kind: "same" } })).toContain("**Same plan as before.**");
  });
});

describe("the last word", () => {
  const titleIn = (text: string): string | undefined => /^### .*/m.exec(text)?.[0];
  const memory = rememberPlan({ ...PLAN, stores: [STORE, ...PLAN.stores] });
  const deployed = { runUrl: RUN, memory };

  it("says of each store whether it is live, as planned, or what to do", () => {
    const word = withLastWord(
      "",
      [OUTCOME, FAILED, { ...OUTCOME, id: "otterlight-eyewear", release: "1".repeat(16) }],
      deployed,
    );
    expect(word).toContain(
      "| `acme` | **live** at <https://shop.acme.example/>, as planned | `fedcba9876543210` | 2.31 s |",
    );
    expect(word).toContain(
      "| `midwinter` | **failed**: `the bucket refuses the write`; `give the account the role Storage Object User` · [log](",
    );
    expect(word).toContain("not as planned: `fedcba98` was");
    expect(titleIn(word)).toBe("### 1 store is not deployed, 2 are");
  });

  it("keeps what an earlier run said of stores that stand since", () => {
    const first = withLastWord("", [OUTCOME, FAILED], deployed);
    const again = withLastWord(
      first,
      [
        { ...OUTCOME, status: "unchanged", durationMs: 1 },
        { ...FAILED, status: "parked" },
      ],
      { ...deployed, runUrl: `${RUN}8` },
    );
    expect(again).toContain("as planned | `fedcba9876543210` | 2.31 s |");
    expect(again).toContain("| `midwinter` | **closed** at <https://shop.acme.example/>");
    expect(titleIn(again)).toBe("### Deployed: all 2 stores");
    expect(withLastWord(again, [], deployed)).toBe(again);
    expect(withLastWord("", [], deployed)).toBe("");
  });
});
