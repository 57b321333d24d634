/** Whether a tenant's wishes are ones that its template can fulfil: asked before anything is rendered. */
import type { Diagnostic } from "./diagnostic.ts";
import { checkMessages } from "./message.ts";
import type { Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";
import type { Template } from "./template.ts";
import { checkTheme } from "./theme.ts";

/** The template's name, the theme's contrast, the messages' keys. `templates` holds those that compiled. */
export function checkTenantAgainstTemplate(tenant: Tenant, templates: ReadonlyMap<string, Template>): Diagnostic[] {
  const name = tenant.settings.theme.template;
  const template = templates.get(name);
  if (template === undefined) {
    const names = [...templates.keys()];
    return [
      {
        rule: "template-unknown",
        severity: "error",
        message: `there is no usable template "${name}"`,
        hint: names.length === 0 ? "repair the templates first" : suggest(name, names),
        location: tenant.locate("/theme/template"),
      },
    ];
  }
  return [...checkTheme(tenant, template), ...checkMessages(tenant, template.name, template.messages)];
}
