/** What the documents name is there: commands, files, links. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./sources.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const documents = [
  ...[...readdirSync(root), ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((name) =>
    name.endsWith(".md"),
  ),
  ".ci/run",
];

/** What npm runs without `run`. */
const SHORT = ["test", "start"];

describe.each(documents)("%s", (name) => {
  const text = readFileSync(join(root, name), "utf8");

  test("names commands that exist", () => {
    expect(commandsIn(text).filter((command) => !(command in manifest.scripts))).toEqual([]);
  });

  test("names files that exist", () => {
    expect(pathsIn(text).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("links to files that exist", () => {
    expect(linksIn(text).filter((link) => !existsSync(join(root, dirname(name), link)))).toEqual([]);
  });

  test("links to headings that exist", () => {
    const broken = headingLinksIn(text).filter(([file, heading]) => {
      const path = file === "" ? name : join(dirname(name), file);
      return !headingsIn(readFileSync(join(root, path), "utf8")).includes(heading);
    });
    expect(broken).toEqual([]);
  });
});

test("each rule sees what it looks for", () => {
  expect(commandsIn("`npm run --silent nothing`, npm start, `npm run test:gcs -- gs://B`")).toEqual([
    "nothing",
    "test:gcs",
    "start",
  ]);
  expect(pathsIn("`action/src/nowhere.ts` and `test/golden/`, not `gs://B/a` nor `test/x/<id>.ts`")).toEqual([
    "action/src/nowhere.ts",
    "test/golden/",
  ]);
  expect(linksIn("[a](docs/nowhere.md#top) [b](https://a.example)")).toEqual(["docs/nowhere.md"]);
  expect(headingLinksIn("[a](docs/nowhere.md#top) [b](#end) [c](https://a.example/#x)")).toEqual([
    ["docs/nowhere.md", "top"],
    ["", "end"],
  ]);
  expect(headingsIn("# A title\n\n### For `gs://{host}`: a bucket, each\n")).toEqual([
    "a-title",
    "for-gshost-a-bucket-each",
  ]);
});

function commandsIn(text: string): readonly string[] {
  const long = [...text.matchAll(/\bnpm run (?:--silent )?([a-z][a-z:-]*)/g)];
  const short = [...text.matchAll(new RegExp(`\\bnpm (${SHORT.join("|")})\\b`, "g"))];
  return [...long, ...short].map(([, command = ""]) => command);
}

/** In backticks, from one of our own folders, without placeholders. */
function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/`((?:action|scripts|test|docs|templates|\.github|\.ci)\/[\w./-]*)`/g)].map(
    ([, path = ""]) => path,
  );
}

function linksIn(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function headingLinksIn(text: string): readonly (readonly [file: string, heading: string])[] {
  return [...text.matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)].map(([, file = "", heading = ""]) => [file, heading]);
}

/** As GitHub names them in addresses. */
function headingsIn(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
