/** A plan as a comment shows it, for tests and for the picture in the documentation. */
import type { PlanArtifact, PlannedChange, PlannedStore } from "../../action/src/model/plan-artifact.ts";

const listed = <Item>(...first: Item[]): { count: number; first: Item[] } => ({ count: first.length, first });

/** A change of nothing. */
export const NO_CHANGE: PlannedChange = {
  added: listed(),
  removed: listed(),
  backInStock: listed(),
  soldOut: listed(),
  renamed: listed(),
  priced: listed(),
  facts: [],
  lostAddresses: listed(),
};

/** A live store of which one page changes. */
export const STORE: PlannedStore = {
  tenant: "acme",
  kind: "updated",
  url: "https://shop.acme.example/",
  release: { before: "0123456789abcdef", after: "fedcba9876543210" },
  pages: { before: 29, after: 29 },
  products: { before: 12, after: 12 },
  files: {
    added: listed(),
    changed: listed("about/index.html", "sitemap.xml"),
    removed: listed(),
    unchanged: 61,
    bytes: 9_120,
  },
  isVisible: true,
  change: NO_CHANGE,
  refusals: [],
};

/** A plan that changes nothing. */
export const NO_PLAN: PlanArtifact = {
  version: 1,
  base: "b45e".padEnd(40, "0"),
  head: "4ead".padEnd(40, "0"),
  conclusion: "success",
  digest: "5ca1ab1e0ddba11d",
  engine: "same",
  fleet: 41,
  same: 0,
  stores: [],
  groups: [],
  problems: { errors: 0, warnings: 0, first: [] },
  pictures: { taken: [], skipped: "" },
  sites: [],
  sitesSkipped: "",
};

/** One store each that is changed, opened, closed and changed out of sight; a guard holds back the first. */
export const PLAN: PlanArtifact = {
  ...NO_PLAN,
  conclusion: "refused",
  stores: [
    {
      ...STORE,
      tenant: "sundial-row-coffee",
      url: "https://sundialrow.example/",
      pages: { before: 29, after: 30 },
      products: { before: 12, after: 13 },
      files: {
        added: listed("products/cloud-ladder/index.html", "products/cloud-ladder/1.svg"),
        changed: listed(
          "collections/all/index.html",
          "feeds/google.xml",
          "index.html",
          "products/long-shadow/index.html",
          "products/morning-ledger/index.html",
          "sitemap.xml",
        ),
        removed: listed("products/three-wells/index.html"),
        unchanged: 54,
        bytes: 84_300,
      },
      change: {
        ...NO_CHANGE,
        added: listed({ id: "cloud-ladder", title: "Cloud Ladder" }),
        removed: listed({ id: "three-wells", title: "Three Wells" }),
        soldOut: listed({ id: "long-shadow", title: "Long Shadow" }),
        priced: listed(
          {
            id: "SRC-MORNINGLEDGER-12OZ",
            title: "Morning Ledger, 12 oz",
            from: "17.50 USD",
            to: "11.50 USD",
            percent: -34.3,
          },
          {
            id: "SRC-SLOWMERIDIAN-12OZ",
            title: "Slow Meridian, 12 oz",
            from: "18.00 USD",
            to: "19.50 USD",
            percent: 8.3,
          },
        ),
        facts: [{ what: "phone", from: "+1 555 0141", to: "+1 555 0142" }],
        lostAddresses: listed("products/three-wells/index.html"),
        weight: { page: "index.html", before: 41_200, after: 43_900, budget: 60_000 },
      },
      refusals: [
        {
          guard: "price-change",
          message: "the price of SRC-MORNINGLEDGER-12OZ would change from 17.50 USD to 11.50 USD, more than 30 %",
          line: '- { guard: price-change, tenant: sundial-row-coffee, from: "SRC-MORNINGLEDGER-12OZ 17.50 USD", to: "SRC-MORNINGLEDGER-12OZ 11.50 USD", reason: "…" }',
        },
      ],
    },
    {
      ...STORE,
      tenant: "souq-najmat-alwadi",
      kind: "created",
      url: "https://souq.example/",
      release: { before: "", after: "00ff00ff00ff00ff" },
      pages: { before: 0, after: 41 },
      products: { before: 0, after: 24 },
      files: {
        ...STORE.files,
        added: { count: 104, first: ["404.html", "about/index.html"] },
        changed: listed(),
        bytes: 612_000,
      },
    },
    {
      ...STORE,
      tenant: "midwinter",
      kind: "parked",
      url: "https://midwinter.example/",
      pages: { before: 17, after: 0 },
      products: { before: 9, after: 0 },
      files: {
        added: listed(),
        changed: listed("404.html", "index.html"),
        removed: { count: 44, first: ["about/index.html", "collections/all/index.html"] },
        unchanged: 0,
        bytes: 3_100,
      },
    },
    {
      ...STORE,
      tenant: "otterlight-eyewear",
      isVisible: false,
      files: { ...STORE.files, changed: listed("feeds/google.xml") },
    },
  ],
  problems: {
    errors: 0,
    warnings: 1,
    first: [
      {
        rule: "picture-alt",
        severity: "warning",
        message: "the picture of product cloud-ladder has no description",
        hint: "add image_alt, for people who cannot see it",
        file: "tenants/sundial-row-coffee/products.json",
        line: 14,
        column: 3,
      },
    ],
  },
  pictures: {
    taken: [
      {
        tenant: "sundial-row-coffee",
        page: "index.html",
        width: 1280,
        before: "pictures/sundial-row-coffee/home-1280-before.png",
        after: "pictures/sundial-row-coffee/home-1280-after.png",
        difference: "pictures/sundial-row-coffee/home-1280-difference.png",
        changed: 0.083,
      },
      {
        tenant: "sundial-row-coffee",
        page: "index.html",
        width: 360,
        before: "pictures/sundial-row-coffee/home-360-before.png",
        after: "pictures/sundial-row-coffee/home-360-after.png",
        difference: "pictures/sundial-row-coffee/home-360-difference.png",
        changed: 0.121,
      },
      {
        tenant: "souq-najmat-alwadi",
        page: "index.html",
        width: 1280,
        after: "pictures/souq-najmat-alwadi/home-1280-after.png",
        changed: 1,
      },
    ],
    skipped: "",
  },
  sites: ["sundial-row-coffee", "souq-najmat-alwadi", "midwinter", "otterlight-eyewear"],
};
