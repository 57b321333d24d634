import { XMLParser } from "fast-xml-parser";
import * as fc from "fast-check";
import { parseFragment, type DefaultTreeAdapterTypes } from "parse5";
import { describe, expect, test } from "vitest";
import {
  readVector,
  VECTOR_ATTRIBUTES,
  VECTOR_ELEMENTS,
  VECTOR_LIMITS,
} from "../../action/src/model/vector-picture.ts";

const XMLNS = 'xmlns="http://www.w3.org/2000/svg"';
const svg = (inner: string, attributes = 'viewBox="0 0 40 20"') =>
  `<svg ${XMLNS} xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inner}</svg>`;
const read = (text: string | Uint8Array) => readVector(typeof text === "string" ? Buffer.from(text) : text);
const written = (text: string) => {
  const { vector, problems } = read(text);
  expect(problems).toEqual([]);
  return Buffer.from(vector?.body ?? []).toString();
};
const said = (text: string | Uint8Array) => read(text).problems.map(({ message }) => message);

describe("what draws is written anew", () => {
  test("in equal bytes, which read again give themselves", () => {
    const drawing = svg(
      `<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>
      <style>.a { fill: url(#g) } @media (prefers-color-scheme: dark) { .a { fill: #eee } }</style>
      <g transform="translate(2 3)"><path class="a" d="M0 0h4"/><use xlink:href="#b"/></g>
      <text x="1">A &amp; B</text>`,
    );
    const once = written(drawing);
    expect(once).toContain('<use href="#b"/>');
    expect(once).toContain("A &amp; B");
    expect(once).toContain("prefers-color-scheme: dark");
    expect(written(once)).toBe(once);
  });

  test("without what editors leave behind", () => {
    const kept = written(
      `<?xml version="1.0"?><!-- made by hand -->${svg(
        `<title>A</title><metadata><r:RDF xmlns:r="urn:rdf"><r:li/></r:RDF></metadata><i:namedview xmlns:i="urn:i"/>
        <path xmlns:i="urn:i" i:label="x" data-name="y" d="M0 0"/>`,
      )}`,
    );
    expect(kept.replaceAll(/>\s+</g, "><").trim()).toBe(
      `<svg ${XMLNS} viewBox="0 0 40 20" width="40" height="20"><path d="M0 0"/></svg>`,
    );
  });

  test.each([
    ['viewBox="0 0 40.4 20"', 40, 20],
    ['viewBox="-5,-5 10 10" width="100%"', 10, 10],
    ['width="64" height="32px"', 64, 32],
    ['viewBox="0 0 0.2 0.2"', 1, 1],
  ])("%s gives a size", (attributes, width, height) => {
    expect(read(svg("", attributes)).vector).toMatchObject({ width, height });
  });

  test.each(['viewBox="0 0 1"', 'viewBox="0 0 0 5"', 'viewBox="0 0 1e9 1"', 'width="100%"', 'viewBox="a b c d"', ""])(
    "%s gives none",
    (attributes) => expect(said(svg("", attributes))).toEqual([expect.stringContaining("has no size")]),
  );
});

