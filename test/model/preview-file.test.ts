/** What may be published is known by its name and by its bytes. */
import { describe, expect, test } from "vitest";
import { PNG } from "pngjs";
import { renderRelative } from "../../action/src/model/render-relative.ts";
import { previewFile } from "../../action/src/model/preview-file.ts";
import { previewFolder, previewOfName } from "../../action/src/model/preview-folder.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { sampleStore, translatedSettings } from "../fakes/sample-store.ts";

const PICTURE = PNG.sync.write(new PNG({ width: 2, height: 2 }));
const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

test("all of a store may be, as it is served when it is live", () => {
  const { site } = renderRelative(sampleStore(translatedSettings), templateNamed("default"));
  // The sample's photographs are words.
  const files = [...site.files.values()].filter(
    ({ kind, contentType }) => kind !== "beacon" && !/^image\/(?!svg)/.test(contentType),
  );
  expect(files.length).toBeGreaterThan(20);
  const published = files.map(({ path, body }) => previewFile(`sites/acme/${path}`, body));
  expect(published.map((file) => file && { name: file.name, contentType: file.contentType })).toEqual(
    files.map(({ path, contentType }) => ({ name: `acme/${path}`, contentType })),
  );
  // Pages have a line more, everything else is as it was.
  const changed = files.filter(({ body }, at) => !Buffer.from(body).equals(Buffer.from(published[at]?.body ?? "")));
  expect(changed.map(({ path }) => path)).toEqual(
    files.filter(({ path }) => path.endsWith(".html")).map(({ path }) => path),
  );
});

test("a picture of the change lies beside the stores", () => {
  const path = "pictures/acme/home-360-after.png";
  expect(previewFile(path, PICTURE)).toEqual({ name: path, contentType: "image/png", body: PICTURE });
});

describe("is not", () => {
  test.each([
    ["a PNG that is none", "sites/acme/assets/a.png", bytes("<svg xmlns='x'>")],
    ["a PNG that is a JPEG", "sites/acme/assets/a.png", bytes("\u00ff\u00d8\u00ff\u00e0")],
    ["a JPEG that is a page", "sites/acme/assets/a.jpg", bytes("<!doctype html>")],
    ["an SVG that is a page", "sites/acme/a.svg", bytes("<!doctype html><script>")],
    ["a page that is no UTF-8", "sites/acme/index.html", bytes("caf\u00e9")],
    ["a page with a NUL", "sites/acme/index.html", bytes("<p>\0")],
    ["a program", "sites/acme/setup.exe", bytes("MZ")],
    ["a script of another kind", "sites/acme/a.mjs", bytes("1")],
    ["a name without an end", "sites/acme/index", bytes("<p>")],
    ["a hidden file", "sites/acme/.htaccess.txt", bytes("")],
    ["a hidden folder", "sites/acme/.git/a.txt", bytes("")],
    ["a way up", "sites/acme/../../a.html", bytes("")],
    ["a folder without a name", "sites/acme//a.html", bytes("")],
    ["a path from the root", "/etc/a.html", bytes("")],
    ["a way back of Windows", "sites/acme/..\\a.html", bytes("")],
    ["a name with a line's end", "sites/acme/a\nb.html", bytes("")],
    ["a name with a query", "sites/acme/a?b.html", bytes("")],
    ["a name in other letters", "sites/acme/caf\u00e9.html", bytes("")],
    ["a name of great length", `sites/acme/${"a".repeat(900)}.html`, bytes("")],
  ])("%s", (_what, path, body) => {
    expect(previewFile(path, body)).toBeUndefined();
  });
});

test("a folder names its pull request, and nothing else looks like one", () => {
  const secret = "0123456789abcdef".repeat(2);
  const folder = previewFolder(7, secret);
  expect(previewOfName(`${folder}acme/index.html`)).toEqual({ folder, pullRequest: 7 });
  for (const name of [`pr-0-${secret}/a`, `pr-7-${secret}`, `pr-7-${secret.slice(1)}/a`, `x/${folder}a`, "pr-7/a"])
    expect(previewOfName(name), name).toBeUndefined();
});
