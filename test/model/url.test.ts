import { describe, expect, test } from "vitest";
import { fileAt, linkPrefix, linkTo } from "../../action/src/model/url.ts";

const PAGES = ["", "contact/", "products/tarn/", "404.html"];
const TARGETS = [...PAGES, "assets/a.css"];
const FOLDERS = ["https://storage.example/previews/pr-7-0a1b/acme/", "https://storage.example/b/", "file:///out/acme/"];

describe("a relative link leads to the file of its page, wherever the site lies", () => {
  test.each(FOLDERS)("%s", (folder) => {
    for (const page of PAGES) {
      const file = fileAt(page);
      const prefix = linkPrefix("relative", file);
      for (const target of TARGETS) {
        const { href } = new URL(linkTo("relative", prefix, target), folder + file);
        expect(href, `${file} to ${target}`).toBe(folder + fileAt(target));
      }
    }
  });
});

test("a link by absolute path leads to the path itself", () => {
  const prefix = linkPrefix("absolute-path", "products/tarn/index.html");
  expect(TARGETS.map((target) => linkTo("absolute-path", prefix, target))).toEqual(TARGETS.map((path) => `/${path}`));
});
