/** The tenants of the workflow tests: those of the repository, and two that they add, one good, one broken at a known place. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

export const GOOD = {
  id: "pine-and-salt",
  path: "tenants/pine-and-salt.yaml",
  text: `schema: storefront/v1
id: pine-and-salt
brand:
  name: Pine and Salt
locale: { default: en-GB, currency: GBP }
contact: { email: hello@pine-and-salt.example }
catalog:
  products:
    - { id: soap, title: Pine soap, price: 6.50 GBP }
    - { id: scrub, title: Salt scrub, price: 14.00 GBP }
`,
} as const;

/** Its currency is no currency. */
export const BROKEN = {
  id: "broken-bowl",
  path: "tenants/broken-bowl.yaml",
  line: 6,
  column: 13,
  text: `schema: storefront/v1
id: broken-bowl
brand: { name: Broken Bowl }
locale:
  default: en-GB
  currency: pounds
contact: { email: hello@broken-bowl.example }
catalog:
  products:
    - { id: bowl, title: Bowl, price: 20.00 GBP }
`,
} as const;

/** The ids of the tenants of this repository, sorted. */
export const EXAMPLES: readonly string[] = readdirSync(join(import.meta.dirname, "../../tenants"))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.slice(0, -".yaml".length))
  .toSorted();
