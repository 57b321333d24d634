import { describe, expect, test } from "vitest";
import { compileTemplate, TemplateError } from "../../action/src/model/template.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { sampleStore } from "../fakes/sample-store.ts";

const POLICY = `<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">`;

const compiled = (files: Record<string, string>) =>
  compileTemplate(
    "shop",
    "templates/shop",
    new Map(
      Object.entries({ "index.html.ejs": POLICY, "styles.css": "", "main.js": "", ...files }).map(([path, text]) => [
        path,
        Buffer.from(text),
      ]),
    ),
  );

const found = (files: Record<string, string>) =>
  compiled(files).diagnostics.map(
    ({ rule, location: { file, line, column } }) => `${rule} ${file.slice("templates/shop/".length)}:${line}:${column}`,
  );

const NAMED = "name: shop\nversion: 1.0.0\n";

test("three files make a template", () => {
  const { template, diagnostics } = compiled({});
  expect(diagnostics).toEqual([]);
  expect(template).toMatchObject({ name: "shop", presets: {} });
});

test("each of the three has to be there", () => {
  const bare = compileTemplate("shop", "templates/shop", new Map([["partials/a.ejs", Buffer.from("")]]));
  expect(bare.template).toBeUndefined();
  expect(bare.diagnostics.map(({ rule, location }) => `${rule} ${location.file}`)).toEqual([
    "template-partial-unused templates/shop/partials/a.ejs",
    "template-file-missing templates/shop/index.html.ejs",
    "template-file-missing templates/shop/styles.css",
    "template-file-missing templates/shop/main.js",
  ]);
});

describe("what a page may not do", () => {
  const page = (code: string) => found({ "index.html.ejs": `${POLICY}\n  ${code}` });
  test.each([
    ["<%- it.store.name %>", "template-raw"],
    ["<%- it.json(1) + it.store.name %>", "template-raw"],
    [`<%- it.partial("x)", {}) %>`, "template-partial-unknown"],
    ["<script>alert(1)</script>", "template-inline"],
    ["<style>p { color: red }</style>", "template-inline"],
    [`<p class="a" style="color: red">`, "template-inline"],
    [`<p onclick="go()">`, "template-inline"],
    [`<%- include("head") %>`, "template-forbidden"],
    ["<% const now = new Date(); %>", "template-forbidden"],
    ["<%= Math.random() %>", "template-forbidden"],
    ["<%= process.env.HOME %>", "template-forbidden"],
    ["<%= it.products.length.toLocaleString() %>", "template-forbidden"],
    ["<a href=<%= it.url('') %>>", "template-unquoted"],
    ["<script>const name = '<%= it.store.name %>'</script>", "template-context"],
    ["<style>a { color: <%= it.store.name %> }</style>", "template-context"],
    [`<%= it.t("no.such.key") %>`, "template-message-missing"],
    [`<%- it.once("head") %>`, "template-partial-unknown"],
    ["<% if ( { %>", "template-syntax"],
    ["<%= it.store. %>", "template-syntax"],
    ["<% for (const a of it.products) { %>", "template-syntax"],
    ["<%= it.store.name", "template-syntax"],
    ["<%= it.unknown %>", "template-local-unknown"],
    ["<% if (it.product) { %>x<% } %>", "template-local-unknown"],
    [`<a href="/contact/">`, "template-address"],
    [`<a href="contact/">`, "template-address"],
    [`<img alt="" src="https://elsewhere.example/<%= it.path %>">`, "template-address"],
    [`<img alt="" src="//elsewhere.example/a.png">`, "template-address"],
    [`<form action="javascript:go()">`, "template-address"],
    ["<link rel=stylesheet href=/a.css>", "template-address"],
  ])("%s", (code, rule) => {
    expect(page(code).map((one) => one.split(" ")[0])).toContain(rule);
    expect(page(code).every((one) => one.includes(" index.html.ejs:2:"))).toBe(true);
  });

  test.each([
    ["<% } %>", "Unexpected token '}'"],
    ["<% for (const a of it.products) { %>", `"}" is missing at the end`],
    ["<%= it.store.name it %>", "missing ) after argument list"],
  ])("a mistake in %s is told without a word of ours", (code, message) => {
    expect(compiled({ "index.html.ejs": POLICY + code }).diagnostics.map((one) => one.message)).toEqual([message]);
  });

  test.each([
    `<a href="<%= it.url("") %>" title='<%= it.store.name %>'><%= it.store.name %></a>`,
    "<% for (const product of it.products) { %><%= product.title %><% } %>",
    `<script type="module" src="<%= it.asset("main.js") %>"></script><%= it.store.name %>`,
    "<%# a comment may say new Date() %>",
    `<%- it.json({ a: [")"] }) %>`,
    "<%% is no tag",
    `<a href="#main"></a><a href="tel:<%= it.store.phone %>"></a><form action="<%= it.url(it.path) %>"></form>`,
    `<p data-src="/x">An <b>href="/x"</b> in words, it.unknown</p>`,
  ])("and may: %s", (code) => {
    expect(page(code)).toEqual([]);
  });
});

