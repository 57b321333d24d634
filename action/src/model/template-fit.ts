/** Whether a tenant's wishes are ones that its template can fulfil: asked before anything is rendered. */
import type { Diagnostic } from "./diagnostic.ts";
import { checkMessages } from "./message.ts";
import type { Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";
import type { Template } from "./template.ts";
import { checkTheme } from "./theme.ts";
import { translateTenant, translationsOf } from "./translation.ts";

/** All templates by name; undefined is one that has errors of its own. */
export type Templates = ReadonlyMap<string, Template | undefined>;

/** The template's name, the theme's contrast, the messages' keys; nothing where the template is at fault. */
export function checkTenantAgainstTemplate(tenant: Tenant, templates: Templates): Diagnostic[] {
  const name = tenant.settings.theme.template;
  const template = templates.get(name);
  if (template === undefined) {
    // The template's own errors are listed where they stand: once, not at each of its tenants.
    if (templates.has(name)) return [];
    const names = [...templates.keys()];
    return [
      {
        rule: "template-unknown",
        severity: "error",
        message: `there is no template "${name}"`,
        hint: suggest(name, names),
        location: tenant.locate("/theme/template"),
      },
    ];
  }
  const languages = [tenant, ...translationsOf(tenant).map((tag) => translateTenant(tenant, tag))];
  return [
    ...checkTheme(tenant, template),
    ...languages.flatMap((one) => checkMessages(one, template.name, template.messages)),
  ];
}
