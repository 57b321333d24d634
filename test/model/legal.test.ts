import { expect, test } from "vitest";
import { renderSite } from "../../action/src/model/render.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";
import { only, pageAt } from "./page-tree.ts";

test("every page leads to what the law asks for, once, in the order of the settings", () => {
  const page = (title: string) => ({ title, body: "page.md", noindex: false });
  const { navigation: _, ...settings } = fullSettings;
  const { site, diagnostics } = renderSite(
    sampleStore({
      ...settings,
      pages: { about: page("About us"), data: page("Your data"), who: page("Who we are") },
      legal: { imprint: "who", privacy: "data" },
    }),
    templateNamed("default"),
    { origin: null, links: "absolute-path" },
  );
  expect(diagnostics).toEqual([]);
  for (const path of ["index.html", "products/mug/index.html", "404.html"]) {
    const footer = only(pageAt(site, path), "footer");
    expect(
      only(footer, "nav")
        .all("a")
        .map(({ text, attributes }) => [text, attributes["href"]]),
    ).toEqual([
      ["All products", "/collections/all/"],
      ["About us", "/pages/about/"],
      ["Contact", "/contact/"],
      ["Who we are", "/pages/who/"],
      ["Your data", "/pages/data/"],
    ]);
  }
});
