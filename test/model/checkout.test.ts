import { expect, test } from "vitest";
import { readCatalog } from "../../action/src/model/catalog.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { sampleStore } from "../fakes/sample-store.ts";
import { only, pageAt } from "./page-tree.ts";
import { sampleTenant } from "./sample-tenant.ts";

const ROWS = `id,title,price,item_group_id,color,availability,checkout_url
TARN-BLUE,Tarn cup,34.00 GBP,TARN,Blue,in_stock,https://PAY.acme.example/tarn?colour=blue&from='store'
TARN-SAND,Tarn cup,34.00 GBP,TARN,Sand,out_of_stock,https://pay.acme.example/sand
MUG,Mug,12.00 GBP,,,preorder,https://pay.acme.example/mug
JUG,Jug,12.00 GBP,,,out_of_stock,https://pay.acme.example/jug
`;

function siteSelling(mode: "links" | "none") {
  const tenant = sampleTenant({ pages: {}, commerce: { mode, checkout_hosts: ["pay.acme.example"] } });
  const { catalog, diagnostics } = readCatalog(tenant, { file: "products.csv", bytes: Buffer.from(ROWS) });
  expect(diagnostics).toEqual([]);
  if (catalog === undefined) throw new Error("there is no catalog");
  const rendered = renderSite({ ...sampleStore(tenant.settings), catalog }, templateNamed("default"), {
    origin: "https://shop.acme.example",
    links: "absolute-path",
  });
  expect(rendered.diagnostics).toEqual([]);
  return rendered.site;
}

const linksToBuy = (mode: "links" | "none", slug: string) =>
  only(pageAt(siteSelling(mode), `products/${slug}/index.html`), "article", "product")
    .all("a")
    .map(({ attributes, text }) => [text, attributes["aria-label"], attributes["href"]]);

test("a variant that is for sale leads to its checkout, one that is sold out to none", () => {
  expect(linksToBuy("links", "tarn")).toEqual([
    ["Buy", "Buy Blue", "https://pay.acme.example/tarn?colour=blue&from=%27store%27"],
  ]);
});

test("a product of one variant has a button", () => {
  expect(linksToBuy("links", "mug")).toEqual([["Buy", undefined, "https://pay.acme.example/mug"]]);
  expect(linksToBuy("links", "jug")).toEqual([]);
});

test("a store that does not sell by links shows none of them", () => {
  expect(linksToBuy("none", "tarn")).toEqual([]);
});

test("feeds and policy know nothing of it", () => {
  const of = (mode: "links" | "none", path: string) => {
    const file = siteSelling(mode).files.get(path);
    return Buffer.from(file?.body ?? "").toString();
  };
  expect(of("links", "feeds/google.tsv")).toContain("TARN-BLUE");
  expect(of("links", "feeds/google.tsv")).toBe(of("none", "feeds/google.tsv"));
  const policy = pageAt(siteSelling("links"), "products/mug/index.html")
    .all("meta")
    .find(({ attributes }) => attributes["http-equiv"] !== undefined);
  expect(policy?.attributes["content"]).not.toContain("pay.acme.example");
});
