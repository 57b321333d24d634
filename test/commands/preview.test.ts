/** A preview from a plan's artifact, into a bucket in memory: published as data, or refused before the first write. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PNG } from "pngjs";
import { describe, expect, onTestFinished, test } from "vitest";
import { preview } from "../../action/src/commands/preview.ts";
import { memoryBucket, type MemoryBucket } from "../../action/src/io/memory.ts";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import { encodePlanArtifact, MOST_PLAN_BYTES } from "../../action/src/model/plan-artifact.ts";
import { type Deployments, GitHubError, type LogEvent } from "../../action/src/ports.ts";
import { NO_PLAN, STORE } from "../view/example-plan.ts";

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
const COMMIT = "c".repeat(40);

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
  readonly announced: Parameters<Deployments["announce"]>[0][];
  readonly said: LogEvent[];
}

const newPlace = (): Place => ({ bucket: memoryBucket(), announced: [], said: [] });

let drawn = 0;
const publish = (root: string, { bucket, announced, said }: Place, deployments?: Deployments) =>
  preview({
    tree: workingDirectory(root),
    folder: "plan",
    pullRequest: 7,
    commit: COMMIT,
    bucket,
    urlOf: (name) => URL + name,
    chance: { secret: () => String((drawn += 1)).padStart(32, "0") },
    deployments: deployments ?? { announce: async (deployment) => void announced.push(deployment) },
    log: (event) => void said.push(event),
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

  test("is announced at the first store, of the pull request's own commit", async () => {
    const place = newPlace();
    const { url } = await publish(artifact(FILES), place);
    expect(place.announced).toEqual([
      { commit: COMMIT, environment: "preview", url: `${url}acme/index.html`, description: "1 store" },
    ]);
  });

  test("is there although GitHub lists it not, which is said", async () => {
    const place = newPlace();
    const denied = async (): Promise<never> => {
      throw new GitHubError("denied", "GitHub answered 403");
    };
    const { files } = await publish(artifact(FILES), place, { announce: denied });
    expect(files).toBe(3);
    expect(place.said).toMatchObject([{ type: "warning", message: expect.stringContaining("403") as string }]);
  });

  test("of nothing is none", async () => {
    const place = newPlace();
    expect(await publish(artifact({ "plan.json": encodePlanArtifact(NO_PLAN) }), place)).toEqual({ url: "", files: 0 });
    expect([place.bucket.contents().size, place.announced]).toEqual([0, []]);
  });
});

describe("a hostile artifact is refused, and nothing is written or announced", () => {
  const withPlan = (plan: unknown): Files => ({ ...FILES, "plan.json": JSON.stringify(plan) });
  const picture = PLAN.pictures.taken[0];

  /** What was said of it, and what was done all the same. */
  const attempt = async (root: string) => {
    const place = newPlace();
    const said = await publish(root, place).then(
      () => "published",
      (error: unknown) => (error as { readonly code?: string }).code,
    );
    return { said, written: place.bucket.contents().size, announced: place.announced.length };
  };
  const REFUSED = { said: "artifact", written: 0, announced: 0 };

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
