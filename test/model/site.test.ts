/** The bytes of a site's files. */
import { describe, expect, test } from "vitest";
import { siteFile } from "../../action/src/model/site.ts";

describe("a text's bytes", () => {
  test.each([
    ["of ASCII", "plain"],
    ["of Latin-1", "café · £5"],
    ["beyond it", "so on…"],
    ["of two code units", "a \u{1F3FA} jug"],
    ["with a byte order mark inside", "one\ufefftwo"],
    ["with half a character, which is replaced", "…\ud83c jug"],
  ])("%s are its UTF-8", (_, text) => {
    const { body } = siteFile("a.txt", "page", "text/plain; charset=utf-8", text);
    expect(Buffer.from(body).toString("hex")).toBe(Buffer.from(text).toString("hex"));
  });
});
