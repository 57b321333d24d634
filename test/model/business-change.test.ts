import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeOf } from "../../action/src/model/business-change.ts";
import { compareSides, showSite, type Side } from "../../action/src/model/comparison.ts";
import { decodeLine, encodeStore } from "../../action/src/model/rendered-side.ts";
import { closeSite, siteFile } from "../../action/src/model/site.ts";
import type { Availability } from "../../action/src/model/store.ts";
import { addressesAmong, type ProductFacts, sourceFacts, type StoreFacts } from "../../action/src/model/store-facts.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";

const product = (
  id: string,
  pence: number,
  { title = id, availability = "in_stock" }: { title?: string; availability?: Availability } = {},
): ProductFacts => ({
  id,
  title,
  offers: [{ id, title, pays: pence, price: `${(pence / 100).toFixed(2)} GBP`, availability }],
});

const facts = (products: readonly ProductFacts[], more: Partial<StoreFacts> = {}): StoreFacts => ({
  said: { currency: "GBP", host: "acme.example", name: "Acme" },
  products,
  addresses: ["index.html", ...products.map(({ id }) => `products/${id}/index.html`)].toSorted(),
  heaviest: { page: "index.html", bytes: 20_000, budget: 60_000 },
  ...more,
});

const NOTHING = {
  added: [],
  removed: [],
  backInStock: [],
  soldOut: [],
  renamed: [],
  priced: [],
  facts: [],
  lostAddresses: [],
};

describe("a change in the merchant's words", () => {
  it("is nothing where nothing differs", () => {
    const same = facts([product("cup", 1000)]);
    const weight = { page: "index.html", before: 20_000, after: 20_000, budget: 60_000 };
    expect(changeOf(same, structuredClone(same))).toEqual({ ...NOTHING, weight });
  });

  it("names what came, went, sold out, came back, changed its name and its price", () => {
    const before = facts([
      product("gone", 1000),
      product("back", 1000, { availability: "out_of_stock" }),
      product("sold", 1000),
      product("name", 1000, { title: "Old" }),
      product("up", 1500),
      product("down", 1000),
    ]);
    const after = facts([
      product("back", 1000, { availability: "preorder" }),
      product("sold", 1000, { availability: "out_of_stock" }),
      product("name", 1000, { title: "New" }),
      product("up", 2000),
      product("down", 500),
      product("fresh", 900),
    ]);
    expect(changeOf(before, after)).toMatchObject({
      added: [{ id: "fresh", title: "fresh" }],
      removed: [{ id: "gone", title: "gone" }],
      backInStock: [{ id: "back", title: "back" }],
      soldOut: [{ id: "sold", title: "sold" }],
      renamed: [{ id: "name", from: "Old", to: "New" }],
      // The largest change first.
      priced: [
        { id: "down", title: "down", from: "10.00 GBP", to: "5.00 GBP", percent: -50 },
        { id: "up", title: "up", from: "15.00 GBP", to: "20.00 GBP", percent: 33.3 },
      ],
      lostAddresses: ["products/gone/index.html"],
    });
  });

  it("says no percentage where there is none to say", () => {
    const cup = product("cup", 1000);
    const euros = { ...cup, offers: cup.offers.map((offer) => ({ ...offer, price: "10.00 EUR" })) };
    expect(changeOf(facts([product("cup", 1000)]), facts([euros])).priced).toMatchObject([{ percent: null }]);
    expect(changeOf(facts([product("cup", 0)]), facts([product("cup", 100)])).priced).toMatchObject([
      { percent: null },
    ]);
  });

  it("says what visitors are told otherwise, from nothing and to nothing", () => {
    const before = facts([], { said: { currency: "GBP", host: "acme.example", phone: "+44 1" } });
    const after = facts([], { said: { currency: "EUR", host: "", phone: "+44 1" } });
    expect(changeOf(before, after).facts).toEqual([
      { what: "currency", from: "GBP", to: "EUR" },
      { what: "host", from: "acme.example", to: "" },
    ]);
  });

  it("does not tell what only one of two engines knows of", () => {
    const before = facts([], { said: { currency: "GBP" } });
    const after = facts([], { said: { currency: "GBP", slogan: "new in this engine" } });
    expect(changeOf(before, after).facts).toEqual([]);
    expect(changeOf(after, before).facts).toEqual([]);
  });

  it("is all of a store that is new, and all of one that goes", () => {
    const store = facts([product("cup", 1000)]);
    expect(changeOf(undefined, store)).toMatchObject({ added: [{ id: "cup" }], lostAddresses: [], priced: [] });
    expect(changeOf(undefined, store).facts).toContainEqual({ what: "currency", from: "", to: "GBP" });
    expect(changeOf(store, undefined)).toMatchObject({
      removed: [{ id: "cup" }],
      lostAddresses: ["index.html", "products/cup/index.html"],
      weight: undefined,
    });
  });

  it("turned round, says the opposite", () => {
    const any = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 5 }), fc.boolean()), {
      selector: ([id]) => id,
    });
    const of = (rows: [number, number, boolean][]) =>
      facts(
        rows.map(([id, pence, sold]) => product(`p${id}`, pence, { availability: sold ? "out_of_stock" : "in_stock" })),
      );
    const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).toSorted();
    fc.assert(
      fc.property(any, any, (one, other) => {
        const [there, back] = [changeOf(of(one), of(other)), changeOf(of(other), of(one))];
        expect(ids(there.added)).toEqual(ids(back.removed));
        expect(ids(there.soldOut)).toEqual(ids(back.backInStock));
        expect(ids(there.priced)).toEqual(ids(back.priced));
        const kept = one.filter(([id]) => other.some(([also]) => also === id)).length;
        expect(there.removed.length + kept).toBe(one.length);
      }),
    );
  });
});

