/** A preview from a plan's artifact, into a bucket in memory: published as data, or refused before the first write. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { PNG } from "pngjs";
import { describe, expect, onTestFinished, test } from "vitest";
import { preview } from "../../action/src/commands/preview.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { encodePlanArtifact, MOST_PLAN_BYTES } from "../../action/src/model/plan-artifact.ts";
import { NO_PLAN, STORE } from "../view/example-plan.ts";

type Element = DefaultTreeAdapterTypes.Element;
type Files = Readonly<Record<string, string | Uint8Array>>;

const PICTURE = PNG.sync.write(new PNG({ width: 4, height: 3 }));
const PLAN = {
  ...NO_PLAN,
  stores: [STORE],
  pictures: {
    taken: [{ tenant: "acme", page: "index.html", width: 360 as const, after: "pictures/a.png", changed: 1 }],
    skipped: "",
  },
  sites: ["acme"],
};
const FILES: Files = {
  "plan.json": encodePlanArtifact(PLAN),
  "pictures/a.png": PICTURE,
  "sites/acme/assets/a.css": "a{}",
  "sites/acme/index.html": "<p>",
};
const URL = "https://storage.example/previews/";

function artifact(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), "preview-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "plan"));
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "plan", path)), { recursive: true });
    writeFileSync(join(root, "plan", path), bytes);
  }
  return root;
}

interface Place {
  readonly bucket: MemoryBucket;
}

const newPlace = (): Place => ({ bucket: memoryBucket() });

let drawn = 0;
const publish = (root: string, { bucket }: Place) =>
  preview({
    tree: workingDirectory(root),
    folder: "plan",
    pullRequest: 7,
    bucket,
    urlOf: (name) => URL + name,
    chance: { secret: () => String((drawn += 1)).padStart(32, "0") },
  });

describe("a preview", () => {
  test("lies below a folder that names the pull request, each file with its type", async () => {
    const place = newPlace();
    const { url, files } = await publish(artifact(FILES), place);
    expect(url).toMatch(new RegExp(`^${URL}pr-7-[0-9a-f]{32}/$`));
    expect(files).toBe(3);
    const held = [...place.bucket.contents()].map(([name, { object }]) => [URL + name, object.contentType]);
    expect(held).toEqual([
      [`${url}acme/assets/a.css`, "text/css; charset=utf-8"],
      [`${url}acme/index.html`, "text/html; charset=utf-8"],
      [`${url}pictures/a.png`, "image/png"],
    ]);
  });

  test("is another one each time, and changes none that is there", async () => {
    const place = newPlace();
    const root = artifact(FILES);
    const first = await publish(root, place);
    const before = place.bucket.contents();
    const second = await publish(root, place);
    expect(second.url).not.toBe(first.url);
    const after = place.bucket.contents();
    expect(after.size).toBe(2 * before.size);
    for (const [name, { object }] of before) expect(after.get(name)?.object.generation).toBe(object.generation);
  });

  test("overwrites nothing, whatever the chance", async () => {
    const place = newPlace();
    const root = artifact(FILES);
    await publish(root, place);
    drawn -= 1;
    await expect(publish(root, place)).rejects.toMatchObject({ code: "conflict" });
  });

  test("is opened at the first store's home page", async () => {
    const { url, page } = await publish(artifact(FILES), newPlace());
    expect(page).toBe(`${url}acme/index.html`);
  });

  test.each([
    ["says nothing of it", "<!doctype html><html lang=en><head><title>A</title></head><body><p>A</p>"],
    ["hides it in a comment", '<!--\n<meta name="robots" content="noindex">\n--><p>A</p>'],
    ["wants the opposite", '\uFEFF <!DOCTYPE html>\n<head><meta name="robots" content="all"></head><p>A</p>'],
    ["is cut off before", "<!doctype html><title><p>A"],
    ["is empty", ""],
  ])("keeps search engines from a page that %s", async (_what, html) => {
    const { bucket } = newPlace();
    await publish(artifact({ ...FILES, "sites/acme/index.html": html }), { bucket });
    const [, stored] = [...bucket.contents()].find(([name]) => name.endsWith("acme/index.html")) ?? [];
    const document = parse(Buffer.from(stored?.body ?? "").toString());
    expect(document).toMatchObject({ mode: "no-quirks" });
    const root = document.childNodes.find((node): node is Element => node.nodeName === "html");
    const head = root?.childNodes.find((node): node is Element => node.nodeName === "head");
    const first = head?.childNodes.find((node): node is Element => "attrs" in node);
    expect(first?.attrs).toEqual([
      { name: "name", value: "robots" },
      { name: "content", value: "noindex" },
    ]);
  });

  test("of nothing is none", async () => {
    const place = newPlace();
    expect(await publish(artifact({ "plan.json": encodePlanArtifact(NO_PLAN) }), place)).toEqual({
      url: "",
      page: "",
      files: 0,
    });
    expect(place.bucket.contents().size).toBe(0);
  });
});

describe("a hostile artifact is refused, and nothing is written", () => {
  const withPlan = (plan: unknown): Files => ({ ...FILES, "plan.json": JSON.stringify(plan) });
  const picture = PLAN.pictures.taken[0];

  /** What was said of it, and what was done all the same. */
  const attempt = async (root: string) => {
    const place = newPlace();
    const said = await publish(root, place).then(
      () => "published",
      (error: unknown) => (error as { readonly code?: string }).code,
    );
    return { said, written: place.bucket.contents().size };
  };
  const REFUSED = { said: "artifact", written: 0 };

  test.each<[string, Files]>([
    ["of another version", withPlan({ ...PLAN, version: 2 })],
    ["with another pull request's number", withPlan({ ...PLAN, pullRequest: 8 })],
    ["with a store that is a way up", withPlan({ ...PLAN, sites: ["acme", "../../other"] })],
    [
      "with a picture outside of it",
      withPlan({ ...PLAN, pictures: { taken: [{ ...picture, after: "pictures/../../a.png" }], skipped: "" } }),
    ],
    ["with a PNG that is none", { ...FILES, "pictures/a.png": "<script>alert(1)</script>" }],
    ["with a store's PNG that is none", { ...FILES, "sites/acme/assets/b.png": "<script>alert(1)</script>" }],
    ["with a store that it does not name", { ...FILES, "sites/other/index.html": "<p>" }],
    ["with a file beside", { ...FILES, "index.html": "<p>" }],
    ["with a program", { ...FILES, "sites/acme/setup.exe": "MZ" }],
    ["with a hidden file", { ...FILES, "sites/acme/.htaccess": "" }],
  ])("%s", async (_what, files) => {
    expect(await attempt(artifact(files))).toEqual(REFUSED);
  });

  test("too large", async () => {
    const root = artifact(FILES);
    truncateSync(join(root, "plan/plan.json"), MOST_PLAN_BYTES + 1);
    expect(await attempt(root)).toEqual(REFUSED);
    const other = artifact(FILES);
    truncateSync(join(other, "plan/sites/acme/index.html"), 1_000_000_001);
    expect(await attempt(other)).toEqual(REFUSED);
  });

  test("with a link", async () => {
    const root = artifact(FILES);
    symlinkSync("/etc/hostname", join(root, "plan/sites/acme/b.html"));
    expect(await attempt(root)).toEqual(REFUSED);
  });
});
