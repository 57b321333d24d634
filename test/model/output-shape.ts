/** What a text must not be able to change in the files of a site: their structure, and every address in them. */
import { parse as parseTable } from "csv-parse/sync";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { expect } from "vitest";
import type { SearchIndex } from "../../action/src/model/search-index.ts";
import type { Site, SiteFile } from "../../action/src/model/site.ts";

/** Each file by its path, hashes of content left out, as lines of structure. Throws where a file is not of its format. */
export function shapeOfSite(site: Site): ReadonlyMap<string, readonly string[]> {
  const shapes = Map.groupBy(site.files.values(), ({ path }) => withoutHash(path));
  // Files of one name lie in the order of their hashes, which any text changes.
  const inOrder = (files: readonly SiteFile[]): readonly string[] =>
    files
      .map(shapeOfFile)
      .toSorted((one, other) => (one.join("\n") < other.join("\n") ? -1 : 1))
      .flat();
  return new Map([...shapes].map(([path, files]) => [path, inOrder(files)]));
}

function shapeOfFile({ path, body, contentType }: SiteFile): string[] {
  const text = Buffer.from(body).toString();
  switch (contentType.replace(/;.*/, "")) {
    case "text/html":
      return shapeOfHtml(text);
    case "image/svg+xml":
      return path.startsWith("assets/drawing") ? passiveDrawing(text) : shapeOfHtml(text);
    case "application/json":
      if (path.startsWith("assets/search")) return shapeOfSearch(JSON.parse(text) as SearchIndex);
      return shapeOfJson(JSON.parse(text), "");
    case "application/xml":
    case "application/rss+xml":
      return shapeOfXml(text);
    case "text/tab-separated-values":
      return shapeOfTable(text);
    default:
      // Styles, scripts, robots.txt, pictures: no text of a tenant gets into them at all.
      return path === "robots.txt" || contentType.startsWith("text/") ? text.split("\n") : [`${body.length} bytes`];
  }
}

const withoutHash = (text: string): string => text.replaceAll(/\.[0-9a-f]{10}(?=\.[a-z0-9]+)/g, ".*");

/** Attributes that say something in words; all others must keep their value. */
const WORDED = new Set(["alt", "title", "aria-label", "placeholder", "value", "label"]);
/** The names of `<meta>` whose content is an address or a rule. */
const MEANT =
  /^(?:og:url|og:image(?!:alt)|og:type|og:locale|product:|twitter:card|robots|viewport|color-scheme|theme-color)/;

function shapeOfHtml(html: string): string[] {
  const lines: string[] = [];
  const walk = (node: DefaultTreeAdapterTypes.ChildNode, depth: number): void => {
    if (node.nodeName === "#comment") lines.push("<!-- -->");
    if (!("tagName" in node)) return;
    const attributes = node.attrs.map(({ name, value }) => ` ${name}${attributeShape(node, name, value)}`);
    lines.push(`${" ".repeat(depth)}<${node.tagName}${attributes.join("")}>`);
    const children = "content" in node ? node.content.childNodes : node.childNodes;
    const [only] = children;
    if (node.tagName === "script" && only !== undefined && "value" in only) {
      lines.push(...shapeOfJson(JSON.parse(only.value), "ld"));
    } else if (node.tagName === "style" && only !== undefined && "value" in only) lines.push(only.value);
    else for (const child of children) walk(child, depth + 1);
  };
  for (const node of parse(html).childNodes) walk(node, 0);
  return lines;
}

/** Words choose what is drawn, so its shape may differ; that it stays a picture may not. */
function passiveDrawing(svg: string): string[] {
  expect(svg).not.toMatch(
    /<(?:script|style|foreignObject|image|a|animate|set|text)\b|<!|\son[a-z]+=|href="(?!#)|url\((?!#)/i,
  );
  expect(XMLValidator.validate(svg)).toBe(true);
  return [];
}

