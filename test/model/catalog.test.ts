import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isGtin, splitList } from "../../action/src/model/catalog-attribute.ts";
import { groupTitle } from "../../action/src/model/catalog-product.ts";
import { readCatalog } from "../../action/src/model/catalog.ts";
import { slugOf } from "../../action/src/model/slug.ts";
import type { Variant } from "../../action/src/model/store.ts";
import { sampleTenant, withCatalog } from "./sample-tenant.ts";

const read = (text: string | Uint8Array, file = "tenants/acme/products.csv", tenant = sampleTenant()) =>
  readCatalog(tenant, { file, bytes: typeof text === "string" ? Buffer.from(text) : text });

/** `rule line:column` of everything that is said about a file. */
const said = (text: string | Uint8Array, file?: string) =>
  read(text, file).diagnostics.map(({ rule, location }) => `${rule} ${location.line}:${location.column}`);

const row = (cells: Readonly<Record<string, string>>): string => {
  const all = { id: "MUG", title: "Mug", price: "9.00 GBP", ...cells };
  return `${Object.keys(all).join(",")}\n${Object.values(all)
    .map((cell) => `"${cell.replaceAll('"', '""')}"`)
    .join(",")}\n`;
};

const example = (path: string, currency: string, language: string) => {
  const tenant = sampleTenant({ locale: { default: language, currency, prices_include_tax: true } });
  return readCatalog(tenant, { file: path, bytes: readFileSync(path) });
};

describe("the examples", () => {
  test.each([
    ["tenants/otterlight-eyewear/products.csv", "GBP", 10, 21, "Tarn glasses"],
    ["tenants/kilnfold-keramik/products.yaml", "EUR", 13, 24, "Becher Morgen"],
    ["tenants/sundial-row-coffee/products.json", "USD", 13, 23, "Morning Ledger — House blend"],
  ])("%s", (path, currency, products, variants, first) => {
    const { catalog, diagnostics } = example(path, currency, "en-GB");
    expect(diagnostics).toEqual([]);
    expect(catalog?.products).toHaveLength(products);
    expect(catalog?.products.flatMap((product) => product.variants)).toHaveLength(variants);
    expect(catalog?.products[0]?.title).toBe(first);
  });

  test("a product of the eyewear store, whole", () => {
    const { catalog } = example("tenants/otterlight-eyewear/products.csv", "GBP", "en-GB");
    const harbour = catalog?.products.find(({ id }) => id === "OTL-HARBOUR");
    expect(harbour).toMatchObject({
      slug: "otl-harbour",
      title: "Harbour sunglasses",
      brand: "Otterlight",
      type: ["Sunglasses", "Aviator"],
      highlights: ["Polarised, category 3", "100% UVA and UVB"],
      details: [
        { section: "Frame", name: "Shape", value: "Aviator" },
        { section: "Frame", name: "Size", value: "56-16-140 mm" },
      ],
    });
    expect(harbour?.variants[0]).toMatchObject({
      id: "OTL-HARBOURBRUSHEDGOLD",
      price: { amount: 16_500, currency: "GBP" },
      availability: "in_stock",
      attributes: { color: "Brushed Gold", item_group_id: "OTL-HARBOUR", condition: "new" },
    });
  });
});

describe("every format says the same", () => {
  const csv =
    "id,title,price,sale_price,item_group_id,color,availability\nA1,Mug red,9.00 GBP,8.00 GBP,A,red,in stock\nA2,Mug blue,9.50 GBP,,A,blue,\n";
  const yaml = `defaults: { Price: 9.00 GBP }
products:
  - item_group_id: A
    variants:
      - { id: A1, title: Mug red, sale price: 8.00 GBP, color: red, availability: in stock }
      - { id: A2, title: Mug blue, price: 9.50 GBP, color: blue }
