import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PNG } from "pngjs";
import { describe, expect, it, onTestFinished } from "vitest";
import { workingDirectory } from "../../action/src/io/working-directory.ts";
import {
  encodePlanArtifact,
  isBearablePng,
  MOST_PLAN_BYTES,
  type PlanArtifact,
} from "../../action/src/model/plan-artifact.ts";
import { readArtifact } from "../../action/src/steps/read-artifact.ts";
import { NO_PLAN, STORE } from "../view/example-plan.ts";

const PICTURE = PNG.sync.write(new PNG({ width: 4, height: 3 }));
const WITH_PICTURE: PlanArtifact = {
  ...NO_PLAN,
  stores: [STORE],
  pictures: {
    taken: [{ tenant: "acme", page: "index.html", width: 360, after: "pictures/a.png", changed: 1 }],
    skipped: "",
  },
  sites: ["acme"],
};
const FILES = {
  "plan.json": encodePlanArtifact(WITH_PICTURE),
  "pictures/a.png": PICTURE,
  "sites/acme/index.html": "<p>",
  "sites/acme/about/index.html": "<p>",
};

/** The folder of an artifact on disk, in a folder that goes when the test ends. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), "artifact-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "plan", path)), { recursive: true });
    writeFileSync(join(root, "plan", path), bytes);
  }
  return root;
}
const read = (files: Readonly<Record<string, string | Uint8Array>>) =>
  readArtifact(workingDirectory(folderOf(files)), "plan");
const withPlan = (plan: unknown) => ({ ...FILES, "plan.json": JSON.stringify(plan) });

it("gives what a plan left", async () => {
  const { plan, files, read: bytesOf } = await read(FILES);
  expect(plan).toEqual(WITH_PICTURE);
  expect(files.map(({ path }) => path)).toEqual([
    "pictures/a.png",
    "sites/acme/about/index.html",
    "sites/acme/index.html",
  ]);
  expect(Buffer.from(await bytesOf("pictures/a.png")).equals(PICTURE)).toBe(true);
});

describe("refuses whole what no plan of ours left", () => {
  const picture = WITH_PICTURE.pictures.taken[0];
  const pictured = (after: string) =>
    withPlan({ ...WITH_PICTURE, pictures: { taken: [{ ...picture, after }], skipped: "" } });
  it.each([
    ["no plan", { "pictures/a.png": PICTURE }],
    ["a plan that is no JSON", { ...FILES, "plan.json": "{" }],
    [
      "a plan that is no UTF-8",
      { ...FILES, "plan.json": Buffer.from(FILES["plan.json"].replace("about", "\u00ff"), "latin1") },
    ],
    ["a plan that is too large", { ...FILES, "plan.json": `${" ".repeat(MOST_PLAN_BYTES)}${FILES["plan.json"]}` }],
    ["another version", withPlan({ ...WITH_PICTURE, version: 2 })],
    ["another pull request's number", withPlan({ ...WITH_PICTURE, number: 8 })],
    ["a store whose id is a path", withPlan({ ...WITH_PICTURE, stores: [{ ...STORE, tenant: "../acme" }] })],
    ["a site whose id is a path", withPlan({ ...WITH_PICTURE, sites: [".."] })],
    ["a digest that is text", withPlan({ ...WITH_PICTURE, digest: "` @everyone" })],
    ["a picture outside of its folder", pictured("pictures/../../a.png")],
    ["a picture at another place", pictured("https://evil.example/a.png")],
    ["a picture that is not there", pictured("pictures/b.png")],
    ["a picture that is none", { ...FILES, "pictures/a.png": "<svg onload=alert(1)>" }],
    ["a picture of no size", { ...FILES, "pictures/a.png": Buffer.from(PICTURE).fill(0, 16, 24) }],
    ["a picture that nobody names", { ...FILES, "pictures/b.png": PICTURE }],
    ["a site of a store that nobody names", { ...FILES, "sites/other/index.html": "" }],
    ["a file that belongs to nothing", { ...FILES, "index.html": "" }],
  ])("%s", async (_, files) => {
    await expect(read(files)).rejects.toMatchObject({ name: "ArtifactError" });
  });

  it("a link", async () => {
    const root = folderOf(FILES);
    symlinkSync("/etc/passwd", join(root, "plan/sites/acme/secret.html"));
    await expect(readArtifact(workingDirectory(root), "plan")).rejects.toMatchObject({ name: "ArtifactError" });
  });
});

it("knows a PNG by its first bytes and its size", () => {
  expect(isBearablePng(PICTURE)).toBe(true);
  expect(isBearablePng(PICTURE.subarray(1))).toBe(false);
  expect(isBearablePng(new Uint8Array())).toBe(false);
  const wide = Buffer.from(PICTURE);
  wide.writeUInt32BE(20_000, 16);
  expect(isBearablePng(wide)).toBe(false);
  const vast = Buffer.from(PICTURE);
  vast.writeUInt32BE(10_000, 16);
  vast.writeUInt32BE(10_000, 20);
  expect(isBearablePng(vast)).toBe(false);
  vast.writeUInt32BE(1_280, 16);
  expect(isBearablePng(vast)).toBe(true);
});
