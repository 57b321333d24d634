import { expect, test } from "vitest";
import { closedStoreOf, renderClosedSite } from "../../action/src/model/closed.ts";
import type { ClosedStore } from "../../action/src/model/store.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { sampleStore } from "../fakes/sample-store.ts";

const closed: ClosedStore = {
  id: "acme",
  name: "Acme & Sons",
  language: "de-DE",
  email: "hello@acme.example",
  colors: { background: "#102030", text: "#ffffff", accent: "#ffcc00" },
};

const page = (store: ClosedStore, path = "index.html") =>
  Buffer.from(renderClosedSite(store).files.get(path)?.body ?? "").toString();

test("a closed store is a page, a 404, robots.txt and the beacon", () => {
  const { tenant, files } = renderClosedSite(closed);
  expect(tenant).toBe("acme");
  expect([...files.keys()]).toEqual([".well-known/storefront.json", "404.html", "index.html", "robots.txt"]);
  expect(page(closed, "404.html")).toBe(page(closed));
});

test("it speaks the store's language, in its name and colours, and hides from search engines", () => {
  const html = page(closed);
  expect(html).toContain('<html lang="de-DE" dir="ltr">');
  expect(html).toContain("Zurzeit geschlossen");
  expect(html).toContain("Acme &amp; Sons");
  expect(html).toContain('<a href="mailto:hello@acme.example">hello@acme.example</a>');
  expect(html).toContain("background:#102030;color:#ffffff");
  expect(html).toContain('<meta name="robots" content="noindex">');
});

test("a language that we do not speak gets English, in its own direction", () => {
  const html = page({ ...closed, language: "he" });
  expect(html).toContain('<html lang="he" dir="rtl">');
  expect(html).toContain("Closed at the moment");
});

test("nothing but a colour gets from a record into the style", () => {
  const html = page({ ...closed, colors: { background: "red;}</style><script>", text: "url(x)", accent: "" } });
  expect(html).toContain("background:#ffffff;color:#000000");
  expect(html).not.toContain("<script>");
});

test("what the record keeps is taken from the tenant and its template", () => {
  const { tenant } = sampleStore();
  expect(closedStoreOf(tenant, templateNamed("default"))).toEqual({
    id: "acme",
    name: "Acme Ceramics",
    language: "en-GB",
    email: "hello@acme.example",
    colors: { background: "#fbfaf7", text: "#1d2321", accent: "#1f5c4d" },
  });
});