`;
  const json = JSON.stringify({
    products: [
      { id: "A1", title: "Mug red", price: "9.00 GBP", sale_price: "8.00 GBP", item_group_id: "A", color: "red" },
      { id: "A2", title: "Mug blue", price: "9.50 GBP", item_group_id: "A", color: "blue", brand: null },
    ],
  });
  const expected = [
    {
      id: "A",
      slug: "a",
      title: "Mug",
      description: "",
      brand: "",
      type: [],
      highlights: [],
      details: [],
      variants: [
        {
          id: "A1",
          title: "Mug red",
          price: { amount: 900, currency: "GBP" },
          salePrice: { amount: 800, currency: "GBP" },
          availability: "in_stock",
          attributes: { item_group_id: "A", color: "red" },
        },
        {
          id: "A2",
          title: "Mug blue",
          price: { amount: 950, currency: "GBP" },
          availability: "in_stock",
          attributes: { item_group_id: "A", color: "blue" },
        },
      ],
    },
  ];
  test.each([
    ["csv", csv],
    ["CSV", `\ufeff${csv.replaceAll("\n", "\r\n")}`],
    ["csv", csv.replace("id,title,price,sale_price", " ID ,Title,PRICE,Sale Price")],
    ["csv", csv.replace("\nA2", "\n\n\nA2")],
    ["tsv", csv.replaceAll(",", "\t")],
    ["txt", csv.replaceAll(",", "\t")],
    ["yaml", yaml],
    ["yml", yaml],
    ["json", json],
  ])(".%s", (extension, text) => {
    const { catalog, diagnostics } = read(text, `tenants/acme/products.${extension}`);
    expect(diagnostics).toEqual([]);
    expect(catalog?.products).toEqual(expected);
  });

  test("products inside the tenant file", () => {
    const { products } = JSON.parse(json) as { products: Record<string, unknown>[] };
    const { catalog, diagnostics } = readCatalog(withCatalog({ products }), "inline");
    expect(diagnostics).toEqual([]);
    expect(catalog?.products).toEqual(expected);
  });

  test("a problem inside the tenant file stands at its value", () => {
    const tenant = withCatalog({ products: [{ id: "A", title: "Mug", price: 9 }] });
    expect(readCatalog(tenant, "inline").diagnostics).toMatchObject([
      {
        rule: "catalog-price",
        message: 'price "9" is not a price',
        location: tenant.locate("/catalog/products/0/price"),
      },
    ]);
  });
});

describe("what stands between the cells of a table", () => {
  const cells = [
    ["id", "title", "price", "description"],
    ["MUG", "Mug", "9.00 GBP", '"red, green; blue"'],
  ];
  const written = (delimiter: string) => cells.map((line) => line.join(delimiter)).join("\n");

  test.each([",", ";", "\t"].flatMap((delimiter) => ["csv", "tsv"].map((extension) => [delimiter, extension])))(
    "%j is seen in the first line of a .%s",
    (delimiter, extension) => {
      const { catalog, diagnostics } = read(written(delimiter), `tenants/acme/products.${extension}`);
      expect(diagnostics).toEqual([]);
      expect(catalog?.products[0]).toMatchObject({ id: "MUG", title: "Mug" });
      expect(JSON.stringify(catalog?.products)).toContain("red, green; blue");
    },
  );
});

describe("each rule, at its cell", () => {
  test.each([
    ["catalog-missing 2:1", { id: "" }],
    ["catalog-missing 2:7", { title: " " }],
    ["catalog-missing 2:13", { price: "" }],
    ["catalog-id 2:1", { id: "a b" }],
    ["catalog-id 2:1", { id: "../a" }],
    ["catalog-id 2:1", { id: "a".repeat(51) }],
    ["catalog-length 2:7", { title: "t".repeat(151) }],
    ["catalog-price 2:13", { price: "9,00 GBP" }],
    ["catalog-price 2:13", { price: "0.00 GBP" }],
    ["catalog-price 2:13", { price: "-9.00 GBP" }],
    ["catalog-price 2:13", { price: "9.001 GBP" }],
    ["catalog-currency 2:13", { price: "9.00 EUR" }],
    ["catalog-price 2:24", { sale_price: "cheap" }],
    ["catalog-sale-price 2:24", { sale_price: "9.00 GBP" }],
    ["catalog-availability 2:24", { availability: "soon" }],
    ["catalog-condition 2:24", { condition: "old" }],
    ["catalog-gtin 2:24", { gtin: "9521230001374" }],
    ["catalog-gtin 2:24", { gtin: "123" }],
    ["catalog-id 2:24", { item_group_id: "a/b" }],
    ["catalog-image 2:24", { image_link: "../secret.png" }],
    ["catalog-image 2:24", { image_link: "/etc/passwd.png" }],
    ["catalog-image 2:24", { image_link: "images/mug.gif" }],
    ["catalog-image 2:24", { image_link: "javascript:alert(1)" }],
    ["catalog-image-remote 2:24", { image_link: "https://cdn.example/mug.png" }],
    ["catalog-image-unused 2:24", { additional_image_link: "images/a.png,images/b.png" }],
    ["catalog-link 2:24", { additional_image_link: "https://cdn.example/a.png,../b.png" }],
    ["catalog-link 2:24", { link: "javascript:alert(1)" }],
    ["catalog-link 2:24", { video_link: "data:text/html,x" }],
    ["catalog-formula 2:24", { description: "=1+1" }],
    ["catalog-formula 2:24", { color: "+cmd" }],
    ["catalog-formula 2:24", { color: "@SUM(A1)" }],
    ["catalog-formula 2:24", { color: "-2+3" }],
    ["catalog-formula 2:24", { color: "\tred" }],
    ["catalog-markup 2:24", { description: "</script>" }],
    ["catalog-markup 2:24", { material: "a > b" }],
    ["catalog-markup 2:24", { material: "a < b" }],
    ["catalog-text 2:24", { color: "red\nblue" }],
    ["catalog-length 2:24", { description: "d".repeat(5001) }],
    ["catalog-detail 2:24", { product_detail: "just words" }],
    ["catalog-sale-date 2:24", { sale_price_effective_date: "2026-01-01/2026-02-01" }],
    ["text-bidi 2:24", { color: "red\u202e" }],
    ["text-zero-width 2:24", { color: "r\u200bed" }],
    ["text-control 2:24", { color: "r\u0007ed" }],
  ])("%s", (expected, cells) => {
    const found = read(row(cells)).diagnostics;
    expect(found.map(({ rule, location }) => `${rule} ${location.line}:${location.column}`)).toEqual([expected]);
    expect(found[0]?.hint).not.toBe("");
  });

  test("good values say nothing", () => {
    const cells = {
      sale_price: "8.99 GBP",
      availability: "Out of stock",
      condition: "used",
      gtin: "9521230001373",
      product_type: "Home > Mugs",
      image_link: "images/mug.png",
      link: "https://old.example/mug",
      description: "First line\nsecond line, 5 & 6",
      temperature: "-5",
      product_detail: "Size:Height:1,4 cm,Size:Width:8 cm",
    };
    const { catalog, images, diagnostics } = read(row(cells));
    expect(diagnostics).toEqual([]);
    expect(images).toEqual([
      { path: "images/mug.png", location: { file: "tenants/acme/products.csv", line: 2, column: 87 } },
    ]);
    const [product] = catalog?.products ?? [];
    expect(product?.details).toEqual([
      { section: "Size", name: "Height", value: "1,4 cm" },
      { section: "Size", name: "Width", value: "8 cm" },
    ]);
    expect(product?.variants[0]).toMatchObject({ availability: "out_of_stock", image: "images/mug.png" });
    expect(Object.keys(product?.variants[0].attributes ?? {})).toEqual(["condition", "gtin", "temperature"]);
  });

  test.each([
    ["catalog-column 1:1", "id,title\nA,Mug\n"],
    ["catalog-column 1:16", "id,title,price,\nA,Mug,9.00 GBP,x\n"],
    ["catalog-column 1:16", "id,title,price,Title\nA,Mug,9.00 GBP,x\n"],
    ["catalog-column 1:16", "id,title,price,__proto__\nA,Mug,9.00 GBP,x\n"],
    ["catalog-row 3:1", "id,title,price\nA,Mug,9.00 GBP\nB,Cup, red,9.00 GBP\n"],
    ["catalog-row 2:1", "id,title,price\nA,Mug\n"],
    ["catalog-quote 3:3", 'id,title,price\nA,Mug,9.00 GBP\nB,"Cup,9.00 GBP\nC,Jar,9.00 GBP\n'],
    ["catalog-quote 2:3", 'id,title,price\nA,"Mug" red,9.00 GBP\n'],
    ["catalog-quote 2:3", 'id,title,price\nA,12" plate,9.00 GBP\n'],
    ["catalog-duplicate-id 3:1", "id,title,price\nA,Mug,9.00 GBP\na,Cup,9.00 GBP\n"],
    ["catalog-duplicate-id 3:1", "id,title,price\na,Mug,9.00 GBP\nA,Cup,9.00 GBP\n"],
    ["catalog-slug 3:1", "id,title,price\nA.B,Mug,9.00 GBP\nA-B,Cup,9.00 GBP\n"],
    ["catalog-empty 1:1", ""],
    ["catalog-empty 1:1", "id,title,price\n"],
    ["text-nul 2:4", "id,title,price\nA,M\0ug,9.00 GBP\n"],
    ["text-encoding 2:4", Buffer.from("id,title,price\nA,M\xfcg,9.00 GBP\n", "latin1")],
    [
      "text-encoding 2:4",
      Buffer.from("id,title,price\nA,�".replace("�", "\ufffd") + "\xff,9.00 GBP\n", "latin1").fill(0x4d, 17, 18),
    ],
  ])("%s", (expected, text) => {
    expect(said(text)).toEqual([expected]);
  });

  test.each([
    ["catalog-key 1:1", "{ shop: 1, products: [{ id: A, title: Mug, price: 9.00 GBP }] }"],
    ["catalog-key 1:1", "{ defaults: {} }"],
    ["catalog-value 2:5", "products:\n  - Mug\n"],
    ["catalog-value 2:53", "products:\n  - { id: A, title: Mug, price: 9.00 GBP, variants: red }\n"],
    ["catalog-key 2:43", "products:\n  - { id: A, title: Mug, price: 9.00 GBP, ID: B }\n"],
    ["catalog-value 2:50", "products:\n  - { id: A, title: Mug, price: 9.00 GBP, color: [[red]] }\n"],
    ["catalog-missing 2:5", "products:\n  - { id: A, titel: Mug, price: 9.00 GBP }\n"],
    ["catalog-empty 1:1", "products: []\n"],
  ])("%s in YAML", (expected, text) => {
    expect(said(text, "tenants/acme/products.yaml").map((one) => one.replace(/ 1:\d+$/, " 1:1"))).toEqual([expected]);
  });

  test("a problem in a default or a group stands where it is written, not where it is used", () => {
    const text = `defaults: { condition: old }
