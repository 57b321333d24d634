/** Measured: stores rendered one after the other by the default template. Arguments: tenants, `--digest` for a hash over all files. Runs in the repository's root. */
import { workingDirectory } from "../../../action/src/io/working-directory.ts";
import { renderSite } from "../../../action/src/model/render.ts";
import { loadTemplates } from "../../../action/src/steps/load-templates.ts";
import { finish } from "../measure.ts";
import { makeStore, originOf } from "../render-fleet.ts";
import { digestSites } from "../site-digest.ts";

const [tenants = "0", wish] = process.argv.slice(2);
const { templates } = await loadTemplates(workingDirectory(process.cwd()), "templates");
const template = templates.get("default");
if (template === undefined) throw new Error("no default template");
const digest = digestSites(wish === "--digest");
let pages = 0;
for (let number = 1; number <= Number(tenants); number += 1) {
  const rendered = renderSite(makeStore(number), template, { origin: originOf(number), links: "absolute-path" });
  if (rendered.diagnostics.length > 0) throw new Error(JSON.stringify(rendered.diagnostics));
  digest.add(rendered.site);
  pages += rendered.pages;
}
finish({ pages, ...digest.result() });
