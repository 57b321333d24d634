/** A preview works wherever it lies, and no search engine keeps it. */
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { renderRelative } from "../../action/src/model/render-relative.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { sampleStore, translatedSettings } from "../fakes/sample-store.ts";

describe.each(["default", "minimal"])("template %s, in two languages", (name) => {
  const { site, diagnostics } = renderRelative(sampleStore(translatedSettings), templateNamed(name));
  const pages = [...site.files.values()]
    .filter(({ path }) => path.endsWith(".html"))
    .map(({ path, body }) => ({ path, html: Buffer.from(body).toString() }));

  test("is whole", () => {
    expect(diagnostics).toEqual([]);
    expect(pages.some(({ path }) => path.startsWith("fr-ch/"))).toBe(true);
  });

  test("asks on each page not to be found", () => {
    expect(pages.filter(({ html }) => !html.includes('<meta name="robots" content="noindex">'))).toEqual([]);
  });

  test("names on no page where it will be live", () => {
    const host = translatedSettings.domains?.[0]?.host ?? "";
    expect(host).not.toBe("");
    expect(pages.filter(({ html }) => html.includes(`https://${host}`)).map(({ path }) => path)).toEqual([]);
  });

  test("links to its own files by what lies between them, each spelled out", () => {
    const links = pages.flatMap(({ path, html }) =>
      [...html.matchAll(/\s(?:href|src|srcset|action|data-index)="([^"\s]*)[^"]*"/g)]
        .map(([, address = ""]) => address)
        .filter((address) => !/^(?:https|mailto|tel):|^#/.test(address))
        .map((address) => ({ address, file: posix.join(posix.dirname(path), address.split(/[#?]/)[0] ?? "") })),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ address, file }) => address.startsWith("/") || !site.files.has(file))).toEqual([]);
  });
});
