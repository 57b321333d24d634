/** The source of one EJS file, checked before it may run: templates are trusted code, and still make mistakes. */
import type { Diagnostic, Location } from "./diagnostic.ts";
import { strictFunction } from "./strict-function.ts";
import { suggest } from "./suggestion.ts";

/** One `<% … %>`. */
interface Tag {
  /** `=` escaped, `-` raw, `#` comment, empty: a statement. */
  readonly kind: "=" | "-" | "#" | "";
  readonly code: string;
  /** Offset of its `<%`. */
  readonly start: number;
  /** Offset after its `%>`. */
  readonly end: number;
}

/** JavaScript of a file, as it stands in one tag. */
export interface TemplateCode {
  readonly code: string;
  /** Where it begins in the file. */
  readonly offset: number;
}

/** What a file may refer to. */
interface Vocabulary {
  readonly partials: ReadonlySet<string>;
  readonly messages: ReadonlySet<string>;
}

/** The helpers whose result is HTML or JSON already; only a call of one of them may stand in `<%- … %>`. */
const RAW_HELPERS = ["partial", "once", "json", "markdown"] as const;

/** What would make two renderings differ, or reach out of the page. */
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly name: string; readonly hint: string }[] = [
  { pattern: /\binclude\s*\(/, name: "include()", hint: `use it.partial("name"): partials are compiled once` },
  {
    pattern: /\b(?:new\s+Date\b|Date\s*[.(])/,
    name: "Date",
    hint: "pages hold no time, so that equal inputs give equal bytes",
  },
  { pattern: /\bMath\s*\.\s*random\b/, name: "Math.random", hint: "equal inputs give equal bytes" },
  {
    pattern: /\b(?:process|globalThis|require|Function|eval|__append|__output)\b(?!\s*:)|\bimport\s*\(/,
    name: "the outside world",
    hint: "a template sees only `it`",
  },
  {
    pattern: /\btoLocale\w*\s*\(|\bIntl\b/,
    name: "the machine's locale",
    hint: "use it.t(), or a value that is formatted already",
  },
];

/** What the content security policy of every page stops anyway: here its author learns of it. */
const INLINE = [
  {
    pattern: /<script\b(?![^>]*\ssrc=)(?![^>]*\stype=["']application\/ld\+json["'])[^>]*>/gi,
    name: "script",
    hint: "put it into main.js",
  },
  { pattern: /<style\b/gi, name: "style element", hint: "put it into styles.css" },
  { pattern: /(?<=<[a-z][^<>]*)\sstyle\s*=/gi, name: "style", hint: "put it into styles.css, with a class" },
  { pattern: /(?<=<[a-z][^<>]*)\son[a-z]+\s*=/gi, name: "event handler", hint: "listen for the event in main.js" },
];

/** The markup around the tags, each of which is blanked so that offsets stay. */
function withoutTags(source: string, tags: readonly Tag[]): string {
  let markup = "";
  let at = 0;
  for (const { start, end } of tags) {
    markup += source.slice(at, start) + "x".repeat(end - start);
    at = end;
  }
  return markup + source.slice(at);
}

/** The attributes that lead somewhere or load something, with what is written in them. */
const ADDRESS =
  /(?<=<[a-z][^<>]*\s)(?:href|src|srcset|action|formaction|poster|data|ping|background)\s*=\s*(["']?)([^"'\s>]*)/gi;
/** What a template may write itself: a place on the same page, the begin of a telephone's or a mail's address. */
const OWN_ADDRESS = /^(?:$|#|tel:<%|mailto:<%|<%)/;

/** The JavaScript of a file. */
export function codeOf(source: string): TemplateCode[] {
  const tags: Tag[] = [];
  readTags(source, tags);
  return tags.flatMap(({ kind, code, start, end }) =>
    kind === "#" ? [] : [{ code, offset: start + source.slice(start, end).indexOf(code) }],
  );
}

/** Everything that is wrong with a file as text; compiling it is another matter. */
export function checkTemplateSource(file: string, source: string, known: Vocabulary): Diagnostic[] {
  const locate = locatorIn(file, source);
  const tags: Tag[] = [];
  const unclosed = readTags(source, tags);
  const found: Diagnostic[] = [];
  const report = (rule: string, offset: number, message: string, hint: string) =>
    found.push({ rule, severity: "error", message, hint, location: locate(offset) });

  if (unclosed !== undefined) {
    report("template-syntax", unclosed, `this "<%" is never closed`, `close it with "%>"`);
    return found;
  }
  const markup = withoutTags(source, tags);
  for (const { pattern, name, hint } of INLINE) {
    for (const match of markup.matchAll(pattern)) report("template-inline", match.index, `an inline ${name}`, hint);
  }
  for (const { 0: whole, 2: blanked = "", index } of markup.matchAll(ADDRESS)) {
    const start = index + whole.length - blanked.length;
    const written = source.slice(start, start + blanked.length);
    if (OWN_ADDRESS.test(written)) continue;
    report(
      "template-address",
      start,
      `"${written.slice(0, 80)}" is an address written by hand`,
      "links depend on where the site lies: use it.url(path), it.href(link) or it.asset(name)",
    );
  }
  for (const tag of tags) {
    if (tag.kind === "#") continue;
    for (const { pattern, name, hint } of FORBIDDEN) {
      const match = pattern.exec(tag.code);
      if (match) report("template-forbidden", tag.start, `"${match[0]}" reaches for ${name}`, hint);
    }
    if (tag.kind === "-" && !isRawHelper(tag.code)) {
      report(
        "template-raw",
        tag.start,
        `"<%- ${tag.code.trim()} %>" writes a value unescaped`,
        `use <%= … %>, or one of ${RAW_HELPERS.map((name) => `it.${name}()`).join(", ")}`,
      );
    }
    if (tag.kind === "=") {
      const context = contextAt(source, tags, tag.start);
      if (context === "unquoted") {
        report("template-unquoted", tag.start, "a value in an attribute without quotes", `write name="<%= … %>"`);
      } else if (context === "script") {
        report(
          "template-context",
          tag.start,
          "a value inside a script or style element",
          "put it into a data- attribute",
        );
      }
    }
    for (const match of tag.code.matchAll(/\bit\.(?:partial|once)\(\s*(["'])([^"']*)\1/g)) {
      const name = match[2] ?? "";
      if (known.partials.has(name)) continue;
      report(
        "template-partial-unknown",
        tag.start,
        `there is no partials/${name}.ejs`,
        suggest(name, [...known.partials]),
      );
    }
    for (const match of tag.code.matchAll(/\bit\.t\(\s*(["'])([^"']*)\1/g)) {
      const key = match[2] ?? "";
      if (known.messages.has(key) || known.messages.has(`${key}.other`)) continue;
      report(
        "template-message-missing",
        tag.start,
        `locales/en.yaml has no message "${key}"`,
        suggest(key, [...known.messages]),
      );
    }
  }
  const broken = firstSyntaxError(tags);
  if (broken) report("template-syntax", broken.tag.start, broken.message, "the code between <% and %> is JavaScript");
  return found;
}

/** Fills `tags`; gives the offset of a tag that is never closed. */
function readTags(source: string, tags: Tag[]): number | undefined {
  for (let at = source.indexOf("<%"); at >= 0; at = source.indexOf("<%", at)) {
    if (source[at + 2] === "%") {
      at += 3;
      continue;
    }
    const end = source.indexOf("%>", at + 2);
    if (end < 0) return at;
    const mark = source[at + 2] ?? "";
    const kind = mark === "=" || mark === "-" || mark === "#" ? mark : "";
    const code = source.slice(at + (kind === "" && mark !== "_" ? 2 : 3), end).replace(/[-_]$/, "");
    tags.push({ kind, code, start: at, end: end + 2 });
    at = end + 2;
  }
  return undefined;
}

/** Whether the code is one call of a raw helper and nothing beside it. */
function isRawHelper(code: string): boolean {
  const call = new RegExp(`^it\\.(?:${RAW_HELPERS.join("|")})\\(`).exec(code.trim());
  if (!call) return false;
  const rest = brackets(code.trim().slice(call[0].length - 1));
  return rest.closedAt === code.trim().length - call[0].length;
}

/** The brackets still open at the end of a piece of code, and where the first one was closed again. */
function brackets(code: string): { readonly open: readonly string[]; readonly closedAt: number | undefined } {
  const pairs: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
  const open: string[] = [];
  let closedAt: number | undefined;
  let quote = "";
  for (let at = 0; at < code.length; at++) {
    const character = code[at] ?? "";
    if (quote !== "") {
      if (character === "\\") at++;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'" || character === "`") quote = character;
    else if (pairs[character] !== undefined) open.push(pairs[character]);
    else if (character === open.at(-1)) {
      open.pop();
      if (open.length === 0) closedAt ??= at;
    }
  }
  return { open, closedAt };
}

/** Where a tag stands, by the HTML before it in the same file. */
function contextAt(source: string, tags: readonly Tag[], offset: number): "quoted" | "unquoted" | "script" {
  let html = "";
  let from = 0;
  for (const tag of tags) {
    if (tag.start >= offset) break;
    html += `${source.slice(from, tag.start)}x`;
    from = tag.end;
  }
  html += source.slice(from, offset);
  const element = html.toLowerCase();
  for (const name of ["script", "style"]) {
    const opened = element.lastIndexOf(`<${name}`);
    if (opened > element.lastIndexOf(`</${name}`) && element.indexOf(">", opened) > 0) return "script";
  }
  return /=\s*[^\s"'>]*$/.test(html) && html.lastIndexOf("<") > html.lastIndexOf(">") && !insideQuotes(html)
    ? "unquoted"
    : "quoted";
}

function insideQuotes(html: string): boolean {
  let quote = "";
  for (const character of html.slice(html.lastIndexOf("<"))) {
    if (quote === "") quote = character === '"' || character === "'" ? character : "";
    else if (character === quote) quote = "";
  }
  return quote !== "";
}

/** The first tag up to which the code does not parse, tried by closing what is open there. */
function firstSyntaxError(tags: readonly Tag[]): { readonly tag: Tag; readonly message: string } | undefined {
  const whole = syntaxError(tags.map(asStatement).join("\n"));
  if (whole === undefined) return undefined;
  let code = "";
  for (const tag of tags) {
    code += `${asStatement(tag)}\n`;
    const message = syntaxError(code + brackets(code).open.toReversed().join(""));
    if (message !== undefined) return { tag, message };
  }
  const last = tags.at(-1);
  return last && { tag: last, message: `"${brackets(code).open.toReversed().join("")}" is missing at the end` };
}

const asStatement = (tag: Tag): string =>
  tag.kind === "#" ? "" : tag.kind === "" ? tag.code : `;it.raw(${tag.code.trim().replace(/;$/, "")}\n);`;

function syntaxError(code: string): string | undefined {
  try {
    strictFunction(["it"], code);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Turns an offset in a file's text into its place. */
export function locatorIn(file: string, source: string): (offset: number) => Location {
  return (offset) => {
    const before = source.slice(0, offset);
    return { file, line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
  };
}
