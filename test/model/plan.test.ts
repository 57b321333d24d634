import { expect, it } from "vitest";
import {
  finishRecord,
  METADATA,
  planDeploy,
  RETENTION,
  type Operation,
  type Plan,
  type PlanInput,
  type RecordDraft,
} from "../../action/src/model/plan.ts";
import { recordMetadata, recordName, type Note, type ReleaseRecord } from "../../action/src/model/record.ts";
import { siteFile, type Site, type SiteFile } from "../../action/src/model/site.ts";
import { mayCompress, storedForm } from "../../action/src/model/stored-form.ts";
import type { StoredObject } from "../../action/src/ports.ts";
import { closedStore, tinySite, type TinyStore } from "../crash/fleet.ts";

const HOUR = 3_600_000;
const note: Note = {
  fingerprint: "f",
  commit: "c",
  state: "live",
  url: "",
  host: null,
  hosts: [],
  pages: 2,
  products: 1,
  closed: closedStore("acme"),
};

const storeOf = (n: number): TinyStore => ({
  "index.html": { text: String(n), assets: [`assets/${n}.css`] },
  [`only-${n}.html`]: { text: "only" },
});
const site = (n: number): Site => tinySite("acme", storeOf(n));

function lying(file: SiteFile, generation: string, updated = 0): StoredObject {
  const { body, metadata, ...upload } = storedForm({ tenant: "acme", release: "r" }, file, undefined);
  return { ...upload, metadata: { ...metadata }, generation, updated, size: body.byteLength };
}

const listingOf = (...sites: readonly Site[]): StoredObject[] =>
  [...new Map(sites.flatMap((one) => [...one.files])).values()].map((file, index) => lying(file, String(index + 1)));

function recorded(value: ReleaseRecord, updated = 0): NonNullable<PlanInput["record"]> {
  const object = { name: recordName("acme"), generation: "77", size: 1, contentType: "", cacheControl: "" };
  return { value, object: { ...object, contentEncoding: "", metadata: recordMetadata(value), updated } };
}

/** The record of `current` as it lies in `listing`. */
function recordFor(current: Site, listing: readonly StoredObject[], previous: ReleaseRecord["previous"] = []) {
  const files: RecordDraft["files"] = new Map(
    [...current.files.values()].map(({ path, kind, identity }) => [
      path,
      { kind, identity, generation: listing.find(({ name }) => name === path)?.generation },
    ]),
  );
  return finishRecord("acme", { note, release: current.release, files, previous }, new Map(), 0);
}

function plan(input: Partial<PlanInput>): Plan {
  return planDeploy({
    tenant: "acme",
    target: { site: site(2), note },
    listing: [],
    record: undefined,
    now: 10 * HOUR,
    adopt: false,
    force: false,
    retention: { releases: 1, graceMs: HOUR },
    ...input,
  });
}

function linesOf(planned: Plan): string[] {
  if (planned.kind !== "plan") throw new Error(`foreign: ${planned.paths.join()}`);
  return planned.operations.map(
    ({ phase, verb, path, expect: generation }) => `${phase}: ${verb} ${path} @${generation}`,
  );
}

it("creates a site in the order of phases, everything where nothing is", () => {
  expect(linesOf(plan({}))).toEqual([
    "assets: create assets/2.css @0",
    "new-pages: create index.html @0",
    "new-pages: create only-2.html @0",
    "beacon: create .well-known/storefront.json @0",
    "commit: create tenants/acme/record.json @0",
  ]);
});

it("replaces one release by the next, and keeps what cached pages need", () => {
  const listing = listingOf(site(1));
  const planned = plan({ listing, record: recorded(recordFor(site(1), listing)) });
  expect(linesOf(planned)).toEqual([
    "assets: create assets/2.css @0",
    "new-pages: create only-2.html @0",
    "changed-pages: update index.html @3",
    "beacon: update .well-known/storefront.json @1",
    "commit: update tenants/acme/record.json @77",
    "unpublish: delete only-1.html @4",
  ]);
  expect(draftOf(planned).previous).toEqual([{ release: site(1).release, at: undefined, assets: ["assets/1.css"] }]);
});