describe("the facts of a store", () => {
  it("are what a visitor pays, by row, and what the store says of itself", () => {
    const { said, products } = sourceFacts(sampleStore());
    const tarn = products.find(({ title }) => title === "Tarn cup");
    expect(tarn?.offers.map(({ id, pays, price, availability }) => [id, pays, price, availability])).toEqual([
      ["TARN-BLUE", 2900, "29.00 GBP", "in_stock"],
      ["TARN-SAND", 3600, "36.00 GBP", "out_of_stock"],
    ]);
    expect(products.map(({ id }) => id)).toEqual(products.map(({ id }) => id).toSorted());
    expect(said).toMatchObject({ currency: "GBP", email: fullSettings.contact.email, name: fullSettings.brand.name });
  });

  it("hold the same keys whatever a store says", () => {
    const { phone: _phone, address: _address, hours: _hours, ...contact } = fullSettings.contact;
    const plain = sourceFacts(sampleStore({ ...fullSettings, contact, domains: [] }));
    expect(Object.keys(plain.said)).toEqual(Object.keys(sourceFacts(sampleStore()).said));
    expect(plain.said).toMatchObject({ host: "", phone: "", address: "", hours: "" });
  });

  it("count no address for what is not found, and none for what is no page", () => {
    const paths = ["b.html", "404.html", "assets/a.css", "a/index.html", "listings/all/sort-up/index.html"];
    expect(addressesAmong(paths)).toEqual(["a/index.html", "b.html"]);
  });
});

describe("the facts of another engine", () => {
  const site = closeSite("acme", [siteFile("index.html", "page", "text/html", "x")], { name: "plain", version: "1" });
  const side: Side = {
    state: "live",
    shown: showSite(site, { pages: 1, products: 1 }, { ...sourceFacts(sampleStore()), heaviest: null }),
  };

  it("come as they were told", () => {
    const line = decodeLine(encodeStore("acme", { side, diagnostics: [] }));
    expect(line).toMatchObject({ kind: "store", tenant: "acme" });
    expect(line?.kind === "store" && line.rendered.side).toEqual(side);
  });

  it("may be missing: then there are no business words, and a wrong key is not believed", () => {
    const text = encodeStore("acme", { side, diagnostics: [] });
    const plain = JSON.parse(text) as { side: { shown: { facts?: { said: object[] } } } };
    delete plain.side.shown.facts;
    const line = decodeLine(JSON.stringify(plain));
    if (line?.kind !== "store") throw new Error("no store");
    expect(compareSides("acme", line.rendered.side, side).business).toBeUndefined();
    expect(compareSides("acme", side, side).business).toBeDefined();
    expect(decodeLine(text.replace('"said"', '"sayd"'))).toBeUndefined();
    expect(decodeLine(text.replace('"in_stock"', '"plenty"'))).toBeUndefined();
  });

  it("are none of a closed page, which is no lack of them", () => {
    const parked: Side = { state: "parked", shown: showSite(site, { pages: 0, products: 0 }) };
    expect(compareSides("acme", side, parked).business).toMatchObject({ lostAddresses: ["index.html"] });
    expect(compareSides("acme", { state: "invalid" }, side).business).toBeUndefined();
  });
});
