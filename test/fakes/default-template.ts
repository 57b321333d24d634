/** The templates of this repository, compiled as every run compiles them. */
import { join } from "node:path";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import type { Template } from "../../action/src/model/template.ts";
import { loadTemplates } from "../../action/src/steps/load-templates.ts";

export const loaded = await loadTemplates(workingDirectory(join(import.meta.dirname, "../..")), "templates");

/** One of them by name. */
export function templateNamed(name: string): Template {
  const template = loaded.templates.get(name);
  if (template === undefined) throw new Error(`no template "${name}": ${JSON.stringify(loaded.diagnostics)}`);
  return template;
}
