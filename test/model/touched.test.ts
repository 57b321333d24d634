import { expect, it } from "vitest";
import { groupSources } from "../../action/src/model/source.ts";
import { touchedIds, touchedTemplates } from "../../action/src/model/touched.ts";
import type { Entry } from "../../action/src/ports.ts";

const entry = (path: string): Entry => ({ path, kind: path.includes(".") ? "file" : "directory", size: 1 });
const { sources } = groupSources(
  [
    "tenants/acme",
    "tenants/acme-two.yaml",
    "tenants/acme.yaml",
    "tenants/acme/pages",
    "tenants/acme/pages/about.md",
    "tenants/eu",
    "tenants/eu/beta",
    "tenants/eu/beta.yaml",
    "tenants/eu/beta/products.csv",
  ].map(entry),
  "tenants",
);

it.each([
  ["tenants/acme.yaml", ["acme"]],
  ["tenants/acme/pages/about.md", ["acme"]],
  ["tenants/acme/gone.png", ["acme"]],
  ["tenants/acme-two.yaml", ["acme-two"]],
  ["tenants/eu/beta/products.csv", ["beta"]],
  ["tenants/eu/stray.md", []],
  ["tenants/acme-three/x.csv", []],
  ["README.md", []],
  ["other/tenants/acme.yaml", []],
])("%s touches %j", (path, ids) => expect([...touchedIds([path], sources)]).toEqual(ids));

it("names each touched tenant once", () => {
  const changed = ["tenants/acme.yaml", "tenants/acme/pages/about.md", "tenants/eu/beta.yaml"];
  expect([...touchedIds(changed, sources)]).toEqual(["acme", "beta"]);
});

it("names the templates of which a file changed", () => {
  const changed = [
    "templates/default/partials/header.ejs",
    "templates/default/styles.css",
    "templates-old/x/y",
    "a/templates/z",
  ];
  expect([...touchedTemplates(changed, "templates")]).toEqual(["default"]);
});