describe("partials", () => {
  const page = (code: string) => `${POLICY}\n${code}`;
  test("see what the files that ask for them see and give", () => {
    const files = {
      "index.html.ejs": page(`<%- it.partial("a", { more: 1 }) %><%- it.once("b", 1) %>`),
      "partials/a.ejs": `<%= it.more %><%= it.blocks.length %>\n<%= it.key %>`,
      "partials/b.ejs": `<%= it.key %><%= it.store.name %>\n\n<%= it.blocks %>`,
    };
    expect(found(files)).toEqual([
      "template-local-unknown partials/a.ejs:2:5",
      "template-local-unknown partials/b.ejs:3:5",
    ]);
  });
  test("are asked for, or a warning", () => {
    const { template, diagnostics } = compiled({ "partials/a.ejs": "<%= it.anything %>" });
    expect(diagnostics).toMatchObject([{ rule: "template-partial-unused", severity: "warning" }]);
    expect(template).toBeDefined();
  });
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, depth) => [
        `partials/p${depth}.ejs`,
        depth + 1 < length ? `\n<%- it.partial("p${depth + 1}") %>` : "the end",
      ]),
    );
  test("may lie ten deep, and no deeper", () => {
    const first = { "index.html.ejs": page(`<%- it.partial("p0") %>`) };
    expect(found({ ...first, ...chain(10) })).toEqual([]);
    expect(found({ ...first, ...chain(11) })).toEqual(["template-partial-depth partials/p9.ejs:2:5"]);
  });
  test("do not ask for each other in a circle", () => {
    const circle = { "partials/a.ejs": `<%- it.once("b") %>`, "partials/b.ejs": `\n <%- it.partial("a") %>` };
    expect(found({ "index.html.ejs": page(`<%- it.partial("a") %>`), ...circle })).toEqual([
      "template-partial-depth partials/b.ejs:2:6",
    ]);
  });
});

describe("styles.css", () => {
  test.each([
    ["p {\n  color: var(--color-txt);\n}", ["template-token-unknown styles.css:2:10"]],
    ["/* var(--x) url(/a) */ p { --own: 1px; margin: var(--own) var(--radius); color: var(--color-text) }", []],
    ["p { background: url(https://elsewhere.example/a.png) }", ["template-address styles.css:1:17"]],
    ['@import "more.css";', ["template-address styles.css:1:1"]],
    ["p { mask: url(#shape) }", []],
  ])("%j", (css, expected) => {
    expect(found({ "styles.css": css })).toEqual(expected);
  });
});

describe("main.js", () => {
  test.each([
    ['// see "https://docs.example/"\nfetch(form.dataset.index);', []],
    ['\nimport("https://elsewhere.example/a.js");', ["template-address main.js:2:8"]],
    ["fetch(`//elsewhere.example/${x}`)", ["template-address main.js:1:7"]],
    ['document.createElementNS("http://www.w3.org/2000/svg", "svg")', []],
  ])("%j", (script, expected) => {
    expect(found({ "main.js": script })).toEqual(expected);
  });
});

test("styles and script have a weight that they may not exceed", () => {
  /** Text that does not compress: every number once. */
  const heavy = (most: number) => Array.from({ length: most }, (_, index) => `.c${index * 7919}`).join(",");
  expect(found({ "styles.css": `${heavy(3000)} { color: red }` })).toEqual(["template-weight styles.css:1:1"]);
  expect(found({ "main.js": `// ${heavy(3000)}` })).toEqual(["template-weight main.js:1:1"]);
  expect(found({ "styles.css": "p { color: red }\n".repeat(2000), "main.js": "// x\n".repeat(2000) })).toEqual([]);
});

test("a page without a content security policy is refused", () => {
  expect(found({ "index.html.ejs": "<p>" })).toEqual(["template-policy index.html.ejs:1:1"]);
});

test("a file that is no page is named", () => {
  expect(found({ "colection.html.ejs": "" })).toEqual(["template-file-unknown colection.html.ejs:1:1"]);
});

describe("template.yaml", () => {
  test.each([
    [`${NAMED}colour: red\n`, "template-unknown-key template.yaml:3:1"],
    ["name: other\nversion: 1.0.0\n", "template-name template.yaml:1:7"],
    ["name: shop\nversion: one\n", "template-version template.yaml:2:10"],
    [`${NAMED}tokens:\n  color: { txt: "#000000" }\n`, "template-unknown-key template.yaml:4:12"],
    [`${NAMED}tokens:\n  color: { text: "black" }\n`, "template-token template.yaml:4:18"],
    [`${NAMED}tokens:\n  radius: huge\n`, "template-token template.yaml:4:11"],
    [`${NAMED}presets:\n  calm:\n    color: { text: "#cccccc" }\n`, "template-contrast template.yaml:5:20"],
    [`${NAMED}tokens: big\n`, "template-type template.yaml:3:9"],
  ])("%j", (text, expected) => {
    expect(found({ "template.yaml": text })).toContain(expected);
  });
});

