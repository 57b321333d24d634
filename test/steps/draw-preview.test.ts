import { expect, test } from "vitest";
import type { Store } from "../../action/src/model/store.ts";
import { PLAIN_TOKENS } from "../../action/src/model/theme.ts";
import type { Pictures } from "../../action/src/ports.ts";
import { drawPreview } from "../../action/src/steps/draw-preview.ts";
import { sampleTenant } from "../model/sample-tenant.ts";

const looks = { tokens: PLAIN_TOKENS, presets: {} };
const catalog = { currency: "GBP", products: [], collections: [] };
const store: Store = { tenant: sampleTenant(), catalog, pages: [], pictures: new Map() };
const pictures: Pictures = {
  prepare: () => Promise.reject(new Error("nobody asks for photographs here")),
  draw: (drawing) => Promise.resolve(Buffer.from(drawing)),
};

test("a store with an address gets its preview", async () => {
  const { preview } = await drawPreview(store, looks, "https://shop.acme.example", pictures);
  expect(Buffer.from(preview ?? []).toString()).toContain(">Acme</text>");
});

test("without an address, or anyone who draws, a store stays as it is", async () => {
  expect(await drawPreview(store, looks, null, pictures)).toBe(store);
  expect(await drawPreview(store, looks, "https://shop.acme.example", undefined)).toBe(store);
});
