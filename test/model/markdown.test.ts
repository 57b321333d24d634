import * as fc from "fast-check";
import { parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import { MOST_PAGE_BYTES, readPage, relinkPage } from "../../action/src/model/markdown.ts";
import { sampleTenant } from "./sample-tenant.ts";

const base = sampleTenant();
const tenant = sampleTenant({
  catalog: { ...base.settings.catalog, collections: [{ id: "mugs", title: "Mugs", match: { brand: "Acme" } }] },
});
const file = "tenants/acme/about.md";
const read = (text: string | Uint8Array) =>
  readPage(tenant, "about", { file, bytes: typeof text === "string" ? Buffer.from(text) : text });
const said = (text: string | Uint8Array) =>
  read(text).diagnostics.map(({ rule, location }) => `${rule} ${location.line}:${location.column}`);

describe("a page", () => {
  test("whole", () => {
    const { page, diagnostics } = read(
      "Hello *you*,\nsee [mugs](/collections/mugs/) & [more](https://other.example/ü?a=1&b=2).\n\n## Ways\n\n- <hi@acme.example>\n- [call](tel:+441174960123)\n",
    );
    expect(diagnostics).toEqual([]);
    expect(page).toEqual({
      slug: "about",
      title: "About us",
      description: "Hello you, see mugs & more.",
      noindex: false,
      html: `<p>Hello <em>you</em>,
see <a href="/collections/mugs/">mugs</a> &amp; <a href="https://other.example/%C3%BC?a=1&amp;b=2" rel="noopener">more</a>.</p>
<h2>Ways</h2>
<ul>
<li><a href="mailto:hi@acme.example">hi@acme.example</a></li>
<li><a href="tel:+441174960123">call</a></li>
</ul>
`,
    });
  });

  test("links inside the store can be led elsewhere, and only they", () => {
    const { page } = read('[a](/) [b](/pages/about/) [c](https://x.example/y) `<a href="/z">` <a@b.example>\n');
    const html = relinkPage(page?.html ?? "", (path) => `../../${path}index.html`);
    expect(html).toContain('<a href="../../index.html">a</a> <a href="../../pages/about/index.html">b</a>');
    expect(html).toContain('<a href="https://x.example/y" rel="noopener">c</a> <code>&lt;a href=&quot;/z&quot;&gt;');
  });

  test("a long first paragraph is cut between words", () => {
    const { page } = read(`${"word ".repeat(60)}\n`);
    expect(page?.description).toMatch(/^(?:word )+word…$/);
    expect(page?.description.length).toBeLessThanOrEqual(161);
  });

  test("alignment is a class, never a style", () => {
    const { page } = read("| a | b |\n|:-:|---|\n| 1 | 2 |\n");
    expect(page?.html).toContain('<th class="align-center">a</th>\n<th>b</th>');
    expect(page?.html).not.toContain("style");
  });

  test("HTML in code, and signs that only look like HTML, are text", () => {
    const { page, diagnostics } = read("`<b>` and 3 < 4 > 2\n\n```html\n<script>\n```\n");
    expect(diagnostics).toEqual([]);
    expect(page?.html).toContain("<code>&lt;b&gt;</code> and 3 &lt; 4 &gt; 2");
    expect(page?.html).toContain("&lt;script&gt;");
  });

  test.each([
    "/",
    "/contact/",
    "/collections/all/",
    "/collections/mugs/",
    "/pages/about/",
    "mailto:a@b.example?subject=x",
  ])("links to %s", (address) => {
    expect(read(`[a](${address})`).page?.html).toBe(`<p><a href="${address}">a</a></p>\n`);
  });
});

describe("problems, at their place", () => {
  test.each([
    ["page-link 1:4", "Hi [x](javascript:alert(1))"],
    ["page-link 1:4", "Hi [x](JaVaScRiPt:alert(1))"],
    ["page-link 1:4", "Hi [x](&#106;avascript:alert(1))"],
    ["page-link 1:4", "Hi [x](data:text/html,x)"],
    ["page-link 1:4", "Hi [x](vbscript:x)"],
    ["page-link 1:4", "Hi [x](file:///etc/passwd)"],
    ["page-link 1:4", "Hi [x](http://a.example)"],
    ["page-link 1:4", "Hi [x](//a.example)"],
    ["page-link 1:4", "Hi [x](/\\a.example)"],
    ["page-link 1:4", "Hi [x](https://user:pass@a.example)"],
    ["page-link 1:4", "Hi [x](https://user@a.example)"],
    ["page-link 1:4", "Hi [x](https://)"],
    ["page-link 1:4", "Hi [x](../../etc)"],
    ["page-link 1:4", "Hi [x](about)"],
    ["page-link 1:4", "Hi [x](#top)"],
    ["page-link 1:4", "Hi [x]()"],
    ["page-link 1:4", "Hi [x](/collections/mug/)"],
    ["page-link 1:4", "Hi [x](/collections/mugs)"],
    ["page-link 1:4", "Hi [x](/pages/__proto__/)"],
    ["page-link 3:7", "Hi\n\n> and [x](javascript:1)"],
    ["page-link 2:8", "- one\n- two *[x](javascript:1)*"],
    ["page-link 3:7", "| a | b |\n|---|---|\n| 1 | [x](javascript:1) |"],
    ["page-link 1:1", "[x][y]\n\n[y]: javascript:1"],
    ["page-link 1:4", "Hi <javascript:alert(1)>"],
    ["page-image 2:5", "Look\nat  ![x](a.png)"],
    ["page-html 1:4", "Hi <img src=x onerror=alert(1)>"],
    ["page-html 3:1", "Hi\n\n<div>\n\nx"],
    ["page-html 1:1", "<!-- note -->"],
    ["page-heading 3:1", "Hi\n\n# Title"],
    ["page-heading 1:1", "Title\n=====\n"],
    ["page-empty 1:1", " \n"],
    ["text-nul 2:2", "a\nb\0"],
    ["text-bidi 1:3", "a \u202eb"],
    ["text-zero-width 2:1", "a\n\u200b"],
    ["text-encoding 1:2", Buffer.from("a\xff", "latin1")],
    ["page-size 1:1", "a".repeat(MOST_PAGE_BYTES + 1)],
  ])("%s", (expected, text) => {
    expect(said(text)).toEqual([expected]);
    expect(read(text).page).toBeUndefined();
  });

  test("all of them at once", () => {
    expect(said("# A\n\n<b>x</b> [y](no)\n")).toEqual([
      "page-heading 1:1",
      "page-html 3:1",
      "page-html 3:5",
      "page-link 3:10",
    ]);
  });

  test("a near miss is answered with what there is", () => {
    expect(read("[x](/collections/mug/)").diagnostics[0]?.hint).toContain('did you mean "/collections/mugs/"?');
  });

  test("a byte order mark and Windows line ends change nothing", () => {
    expect(said("\ufeffHi\r\n\r\n[x](javascript:1)")).toEqual(["page-link 3:1"]);
    expect(read("\ufeffHi\r\n\r\nyou\r\n").page?.html).toBe("<p>Hi</p>\n<p>you</p>\n");
  });
});

describe("hostile Markdown", () => {
  const parts = [
    "[x](",
    "javascript:1",
    ")",
    "<",
    ">",
    "<b",
    "`",
    "*",
    "_",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "|",
    "---",
    "![",
    "&#x6a;",
    "https://a.example/",
    '"',
    "\\",
    "<!--",
    "# ",
    "&lt;",
    "  ",
  ];
  const markdown = fc.array(fc.constantFrom(...parts), { maxLength: 30 }).map((list) => list.join(""));

  test("either a reason in the file, or HTML of known elements and attributes only", () => {
    fc.assert(
      fc.property(fc.oneof(markdown, fc.string({ unit: "binary", maxLength: 60 })), (text) => {
        const { page, diagnostics } = read(text);
        const lines = text.split(/\r\n?|\n/);
        for (const { location } of diagnostics) {
          expect(location.line).toBeLessThanOrEqual(lines.length);
          expect(location.column).toBeLessThanOrEqual((lines[location.line - 1] ?? "").length + 1);
        }
        expect(page === undefined).toBe(diagnostics.length > 0);
        const { elements, attributes, links } = contentsOf(parseFragment(page?.html ?? ""));
        expect(elements.filter((name) => !ELEMENTS.has(name))).toEqual([]);
        expect(attributes.filter((name) => !ATTRIBUTES.has(name))).toEqual([]);
        expect(links.filter((link) => !/^(?:\/(?!\/)|https:\/\/|mailto:|tel:)/.test(link))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  test.each(["[", "*a", "> ", "`a", "[a](", "<a ", "*_", "- ", "<!--", "![](", "\\", "|"])(
    "%s, over and over, is answered",
    (part) => {
      // Quadratic work would take minutes, and run into the time limit of a test.
      const { page, diagnostics } = read(part.repeat(Math.floor(MOST_PAGE_BYTES / part.length)));
      expect(page !== undefined || diagnostics.length > 0).toBe(true);
    },
  );
});

const ELEMENTS: ReadonlySet<string> = new Set(
  "p a em strong code pre ul ol li blockquote h2 h3 h4 h5 h6 hr br table thead tbody tr th td s".split(" "),
);
const ATTRIBUTES: ReadonlySet<string> = new Set(["href", "rel", "class", "start", "title"]);

interface HtmlNode {
  readonly nodeName: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly unknown[];
}

/** Every element and every attribute of a tree, by name, and what its links lead to. */
function contentsOf(node: HtmlNode): { elements: string[]; attributes: string[]; links: string[] } {
  const below = (node.childNodes ?? []).map((child) => contentsOf(child as HtmlNode));
  const attributes = node.attrs ?? [];
  return {
    elements: [node.nodeName, ...below.flatMap(({ elements }) => elements)].filter((name) => !name.startsWith("#")),
    attributes: [...attributes.map(({ name }) => name), ...below.flatMap((child) => child.attributes)],
    links: [
      ...attributes.flatMap(({ name, value }) => (name === "href" ? [value] : [])),
      ...below.flatMap(({ links }) => links),
    ],
  };
}
