import { expect, test } from "vitest";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";
import { only, pageAt, type PageElement } from "./page-tree.ts";

function siteAsking(enquiry: TenantSettings["commerce"]["enquiry"], mode: "enquiry" | "none" = "enquiry") {
  const commerce = enquiry === undefined ? { mode } : { mode, enquiry };
  const { site, diagnostics } = renderSite(sampleStore({ ...fullSettings, commerce }), templateNamed("default"), {
    origin: null,
    links: "absolute-path",
  });
  expect(diagnostics).toEqual([]);
  return { contact: pageAt(site, "contact/index.html"), product: pageAt(site, "products/mug/index.html") };
}

const policyOf = (page: PageElement) =>
  page.all("meta").find(({ attributes }) => attributes["http-equiv"] !== undefined)?.attributes["content"];

const askOf = (page: PageElement) => only(page, "p", "ask").all("a")[0]?.attributes["href"];

const FORM = { via: "form", endpoint: "https://forms.acme.example/enquiry?store=acme" } as const;

test.each([
  [
    undefined,
    "mailto:hello@acme.example?subject=Mug%20(MUG)",
    "mailto:hello@acme.example?subject=Acme%20Ceramics&body=",
  ],
  [{ via: "whatsapp" }, "https://wa.me/441174960123?text=Mug%20(MUG)", "https://wa.me/441174960123?text="],
  [
    { via: "whatsapp", whatsapp: "+49 30 1234567" },
    "https://wa.me/49301234567?text=Mug%20(MUG)",
    "https://wa.me/49301234567?text=",
  ],
] as const)("%j: a product asks by a link, and the list is put at the end of one", (enquiry, ask, compose) => {
  const { contact, product } = siteAsking(enquiry);
  expect(askOf(product)).toBe(ask);
  const section = only(contact, "section", "enquiry");
  expect(section.all("p")[0]?.attributes).toMatchObject({ "data-list": "acme", "data-compose": compose });
  expect(section.all("form")).toEqual([]);
  expect(policyOf(contact)).toMatch(/form-action 'self';/);
});

test("a form is sent to the address that the tenant named, and pages may send to no other host", () => {
  const { contact, product } = siteAsking(FORM);
  expect(askOf(product)).toBe("/contact/");
  const form = only(only(contact, "section", "enquiry"), "form");
  expect(form.attributes).toMatchObject({ method: "post", action: FORM.endpoint });
  expect(form.all("input").map(({ attributes }) => attributes["name"])).toEqual(["items", "name", "email"]);
  for (const page of [contact, product]) {
    expect(policyOf(page)).toMatch(/form-action 'self' https:\/\/forms\.acme\.example;/);
    expect(policyOf(page)).toMatch(/connect-src 'self';/);
  }
});

test("a product goes onto the list under the name by which it is asked for", () => {
  const { product } = siteAsking(undefined);
  expect(only(product, "button", "scripted").attributes).toMatchObject({
    "data-list": "acme",
    "data-item": "Mug (MUG)",
  });
});

test("a store that takes no enquiries shows neither link nor list, and its policy no other host", () => {
  const { contact, product } = siteAsking(FORM, "none");
  expect(product.all("p", "ask")).toEqual([]);
  expect(contact.all("section", "enquiry")).toEqual([]);
  expect(policyOf(contact)).toMatch(/form-action 'self';/);
});
