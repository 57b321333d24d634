import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { robotsText, sitemapFiles } from "../../action/src/model/crawling.ts";
import { renderSite } from "../../action/src/model/render.ts";
import type { Site } from "../../action/src/model/site.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { fullSettings, sampleStore } from "../fakes/sample-store.ts";

const ORIGIN = "https://shop.acme.example";
const PARSER = new XMLParser({ preserveOrder: true, ignoreAttributes: false, trimValues: true, parseTagValue: false });

/** What a sequence may hold, by the schemas of sitemaps.org and of Google's pictures: names in order, with how often. */
interface Rule {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Undefined for an address. */
  readonly children?: readonly Rule[];
}
const address: Rule = { name: "loc", least: 1, most: 1 };
const image: Rule = {
  name: "image:image",
  least: 0,
  most: 1_000,
  children: [{ name: "image:loc", least: 1, most: 1 }],
};
const ROOTS: Readonly<Record<string, Rule>> = {
  urlset: { name: "url", least: 1, most: 50_000, children: [address, image] },
  sitemapindex: { name: "sitemap", least: 1, most: 50_000, children: [address] },
};
const NAMESPACES: Readonly<Record<string, string>> = {
  "@_xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
  "@_xmlns:image": "http://www.google.com/schemas/sitemap-image/1.1",
};

type Node = Readonly<Record<string, unknown>>;
const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ":@") ?? "";
const childrenOf = (node: Node): readonly Node[] => (node[nameOf(node)] as readonly Node[]) ?? [];
const textOf = (node: Node): string =>
  childrenOf(node)
    .map((child) => String(child["#text"]))
    .join("");

