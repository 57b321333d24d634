/** How the files of a template use each other: which values reach a partial, which partials nobody asks for. */
import type { Diagnostic, Location } from "./diagnostic.ts";
import { suggest } from "./suggestion.ts";
import { FRAME_LOCALS, localsOf } from "./template-locals.ts";
import type { TemplateCode } from "./template-source.ts";
import type { PageKind } from "./template.ts";

/** A page or a partial that was read. */
export interface TemplateFile {
  readonly path: string;
  /** The page's kind, or the partial's name. */
  readonly is: { readonly page: PageKind } | { readonly partial: string };
  readonly code: readonly TemplateCode[];
  readonly locate: (offset: number) => Location;
}

/** A partial inside a partial: deeper than this nobody follows it. */
export const MOST_DEPTH = 10;

interface Call {
  readonly name: string;
  readonly way: "partial" | "once";
  /** The names that it gives along; undefined where they cannot be read off. */
  readonly gives: readonly string[] | undefined;
  readonly offset: number;
}

/** `template-local-unknown`, `template-partial-depth`; as a warning `template-partial-unused`. */
export function checkTemplateCalls(files: readonly TemplateFile[]): Diagnostic[] {
  const calls = new Map(files.map((file) => [file, file.code.flatMap(callsIn)]));
  const partials = new Map(files.flatMap((file) => ("partial" in file.is ? [[file.is.partial, file] as const] : [])));
  const known = reachOf(files, calls, partials);
  return [
    ...files.flatMap((file) => unknownLocals(file, known.get(file))),
    ...files.flatMap((file) => tooDeep(file, calls, partials)),
    ...files.flatMap((file) => unused(file, [...calls.values()].flat())),
  ];
}

function callsIn({ code, offset }: TemplateCode): Call[] {
  return [...code.matchAll(/\bit\.(partial|once)\(\s*(["'])([^"']*)\2\s*(,?)/g)].map((match): Call => {
    const [whole, way, , name = "", comma] = match;
    const given = comma === "" ? [] : namesIn(code.slice(match.index + whole.length));
    return way === "once"
      ? { name, way, gives: ["key"], offset: offset + match.index }
      : { name, way: "partial", gives: given, offset: offset + match.index };
  });
}

/** The keys of an object that begins here: `{ block, size: 1 })` → `block`, `size`. */
function namesIn(code: string): string[] | undefined {
  const inside = /^\s*\{([^{}()]*)\}\s*\)/.exec(code)?.[1];
  if (inside === undefined || inside.includes("...")) return undefined;
  return inside
    .split(",")
    .map((part) => part.split(":", 1)[0]?.trim() ?? "")
    .filter(Boolean);
}

/** The names that each file may find in `it`, whoever asks for it; undefined: anything. */
function reachOf(
  files: readonly TemplateFile[],
  calls: ReadonlyMap<TemplateFile, readonly Call[]>,
  partials: ReadonlyMap<string, TemplateFile>,
): ReadonlyMap<TemplateFile, ReadonlySet<string> | undefined> {
  const frame = Object.keys(FRAME_LOCALS);
  const called = new Set([...calls.values()].flat().map(({ name }) => name));
  const known = new Map<TemplateFile, Set<string> | undefined>(
    files.map((file) => {
      if ("page" in file.is) return [file, new Set(localsOf(file.is.page))];
      return [file, called.has(file.is.partial) ? new Set(frame) : undefined];
    }),
  );
  let grows = true;
  while (grows) {
    grows = false;
    for (const [file, own] of calls) {
      const here = known.get(file);
      for (const { name, way, gives } of own) {
        const target = partials.get(name);
        const there = target && known.get(target);
        if (target === undefined || there === undefined) continue;
        if (gives === undefined || (here === undefined && way === "partial")) {
          known.set(target, undefined);
          grows = true;
          continue;
        }
        const before = there.size;
        for (const one of [...(way === "partial" ? (here ?? []) : frame), ...gives]) there.add(one);
        grows ||= there.size > before;
      }
    }
  }
  return known;
}

function unknownLocals({ code, locate }: TemplateFile, known: ReadonlySet<string> | undefined): Diagnostic[] {
  if (known === undefined) return [];
  return code.flatMap(({ code: text, offset }) =>
    [...text.matchAll(/(?<![\w$.])it\.([A-Za-z_$][\w$]*)/g)].flatMap(({ 1: name = "", index }): Diagnostic[] =>
      known.has(name)
        ? []
        : [
            {
              rule: "template-local-unknown",
              severity: "error",
              message: `there is no it.${name} here`,
              hint: suggest(name, [...known].toSorted()),
              location: locate(offset + index),
            },
          ],
    ),
  );
}

/** Told once, at the call that leads too deep; a circle has no end. */
function tooDeep(
  page: TemplateFile,
  calls: ReadonlyMap<TemplateFile, readonly Call[]>,
  partials: ReadonlyMap<string, TemplateFile>,
): Diagnostic[] {
  if (!("page" in page.is)) return [];
  const depths = new Map<TemplateFile, number>();
  const follow = (file: TemplateFile, way: readonly string[]): Diagnostic | undefined => {
    if ((depths.get(file) ?? -1) >= way.length) return undefined;
    depths.set(file, way.length);
    for (const { name, offset } of calls.get(file) ?? []) {
      const target = partials.get(name);
      if (target === undefined) continue;
      const circle = way.indexOf(name);
      if (circle >= 0 || way.length === MOST_DEPTH) {
        return {
          rule: "template-partial-depth",
          severity: "error",
          message:
            circle >= 0
              ? `partials ask for each other in a circle: ${[...way.slice(circle), name].join(" → ")}`
              : `partials lie more than ${MOST_DEPTH} deep: ${[...way, name].join(" → ")}`,
          hint: "ask for it from a file further up",
          location: file.locate(offset),
        };
      }
      const found = follow(target, [...way, name]);
      if (found) return found;
    }
    return undefined;
  };
  return [follow(page, []) ?? []].flat();
}

function unused({ is, locate }: TemplateFile, calls: readonly Call[]): Diagnostic[] {
  if ("page" in is || calls.some(({ name }) => name === is.partial)) return [];
  return [
    {
      rule: "template-partial-unused",
      severity: "warning",
      message: `no file asks for the partial "${is.partial}"`,
      hint: `it.partial("${is.partial}") shows it; or delete it`,
      location: locate(0),
    },
  ];
}