function draftOf(planned: Plan): RecordDraft {
  const operations: readonly Operation[] = planned.kind === "plan" ? planned.operations : [];
  const commit = operations.find((operation) => operation.store === "ledger");
  if (commit === undefined || commit.store !== "ledger") throw new Error("no commit");
  return commit.content;
}

it.each([
  { what: "young, beyond the releases", at: 9.5 * HOUR, releases: 0, pruned: false },
  { what: "old, within the releases", at: 0, releases: 2, pruned: false },
  { what: "old, beyond the releases", at: 0, releases: 1, pruned: true },
])("assets that were replaced, $what: pruned $pruned", ({ at, releases, pruned }) => {
  const old = lying(siteFile("assets/0.css", "asset", "text/css", ""), "9");
  const listing = [...listingOf(site(1)), old];
  const record = recorded(recordFor(site(1), listing, [{ release: "r0", at, assets: ["assets/0.css"] }]));
  const planned = plan({ listing, record, retention: { releases, graceMs: HOUR } });
  expect(linesOf(planned).includes("prune: delete assets/0.css @9")).toBe(pruned);
  expect(draftOf(planned).previous.some(({ assets }) => assets.includes("assets/0.css"))).toBe(!pruned);
});

it.each([
  { what: "old", updated: 0, committed: 0, pruned: true },
  { what: "young", updated: 9.5 * HOUR, committed: 0, pruned: false },
  { what: "old, but perhaps needed until the last commit", updated: 0, committed: 9.5 * HOUR, pruned: false },
])("an asset in no record, $what: pruned $pruned", ({ updated, committed, pruned }) => {
  const stray = lying(siteFile("assets/stray.css", "asset", "text/css", ""), "9", updated);
  const listing = [...listingOf(site(1)), stray];
  const record = recorded(recordFor(site(1), listing), committed);
  expect(linesOf(plan({ listing, record })).includes("prune: delete assets/stray.css @9")).toBe(pruned);
});

it("prunes nothing while a page lies there that the record does not know", () => {
  const page = lying(siteFile("unfinished.html", "page", "text/html", ""), "8");
  const stray = lying(siteFile("assets/stray.css", "asset", "text/css", ""), "9");
  const listing = [...listingOf(site(1)), page, stray];
  const lines = linesOf(plan({ listing, record: recorded(recordFor(site(1), listing)) }));
  expect(lines).toContain("unpublish: delete unfinished.html @8");
  expect(lines.filter((line) => line.startsWith("prune"))).toEqual([]);
});

it("keeps every asset that it knows while a page lies there that the record does not know", () => {
  const page = lying(siteFile("unfinished.html", "page", "text/html", ""), "8");
  const old = lying(siteFile("assets/0.css", "asset", "text/css", ""), "9");
  const listing = [...listingOf(site(1)), page, old];
  const record = recorded(recordFor(site(1), listing, [{ release: "r0", at: 0, assets: ["assets/0.css"] }]));
  expect(draftOf(plan({ listing, record })).previous.map(({ assets }) => assets)).toEqual([
    ["assets/1.css"],
    ["assets/0.css"],
  ]);
});

it("counts the age of what is replaced from when the record is written", () => {
  const listing = listingOf(site(1));
  const draft = draftOf(plan({ listing, record: recorded(recordFor(site(1), listing)) }));
  const written = new Map([...draft.files.keys()].map((path) => [path, "42"]));
  const record = finishRecord("acme", draft, written, 1234);
  expect(record.previous).toEqual([{ release: site(1).release, at: 1234, assets: ["assets/1.css"] }]);
  expect(record.files.get("index.html")?.generation).toBe("42");
});

it("records no file that was not written", () => {
  const draft = draftOf(plan({ listing: [] }));
  expect(() => finishRecord("acme", draft, new Map(), 0)).toThrow("acme is to be recorded, and");
});

