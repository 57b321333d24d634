/** Measured: every rule of the tenant files in a folder, those of the fleet included. */
import { workingDirectory } from "../../../action/src/io/working-directory.ts";
import { loadFleet } from "../../../action/src/steps/load.ts";
import { finish } from "../measure.ts";

const [folder = "."] = process.argv.slice(2);
const { tenants, diagnostics } = await loadFleet(workingDirectory(folder), { tenants: "tenants" });
finish({ valid: tenants.size, diagnostics: diagnostics.length });
