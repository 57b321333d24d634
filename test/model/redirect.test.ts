import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { validateTenant } from "../../action/src/generated/validate-tenant.js";
import { changeOf } from "../../action/src/model/business-change.ts";
import { checkRedirects, pathOf } from "../../action/src/model/redirect.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { addressesAmong, sourceFacts } from "../../action/src/model/store-facts.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore, translatedSettings } from "../fakes/sample-store.ts";

type Redirects = NonNullable<TenantSettings["redirects"]>;

function problems(redirects: Redirects, settings = fullSettings) {
  const { tenant, catalog } = sampleStore({ ...settings, redirects });
  return checkRedirects(tenant, catalog).map(({ rule, hint, location }) => ({ rule, hint, column: location.column }));
}

const rules = (redirects: Redirects, settings = fullSettings) => problems(redirects, settings).map(({ rule }) => rule);

function site(redirects: Redirects, settings = fullSettings, template = "default", origin: string | null = null) {
  const links = origin === null ? "relative" : "absolute-path";
  return renderSite(sampleStore({ ...settings, redirects }), templateNamed(template), { origin, links }).site.files;
}

const html = (files: ReturnType<typeof site>, path: string) => Buffer.from(files.get(path)?.body ?? "").toString();

test.each([
  ["/products/mug", "products/mug/"],
  ["/products/mug/", "products/mug/"],
  ["/products/mug/index.html", "products/mug/"],
  ["/mug.html", "mug.html"],
  ["/index.html", ""],
  ["/", ""],
])("%s is written as %j", (address, path) => {
  expect(pathOf(address)).toBe(path);
});

test("a redirect from an address that is gone to a page that is there is right", () => {
  expect(
    rules([
      { from: "/products/old", to: "/products/tarn" },
      { from: "/old.html", to: "/" },
    ]),
  ).toEqual([]);
});

test.each<[string, Redirects[number]]>([
  ["a page", { from: "/collections/cups", to: "/" }],
  ["the home page", { from: "/index.html", to: "/contact/" }],
  ["an asset", { from: "/assets/old/", to: "/" }],
  ["a feed", { from: "/feeds/old/", to: "/" }],
  ["a listing", { from: "/listings/all/old/", to: "/" }],
  ["the page for what is not found", { from: "/404.html", to: "/" }],
])("a redirect takes the place of %s", (_, redirect) => {
  expect(rules([redirect])).toEqual(["redirect-from"]);
});

test("a redirect counts in every language, so the folder of one is not written", () => {
  const found = problems([{ from: "/fr-ch/products/old/", to: "/" }], translatedSettings);
  expect(found).toMatchObject([{ rule: "redirect-from", hint: 'write "/products/old/": it counts in every language' }]);
  expect(rules([{ from: "/fr-ch/products/old/", to: "/" }])).toEqual([]);
});

test("the same address twice, however it is written", () => {
  const found = problems([
    { from: "/old", to: "/" },
    { from: "/old/", to: "/contact/" },
  ]);
  expect(found).toMatchObject([{ rule: "redirect-twice", column: "/redirects/1/from".length + 1 }]);
});

test("a chain says where it ends, a circle that it is one", () => {
  const chain = problems([
    { from: "/a/", to: "/b/" },
    { from: "/b/", to: "/c/" },
    { from: "/c/", to: "/contact/" },
  ]);
  expect(chain.map(({ rule, hint }) => [rule, hint])).toEqual([
    ["redirect-chain", 'write where it ends: "/contact/"'],
    ["redirect-chain", 'write where it ends: "/contact/"'],
  ]);
  expect(rules([{ from: "/a/", to: "/a" }])).toEqual(["redirect-loop"]);
  expect(
    rules([
      { from: "/a/", to: "/b/" },
      { from: "/b/", to: "/a/" },
    ]),
  ).toEqual(["redirect-loop", "redirect-loop"]);
});

test("a page that is not there is named with the nearest that is", () => {
  const [found] = problems([{ from: "/old/", to: "/collections/cup/" }]);
  expect(found?.rule).toBe("redirect-target");
  expect(found?.hint).toContain('did you mean "/collections/cups/"?');
});

