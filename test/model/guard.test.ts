import * as fc from "fast-check";
import { expect, it } from "vitest";
import { settleClaims } from "../../action/src/model/claim.ts";
import { type Extent, guardFleet, type GuardRules, guardStore, joinRefusals } from "../../action/src/model/guard.ts";
import { OVERRIDES_FILE, readOverrides, type Override } from "../../action/src/model/override.ts";
import { DEFAULT_POLICY, type Policy } from "../../action/src/model/policy.ts";
import { readYaml } from "../../action/src/model/yaml.ts";

const rules = (...overrides: Override[]): GuardRules => ({ policy: DEFAULT_POLICY, overrides });

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
  expect(guardFleet(stores(closing), fleet, rules()).size).toBe(refused);
});

it("closes as many at once as the policy says", () => {
  const policy = { ...DEFAULT_POLICY, "stores-parked": { count: 0, percent: 10 } };
  expect(guardFleet(stores(1), 9, { policy, overrides: [] }).size).toBe(1);
  expect(guardFleet(stores(1), 10, { policy, overrides: [] }).size).toBe(0);
});

it("names at most ten stores, and counts none that an override names", () => {
  const refused = guardFleet(stores(12), 12, rules());
  expect(refused.get("s0")?.message).toMatch(
    /^this would close 12 of 12 live stores at once, more than 3: .* and 2 more$/,
  );
  const override: Override = { guard: "stores-parked", tenant: "s0", from: "live r0", to: "parked", reason: "sold" };
  expect(guardFleet(stores(4), 12, rules(override)).size).toBe(0);
  expect(guardFleet(stores(5), 12, rules(override)).has("s0")).toBe(false);
  const reopened = stores(4).with(0, { tenant: "s0", release: "r9" });
  expect(guardFleet(reopened, 12, rules(override)).size).toBe(4);
});

/** A live store of so many pages, whose products cost so many pence each. */
function live(
  pages: number,
  prices: readonly number[] = [1000],
  more: Partial<Extent> & { said?: object } = {},
): Extent {
  const { said, ...rest } = more;
  return {
    state: "live",
    addresses: Array.from({ length: pages }, (_, index) => `pages/p${index}/index.html`),
    products: prices.length,
    source: {
      said: { currency: "GBP", host: "acme.example", ...said },
      products: prices.map((pays, index) => ({
        id: `A${index}`,
        title: "A",
        offers: [
          { id: `A${index}`, title: "A", pays, price: `${(pays / 100).toFixed(2)} GBP`, availability: "in_stock" },
        ],
      })),
    },
    heaviest: null,
    ...rest,
  };
}

const ten = (price: number) => Array.from({ length: 10 }, () => price);
const weighing = (bytes: number) => live(3, [1000], { heaviest: { page: "index.html", bytes, budget: 60_000 } });
const parked = { state: "parked" } as const;

const cases: readonly {
  says: string;
  before: Extent | undefined;
  after: Extent;
  code: string | undefined;
  from?: string;
  to?: string;
}[] = [
  { says: "exactly 30 % of its pages", before: live(10), after: live(7), code: undefined },
  { says: "more than 30 % of its pages", before: live(10), after: live(6), code: "pages-lost", from: "10", to: "6" },
  {
    says: "all pages for as many others",
    before: live(2),
    after: { ...live(2), addresses: ["a.html", "b.html"] },
    code: "pages-lost",
    from: "2",
    to: "0",
  },
  { says: "exactly 20 % of its products", before: live(9, ten(1)), after: live(9, ten(1).slice(2)), code: undefined },
  {
    says: "more than 20 % of its products",
    before: live(9, ten(1)),
    after: live(9, ten(1).slice(3)),
    code: "products-lost",
    from: "10",
    to: "7",
  },
  {
    says: "all products, where only counts are known",
    before: { ...live(9, ten(1)), source: undefined },
    after: { ...live(9, []), source: undefined },
    code: "products-lost",
    from: "10",
    to: "0",
  },
  { says: "30 % up", before: live(1, [1000]), after: live(1, [1300]), code: undefined },
  {
    says: "a little more than 30 % up",
    before: live(1, [1000]),
    after: live(1, [1301]),
    code: "price-change",
    from: "A0 10.00 GBP",
    to: "A0 13.01 GBP",
  },
  {
    says: "a little more than 30 % down",
    before: live(1, [1000]),
    after: live(1, [699]),
    code: "price-change",
    from: "A0 10.00 GBP",
    to: "A0 6.99 GBP",
  },
  {
    says: "something for nothing",
    before: live(1, [1000]),
    after: live(1, [0]),
    code: "zero-price",
    from: "A0 10.00 GBP",
    to: "A0 0.00 GBP",
  },
  {
    says: "something for nothing in a new store",
    before: undefined,
    after: live(1, [0]),
    code: "zero-price",
    from: "A0 new",
    to: "A0 0.00 GBP",
  },
  { says: "what was for nothing", before: live(1, [0]), after: live(1, [0]), code: undefined },
  {
    says: "another currency, and other prices with it",
    before: live(1),
    after: live(1, [5000], { said: { currency: "EUR" } }),
    code: "currency-changed",
    from: "GBP",
    to: "EUR",
  },
  {
    says: "another domain",
    before: live(1),
    after: live(1, [1000], { said: { host: "b.example" } }),
    code: "host-changed",
    from: "acme.example",
    to: "b.example",
  },
  {
    says: "no domain any more",
    before: live(1),
    after: live(1, [1000], { said: { host: "" } }),
    code: "host-changed",
    from: "acme.example",
    to: "none",
  },
  { says: "its first domain", before: live(1, [1000], { said: { host: "" } }), after: live(1), code: undefined },
  {
    says: "a page over its budget",
    before: weighing(50_000),
    after: weighing(60_001),
    code: "over-budget",
    from: "50000 of 60000 bytes",
    to: "60001 of 60000 bytes",
  },
  {
    says: "a new store over its budget",
    before: undefined,
    after: weighing(60_001),
    code: "over-budget",
    from: "unknown",
    to: "60001 of 60000 bytes",
  },
  { says: "the very budget", before: weighing(50_000), after: weighing(60_000), code: undefined },
  { says: "less of too much", before: weighing(70_000), after: weighing(65_000), code: undefined },
  { says: "nothing, as it is new", before: undefined, after: live(1, []), code: undefined },
  { says: "nothing, as it was closed", before: { ...live(10), ...parked }, after: live(1), code: undefined },
  { says: "nothing, as it closes", before: live(10), after: { ...live(1, [0]), ...parked }, code: undefined },
];

