import { expect, it } from "vitest";
import { compareSides, outcomeOfComparison, showSite, type Side } from "../../action/src/model/comparison.ts";
import { closeSite, siteFile } from "../../action/src/model/site.ts";

const site = (files: Readonly<Record<string, string>>) =>
  closeSite(
    "acme",
    Object.entries(files).map(([path, body]) => siteFile(path, "page", "text/html", body)),
    { name: "plain", version: "1" },
  );
const side = (state: "live" | "parked" | "draft", files: Readonly<Record<string, string>>): Side => ({
  state,
  shown: showSite(site(files), { pages: Object.keys(files).length, products: 1 }),
});

const ABSENT: Side = { state: "absent" };
const INVALID: Side = { state: "invalid" };
const LIVE = side("live", { "a.html": "a" });
const OTHER = side("live", { "a.html": "b" });
const PARKED = side("parked", { "index.html": "closed" });
const DRAFT = side("draft", { "a.html": "a" });

it.each([
  [ABSENT, LIVE, "created"],
  [DRAFT, LIVE, "created"],
  [LIVE, LIVE, "unchanged"],
  [LIVE, OTHER, "updated"],
  [INVALID, LIVE, "updated"],
  [PARKED, LIVE, "restored"],
  [LIVE, PARKED, "parked"],
  [INVALID, PARKED, "parked"],
  [ABSENT, PARKED, "parked"],
  [PARKED, PARKED, "unchanged"],
  [PARKED, side("parked", { "index.html": "zu" }), "updated"],
  [LIVE, ABSENT, "parked"],
  [INVALID, ABSENT, "parked"],
  [PARKED, ABSENT, "unchanged"],
  [DRAFT, ABSENT, "unchanged"],
  [ABSENT, ABSENT, "unchanged"],
  [LIVE, DRAFT, "draft"],
  [LIVE, INVALID, "invalid"],
] as const)("%#: $0.state to $1.state is $2", (base, head, kind) => {
  expect(compareSides("acme", base, head).kind).toBe(kind);
});

it("names the files, and counts the bytes that go out", () => {
  const before = side("live", { "gone.html": "x", "same.html": "same", "text.html": "old" });
  const after = side("live", { "fresh.html": "12345", "same.html": "same", "text.html": "new!" });
  const { bytes, release, ...rest } = compareSides("acme", before, after);
  expect(rest).toEqual({
    tenant: "acme",
    kind: "updated",
    state: { before: "live", after: "live" },
    added: ["fresh.html"],
    changed: [".well-known/storefront.json", "text.html"],
    removed: ["gone.html"],
    unchanged: 1,
    pages: { before: 3, after: 3 },
    products: { before: 1, after: 1 },
    business: undefined,
  });
  const beacon = "shown" in after ? after.shown.files.get(".well-known/storefront.json")?.bytes : 0;
  expect(bytes).toBe(9 + (beacon ?? 0));
  expect(release).toEqual({
    before: "shown" in before ? before.shown.release : "",
    after: "shown" in after ? after.shown.release : "",
  });
});

it("takes headers for content", () => {
  const html: Side = {
    state: "live",
    shown: showSite(closeSite("acme", [siteFile("a", "page", "text/html", "x")], T), { pages: 1, products: 0 }),
  };
  const text: Side = {
    state: "live",
    shown: showSite(closeSite("acme", [siteFile("a", "page", "text/plain", "x")], T), { pages: 1, products: 0 }),
  };
  expect(compareSides("acme", html, text).changed).toContain("a");
});

it("has nothing to say of files that cannot be rendered, nor of what a draft had", () => {
  expect(compareSides("acme", LIVE, INVALID)).toMatchObject({
    added: [],
    changed: [],
    removed: [],
    bytes: 0,
    release: { after: "" },
  });
  expect(compareSides("acme", DRAFT, LIVE)).toMatchObject({
    changed: [],
    removed: [],
    unchanged: 0,
    pages: { before: 0, after: 1 },
  });
});

it("becomes an outcome in a deploy's words", () => {
  const comparison = compareSides("acme", LIVE, OTHER);
  expect(outcomeOfComparison(comparison, "https://shop.acme.example/", 7)).toEqual({
    id: "acme",
    status: "updated",
    url: "https://shop.acme.example/",
    release: comparison.release.after,
    created: 0,
    updated: 2,
    deleted: 0,
    unchanged: 0,
    bytes: comparison.bytes,
    durationMs: 7,
  });
});

const T = { name: "plain", version: "1" };