it("has nothing to do for what is as it should be, whatever the commit", () => {
  const listing = listingOf(site(2));
  const record = recorded({ ...recordFor(site(2), listing), commit: "another" });
  expect(plan({ listing, record })).toEqual({ kind: "plan", operations: [], unchanged: 4 });
});

it.each([
  ["a fingerprint", { fingerprint: "other" }],
  ["a count", { products: 7 }],
  ["domains", { hosts: ["a.example"] }],
])("commits %s that differs, and writes no file", (_, change) => {
  const listing = listingOf(site(2));
  const record = recorded(recordFor(site(2), listing));
  expect(linesOf(plan({ listing, record, target: { site: site(2), note: { ...note, ...change } } }))).toEqual([
    "commit: update tenants/acme/record.json @77",
  ]);
});

it("commits a record whose listing says something else", () => {
  const listing = listingOf(site(2));
  const { value, object } = recorded(recordFor(site(2), listing));
  expect(linesOf(plan({ listing, record: { value, object: { ...object, metadata: {} } } }))).toHaveLength(1);
});

it.each([
  ["its content", { metadata: { [METADATA.tenant]: "acme", [METADATA.identity]: "x", [METADATA.kind]: "page" } }],
  ["its type", { contentType: "text/plain" }],
  ["its cache policy", { cacheControl: "no-store" }],
])("writes a file again when somebody changed %s", (_, change) => {
  const listing = listingOf(site(2)).map((object) =>
    object.name === "index.html" ? { ...object, ...change } : object,
  );
  const record = recorded(recordFor(site(2), listing));
  expect(linesOf(plan({ listing, record }))).toEqual([
    "changed-pages: update index.html @3",
    "commit: update tenants/acme/record.json @77",
  ]);
});

it("refuses foreign objects at its paths, and leaves others alone", () => {
  const listing = [
    { ...lying(siteFile("index.html", "page", "text/html", ""), "5"), metadata: {} },
    { ...lying(siteFile("other.html", "page", "text/html", ""), "6"), metadata: { [METADATA.tenant]: "zebra" } },
  ];
  expect(plan({ listing })).toEqual({ kind: "foreign", paths: ["index.html"], tenants: [] });
  const adopted = linesOf(plan({ listing, adopt: true }));
  expect(adopted).toContain("changed-pages: update index.html @5");
  expect(adopted.some((line) => line.includes("other.html"))).toBe(false);
});

it("clears away a release that was never finished: the beacon first, assets last", () => {
  expect(linesOf(plan({ target: undefined, listing: listingOf(site(1)) }))).toEqual([
    "beacon: delete .well-known/storefront.json @1",
    "unpublish: delete index.html @3",
    "unpublish: delete only-1.html @4",
    "prune: delete assets/1.css @2",
  ]);
});

it("keeps assets longer than any cache keeps a page", () => {
  expect(RETENTION.releases).toBeGreaterThanOrEqual(1);
  expect(RETENTION.graceMs).toBeGreaterThan(60_000);
});

it("stores gzip only where that is smaller, without a trace of who made it", () => {
  const file = siteFile("index.html", "page", "text/html", "a".repeat(300));
  const gzipped = Uint8Array.from([31, 139, 8, 0, 1, 2, 3, 4, 0, 3, 9, 9]);
  const stored = storedForm({ tenant: "acme", release: "r" }, file, gzipped);
  expect([...stored.body]).toEqual([31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 9, 9]);
  expect(stored.contentEncoding).toBe("gzip");
  const large = storedForm({ tenant: "acme", release: "r" }, file, new Uint8Array(300));
  expect(large).toMatchObject({ contentEncoding: "", body: file.body });
  expect(mayCompress(file)).toBe(true);
  expect(mayCompress(siteFile("a.html", "page", "text/html", "short"))).toBe(false);
  expect(mayCompress(siteFile("a.png", "asset", "image/png", "a".repeat(300)))).toBe(false);
});
