/**
 * Text pages from Markdown: safe HTML, or every reason why not.
 *
 * Raw HTML is recognised only so that it can be refused at its place; the renderer has no way to print it.
 * Links inside the store stand in the HTML as `href="/…"` with a trailing slash; `relinkPage` leads them elsewhere for
 * a site of another link style. Links that leave it have `rel="noopener"`. Cells of an aligned table have the
 * class `align-left`, `align-center` or `align-right`, because a strict content policy forbids style attributes.
 */
import MarkdownIt from "markdown-it";
import type { StateInline, Token } from "markdown-it";
import { ALL_COLLECTION } from "./collection.ts";
import type { Diagnostic, Location } from "./diagnostic.ts";
import type { Tenant, TextPage } from "./store.ts";
import { suggest } from "./suggestion.ts";
import { decodeText, findUnsafeCharacter, placeInText, quoteValue, unsafeCharacterDiagnostic } from "./text-safety.ts";

/** A page of text larger than this is not read. */
export const MOST_PAGE_BYTES = 256 * 1024;
/** A page that every store has without a file. */
const CONTACT_ADDRESS = "/contact/";
/** A person reads no more. */
const MOST_PROBLEMS = 50;

const markdown = MarkdownIt({ html: true, linkify: false, typographer: false });
const encodeAddress = markdown.normalizeLink.bind(markdown);
// Every address is wanted as its author wrote it: what is wrong with it is told, not dropped.
markdown.normalizeLink = (address) => address;
markdown.validateLink = () => true;
markdown.renderer.rules["html_block"] = () => "";
markdown.renderer.rules["html_inline"] = () => "";

/** Where the parser stands in each line it is at work on, in UTF-16 units of the inline token's content. */
const positions = new WeakMap<StateInline, number>();

// Tokens inside a line do not know where they stand. This rule is asked first at every position and matches nothing;
// it notes the position, and from then on the tokens of that state say where they began.
markdown.inline.ruler.before("text", "position", (state, silent) => {
  if (silent) return false;
  if (!positions.has(state)) {
    const push = state.push.bind(state);
    state.push = (type, tag, nesting) => {
      const token = push(type, tag, nesting);
      if (REPORTED.has(type)) token.meta = { ...token.meta, offset: positions.get(state) };
      return token;
    };
  }
  positions.set(state, state.pos);
  return false;
});
const REPORTED: ReadonlySet<string> = new Set(["link_open", "image", "html_inline"]);

/** A page from its file; there is none where a diagnostic is an error. `slug` is its key in the settings. */
export function readPage(
  tenant: Tenant,
  slug: string,
  input: { readonly file: string; readonly bytes: Uint8Array },
): { page?: TextPage; diagnostics: readonly Diagnostic[] } {
  const { file, bytes } = input;
  const setting = tenant.settings.pages[slug];
  if (setting === undefined) throw new Error(`${tenant.file} has no page ${slug}`);
  const start: Location = { file, line: 1, column: 1 };
  if (bytes.length > MOST_PAGE_BYTES) {
    return {
      diagnostics: [problem("page-size", `${file} has ${bytes.length} bytes`, `at most ${MOST_PAGE_BYTES}`, start)],
    };
  }
  const { text, diagnostic } = decodeText(file, bytes);
  if (text === undefined) return { diagnostics: [diagnostic] };
  const unsafe = unsafeCharacters(file, text);
  if (unsafe.length > 0) return { diagnostics: unsafe };
  if (text.trim() === "") {
    return {
      diagnostics: [problem("page-empty", `${file} is empty`, "write the page, or take it out of pages", start)],
    };
  }
  const source = text.replaceAll(/\r\n?/g, "\n");
  const tokens = markdown.parse(source, {});
  const problems = checkTokens(tokens, source.split("\n"), file, addressesOf(tenant));
  if (problems.length > 0) return { diagnostics: problems.slice(0, MOST_PROBLEMS) };
  const { title, description, noindex } = setting;
  const html = markdown.renderer.render(tokens, markdown.options, {});
  return { page: { slug, title, description: description ?? firstParagraph(tokens), noindex, html }, diagnostics: [] };
}

