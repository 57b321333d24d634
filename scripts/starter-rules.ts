/** What may be answered, asked of the tenant schema itself: it says so once, for the file and for the prompt. */
import { validateTenant } from "../action/src/generated/validate-tenant.js";
import type { Rules } from "./ask.ts";

/** `taken`: ids of tenants that exist. */
export function starterRules(taken: ReadonlySet<string>): Rules {
  return {
    id: (id) => {
      if (taken.has(id)) return `"${id}" is another store's id`;
      return fits({ id }) ? undefined : "Lower-case letters, digits and single hyphens, 3 to 40: acme-candles";
    },
    name: (name) => (fits({ brand: { name } }) ? undefined : "1 to 60 characters in one line, without < and >"),
    color: (accent) => {
      return fits({ theme: { tokens: { color: { accent } } } })
        ? undefined
        : `"${accent}" is not a colour like #2f6b4f`;
    },
    locale: (locale) => {
      return fits({ locale: { default: locale, currency: "EUR" } })
        ? undefined
        : "A language and a country: en-GB, de-CH";
    },
    currency: (currency) => {
      return fits({ locale: { default: "en", currency } })
        ? undefined
        : "Three capital letters, as ISO 4217 has it: GBP";
    },
    email: (email) => (fits({ contact: { email } }) ? undefined : "An e-mail address: hello@acme.example"),
  };
}

function fits(changed: Readonly<Record<string, unknown>>): boolean {
  return validateTenant({
    schema: "storefront/v1",
    id: "sample",
    brand: { name: "Sample" },
    locale: { default: "en", currency: "EUR" },
    catalog: { source: "products.csv" },
    contact: { email: "hello@sample.example" },
    ...changed,
  });
}
