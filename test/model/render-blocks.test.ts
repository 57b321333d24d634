import { expect, test } from "vitest";
import type { Block } from "../../action/src/generated/tenant.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { settingPictures } from "../../action/src/model/setting-picture.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";
import { only, pageAt } from "./page-tree.ts";
import { sampleTenant } from "./sample-tenant.ts";

const homeOf = (...home: Block[]) => {
  const { site, diagnostics } = renderSite(sampleStore({ ...fullSettings, home }), templateNamed("default"), {
    origin: null,
    links: "absolute-path",
  });
  expect(diagnostics).toEqual([]);
  return only(pageAt(site, "index.html"), "main");
};

const kiln = { src: "tarn.jpg", alt: "The kiln" };
const shelves = { src: "logo.png", alt: "The shelves" };

test("a picture stands beside its text, on the side that was asked for, with its link", () => {
  const main = homeOf({
    type: "image_text",
    heading: "By hand",
    text: "Thrown.\n\nFired.",
    image: kiln,
    side: "end",
    cta: { label: "Cups", collection: "cups" },
  });
  const block = only(main, "div", "beside");
  expect(block.attributes["data-side"]).toBe("end");
  expect(only(block, "img").attributes).toMatchObject({ alt: "The kiln", loading: "lazy" });
  expect(only(block, "img").attributes["src"]).toMatch(/^\/assets\/tarn\.[0-9a-f]{10}\.jpg$/);
  expect(only(block, "h2").text).toBe("By hand");
  expect(block.all("p").map(({ text }) => text)).toEqual(["Thrown.", "Fired.", "Cups"]);
  expect(only(block, "a").attributes["href"]).toBe("/collections/cups/");
});

test.each(["gallery", "logos"] as const)("a block of type %s shows every picture with its words", (type) => {
  const list = only(homeOf({ type, heading: "Look", images: [kiln, shelves] }), "ul", type);
  expect(list.all("img").map(({ attributes }) => attributes["alt"])).toEqual(["The kiln", "The shelves"]);
});

test("an SVG is shown by <img> alone, in its size, and kept from previews and feeds", () => {
  const store = sampleStore({ ...fullSettings, home: [{ type: "gallery", images: [kiln] }] });
  const svg = { contentType: "image/svg+xml", extension: "svg", body: Buffer.from("<svg/>") } as const;
  const pictures = new Map(
    [...store.pictures.keys()].map((path) => [path, { ...svg, size: { width: 30, height: 20 } }]),
  );
  const { site } = renderSite({ ...store, pictures }, templateNamed("default"), {
    origin: "https://shop.acme.example",
    links: "absolute-path",
  });
  const path = [...site.files.keys()].find((name) => /^assets\/tarn\.[0-9a-f]+\.svg$/.test(name)) ?? "";
  expect(site.files.get(path)).toMatchObject({ contentType: "image/svg+xml", compressible: true });
  const pages = [...site.files.values()].filter(
    (file) => file.path.endsWith(".html") || file.path.startsWith("feeds/"),
  );
  const texts = pages.map(({ body }) => Buffer.from(body).toString());
  const shown = texts.map((text) => text.split(`<img src="/${path}" width="30" height="20"`).length - 1);
  // Search engines take an SVG.
  const named = texts.map(
    (text) => text.replaceAll(/<script type="application\/ld\+json">.*/g, "").split(path).length - 1,
  );
  expect(named).toEqual(shown);
  expect(Math.max(...shown)).toBeGreaterThan(0);
  expect(site.files.get(path)?.kind).toBe("asset");
});

test("opening hours say days, times and where", () => {
  const block = only(homeOf({ type: "hours", text: "Ring twice." }), "div", "visit");
  expect(only(block, "dl").text).toBe("Mon, Tue09:30–18:00");
  expect(block.text).toContain("Ring twice.");
  expect(only(block, "address").text).toContain("1 Canal Side");
});

test("the settings name the logo and the pictures of blocks, each with its place", () => {
  const tenant = sampleTenant({
    brand: { name: "Acme", logo: { src: "logo.png" } },
    home: [
      { type: "logos", images: [shelves] },
      { type: "gallery", images: [kiln, shelves] },
      { type: "image_text", heading: "By hand", text: "Thrown.", image: kiln, side: "start" },
    ],
  });
  expect(settingPictures(tenant).map(({ path, is, location }) => [path, is, location.column - 1])).toEqual([
    ["logo.png", "mark", "/brand/logo/src".length],
    ["logo.png", "mark", "/home/0/images/0/src".length],
    ["tarn.jpg", "photograph", "/home/1/images/0/src".length],
    ["logo.png", "photograph", "/home/1/images/1/src".length],
    ["tarn.jpg", "photograph", "/home/2/image/src".length],
  ]);
});
