import * as fc from "fast-check";
import markdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import type { BusinessChange } from "../../action/src/model/business-change.ts";
import type { Comparison } from "../../action/src/model/comparison.ts";
import type { Diagnostic } from "../../action/src/model/diagnostic.ts";
import type { Outcome, Report } from "../../action/src/model/report.ts";
import { addressLink, codeBlock, codeSpan } from "../../action/src/view/markdown.ts";
import { deploySummary, planSummary, validateSummary } from "../../action/src/view/summary.ts";
import { hostileText } from "./hostile-text.ts";

const TAKEN: Diagnostic = {
  rule: "domain-taken",
  severity: "error",
  message: 'domain "shop.acme.example" is taken',
  hint: "choose another",
  location: { file: "tenants/beta.yaml", line: 4, column: 9 },
};

const COMPARISON: Comparison = {
  tenant: "acme",
  kind: "updated",
  state: { before: "live", after: "live" },
  added: ["products/tarn/index.html"],
  changed: ["index.html", "sitemap.xml"],
  removed: ["products/old/index.html", "products/older/index.html", "products/oldest/index.html"],
  unchanged: 25,
  bytes: 30_000,
  pages: { before: 31, after: 29 },
  products: { before: 12, after: 12 },
  business: undefined,
  release: { before: "0123456789abcdef", after: "fedcba9876543210" },
};

const OUTCOME: Outcome = {
  id: "acme",
  status: "updated",
  url: "https://shop.acme.example/",
  release: "0123456789abcdef",
  created: 1,
  updated: 2,
  deleted: 3,
  unchanged: 1_025,
  bytes: 12_345,
  durationMs: 421,
};

const REPORT: Report = {
  command: "plan",
  commit: "0123456789abcdef0123456789abcdef01234567",
  conclusion: "success",
  durationMs: 421,
  requests: { list: 2, read: 1, write: 7, delete: 0, retried: 1 },
  tenants: [],
  diagnostics: [],
};

