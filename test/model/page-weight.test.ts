import { expect, test } from "vitest";
import { checkPageWeights, MOST_PAGE_BYTES, weighSite } from "../../action/src/model/page-weight.ts";
import { guardStore } from "../../action/src/model/guard.ts";
import { DEFAULT_POLICY } from "../../action/src/model/policy.ts";
import { closeSite, siteFile } from "../../action/src/model/site.ts";
import { sampleTenant } from "./sample-tenant.ts";

/** Text that compresses to about a third. */
const noise = (bytes: number): string => {
  let seed = 1;
  const next = () => (seed = (seed * 48271) % 2147483647).toString(36);
  let text = "";
  while (text.length < bytes) text += `${next()} `;
  return text.slice(0, bytes);
};
const HTML = "text/html; charset=utf-8";
const page = (path: string, html: string) => siteFile(path, "page", HTML, html);
const photograph = (path: string, kilobytes: number) =>
  siteFile(path, "asset", "image/jpeg", new Uint8Array(kilobytes * 1000));
const weighed = (...files: Parameters<typeof closeSite>[1]) =>
  checkPageWeights(sampleTenant(), weighSite(closeSite("acme", files, { name: "shop", version: "1.0.0" })));
const messages = (...files: Parameters<typeof closeSite>[1]) => weighed(...files).map(({ message }) => message);

test("a page inside its budget is not mentioned, however large before it is compressed", () => {
  expect(weighed(page("index.html", "<p>words</p>".repeat(20_000)))).toEqual([]);
});

test("HTML over the budget is a warning that names the page, at the settings that fill it", () => {
  const [found, ...others] = weighed(page("collections/all/index.html", noise(60_000)));
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    rule: "page-weight",
    severity: "warning",
    location: sampleTenant().locate("/catalog/per_page"),
  });
  expect(found?.message).toMatch(
    /^the HTML of collections\/all\/index\.html has \d+ bytes as sent, and 14000 are the budget$/,
  );
});

test("of many pages in one folder the worst is named", () => {
  const pages = [50_000, 80_000, 60_000].map((bytes, index) => page(`products/p${index}/index.html`, noise(bytes)));
  const [message = "", ...others] = messages(...pages);
  expect(others).toEqual([]);
  expect(message).toContain("products/p1/index.html");
  expect(message).toMatch(/\(and 2 more in products\/\)$/);
});

test("what a page loads at once counts, and the heaviest part is named", () => {
  const html = `<link rel="stylesheet" href="/assets/a.css"><img src="/assets/small.jpg" alt="" srcset="/assets/small.jpg 400w, /assets/large.jpg 800w, /assets/huge.jpg 1600w">`;
  const files = (large: number) => [
    page("index.html", html),
    siteFile("assets/a.css", "asset", "text/css", "p{}"),
    photograph("assets/small.jpg", 900),
    photograph("assets/large.jpg", large),
    photograph("assets/huge.jpg", 900),
  ];
  expect(messages(...files(300))).toEqual([]);
  expect(messages(...files(400))).toEqual([
    expect.stringMatching(
      /^index\.html with all that it loads at once has 400\d{3} bytes as sent, and 350000 are the budget; most of it is assets\/large\.jpg with 400000$/,
    ),
  ]);
});

test("a page without photographs may weigh less", () => {
  const script = siteFile("assets/main.js", "asset", "text/javascript", noise(200_000));
  const html = `<script type="module" src="/assets/main.js"></script>`;
  expect(messages(page("index.html", html), script)[0]).toMatch(
    / 60000 are the budget; most of it is assets\/main\.[^ ]*js with /,
  );
  const kept = [script, photograph("assets/a.jpg", 1)];
  expect(messages(page("index.html", `${html}<img src="/assets/a.jpg" alt="">`), ...kept)).toEqual([]);
});

test("what waits until somebody scrolls to it does not count, nor what is only linked", () => {
  const html = `<img src="/assets/a.jpg" alt="" loading="lazy"><a href="/assets/a.jpg">large</a><link rel="canonical" href="/assets/a.jpg">`;
  expect(
    messages(page("index.html", html), photograph("assets/a.jpg", 2 * (MOST_PAGE_BYTES.photographed / 1000))),
  ).toEqual([]);
});

test("all styles of a page count as its styles, those for visitors without scripts too", () => {
  const sheet = (name: string, bytes: number) => siteFile(`assets/${name}.css`, "asset", "text/css", noise(bytes));
  const html = `<link rel="stylesheet" href="/assets/a.css"><noscript><link rel="stylesheet" href="/assets/b.css"></noscript>`;
  expect(messages(page("index.html", html), sheet("a", 9_000), sheet("b", 10))).toEqual([]);
  expect(messages(page("index.html", html), sheet("a", 9_000), sheet("b", 6_000))).toEqual([
    expect.stringMatching(
      /^the styles of index\.html have \d+ bytes as sent, and 6000 are the budget; most of it is assets\/a\.css with \d+$/,
    ),
  ]);
});

test("a deploy refuses with the same words and figures what the check of files warns of", () => {
  const site = closeSite("acme", [page("index.html", noise(60_000))], { name: "shop", version: "1.0.0" });
  const weight = weighSite(site);
  const [found] = checkPageWeights(sampleTenant(), weight);
  const extent = {
    state: "live" as const,
    addresses: [],
    products: 1,
    source: undefined,
    heaviest: weight.heaviest() ?? null,
  };
  const [refusal] = guardStore("acme", undefined, extent, { policy: DEFAULT_POLICY, overrides: [] });
  expect(refusal).toMatchObject({ code: "over-budget", message: found?.message });
  expect(found?.hint).toContain("a deploy refuses");
  expect(found?.hint).toContain("over-budget");
});