/** The page's HTML with the links inside the store led through `url`, which is given a path without its leading slash: `collections/all/`. */
export const relinkPage = (html: string, url: (path: string) => string): string =>
  // Quotes in text are escaped by the renderer, so that nothing but an attribute can look like this.
  html.replaceAll(/(<a href=")\/([^"]*)"/g, (_match, start: string, path: string) => `${start}${url(path)}"`);

const problem = (rule: string, message: string, hint: string, location: Location): Diagnostic => ({
  rule,
  severity: "error",
  message,
  hint,
  location,
});

/** The first unseen character of each line that has one. */
function unsafeCharacters(file: string, text: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  let from = 0;
  while (found.length < MOST_PROBLEMS) {
    const unsafe = findUnsafeCharacter(text, from);
    if (unsafe === undefined) break;
    found.push(unsafeCharacterDiagnostic(unsafe, placeInText(file, text, unsafe.index)));
    const next = text.indexOf("\n", unsafe.index);
    if (next < 0) break;
    from = next;
  }
  return found;
}

/** The addresses inside the store that a page may link to. */
function addressesOf(tenant: Tenant): ReadonlySet<string> {
  const collections = [ALL_COLLECTION, ...tenant.settings.catalog.collections.map(({ id }) => id)];
  const pages = Object.keys(tenant.settings.pages);
  return new Set([
    "/",
    CONTACT_ADDRESS,
    ...collections.map((id) => `/collections/${id}/`),
    ...pages.map((id) => `/pages/${id}/`),
  ]);
}

/** Finds what is wrong; makes ready for printing what is right. */
function checkTokens(
  tokens: readonly Token[],
  lines: readonly string[],
  file: string,
  addresses: ReadonlySet<string>,
): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  let line = 0;
  for (const token of tokens) {
    line = token.map?.[0] ?? line;
    const place = (offset?: unknown) => placeOf(file, lines, line, token, offset);
    if (token.type === "heading_open" && token.tag === "h1") {
      problems.push(
        problem(
          "page-heading",
          "a page's title is its only heading of the first level",
          "begin headings with ##",
          place(),
        ),
      );
    }
    if (token.type === "html_block") problems.push(rawHtml(token.content, place()));
    if (token.type === "th_open" || token.type === "td_open") alignByClass(token);
    for (const child of token.children ?? []) {
      const offset = child.meta?.["offset"];
      if (child.type === "html_inline") problems.push(rawHtml(child.content, place(offset)));
      if (child.type === "image") {
        problems.push(problem("page-image", "a page cannot hold pictures yet", "take the picture out", place(offset)));
      }
      if (child.type === "link_open") problems.push(...checkLink(child, addresses, place(offset)));
    }
  }
  return problems;
}

/** Where an offset of an inline token's content stands; its content is the source's lines without their indentation and marks. */
function placeOf(file: string, lines: readonly string[], line: number, token: Token, offset: unknown): Location {
  if (typeof offset !== "number") {
    const text = lines[line] ?? "";
    return { file, line: line + 1, column: text.length - text.trimStart().length + 1 };
  }
  const before = token.content.slice(0, offset).split("\n");
  const inLine = before.at(-1)?.length ?? 0;
  const index = line + before.length - 1;
  const begin = (lines[index] ?? "").indexOf(token.content.split("\n")[before.length - 1] ?? "");
  return { file, line: index + 1, column: Math.max(0, begin) + inLine + 1 };
}

const rawHtml = (html: string, location: Location): Diagnostic =>
  problem("page-html", `${quoteValue(html.trim())} is raw HTML`, "use Markdown; put code between backticks", location);

function alignByClass(token: Token): void {
  const index = token.attrIndex("style");
  const side =
    index < 0 ? undefined : /^text-align:(left|center|right)$/.exec(String(token.attrs?.[index]?.[1] ?? ""))?.[1];
  token.attrs = side === undefined ? null : [["class", `align-${side}`]];
}

/** Says what is wrong with a link; otherwise encodes its address for HTML. */
function checkLink(link: Token, addresses: ReadonlySet<string>, location: Location): readonly Diagnostic[] {
  const index = link.attrIndex("href");
  const address = String(link.attrs?.[index]?.[1] ?? "");
  const kind = kindOfAddress(address, addresses);
  switch (kind) {
    case "outside":
      link.attrSet("rel", "noopener");
      link.attrSet("href", encodeAddress(address));
      return [];
    case "inside":
    case "contact":
      link.attrSet("href", encodeAddress(address));
      return [];
    case "dangling": {
      const hint = suggest(address, [...addresses], "the store has");
      return [problem("page-link", `the link ${quoteValue(address)} leads nowhere`, hint, location)];
    }
    case "forbidden": {
      const hint = "https://…, mailto:…, tel:…, /collections/<id>/ or /pages/<page>/";
      return [problem("page-link", `the link ${quoteValue(address)} is not possible`, hint, location)];
    }
    default:
      throw new Error(`no such kind of link: ${String(kind satisfies never)}`);
  }
}

function kindOfAddress(
  address: string,
  addresses: ReadonlySet<string>,
): "inside" | "outside" | "contact" | "dangling" | "forbidden" {
  if (addresses.has(address)) return "inside";
  if (/^mailto:[^\s"'<>\\@]+@[^\s"'<>\\@]+$/i.test(address)) return "contact";
  if (/^tel:\+?[0-9][0-9() .-]*$/i.test(address)) return "contact";
  if (/^https:\/\/[^\s"'<>\\]+$/i.test(address)) {
    const url = URL.parse(address);
    return url !== null && url.username === "" && url.password === "" ? "outside" : "forbidden";
  }
  return /^(?:\/(?!\/)|[\w.-]+(?:\/|$))/.test(address) ? "dangling" : "forbidden";
}

/** What search engines show where the settings say nothing: at most 160 characters, cut between words. */
function firstParagraph(tokens: readonly Token[]): string {
  const at = tokens.findIndex((token) => token.type === "paragraph_open");
  const children = tokens[at + 1]?.children ?? [];
  const text = children.map((child) => (child.type.endsWith("break") ? " " : child.content)).join("");
  const words = text.replaceAll(/\s+/g, " ").trim();
  if (words.length <= 160) return words;
  const cut = words.slice(0, 160);
  return `${cut
    .slice(0, Math.max(cut.lastIndexOf(" "), 100))
    .toWellFormed()
    .trimEnd()}…`;
}