describe("locales", () => {
  test("a language may not have a message that English lacks", () => {
    expect(found({ "locales/en.yaml": "a.b: x\n", "locales/de.yaml": "a.b: y\na.c: z\n" })).toEqual([
      "template-message-unknown locales/de.yaml:2:1",
    ]);
  });
  const english = 'hello: "Hello {name}"\nn.one: "{count} cup"\nn.other: "{count} cups"\n';
  test.each([
    ["de", 'hello: "Hallo {name}"\nn.one: Eine Tasse\nn.other: "{count} Tassen"\n', []],
    ["de", 'n.one: Eine Tasse\nn.other: "{count} Tassen"\n', ["template-message-missing locales/de.yaml:1:1"]],
    ["de", 'hello: Hallo\nn.one: Eine\nn.other: "{count}"\n', ["template-message-placeholder locales/de.yaml:1:8"]],
    [
      "de",
      'hello: "{name} {nam}"\nn.one: Eine\nn.other: viele\n',
      ["template-message-placeholder locales/de.yaml:1:8", "template-message-placeholder locales/de.yaml:3:10"],
    ],
    [
      "de",
      'hello: "{name}"\nn.one: Eine\nn.few: "{count}"\nn.other: "{count}"\n',
      ["template-message-unknown locales/de.yaml:3:1"],
    ],
    ["ar", 'hello: "{name}"\nn.one: x\nn.other: "{count}"\n', ["template-message-missing locales/ar.yaml:1:1"]],
  ])("%s says what English says, with its placeholders, in its own plural forms: %j", (language, text, expected) => {
    expect(found({ "locales/en.yaml": english, [`locales/${language}.yaml`]: text })).toEqual(expected);
  });
  test("what is missing is named", () => {
    const { diagnostics } = compiled({ "locales/en.yaml": "n.other: x\n", "locales/de.yaml": "n.other: y\n" });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "templates/shop/locales/en.yaml lacks n.one",
      "templates/shop/locales/de.yaml lacks n.one",
    ]);
  });
});

describe("a template that throws", () => {
  const failing = (files: Record<string, string>) => {
    const { template } = compiled(files);
    if (template === undefined) throw new Error("did not compile");
    return renderSite(sampleStore(), template, { origin: null, links: "absolute-path" }).diagnostics;
  };
  test("is told apart by file and line", () => {
    const page = `${POLICY}\n\n<p>\n<%= it.store.nothing.name %>`;
    expect(failing({ "index.html.ejs": page })).toMatchObject([
      {
        rule: "template-failed",
        severity: "error",
        location: { file: "templates/shop/index.html.ejs", line: 4, column: 1 },
      },
    ]);
  });
  test.each([`it.url("pages/nowhere/")`, `it.url("assets/gone.svg")`, `it.href({ path: "products/gone/" })`])(
    "also by a link to what the site does not have: %s",
    (link) => {
      expect(failing({ "index.html.ejs": `${POLICY}\n<a href="<%= ${link} %>">` })).toMatchObject([
        { rule: "template-failed", location: { file: "templates/shop/index.html.ejs", line: 2 } },
      ]);
    },
  );
  test("but not by links to pages, to content on the home page in their place, and to files", () => {
    const links = ["", "products/tarn/", "pages/about/#end", "contact/", "favicon.svg", "robots.txt"];
    const page = links.map((path) => `<a href="<%= it.url("${path}") %>">`).join("\n");
    expect(failing({ "index.html.ejs": POLICY + page })).toEqual([]);
  });
  test("also in a partial of a partial", () => {
    const diagnostics = failing({
      "index.html.ejs": `${POLICY}<%- it.partial("outer", { a: 1 }) %>`,
      "partials/outer.ejs": `<%- it.once("inner", it.a) %>`,
      "partials/inner.ejs": `\n<%= it.key.b.c %>`,
    });
    expect(diagnostics).toMatchObject([{ location: { file: "templates/shop/partials/inner.ejs", line: 2 } }]);
  });
  test("names each place once, however many pages fail there", () => {
    const diagnostics = failing({ "product.html.ejs": "<%= it.product.nothing.at.all %>" });
    expect(diagnostics).toHaveLength(1);
  });
  test("an endless partial is an error, not a crash", () => {
    const diagnostics = failing({
      "index.html.ejs": `${POLICY}<%- it.partial("a") %>`,
      "partials/a.ejs": `<%- it.partial(it.kind === "index" ? "a" : "b") %>`,
    });
    expect(diagnostics).toMatchObject([
      { rule: "template-failed", location: { file: "templates/shop/partials/a.ejs" } },
    ]);
  });
});

test("the fingerprint changes with any file", () => {
  const print = (files: Record<string, string>) => compiled(files).template?.fingerprint;
  const prints = [
    print({}),
    print({ "main.js": "1" }),
    print({ "locales/en.yaml": "a: b\n" }),
    print({ "styles.css": "1" }),
  ];
  expect(new Set(prints).size).toBe(4);
  expect(print({})).toBe(prints[0]);
});

test("a TemplateError says where", () => {
  const { template } = compiled({});
  expect(() => template?.pages.index(Object.create(null) as object)).not.toThrow(TypeError);
  expect(() =>
    template?.pages.index({
      get policy(): string {
        throw new Error("no");
      },
    }),
  ).toThrow(TemplateError);
});
