/** The limit: each tenant file parsed by js-yaml and given to the bare validator, in a loop. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import { validateTenant } from "../../../action/src/generated/validate-tenant.js";
import { finish } from "../measure.ts";

const [folder = "."] = process.argv.slice(2);
const tenants = join(folder, "tenants");
let valid = 0;
for (const name of readdirSync(tenants)) {
  if (!name.endsWith(".yaml")) continue;
  const text = readFileSync(join(tenants, name), "utf8");
  if (validateTenant(load(text, { schema: CORE_SCHEMA, maxAliases: 0 }))) valid += 1;
}
finish({ valid, diagnostics: 0 });
