import { hash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type FilterIndex, type FilterRow, writeFilterIndex } from "../../action/src/model/filter-index.ts";

const COLORS = ["Blue", "Green", "Red", "White", "Black", "Amber", "Sand", "Rose", "Grey", "Olive", "Plum", "Teal"];
const digits = (text: string): number => Number.parseInt(hash("sha256", text).slice(0, 8), 16);

/** An index of as many products, and what was kept beside it. */
function indexOf(count: number) {
  const names = Array.from({ length: count }, (_, at) => digits(`name ${at}`) % count);
  const rows = names.map((name, at): FilterRow => {
    const title = `${COLORS[name % 12]} ${["mug", "bowl", "plate", "jug", "vase"][name % 5]} ${name}`;
    const slug = title.toLowerCase().replaceAll(" ", "-");
    return [
      title,
      `products/${slug}/`,
      `£${digits(`price ${at}`) % 300}.00`,
      `assets/drawing.${hash("sha256", slug).slice(0, 10)}.svg`,
    ];
  });
  const facets = ["product_type", "color", "size", "material", "pattern", "brand", "availability"].map((name) => ({
    name,
    values: COLORS,
    ofProducts: rows.map((_, at) => {
      const number = digits(`${name} ${at}`);
      return number % 7 === 0
        ? [COLORS[number % 12] ?? "", COLORS[(number + 1) % 12] ?? ""]
        : [COLORS[number % 12] ?? ""];
    }),
  }));
  const kept = new Map<string, string>();
  const amounts = rows.map((_, at) => digits(`price ${at}`) % 300);
  const body = writeFilterIndex(facets, { amounts, names, rows }, (part) => {
    const path = `assets/collection-all.${hash("sha256", part).slice(0, 10)}.json`;
    kept.set(path, part);
    return path;
  });
  return { body, kept, index: JSON.parse(body) as FilterIndex, rows, facets, amounts, names };
}

const sentBytes = (text: string): number => gzipSync(text).length;

test("a collection of usual size is one file", () => {
  const { kept, index, rows, amounts, names } = indexOf(300);
  expect(kept.size).toBe(0);
  expect(index).toMatchObject({ count: 300, rows: [rows], size: 300, amounts, names });
});

test("values are numbers: of the one value, or in a list; what cannot be chosen is left out", () => {
  const body = writeFilterIndex(
    [{ name: "color", values: ["Blue", "Red"], ofProducts: [["Red"], ["Red", "Blue"], ["Rare"], []] }],
    { amounts: [1, 2, 3, 4], names: [1, 2, 3, 4], rows: [] },
    () => "",
  );
  expect((JSON.parse(body) as FilterIndex).facets).toEqual([["color", ["Blue", "Red"], [1, [1, 0], [], []]]]);
});

test("a large collection is in parts that say the same", () => {
  const { kept, index, rows, facets, amounts, names } = indexOf(2_000);
  const part = <Content>(path: string | Content): Content =>
    typeof path === "string" ? (JSON.parse(kept.get(path) ?? "null") as Content) : path;
  expect(index.rows.flatMap(part)).toEqual(rows);
  expect([part(index.amounts), part(index.names)]).toEqual([amounts, names]);
  for (const [at, [, values, column]] of index.facets.entries()) {
    const written = part(column).map((numbers) => [numbers].flat().map((number) => values[number]));
    expect(written).toEqual(facets[at]?.ofProducts);
  }
});

test("a filter of ten thousand products costs no more than a page", () => {
  const { body, kept, index } = indexOf(10_000);
  const bytesAt = (path: unknown): number => sentBytes(kept.get(String(path)) ?? "");
  const columns = [...index.facets.map(([, , column]) => column), index.amounts, index.names].map(bytesAt);
  const parts = index.rows.map(bytesAt);
  expect(index.rows).toHaveLength(200);
  // Of each of the 24 products that are shown another part, at worst.
  const rows = parts.toSorted((one, other) => other - one).slice(0, 24);
  const worst = sentBytes(body) + Math.max(...columns) + rows.reduce((sum, bytes) => sum + bytes, 0);
  expect(worst).toBeLessThan(60_000);
  expect(sentBytes(body)).toBeLessThan(5_000);
});