products:
  - item_group_id: A
    price: 9 pounds
    variants:
      - { id: A1, title: Mug }
  - { id: B, title: Cup, price: 1.00 EUR }
`;
    expect(said(text, "tenants/acme/products.yaml")).toEqual([
      "catalog-price 4:12",
      "catalog-condition 1:24",
      "catalog-currency 7:33",
    ]);
  });

  test("a wrong name is answered with the one that was probably meant", () => {
    const [found] = read("id,titles,price\nA,Mug,9.00 GBP\n").diagnostics;
    expect(found?.hint).toBe('rename the column "titles"?');
    const [availability] = read(row({ availability: "instock" })).diagnostics;
    expect(availability?.hint).toMatch(/did you mean "?in_stock/);
  });

  test("nothing is missing from the list of what is wrong, whatever the row", () => {
    const text = "id,title,price\nA,=x,9\nA,<b>,8.00 EUR\n,Cup,7.00 GBP\n";
    expect(said(text)).toEqual([
      "catalog-formula 2:3",
      "catalog-price 2:6",
      "catalog-markup 3:3",
      "catalog-currency 3:7",
      "catalog-missing 4:1",
    ]);
  });
});

const many = (count: number, price = "9.00 GBP") =>
  `id,title,price\n${Array.from({ length: count }, (_, index) => `A${index},Mug ${index},${price}\n`).join("")}`;

describe("limits", () => {
  test("10,000 rows are fine, one more is one problem", () => {
    const { catalog, diagnostics } = read(many(10_000));
    expect(diagnostics).toEqual([]);
    expect(catalog?.products).toHaveLength(10_000);
    expect(said(many(10_001))).toEqual(["catalog-size 10002:1"]);
    expect(said(many(50_000))).toEqual(["catalog-size 10002:1"]);
    const json = JSON.stringify({ products: Array.from({ length: 10_001 }, (_, index) => ({ id: `A${index}` })) });
    expect(read(json, "tenants/acme/products.json").diagnostics.map(({ rule }) => rule)).toEqual(["catalog-size"]);
  });

  test("of 10,000 problems 100 are shown and the others counted", () => {
    const { catalog, diagnostics } = read(many(10_000, "9.00 EUR"));
    expect(catalog).toBeUndefined();
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)).toMatchObject({
      rule: "catalog-more",
      severity: "error",
      message: "9900 more errors in tenants/acme/products.csv",
    });
  });

  test("20 MB, 500 columns", () => {
    expect(said(new Uint8Array(20 * 1024 * 1024 + 1))).toEqual(["catalog-size 1:1"]);
    expect(said(`id${",x".repeat(500)}\n`)).toEqual(["catalog-size 1:1002"]);
  });
});

const titled = (titles: readonly [string, ...string[]], attributes: Record<string, string> = {}) => {
  const variant = (title: string): Variant => ({
    id: title,
    title,
    price: { amount: 1, currency: "GBP" },
    availability: "in_stock",
    attributes,
  });
  const [first, ...others] = titles;
  return groupTitle([variant(first), ...others.map(variant)]);
};

describe("titles of groups", () => {
  test.each([
    [["Tarn glasses in Tortoise", "Tarn glasses in Moss Green"], "Tarn glasses"],
    [["Blend, 12 oz", "Blend, 2 lb"], "Blend"],
    [["Tasse mit Henkel – rot", "Tasse mit Henkel – blau"], "Tasse mit Henkel"],
    [["Red tea pot", "Blue tea pot"], "tea pot"],
    [["Same", "Same"], "Same"],
    [["Made in", "Made of"], "Made"],
    [["Rot", "Blau"], "Rot"],
    [["Mug red", "Mug"], "Mug"],
  ] as const)("%j → %s", (titles, expected) => {
    expect(titled(titles)).toBe(expected);
  });

  test("the only row of a group loses its own colour", () => {
    expect(titled(["Mug in Red"], { item_group_id: "M", color: "red" })).toBe("Mug");
    expect(titled(["Mug in Red"], { color: "red" })).toBe("Mug in Red");
  });
});

test("a picture of several rows is named once, where it first stands", () => {
  const text = "id,title,price,image_link\nA,Mug,9.00 GBP,a.png\nB,Cup,9.00 GBP,a.png\n";
  expect(read(text).images).toEqual([
    { path: "a.png", location: { file: "tenants/acme/products.csv", line: 2, column: 16 } },
  ]);
});

test("the address of a product is its id in lower case", () => {
  expect(["OTL-TARN", "fooBar.2_x"].map(slugOf)).toEqual(["otl-tarn", "foobar-2-x"]);
});

test("check digits of GTINs", () => {
  expect(["40170725", "614141000036", "9521230001373", "10614141000415"].map(isGtin)).toEqual([true, true, true, true]);
  expect(["40170726", "9521230001372", "", "952123000137x", "1".repeat(15)].map(isGtin)).toEqual(Array(5).fill(false));
});

test("lists in a cell", () => {
  expect(splitList('a, "b, c" ,"d ""e"""')).toEqual(["a", "b, c", 'd "e"']);
  expect(splitList('12" plate, red')).toEqual(['12" plate', " red"]);
});