it.each(cases)("$says: $code", ({ before, after, code, from, to }) => {
  const refusals = guardStore("acme", before, after, rules());
  expect(refusals.map((one) => one.code)).toEqual(code === undefined ? [] : [code]);
  if (code === undefined) return;
  const [{ line, hint } = { line: "", hint: "" }] = refusals;
  expect(hint).toContain(line);
  const { overrides, diagnostics } = read(line.replace("…", "meant"));
  expect(diagnostics).toEqual([]);
  expect(overrides).toEqual([{ guard: code, tenant: "acme", from, to, reason: "meant" }]);
  // The line lets this transition pass, in this store, and none beside it.
  expect(guardStore("acme", before, after, rules(...overrides))).toEqual([]);
  expect(guardStore("other", before, after, rules(...overrides))).toHaveLength(1);
  for (const other of overrides.flatMap((one) => [
    { ...one, from: `${one.from}0` },
    { ...one, to: `${one.to}0` },
  ]))
    expect(guardStore("acme", before, after, rules(other))).toHaveLength(1);
});

it("says all that it objects to, each with its line", () => {
  const refusals = guardStore("acme", live(10, ten(1000)), live(2, [5000, 0]), rules());
  expect(refusals.map(({ code }) => code)).toEqual(["pages-lost", "products-lost", "price-change", "zero-price"]);
  const joined = joinRefusals(refusals);
  expect(joined?.code).toBe("pages-lost");
  for (const { message, line } of refusals) {
    expect(joined?.message).toContain(message);
    expect(joined?.hint).toContain(line);
  }
  expect(joinRefusals([])).toBeUndefined();
});

it("names many prices by a hash that only exactly these have", () => {
  const prices = (price: number, last = price) => [...ten(price), ...ten(price), last];
  const lineOf = (after: Extent) => guardStore("acme", live(1, prices(1000)), after, rules())[0]?.line ?? "";
  expect(lineOf(live(1, prices(2000)))).toMatch(/from: "21 prices [0-9a-f]{16}", to: "21 prices [0-9a-f]{16}"/);
  const { overrides } = read(lineOf(live(1, prices(2000))).replace("…", "all of it"));
  expect(guardStore("acme", live(1, prices(1000)), live(1, prices(2000)), rules(...overrides))).toEqual([]);
  expect(guardStore("acme", live(1, prices(1000)), live(1, prices(2000, 2001)), rules(...overrides))).toHaveLength(1);
});

it("lets pass what the policy does not mind", () => {
  const policy: Policy = {
    ...DEFAULT_POLICY,
    "pages-lost": { percent: 100 },
    "products-lost": { percent: 100 },
    "price-change": { percent: 1000 },
    "zero-price": "pass",
    "currency-changed": "pass",
    "host-changed": "pass",
    "over-budget": "pass",
  };
  for (const { before, after } of cases)
    expect(guardStore("acme", before, after, { policy, overrides: [] })).toEqual([]);
});

it("writes lines that say again what a tenant wrote, whatever that is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), (id) => {
      const of = (pays: number): Extent => ({
        ...live(1),
        source: {
          said: {},
          products: [
            { id, title: id, offers: [{ id, title: id, pays, price: `${pays} JPY`, availability: "in_stock" }] },
          ],
        },
      });
      const [refusal] = guardStore("acme", of(100), of(200), rules());
      expect(refusal?.line).not.toMatch(/[\n\r]/);
      const { overrides, diagnostics } = read((refusal?.line ?? "").replace(/…(?="[^"]*$)/, "meant"));
      expect(diagnostics).toEqual([]);
      expect(overrides[0]).toMatchObject({ from: `${id} 100 JPY`, to: `${id} 200 JPY` });
    }),
    { numRuns: 300 },
  );
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
