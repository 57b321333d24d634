/** Measured: every rule of the tenant files in a folder, those of the fleet included. */
import { workingDirectory } from "../../../action/src/io/working-directory.ts";
import { readFleet } from "../../../action/src/steps/load.ts";
import { finish } from "../measure.ts";

const [folder = "."] = process.argv.slice(2);
let valid = 0;
const { diagnostics } = await readFleet(workingDirectory(folder), { tenants: "tenants" }, (_source, tenant) => {
  if (tenant) valid += 1;
});
finish({ valid, diagnostics: diagnostics.length });