test("a redirect page sends on at once, in each language, with a link to see and the other's address", () => {
  const files = site(
    [{ from: "/products/old", to: "/collections/cups/" }],
    translatedSettings,
    "default",
    "https://a.example",
  );
  const page = html(files, "products/old/index.html");
  expect(page).toContain('<meta http-equiv="refresh" content="0; url=/collections/cups/">');
  expect(page).toContain('<link rel="canonical" href="https://a.example/collections/cups/">');
  expect(page).toContain('<a href="/collections/cups/">Go on to the new page</a>');
  expect(page).not.toContain("noindex");
  const french = html(files, "fr-ch/products/old/index.html");
  expect(french).toContain('lang="fr-CH"');
  expect(french).toContain("url=/fr-ch/collections/cups/");
  expect(french).toContain("https://a.example/fr-ch/collections/cups/");
});

test("a store without an address keeps its redirects from search engines, and links to files", () => {
  const page = html(site([{ from: "/products/old", to: "/collections/cups/" }]), "products/old/index.html");
  expect(page).toContain("url=../../collections/cups/index.html");
  expect(page).toContain('<meta name="robots" content="noindex">');
});

test("nothing lists a redirect: no sitemap, no feed, no index", () => {
  const files = site([{ from: "/products/long-gone/", to: "/" }], translatedSettings, "default", "https://a.example");
  const naming = [...files.values()].filter(({ body }) => Buffer.from(body).includes("long-gone"));
  expect(naming.map(({ path }) => path)).toEqual([]);
  expect(files.has("products/long-gone/index.html")).toBe(true);
});

test("a small template has redirects too", () => {
  const files = site([{ from: "/products/old/", to: "/products/tarn/" }], fullSettings, "minimal", "https://a.example");
  expect(html(files, "products/old/index.html")).toContain('http-equiv="refresh"');
});

test("an address that is redirected is not lost, and people are told of each redirect", () => {
  const factsOf = (redirects: Redirects) => ({
    ...sourceFacts(sampleStore({ ...fullSettings, redirects })),
    addresses: addressesAmong(site(redirects).keys()),
    heaviest: null,
  });
  const stays = { from: "/same/", to: "/" };
  const before = factsOf([stays, { from: "/moved/", to: "/" }, { from: "/gone/", to: "/" }]);
  const after = factsOf([stays, { from: "/moved/", to: "/contact/" }, { from: "/new/", to: "/" }]);
  const { facts, lostAddresses } = changeOf(before, after);
  expect(lostAddresses).toEqual(["gone/index.html"]);
  expect(facts).toEqual([
    { what: "redirect of /gone/", from: "/", to: "" },
    { what: "redirect of /moved/", from: "/", to: "/contact/" },
    { what: "redirect of /new/", from: "", to: "/" },
  ]);
});

test("whatever the schema lets in stays a path of the store, in letters that need no escape", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc
      .array(fc.constantFrom("/", "..", ".", "\\", "%2e", '"', "<", "a", "B-1", ".html", "//", "#", "?", "\n", ":"), {
        maxLength: 8,
      })
      .map((parts) => `/${parts.join("")}`),
  );
  fc.assert(
    fc.property(hostile, hostile, (from, to) => {
      if (!validateTenant({ ...fullSettings, redirects: [{ from, to }] })) return;
      expect(pathOf(from)).toMatch(/^(?:[A-Za-z0-9_-]+\/)*(?:[A-Za-z0-9_-]+\.html)?$/);
      expect(pathOf(to)).toMatch(/^(?:[a-z0-9-]+\/)*$/);
      expect(
        checkRedirects(
          sampleStore({ ...fullSettings, redirects: [{ from, to }] }).tenant,
          sampleStore(fullSettings).catalog,
        ),
      ).toBeInstanceOf(Array);
    }),
    {
      examples: [
        ["/a/b", "/"],
        ["/B-1.html", "/a"],
      ],
    },
  );
});