describe("planSummary", () => {
  it("says what changes in business words above the files", () => {
    const priced = [{ id: "tarn", title: "Tarn @acme", from: "145.00 GBP", to: "95.00 GBP", percent: -34.5 }];
    const business: BusinessChange = {
      added: [],
      removed: [],
      backInStock: [],
      soldOut: [],
      renamed: [],
      priced,
      facts: [],
      lostAddresses: [],
      weight: undefined,
    };
    const text = planSummary(REPORT, [{ ...COMPARISON, business }]);
    expect(text).toContain("| `Tarn @acme` | 145.00 GBP | 95.00 GBP | −34.5 % |");
  });

  it("shows what becomes of which store", () => {
    const quiet = { added: [], changed: [], removed: [] };
    const same: Comparison = { ...COMPARISON, ...quiet, tenant: "same", kind: "unchanged" };
    const draft: Comparison = { ...same, tenant: "draft-store", kind: "draft", pages: { before: 0, after: 1_029 } };
    expect(planSummary(REPORT, [COMPARISON, draft, same], ["A note."])).toBe(`## Plan: 2 stores to deploy

A note.

| store | becomes | pages | products | files |
| :-- | :-- | --: | --: | --: |
| \`acme\` | updated | 29 (−2) | 12 | +1 ±2 −3 |
| \`draft-store\` | draft | 1,029 (+1,029) | 12 | 0 |

1 store was rendered again without a difference.

<details><summary>acme: 6 files</summary>

\`\`\`text
+ products/tarn/index.html
± index.html
± sitemap.xml
− products/old/index.html
− products/older/index.html
− products/oldest/index.html
\`\`\`

</details>
`);
  });

  it("puts problems first, errors before warnings", () => {
    const warning: Diagnostic = { ...TAKEN, severity: "warning", rule: "low-contrast", hint: "" };
    const report: Report = { ...REPORT, conclusion: "invalid", diagnostics: [warning, TAKEN] };
    expect(planSummary(report, [])).toBe(`## Plan: this cannot go live yet

### 1 error, 1 warning

\`\`\`text
tenants/beta.yaml:4:9 error domain-taken domain "shop.acme.example" is taken
  hint: choose another
tenants/beta.yaml:4:9 warning low-contrast domain "shop.acme.example" is taken
\`\`\`

No store changes.
`);
  });

  it("says which guard will refuse which store, with the line that lets it pass", () => {
    const error = {
      code: "stores-parked",
      message: "this would close 4 of 5 live stores at once",
      hint: 'if that is meant, add to .github/overrides.yaml: - { guard: stores-parked, tenant: acme, from: "live 0123456789abcdef", to: "parked", reason: "…" }',
    };
    const report: Report = {
      ...REPORT,
      conclusion: "refused",
      tenants: [
        { ...OUTCOME, status: "refused", error },
        { ...OUTCOME, id: "beta" },
      ],
    };
    const parked: Comparison = { ...COMPARISON, kind: "parked", added: [], changed: [], removed: [] };
    expect(planSummary(report, [parked, { ...parked, tenant: "beta", kind: "updated" }]))
      .toBe(`## Plan: a deploy will leave 1 store as it is

### 1 store refused by a guard

- \`acme\` refused (\`stores-parked\`): \`this would close 4 of 5 live stores at once\`<br>\`if that is meant, add to .github/overrides.yaml: - { guard: stores-parked, tenant: acme, from: "live 0123456789abcdef", to: "parked", reason: "…" }\`

| store | becomes | pages | products | files |
| :-- | :-- | --: | --: | --: |
| \`acme\` | parked (refused) | 29 (−2) | 12 | 0 |
| \`beta\` | updated | 29 (−2) | 12 | 0 |
`);
  });

  it("lists 50 files of a store", () => {
    const added = Array.from({ length: 60 }, (_, index) => `p${index}`);
    const text = planSummary(REPORT, [{ ...COMPARISON, added, changed: [], removed: [] }]);
    expect(text).toContain("+ p49\n… and 10 more\n```");
    expect(text).not.toContain("p50");
  });

  it("keeps below GitHub's limit, and says what is missing", () => {
    const diagnostics = Array.from({ length: 20_000 }, (_, index) => ({ ...TAKEN, message: `problem ${index} ü` }));
    const comparisons = Array.from({ length: 20_000 }, (_, index) => ({ ...COMPARISON, tenant: `store-${index}` }));
    const text = planSummary({ ...REPORT, conclusion: "invalid", diagnostics }, comparisons);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(990_000);
    expect(text).toMatch(/```\n… and [\d,]+ problems more, in report\.json\./);
    expect(text).toMatch(/\n… and [\d,]+ stores more, in report\.json\./);
    for (const limit of [0, 100, 1_000, 10_000])
      expect(Buffer.byteLength(planSummary(REPORT, comparisons, [], limit))).toBeLessThanOrEqual(Math.max(1, limit));
  });
});

it("deploySummary shows address, release, files, bytes and seconds", () => {
  const error = { code: "foreign", message: "3 objects are not ours", hint: "deploy with --adopt" };
  const failed: Outcome = { ...OUTCOME, id: "beta", status: "refused", url: "", release: "", error };
  const unchanged: Outcome = { ...OUTCOME, id: "same", status: "unchanged" };
  const report: Report = { ...REPORT, command: "deploy", conclusion: "refused", tenants: [OUTCOME, failed, unchanged] };
  expect(deploySummary(report, ["A note."])).toBe(`## Deploy: refused

3 stores: 1 updated, 1 unchanged, 1 refused · 10 requests, 1 of them again · 0.42 s · commit \`0123456789ab\`.

A run that waited and was cancelled in favour of this one has lost nothing: this commit contains what it would have deployed.

A note.

| store | status | address | release | created | updated | deleted | unchanged | bytes | time |
| :-- | :-- | :-- | :-- | --: | --: | --: | --: | --: | --: |
| \`acme\` | updated | <https://shop.acme.example/> | \`0123456789abcdef\` | 1 | 2 | 3 | 1,025 | 12.3 kB | 0.42 s |
| \`beta\` | refused |  |  | 1 | 2 | 3 | 1,025 | 12.3 kB | 0.42 s |

- \`beta\` refused (\`foreign\`): \`3 objects are not ours\`<br>\`deploy with --adopt\`
`);
});

it("validateSummary counts stores and lists problems", () => {
  expect(validateSummary([TAKEN], 1_000)).toBe(`## Validate: 1,000 stores

### 1 error

\`\`\`text
tenants/beta.yaml:4:9 error domain-taken domain "shop.acme.example" is taken
  hint: choose another
\`\`\`
`);
  expect(validateSummary([], 1)).toBe("## Validate: 1 store\n");
});

describe("text of tenants in Markdown", () => {
  const markdown = markdownIt({ html: true, linkify: true });

  interface Shape {
    readonly types: readonly string[];
    /** What is neither code nor ours to judge: text that GitHub searches for mentions, links and numbers. */
    readonly prose: string;
  }

  function shapeOf(source: string): Shape {
    const tokens = markdown.parse(source, {}).flatMap((token) => [token, ...(token.children ?? [])]);
    const prose = tokens.filter((token) => isProse(token.type)).map((token) => token.content);
    return { types: tokens.map((token) => token.type), prose: prose.join("\n") };
  }

  const summaries = (text: string): string[] => [
    deploySummary({ ...REPORT, tenants: outcomes(text), diagnostics: problems(text) }),
    planSummary({ ...REPORT, diagnostics: problems(text) }, [
      { ...COMPARISON, added: [text], changed: [`x${text}`], removed: [text] },
    ]),
    planSummary({ ...REPORT, conclusion: "refused", tenants: [{ ...outcomeOf(text), status: "refused" }] }, []),
    validateSummary(problems(text), 1),
  ];

  it("finds the links, pictures and HTML of text that is not guarded, or the test below would show nothing", () => {
    const { types } = shapeOf("<b>x</b> ![x](y.png) https://evil.example/ @acme");
    expect(types).toEqual(expect.arrayContaining(["html_inline", "image", "link_open"]));
  });

  it("has the same shape whatever the text is", () => {
    const plain = summaries("x").map(shapeOf);
    fc.assert(
      fc.property(hostileText(), (text) => {
        const shapes = summaries(`y${text}z`).map(shapeOf);
        expect(shapes).toEqual(plain);
      }),
      { numRuns: 3_000 },
    );
  });

  it("keeps values readable", () => {
    expect(codeSpan("plain")).toBe("`plain`");
    expect(codeSpan("a `b` c")).toBe("``a `b` c``");
    expect(codeSpan("`")).toBe("`` ` ``");
    expect(codeSpan("a|b\nc")).toBe("`a\\|b c`");
    expect(codeSpan(" \n ")).toBe("");
    expect(codeBlock(["a", "````"])).toBe("`````text\na\n````\n`````");
    expect(codeSpan("x".repeat(1_000))).toHaveLength(302);
  });

  it("links only to addresses of harmless characters", () => {
    expect(addressLink("http://acme.localhost:8080/")).toBe("<http://acme.localhost:8080/>");
    expect(addressLink("https://storage.example/my-bucket/acme/index.html")).toMatch(/^</);
    for (const url of [
      "javascript:alert(1)",
      "https://a.example/?x=<b>",
      "https://a.example/)x",
      "gs://b/acme",
      "https://a@b.example/",
    ])
      expect(addressLink(url)).toBe(`\`${url}\``);
    expect(addressLink("")).toBe("");
  });
});

const isProse = (type: string) => type === "text" || type === "html_inline" || type === "html_block";

const outcomeOf = (text: string): Outcome => ({
  ...OUTCOME,
  id: text,
  url: text,
  release: text,
  error: { code: text, message: text, hint: text },
});

const outcomes = (text: string): Outcome[] => [outcomeOf(text)];

const problems = (text: string): Diagnostic[] => [
  { ...TAKEN, rule: text, message: text, hint: text, location: { ...TAKEN.location, file: text } },
];
