/** A template, compiled: its pages as functions, its words, its looks. */
import { hash } from "node:crypto";
import ejs, { type Options } from "ejs";
import { compactStyles } from "./compact-styles.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { escapeHtml } from "./escape.ts";
import type { MessagesByLanguage } from "./message.ts";
import { type SiteFile, siteFile } from "./site.ts";
import { strictFunction } from "./strict-function.ts";
import { checkScript, checkStyles } from "./template-assets.ts";
import { checkTemplateCalls, type TemplateFile } from "./template-calls.ts";
import { checkTemplateSource, codeOf, locatorIn } from "./template-source.ts";
import { readTemplateSettings, type TemplateSettings } from "./template-settings.ts";
import { readWords } from "./template-words.ts";

/** The kinds of pages; `index.html.ejs` must be there, a site has no page of a kind that the template leaves out. */
export const PAGE_KINDS = ["index", "collection", "product", "page", "contact", "search", "404"] as const;
/** One of the kinds of pages. */
export type PageKind = (typeof PAGE_KINDS)[number];

/** One EJS file as a function of `it`. Throws {@link TemplateError}. */
type RenderFile = (it: object) => string;

/** A template, ready to render. */
export interface Template extends TemplateSettings {
  /** Hex SHA-256 over its files: equal templates, equal hash. */
  readonly fingerprint: string;
  readonly pages: Readonly<Partial<Record<PageKind, RenderFile>>> & { readonly index: RenderFile };
  /** By name: `partials/header.ejs` is `header`. */
  readonly partials: ReadonlyMap<string, RenderFile>;
  readonly styles: string;
  /** `main.js` as every store of the template gets it. */
  readonly script: SiteFile;
  readonly messages: MessagesByLanguage;
}

/** A template failed while it rendered; `line` is one-based. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, message: string, cause: unknown) {
    super(message, { cause });
    this.file = file;
    this.line = line;
  }
}

/**
 * Compiles the files of one template.
 *
 * @param name the name of its folder
 * @param folder `templates/default`, for locations
 * @param files by path relative to the folder
 */
