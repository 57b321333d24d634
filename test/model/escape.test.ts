import * as fc from "fast-check";
import { parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import { escapeHtml, jsonForScript } from "../../action/src/model/escape.ts";
import { fileAt, linkPrefix, linkTo, mailto } from "../../action/src/model/url.ts";

const text = fc.string({ unit: "grapheme" });

test("text comes back from a quoted attribute as it was", () => {
  fc.assert(
    fc.property(text, (value) => {
      const [element] = parseFragment(`<a title="${escapeHtml(value)}" lang='${escapeHtml(value)}'></a>`).childNodes;
      if (element === undefined || !("attrs" in element)) return false;
      return element.attrs.every(
        (attribute) => attribute.value === value.replaceAll("\0", "\ufffd").replace(/\r\n?/g, "\n"),
      );
    }),
  );
});

test("nothing is written for nothing", () => {
  expect([undefined, null, "", 0, false].map(escapeHtml)).toEqual(["", "", "", "0", "false"]);
});

test("JSON for a script cannot close it, and stays the same JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), text, (value, more) => {
      const json = jsonForScript([value, more, "</script><!--\u2028"]);
      return (
        !/[<\u2028\u2029]/.test(json) &&
        JSON.stringify(JSON.parse(json)) === JSON.stringify([value, more, "</script><!--\u2028"])
      );
    }),
  );
});

describe("links", () => {
  test("of a host of its own start at its root", () => {
    const prefix = linkPrefix("absolute-path", "products/tarn/index.html");
    expect(["", "contact/", "assets/a.css"].map((path) => linkTo("absolute-path", prefix, path))).toEqual([
      "/",
      "/contact/",
      "/assets/a.css",
    ]);
  });
  test("of a folder of a bucket climb, and spell the index out", () => {
    const prefix = linkPrefix("relative", "products/tarn/index.html");
    expect(["", "contact/", "assets/a.css", "#contact"].map((path) => linkTo("relative", prefix, path))).toEqual([
      "../../index.html",
      "../../contact/index.html",
      "../../assets/a.css",
      "../../index.html#contact",
    ]);
  });
  test("a page's path is that of its file", () => {
    expect(["", "contact/", "404.html"].map(fileAt)).toEqual(["index.html", "contact/index.html", "404.html"]);
  });
});

test("neither address nor subject adds to a mail's headers", () => {
  expect(mailto("a&bcc=b@acme.example", "1\n&cc=x\ud800")).toBe(
    "mailto:a%26bcc%3Db@acme.example?subject=1%0A%26cc%3Dx%EF%BF%BD",
  );
});