function checkSequence(nodes: readonly Node[], rules: readonly Rule[], at: string): string[] {
  const order = nodes.map((node) => rules.findIndex(({ name }) => name === nameOf(node)));
  const problems = order.some((place, index) => place < 0 || place < (order[index - 1] ?? 0)) ? [`${at}: order`] : [];
  for (const rule of rules) {
    const own = nodes.filter((node) => nameOf(node) === rule.name);
    if (own.length < rule.least || own.length > rule.most) problems.push(`${at}: ${own.length} ${rule.name}`);
    for (const node of own) {
      if (rule.children !== undefined) problems.push(...checkSequence(childrenOf(node), rule.children, rule.name));
      else if (!/^https:\/\/[^\s<>"]{4,2040}$/.test(textOf(node))) problems.push(`${at}: ${textOf(node)}`);
    }
  }
  return problems;
}

/** What is wrong with a file by the schemas; empty where nothing is. */
function sitemapProblems(xml: string): readonly string[] {
  if (XMLValidator.validate(xml) !== true) return ["not XML"];
  if (Buffer.byteLength(xml) > 50 * 1024 * 1024) return ["too large"];
  const nodes = PARSER.parse(xml) as readonly Node[];
  const root = nodes.find((node) => nameOf(node) !== "?xml") ?? {};
  const rule = ROOTS[nameOf(root)];
  if (rule === undefined) return [`root ${nameOf(root)}`];
  const declared = Object.entries((root[":@"] ?? {}) as Readonly<Record<string, string>>);
  const used = xml.includes("<image:") ? ["@_xmlns", "@_xmlns:image"] : ["@_xmlns"];
  return [
    ...declared.flatMap(([name, value]) => (NAMESPACES[name] === value ? [] : [`${name}=${value}`])),
    ...used.flatMap((name) => (declared.some(([one]) => one === name) ? [] : [`${name} is missing`])),
    ...checkSequence(childrenOf(root), [rule], nameOf(root)),
  ];
}

const locations = (xml: string): string[] => [...xml.matchAll(/<loc>(.*?)<\/loc>/g)].map((match) => match[1] ?? "");
const bodyOf = (site: Site, path: string): string => Buffer.from(site.files.get(path)?.body ?? "").toString();
const render = (template = templateNamed("default"), settings = fullSettings) =>
  renderSite(sampleStore(settings), template, { origin: ORIGIN, links: "absolute-path" }).site;

test("the rules find what the schemas refuse", () => {
  const good = sitemapFiles(ORIGIN, [{ path: "", pictures: ["assets/a.jpg"] }])[0]?.xml ?? "";
  expect(sitemapProblems(good)).toEqual([]);
  expect(sitemapProblems(good.replace(/<url>.*<\/url>/, ""))).toEqual(["urlset: 0 url"]);
  expect(sitemapProblems(good.replace("/0.9", "/0.8"))).not.toEqual([]);
  expect(sitemapProblems(good.replace(/ xmlns:image="[^"]+"/, ""))).not.toEqual([]);
  expect(sitemapProblems(good.replace(/(<loc>.*?<\/loc>)(<image:image>.*<\/image:image>)/, "$2$1"))).toEqual([
    "url: order",
  ]);
  expect(sitemapProblems(good.replace(ORIGIN, ""))).not.toEqual([]);
});

describe("the sitemap of a site", () => {
  const site = render();
  const xml = bodyOf(site, "sitemap.xml");
  test("is valid", () => expect(sitemapProblems(xml)).toEqual([]));
  test("has every page that may be indexed, and no other", () => {
    const pages = [...site.files.keys()].filter((path) => path.endsWith(".html"));
    const indexed = pages.filter((path) => !bodyOf(site, path).includes('<meta name="robots" content="noindex">'));
    expect(indexed.length).toBeGreaterThan(10);
    expect(indexed.length).toBeLessThan(pages.length);
    expect(locations(xml)).toEqual(indexed.map((path) => `${ORIGIN}/${path.replace(/index\.html$/, "")}`).toSorted());
    for (const path of indexed) {
      const canonical = /<link rel="canonical" href="([^"]*)">/.exec(bodyOf(site, path))?.[1];
      expect(locations(xml), path).toContain(canonical);
    }
  });
  test("names the pictures of products, which exist, the drawn ones too", () => {
    const pictures = [...xml.matchAll(/<image:loc>https:\/\/shop\.acme\.example\/(.*?)<\/image:loc>/g)].map(
      (match) => match[1] ?? "",
    );
    expect(pictures.some((path) => path.endsWith(".jpg"))).toBe(true);
    expect(pictures.some((path) => path.endsWith(".svg"))).toBe(true);
    expect(pictures.filter((path) => !site.files.has(path))).toEqual([]);
  });
  test("is named in robots.txt", () => {
    expect(bodyOf(site, "robots.txt")).toBe(robotsText(`${ORIGIN}/sitemap.xml`));
    expect(bodyOf(site, "robots.txt")).toBe(`User-agent: *\nAllow: /\nSitemap: ${ORIGIN}/sitemap.xml\n`);
  });
});

describe("what does not fit into one file is split", () => {
  const entries = Array.from({ length: 7 }, (_, index) => ({ path: `p/${index}/`, pictures: [`assets/${index}.jpg`] }));
  test.each([
    ["addresses", { addresses: 3, bytes: 1e6, pictures: 10 }, 3],
    ["bytes", { addresses: 100, bytes: 550, pictures: 10 }, 3],
  ])("by %s", (_name, limits, parts) => {
    const [index, ...files] = sitemapFiles(ORIGIN, entries, limits);
    expect(index?.path).toBe("sitemap.xml");
    expect(files.length).toBeGreaterThanOrEqual(parts);
    expect(locations(index?.xml ?? "")).toEqual(files.map(({ path }) => `${ORIGIN}/${path}`));
    expect(files.flatMap(({ xml }) => locations(xml))).toEqual(entries.map(({ path }) => `${ORIGIN}/${path}`));
    for (const { xml } of [index, ...files].filter((file) => file !== undefined)) {
      expect(sitemapProblems(xml)).toEqual([]);
      expect(locations(xml).length).toBeLessThanOrEqual(limits.addresses);
    }
    for (const { xml } of files) expect(Buffer.byteLength(xml)).toBeLessThanOrEqual(limits.bytes);
  });
  test("and 50,000 addresses are not", () => {
    const many = Array.from({ length: 50_001 }, (_, index) => ({ path: `p/${index}/`, pictures: [] }));
    expect(sitemapFiles(ORIGIN, many.slice(1)).map(({ path }) => path)).toEqual(["sitemap.xml"]);
    expect(sitemapFiles(ORIGIN, many).map(({ path }) => path)).toEqual([
      "sitemap.xml",
      "sitemap-1.xml",
      "sitemap-2.xml",
    ]);
  });
});

describe("a template that lacks pages", () => {
  /** Pages with no links of their own, so that only data leads anywhere. */
  const lacking = (...kinds: readonly ("product" | "collection" | "search")[]) => {
    const { pages, ...rest } = templateNamed("default");
    const left = Object.keys(pages).filter((kind) => !kinds.some((one) => one === kind));
    return {
      ...rest,
      pages: { index: () => "", ...Object.fromEntries(left.map((kind) => [kind, (it: object) => JSON.stringify(it)])) },
    };
  };
  test("has none of them in its search, its sitemap, its feeds and its structured data", () => {
    const site = render(lacking("product", "collection"));
    expect([...site.files.keys()].filter((path) => /^(?:products|collections|feeds)\//.test(path))).toEqual([]);
    const index = [...site.files.keys()].find((path) => /^assets\/search\.[0-9a-f]+\.json$/.test(path)) ?? "";
    expect(bodyOf(site, index)).toContain('"/#product-tarn"');
    expect(bodyOf(site, index)).not.toContain("/products/");
    expect(bodyOf(site, "sitemap.xml")).not.toMatch(/products|collections/);
  });
  test("leads to a place on the home page where a trail would name one", () => {
    const data: unknown[] = [];
    const template = lacking("collection");
    render({
      ...template,
      pages: { ...template.pages, product: (it) => (data.push((it as { meta: unknown }).meta), "") },
    });
    expect(JSON.stringify(data)).toContain(`${ORIGIN}/#collection-all`);
    expect(JSON.stringify(data)).not.toContain("/collections/");
  });
});