describe("what acts, leads elsewhere or is too much is refused", () => {
  const uses = Array.from({ length: 12 }, (_, level) => {
    const below = level === 0 ? '<path d="M0 0"/>' : `<use href="#u${level - 1}"/>`.repeat(10);
    return `<g id="u${level}">${below}</g>`;
  }).join("");
  const masks = Array.from(
    { length: 12 },
    (_, level) => `<mask id="m${level}">${`<rect mask="url('#m${level - 1}')"/>`.repeat(10)}</mask>`,
  ).join("");
  test.each([
    ["a script", svg("<script>alert(1)</script>"), "holds <script>"],
    ["a prefixed script", svg('<s:script xmlns:s="http://www.w3.org/2000/svg"/>'), "holds <script>"],
    ["a script in what is left out", svg("<metadata><script/></metadata>"), "holds <script>"],
    ["a page", svg("<foreignObject>A</foreignObject>"), "holds <foreignObject>"],
    ["HTML alone", svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>'), "holds <script>"],
    ["a link", svg('<a href="https://x.example"><path/></a>'), "holds <a>"],
    ["a movement", svg('<animate attributeName="href"/>'), "holds <animate>"],
    ["a picture", svg('<image href="data:image/png;base64,AA"/>'), "holds <image>"],
    ["onload", svg("", 'viewBox="0 0 1 1" onload="alert(1)"'), "acts: it has onload"],
    ["ONLOAD", svg("", 'viewBox="0 0 1 1" ONLOAD="alert(1)"'), "acts: it has ONLOAD"],
    ["a use of elsewhere", svg('<use href="https://x.example/#a"/>'), "href in <use>"],
    ["a use by its old name", svg('<use xlink:href="data:,x"/>'), "href in <use>"],
    ["a use with javascript", svg('<use href=" javascript:alert(1)"/>'), "href in <use>"],
    ["a fill of elsewhere", svg('<path fill="url(https://x.example/#a)"/>'), "fill in <path>"],
    ["a style of elsewhere", svg('<path style="fill:url(//x.example)"/>'), "style in <path>"],
    ["a style in escapes", svg('<path style="fill:\\75rl(x)"/>'), "style in <path>"],
    ["an image set", svg('<path style="mask-image:image-set(&quot;x&quot;)"/>'), "style in <path>"],
    ["a sheet of elsewhere", svg("<style>@import 'x';</style>"), "in <style>"],
    ["a sheet in two parts", svg("<style>a{fill:ur<![CDATA[l(x)]]>}</style>"), "in <style>"],
    ["a sheet that hides in a string", svg('<style>a{b:"/*";c:url(x);d:"*/"}</style>'), "in <style>"],
    ["a part by a name in code", svg('<path mask="url(#a%62)"/>'), "mask in <path>"],
    ["a sheet that refers to drawings", svg('<mask id="m"/><style>a{mask:url(#m)}</style>'), "only gradients"],
    ["a DOCTYPE", `<!DOCTYPE svg [<!ENTITY a "b">]>${svg("")}`, "holds a DOCTYPE"],
    ["a processing instruction", `<?xml-stylesheet href="x"?>${svg("")}`, "holds a processing instruction"],
    ["an unknown entity", svg("<text>&a;</text>"), "is no XML"],
    ["what is not closed", `<svg ${XMLNS}><g>`, "is no XML"],
    ["another root", "<html/>", "is no SVG"],
    ["no namespace", '<svg viewBox="0 0 1 1"/>', "is no SVG"],
    ["uses of uses", svg(`${uses}<use href="#u11"/>`), "repeats itself"],
    ["masks of masks", svg(`${masks}<rect mask="url(#m11)"/>`), "repeats itself"],
    ["itself", svg('<g id="a"><use href="#a"/></g>'), "repeats itself"],
    ["depth", svg("<g>".repeat(60) + "</g>".repeat(60)), "deep"],
    ["elements", svg("<g/>".repeat(VECTOR_LIMITS.elements)), "elements"],
    ["bytes", svg(" ".repeat(VECTOR_LIMITS.bytes)), "bytes"],
  ])("%s", (_name, text, message) => {
    const { vector, problems } = read(text);
    expect(vector).toBeUndefined();
    expect(problems.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
  });

  test("many things are told in part", () => {
    expect(said(svg(Array.from({ length: 99 }, (_, at) => `<a${at}/>`).join(""))).length).toBeLessThan(10);
  });

  test("other letters than UTF-8", () => expect(said(Buffer.from(svg("é"), "latin1"))).toEqual(["is no UTF-8"]));

  test("a long chain of references is counted, not followed to the end of memory", () => {
    const chain = Array.from({ length: 2_000 }, (_, at) => `<mask id="c${at}" mask="url(#c${at + 1})"/>`).join("");
    expect(read(svg(`${chain}<rect mask="url(#c0)"/>`)).problems.length).toBeLessThan(2);
  });

  test("the line is told", () => {
    expect(read(svg("\n\n<path/>\n<script/>")).problems).toEqual([{ line: 4, message: "holds <script>" }]);
  });
});

describe("whatever is read", () => {
  const words = (text: string) => fc.constantFrom(...text.split(" "));
  const escape = (text: string) => text.replaceAll(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
  const drawing = {
    names: fc.constantFrom(...VECTOR_ELEMENTS, "title", "metadata", "x:y"),
    keys: fc.oneof(fc.constantFrom(...VECTOR_ATTRIBUTES), words("src data-a x:label xml:base h:onload xlink:href")),
    values: fc.oneof(
      words("url(#a) #a red rotate(4) url('#b') 5"),
      fc.string({ unit: "grapheme-ascii", maxLength: 9 }),
    ),
    texts: words("text &amp; <!--c--> <![CDATA[<script>]]> &#60;script&#62; .a{fill:url(#b)}"),
  };
  const attack = {
    names: fc.oneof(
      drawing.names,
      words("script foreignObject a image animate set iframe h:p s:script feImage svg:svg"),
    ),
    keys: fc.oneof(drawing.keys, words("onload onclick xmlns xmlns:s style href")),
    values: fc.oneof(
      drawing.values,
      fc.string({ unit: "binary", maxLength: 12 }),
      words("javascript:alert(1) url(https://x.example) data:text/html,x \\75rl(x) @import u/**/rl(x) url('#b')url(x)"),
    ),
    texts: fc.oneof(drawing.texts, words("<?php?> &x; ]]> url(x) <script> @import'x'")),
  };
  const treeOf = ({ names, keys, values, texts }: typeof drawing | typeof attack): fc.Arbitrary<string> =>
    fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        texts,
        fc
          .tuple(
            names,
            fc.uniqueArray(fc.tuple(keys, values), { maxLength: 3, selector: ([key]) => key }),
            fc.array(tie("tree"), { maxLength: 3 }),
          )
          .map(([tag, attributes, children]) => {
            const head = attributes.map(([key, text]) => ` ${key}="${escape(text)}"`).join("");
            return `<${tag}${head}>${children.join("")}</${tag}>`;
          }),
      ),
    })).tree;
  const spaces = 'xmlns:h="http://www.w3.org/1999/xhtml" xmlns:s="http://www.w3.org/2000/svg" xmlns:x="urn:x"';

  type Shape = { readonly elements: ReadonlySet<string>; readonly attributes: readonly (readonly [string, string])[] };

  /** As an HTML parser reads it inside a page. */
  function shapeInPage(html: string): Shape {
    const elements = new Set<string>();
    const attributes: (readonly [string, string])[] = [];
    const walk = (node: DefaultTreeAdapterTypes.ChildNode): void => {
      if (!("tagName" in node)) return;
      elements.add(node.tagName);
      for (const one of node.attrs) attributes.push([one.name, one.value]);
      for (const child of node.childNodes) walk(child);
    };
    for (const node of parseFragment(html).childNodes) walk(node);
    return { elements, attributes };
  }

  /** As another parser of XML reads it. */
  function shapeAlone(xml: string): Shape {
    const elements = new Set<string>();
    const attributes: (readonly [string, string])[] = [];
    const walk = (nodes: readonly Record<string, unknown>[]): void => {
      for (const node of nodes) {
        for (const [key, inner] of Object.entries(node)) {
          if (key === ":@") attributes.push(...Object.entries(inner as Record<string, string>));
          else if (key !== "#text") {
            elements.add(key);
            walk(inner as Record<string, unknown>[]);
          }
        }
      }
    };
    const parser = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: "",
      htmlEntities: true,
    });
    walk(parser.parse(xml) as Record<string, unknown>[]);
    return { elements, attributes };
  }

  test("holds only what draws, as two other parsers see it", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(treeOf(drawing), treeOf(attack)), { minLength: 1, maxLength: 3 }), (parts) => {
        const { vector, problems } = read(svg(parts.join(""), `viewBox="0 0 9 9" ${spaces}`));
        expect(vector === undefined).toBe(problems.length > 0);
        if (vector === undefined) return;
        accepted += 1;
        const output = Buffer.from(vector.body).toString();
        for (const { elements, attributes } of [shapeInPage(output), shapeAlone(output)]) {
          for (const element of elements) expect(VECTOR_ELEMENTS).toContain(element);
          const foreign = attributes.filter(
            ([key, text]) =>
              key !== "xmlns" &&
              (!VECTOR_ATTRIBUTES.has(key) ||
                (key === "href" && !text.startsWith("#")) ||
                /url\((?!\s*['"]?#)|script:|@import|\/\/x|data:/i.test(text)),
          );
          expect(foreign).toEqual([]);
        }
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