function attributeShape(node: DefaultTreeAdapterTypes.Element, name: string, value: string): string {
  if (WORDED.has(name) || name.startsWith("data-")) return "=…";
  if (node.tagName === "meta" && name === "content") {
    const key = node.attrs.find((one) => one.name === "name" || one.name === "property");
    return key === undefined || MEANT.test(key.value) ? `=${withoutHash(value)}` : "=…";
  }
  return `=${addressShape(value)}`;
}

/** An address without what it asks for: the words of a mail's subject are not part of where it leads. */
const addressShape = (address: string): string => withoutHash(address).replaceAll(/(?<=[?&][a-z_]+=)[^&#]*/g, "…");

/** Keys of structured data whose values are addresses or terms. */
const TERMS = new Set(
  "@context @type @id url item image logo availability target urlTemplate query-input sameAs priceCurrency price priceType priceValidUntil variesBy dayOfWeek opens closes position inLanguage itemCondition".split(
    " ",
  ),
);

function shapeOfJson(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => shapeOfJson(item, `${at}/${index}`));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, child]) => shapeOfJson(child, `${at}/${key}`));
  }
  const isAddress =
    typeof value === "string" && (TERMS.has(at.slice(at.lastIndexOf("/") + 1)) || /^\/\w+\//.test(value));
  return [`${at} ${isAddress ? withoutHash(value) : typeof value}`];
}

/** Words decide on what is found and in which order; not on how the index is built, nor on where its rows lead. */
function shapeOfSearch({ words, rows }: SearchIndex): string[] {
  for (const [first, postings] of words) {
    expect(first).toBeTypeOf("string");
    if (typeof postings === "string") throw new Error("a store of the tests is small enough for one file");
    for (const [word, places] of postings) {
      expect(word).toBeTypeOf("string");
      expect(places).toEqual(places.map(Number));
    }
  }
  const shape = rows.flat().map((row) => {
    expect(row).toEqual(Array.from({ length: 4 }, () => expect.any(String) as string));
    const [, link = "", , picture = ""] = row;
    return `${link} ${withoutHash(picture)}`;
  });
  return shape.toSorted();
}

const XML = new XMLParser({ preserveOrder: true, ignoreAttributes: false, trimValues: false });
/** Elements of feeds and sitemaps that hold addresses or terms. */
const XML_TERMS = /(?:^|:)(?:loc|link|guid|image_link|additional_image_link|availability|price|sale_price|url)$/;

function shapeOfXml(xml: string): string[] {
  expect(XMLValidator.validate(xml)).toBe(true);
  const walk = (nodes: readonly Readonly<Record<string, unknown>>[], path: string): string[] =>
    nodes.flatMap((node) =>
      Object.entries(node).flatMap(([name, child]) => {
        if (name === ":@") return [`${path} ${JSON.stringify(child)}`];
        if (name === "#text") return XML_TERMS.test(path) ? [`${path} ${withoutHash(String(child))}`] : [];
        return [`${path}/${name}`, ...walk(child as Readonly<Record<string, unknown>>[], `${path}/${name}`)];
      }),
    );
  return walk(XML.parse(xml) as Readonly<Record<string, unknown>>[], "");
}

/** Columns whose cells are addresses or terms. */
const TABLE_TERMS = new Set("id link image_link availability price sale_price item_group_id".split(" "));

function shapeOfTable(table: string): string[] {
  const [header = [], ...rows] = parseTable(table, { delimiter: "\t" });
  for (const cell of rows.flat()) expect(cell, "a spreadsheet would run this").not.toMatch(/^[=+\-@\t\r]/);
  return [
    header.join(" "),
    ...rows.map((row) =>
      row.map((cell, column) => (TABLE_TERMS.has(header[column] ?? "") ? withoutHash(cell) : "…")).join(" "),
    ),
  ];
}

/** Everything that a site says, as a reader of the file would see it; for looking whether a text is in it. */
export function wordsOfSite(site: Site): string {
  return [...site.files.values()]
    .filter(({ compressible }) => compressible)
    .map(({ body }) => Buffer.from(body).toString())
    .join("\n");
}
