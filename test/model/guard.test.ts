import { expect, it } from "vitest";
import { settleClaims } from "../../action/src/model/claim.ts";
import { guardFleet, guardStore } from "../../action/src/model/guard.ts";
import { OVERRIDES_FILE, readOverrides, type Override } from "../../action/src/model/override.ts";
import { readYaml } from "../../action/src/model/yaml.ts";

const stores = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ tenant: `s${index}`, release: `r${index}` }));

it.each([
  { closing: 3, fleet: 5, refused: 0 },
  { closing: 4, fleet: 5, refused: 4 },
  { closing: 4, fleet: 199, refused: 4 },
  { closing: 4, fleet: 200, refused: 0 },
  { closing: 20, fleet: 1000, refused: 0 },
  { closing: 21, fleet: 1000, refused: 21 },
])("closing $closing of $fleet refuses $refused", ({ closing, fleet, refused }) => {
  expect(guardFleet(stores(closing), fleet, []).size).toBe(refused);
});

it("names at most ten stores, and counts none that an override names", () => {
  const refused = guardFleet(stores(12), 12, []);
  expect(refused.get("s0")?.message).toMatch(
    /^this would close 12 of 12 live stores at once, more than 3: .* and 2 more$/,
  );
  const override: Override = { guard: "stores-parked", tenant: "s0", from: "live r0", to: "parked", reason: "sold" };
  expect(guardFleet(stores(4), 12, [override]).size).toBe(0);
  expect(guardFleet(stores(5), 12, [override]).has("s0")).toBe(false);
  const reopened = stores(4).with(0, { tenant: "s0", release: "r9" });
  expect(guardFleet(reopened, 12, [override]).size).toBe(4);
});

const live = (pages: number, products = 5) => ({ state: "live", pages, products }) as const;

it.each([
  { before: live(10), after: live(5), code: undefined },
  { before: live(10), after: live(4), code: "pages-lost" },
  { before: live(10), after: live(10, 0), code: "products-lost" },
  { before: live(10, 0), after: live(10, 0), code: undefined },
  { before: undefined, after: live(1, 0), code: undefined },
  { before: { ...live(10), state: "parked" as const }, after: live(1, 0), code: undefined },
  { before: live(10), after: { ...live(2, 0), state: "parked" as const }, code: undefined },
])("from $before to $after: $code", ({ before, after, code }) => {
  expect(guardStore("acme", before, after, [])?.code).toBe(code);
});

it("lets pass exactly what an override names, as the hint writes it", () => {
  const hint = guardStore("acme", live(29), live(10), [])?.hint ?? "";
  const line = hint.slice(hint.indexOf("- {")).replace("…", "a smaller shop");
  expect(line).toBe('- { guard: pages-lost, tenant: acme, from: "29", to: "10", reason: "a smaller shop" }');
  const { overrides, diagnostics } = read(line);
  expect(diagnostics).toEqual([]);
  expect(guardStore("acme", live(29), live(10), overrides)).toBeUndefined();
  expect(guardStore("acme", live(29), live(9), overrides)?.code).toBe("pages-lost");
  expect(guardStore("acme", live(30), live(10), overrides)?.code).toBe("pages-lost");
  expect(guardStore("other", live(29), live(10), overrides)?.code).toBe("pages-lost");
});

function read(text: string) {
  const { document } = readYaml(OVERRIDES_FILE, Buffer.from(text), { root: "any" });
  if (document === undefined) throw new Error("no document");
  return readOverrides(document);
}

it.each([
  ["guard: pages-lost", "1:1", "the overrides are not a list"],
  ["- pages-lost", "1:3", "the entry is not a mapping"],
  ['- { guard: pages, tenant: a, from: "2", to: "1", reason: r }', "1:12", 'there is no guard "pages"'],
  ['- { guard: pages-lost, tenant: a, from: 29, to: "1", reason: r }', "1:41", '"from" is not text'],
  ['- { guard: pages-lost, tenant: a, from: "2", to: "1", reason: "…" }', "1:63", '"reason" says nothing'],
  ['- { guard: pages-lost, tenant: a, from: "2", to: "1" }', "1:3", 'the entry has no "reason"'],
  [
    '- { guard: pages-lost, tenant: a, from: "2", to: "1", reason: r, until: x }',
    "1:66",
    '"until" is not a key of an override',
  ],
])("%s is wrong at %s: %s", (text, place, message) => {
  const { overrides, diagnostics } = read(text);
  expect(overrides).toEqual([]);
  expect(diagnostics.map((one) => [`${one.location.line}:${one.location.column}`, one.message])).toEqual([
    [place, message],
  ]);
});

it("gives a host to the one claimant that holds it", () => {
  const claimants = [
    { id: "a", hosts: ["one.example", "a.example"] },
    { id: "b", hosts: ["one.example"] },
    { id: "c", hosts: ["c.example"] },
  ];
  const lost = (held: Record<string, string[]>) =>
    Object.fromEntries([...settleClaims(claimants, (id) => held[id] ?? [])].map(([id, { holders }]) => [id, holders]));
  expect(lost({ a: ["one.example"] })).toEqual({ b: ["a"] });
  expect(lost({ b: ["one.example"], c: ["one.example"] })).toEqual({ a: ["b"] });
  expect(lost({})).toEqual({ a: [], b: [] });
  expect(lost({ a: ["one.example"], b: ["one.example"] })).toEqual({ a: ["a", "b"], b: ["a", "b"] });
});