export function compileTemplate(
  name: string,
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): { readonly template: Template | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const paths = [...files.keys()].toSorted();
  const fingerprint = hash(
    "sha256",
    paths.map((path) => `${path} ${hash("sha256", files.get(path) ?? "")}`).join("\n"),
  );
  const diagnostics: Diagnostic[] = [];
  const text = (path: string) => Buffer.from(files.get(path) ?? "").toString("utf8");
  const report = (rule: string, path: string, message: string, hint: string, line = 1) =>
    diagnostics.push({
      rule,
      severity: "error",
      message,
      hint,
      location: { file: `${folder}/${path}`, line, column: 1 },
    });

  const read = readTemplateSettings(
    name,
    `${folder}/template.yaml`,
    files.get("template.yaml"),
    fingerprint.slice(0, 8),
  );
  diagnostics.push(...read.diagnostics);
  const { messages, diagnostics: ofWords } = readWords(folder, files);
  diagnostics.push(...ofWords);

  const partialPaths = paths.filter((path) => /^partials\/[^/]+\.ejs$/.test(path));
  const known = {
    partials: new Set(partialPaths.map(partialName)),
    messages: new Set(Object.keys(messages.get("en") ?? {})),
  };
  const locate = (path: string) => locatorIn(`${folder}/${path}`, text(path));
  const sources: TemplateFile[] = [];
  const build = (path: string, is: TemplateFile["is"]): RenderFile | undefined => {
    const file = `${folder}/${path}`;
    const problems = checkTemplateSource(file, text(path), known);
    diagnostics.push(...problems);
    sources.push({ path, is, code: codeOf(text(path)), locate: locate(path) });
    return problems.length === 0 ? compileFile(file, text(path)) : undefined;
  };

  const partials = new Map<string, RenderFile>();
  for (const path of partialPaths) {
    const built = build(path, { partial: partialName(path) });
    if (built) partials.set(partialName(path), built);
  }
  const pages: Partial<Record<PageKind, RenderFile>> = {};
  for (const kind of PAGE_KINDS) {
    const built = files.has(`${kind}.html.ejs`) ? build(`${kind}.html.ejs`, { page: kind }) : undefined;
    if (built) pages[kind] = built;
  }

  diagnostics.push(...checkTemplateCalls(sources));
  if (files.has("styles.css")) diagnostics.push(...checkStyles(text("styles.css"), locate("styles.css")));
  if (files.has("main.js")) diagnostics.push(...checkScript(text("main.js"), locate("main.js")));

  for (const path of ["index.html.ejs", "styles.css", "main.js"]) {
    if (!files.has(path))
      report(
        "template-file-missing",
        path,
        `template "${name}" has no ${path}`,
        "index.html.ejs, styles.css and main.js make a template",
      );
  }
  for (const path of paths) {
    if (/^[^/]+\.ejs$/.test(path) && !PAGE_KINDS.some((kind) => path === `${kind}.html.ejs`)) {
      report(
        "template-file-unknown",
        path,
        `${path} is no page of a store`,
        `pages are ${PAGE_KINDS.map((kind) => `${kind}.html.ejs`).join(", ")}; parts go into partials/`,
      );
    }
  }
  const pagesAndPartials = paths.filter((path) => path.endsWith(".ejs"));
  if (files.has("index.html.ejs") && !pagesAndPartials.some((path) => text(path).includes("it.policy"))) {
    report(
      "template-policy",
      "index.html.ejs",
      "no page names its content security policy",
      `<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">`,
    );
  }

  const { index } = pages;
  if (diagnostics.some((one) => one.severity === "error") || index === undefined)
    return { template: undefined, diagnostics };
  const script = text("main.js");
  const template: Template = {
    ...read.settings,
    fingerprint,
    pages: { ...pages, index },
    partials,
    styles: compactStyles(text("styles.css")),
    script: siteFile(
      `assets/main.${hash("sha256", script).slice(0, 10)}.js`,
      "asset",
      "text/javascript; charset=utf-8",
      script,
    ),
    messages,
  };
  return { template, diagnostics };
}

/** `partials/header.ejs` is `header`. */
const partialName = (path: string) => path.slice("partials/".length, -".ejs".length);

/** EJS would copy all values on every call, for the sake of `with`: strict code has none and sees them only as `it.x`. */
const OPTIONS = {
  strict: true,
  localsName: "it",
  compileDebug: false,
  rmWhitespace: true,
  escape: escapeHtml,
  unsafePrototypeLocals: true,
} satisfies Options & { readonly unsafePrototypeLocals: boolean };

/** Compiles a file that was checked. The fast function knows no lines; when it throws, a second one that does is run to find the place. */
function compileFile(file: string, source: string): RenderFile {
  const render = plainFunction(source);
  return (it) => {
    try {
      return render(it, escapeHtml);
    } catch (error) {
      throw error instanceof TemplateError
        ? error
        : new TemplateError(file, lineOfFailure(file, source, it), messageOf(error), error);
    }
  };
}

/**
 * What EJS made of a file, without its inner function that every piece of text would go through: appended in place, the
 * text is a variable of one function, which the compiler of the machine makes shorter work of.
 */
function plainFunction(source: string): (it: object, escape: typeof escapeHtml) => string {
  const compiled = new ejs.Template(source, OPTIONS);
  compiled.compile();
  const code = compiled.source
    .replace(/^ {2}function __append\(.*$/m, "")
    .replaceAll(/^ {4}; __append\(/gm, "    ; __output += (");
  return strictFunction(["it", "escapeFn"], code);
}

function lineOfFailure(file: string, source: string, it: object): number {
  try {
    ejs.compile(source, { ...OPTIONS, rmWhitespace: false, compileDebug: true, filename: file })(it);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith(`${file}:`))
      return Number.parseInt(error.message.slice(file.length + 1), 10);
  }
  return 1;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
