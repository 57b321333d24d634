/** What a deploy does before it asks anything: reads, checks and renders a folder's fleet. Argument: folder. */
import { workingDirectory } from "../../../action/src/io/working-directory.ts";
import { renderSite } from "../../../action/src/model/render.ts";
import { primaryHost } from "../../../action/src/model/tenant.ts";
import { loadFleet } from "../../../action/src/steps/load.ts";
import { loadStore } from "../../../action/src/steps/load-store.ts";
import { loadTemplates } from "../../../action/src/steps/load-templates.ts";
import { finish } from "../measure.ts";

const [folder = "."] = process.argv.slice(2);
const tree = workingDirectory(folder);
const { templates } = await loadTemplates(tree, "templates");
const fleet = await loadFleet(tree, { tenants: "tenants" });
let files = 0;
for (const source of fleet.sources) {
  const tenant = fleet.tenants.get(source.id);
  const template = templates.get(tenant?.settings.theme.template ?? "");
  if (tenant === undefined || template === undefined) throw new Error(`${source.id} is not valid`);
  const { store } = await loadStore(tree, tenant, source);
  if (store === undefined) throw new Error(`${source.id} cannot be read`);
  const host = primaryHost(tenant.settings);
  const address = { origin: host === null ? null : `https://${host}`, links: "absolute-path" } as const;
  files += renderSite(store, template, address).site.files.size;
}
finish({ files });
