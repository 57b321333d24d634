/** What changes can be walked through before it is live, as far as it fits. */
import { expect, onTestFinished, test } from "vitest";
import { gitRepo } from "../../action/src/io/git.ts";
import type { Sitter } from "../../action/src/model/picture-sample.ts";
import { readChange } from "../../action/src/steps/read-change.ts";
import { MOST_PREVIEW_BYTES, renderPreviews } from "../../action/src/steps/render-previews.ts";
import { PAGE, tenantFile, templateFiles } from "../commands/fleet-fixture.ts";
import { fixtureRepository } from "../io/git-fixture.ts";

const folders = { tenants: "tenants", templates: "templates" };
const sitter = (tenant: string): Sitter => ({
  tenant,
  pages: ["index.html"],
  products: 1,
  longestName: 5,
  isRightToLeft: false,
  isDark: false,
  difference: 0.5,
});
const HIDDEN = PAGE.replace(
  "</head>",
  `<% if (it.meta.noindex) { %><meta name="robots" content="noindex"><% } %></head>`,
);

async function previewsOf(tenants: readonly string[], limit: (whole: number) => number) {
  const repository = fixtureRepository();
  repository.commit("One", {
    ...templateFiles("plain", HIDDEN),
    "tenants/acme.yaml": tenantFile("acme"),
    "tenants/gone.yaml": tenantFile("gone"),
    "tenants/rest.yaml": tenantFile("rest"),
    "tenants/same.yaml": tenantFile("same"),
  });
  const base = repository.commit("Two", { "tenants/same.yaml": tenantFile("same", { title: "A cup" }) });
  const head = repository.commit("Three", {
    "tenants/acme.yaml": tenantFile("acme", { title: "A jug with a longer name", host: "shop.acme.example" }),
    "tenants/bad.yaml": tenantFile("bad", { state: "open" }),
    "tenants/fresh.yaml": tenantFile("fresh"),
    "tenants/gone.yaml": null,
    "tenants/rest.yaml": tenantFile("rest", { state: "paused" }),
  });
  const repo = gitRepo(repository.root, { environment: process.env, made: Object.values(folders) });
  onTestFinished(() => repo.close());
  const change = await readChange(repo, { base, head }, folders);
  const scene = { change, folders, sitters: tenants.map(sitter), pictures: undefined };
  const kept = new Map<string, string>();
  const keep = async (path: string, bytes: Uint8Array) => void kept.set(path, Buffer.from(bytes).toString());
  const whole = await renderPreviews(scene, keep);
  const bytes = [...kept.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (limit(bytes) === MOST_PREVIEW_BYTES) return { previews: whole, kept };
  kept.clear();
  return { previews: await renderPreviews(scene, keep, limit(bytes)), kept };
}

test("keeps each changed store of the head, hidden, and no release", async () => {
  const { previews, kept } = await previewsOf(["acme", "bad", "fresh", "gone", "rest"], () => MOST_PREVIEW_BYTES);
  expect(previews).toEqual({ kept: ["acme", "fresh", "rest"], skipped: "" });
  expect(new Set([...kept.keys()].map((path) => path.split("/").slice(0, 2).join("/")))).toEqual(
    new Set(["sites/acme", "sites/fresh", "sites/rest"]),
  );
  expect(kept.get("sites/acme/index.html")).toContain("A jug with a longer name");
  const pages = [...kept].filter(([path]) => path.endsWith(".html"));
  expect(pages.filter(([, text]) => !text.includes('content="noindex"'))).toEqual([]);
  expect([...kept.values()].join("")).not.toContain("https://shop.acme.example");
  expect([...kept.keys()].filter((path) => path.includes("/."))).toEqual([]);
});

test("leaves out whole what does not fit, and says so", async () => {
  const { previews, kept } = await previewsOf(["acme", "fresh"], (whole) => whole - 1);
  expect(previews.kept).toEqual(["acme"]);
  expect(previews.skipped).toMatch(/^without 1 store for which .* leave no room$/);
  expect([...kept.keys()].filter((path) => path.startsWith("sites/fresh/"))).toEqual([]);
});

test("says of how many a sample was taken", async () => {
  const many = Array.from({ length: 30 }, (_, index) => `store-${String(index).padStart(2, "0")}`);
  const { previews } = await previewsOf(many, () => MOST_PREVIEW_BYTES);
  expect(previews).toEqual({ kept: [], skipped: "of 20 of 30 changed stores" });
});
