/** Prints the identity of every file of the sample store: run in a process of its own, with a clock and an environment of its own. */
import { renderClosedSite } from "../../action/src/model/closed.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { templateNamed } from "./default-template.ts";
import { sampleStore } from "./sample-store.ts";

const { site, closed } = renderSite(sampleStore(), templateNamed("default"), {
  origin: "https://shop.acme.example",
  links: "absolute-path",
});
const files = [...site.files.values(), ...renderClosedSite(closed).files.values()];
process.stdout.write(files.map(({ path, identity }) => `${path} ${identity}\n`).join(""));
