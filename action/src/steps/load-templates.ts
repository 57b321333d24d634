/** Reads the templates of a tree. */
import { type Diagnostic, sortDiagnostics } from "../model/diagnostic.ts";
import { compileTemplate, type Template } from "../model/template.ts";
import type { Templates } from "../model/template-fit.ts";
import type { Tree } from "../ports.ts";

/** The templates of a tree with what is wrong with them. */
export interface LoadedTemplates {
  readonly templates: Templates;
  /** Sorted. */
  readonly diagnostics: readonly Diagnostic[];
}

/** More than any page, style or script should have. */
const MAX_BYTES = 512 * 1024;

/** Every folder below `folder` is a template; each file is read and compiled once. Throws `RepoError` when there is no such folder. */
export async function loadTemplates(tree: Tree, folder: string): Promise<LoadedTemplates> {
  const filesByName = new Map<string, Map<string, Uint8Array>>();
  const diagnostics: Diagnostic[] = [];
  for (const entry of await tree.list(folder)) {
    const [name, ...rest] = entry.path.slice(folder.length + 1).split("/");
    if (name === undefined || rest.length === 0 || entry.kind === "directory") continue;
    if (entry.kind !== "file" || entry.size > MAX_BYTES) {
      const message =
        entry.kind === "file" ? `is larger than ${MAX_BYTES / 1024} KiB` : `is a ${entry.kind}, not a file`;
      diagnostics.push({
        rule: "template-file",
        severity: "error",
        message: `${entry.path} ${message}`,
        hint: "a template is made of small text files",
        location: { file: entry.path, line: 1, column: 1 },
      });
      continue;
    }
    const files = filesByName.get(name) ?? new Map<string, Uint8Array>();
    filesByName.set(name, files.set(rest.join("/"), await tree.read(entry.path)));
  }
  const templates = new Map<string, Template | undefined>();
  for (const [name, files] of filesByName) {
    const compiled = compileTemplate(name, `${folder}/${name}`, files);
    diagnostics.push(...compiled.diagnostics);
    templates.set(name, compiled.template);
  }
  return { templates, diagnostics: sortDiagnostics(diagnostics) };
}
