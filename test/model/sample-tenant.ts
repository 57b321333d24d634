/** A tenant for tests of what is made from one. */
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import type { Tenant } from "../../action/src/model/store.ts";

/** A valid tenant of a store in pounds; places are line 1, with the pointer's length as the column, so that tests can tell them apart. */
export function sampleTenant(changes: Partial<TenantSettings> = {}): Tenant {
  return {
    id: "acme",
    file: "tenants/acme.yaml",
    folder: "tenants/acme",
    locate: (pointer) => ({ file: "tenants/acme.yaml", line: 1, column: pointer.length + 1 }),
    settings: {
      schema: "storefront/v1",
      id: "acme",
      lifecycle: { state: "live" },
      brand: { name: "Acme" },
      theme: { template: "default" },
      locale: { default: "en-GB", currency: "GBP", prices_include_tax: true },
      pages: { about: { title: "About us", body: "about.md", noindex: false } },
      catalog: { source: "products.csv", sort: "featured", per_page: 48, collections: [] },
      commerce: { mode: "enquiry" },
      seo: { organization_type: "Store", robots: "index" },
      contact: { email: "hello@acme.example" },
      domains: [],
      ...changes,
    },
  };
}

/** The same tenant with other catalog settings. */
export const withCatalog = (catalog: Partial<TenantSettings["catalog"]>): Tenant =>
  sampleTenant({ catalog: { ...sampleTenant().settings.catalog, ...catalog } });
