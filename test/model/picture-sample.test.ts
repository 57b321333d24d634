import { expect, it } from "vitest";
import { MOST_SITTERS, sampleSitters, type Sitter } from "../../action/src/model/picture-sample.ts";

const sitter = (tenant: string, about: Partial<Sitter> = {}): Sitter => ({
  tenant,
  pages: ["index.html"],
  products: 10,
  longestName: 20,
  isRightToLeft: false,
  isDark: false,
  difference: 0.1,
  ...about,
});
const many = Array.from({ length: 40 }, (_, at) => sitter(`store-${String(at).padStart(2, "0")}`));
const names = (sitters: readonly Sitter[]): string[] => sitters.map(({ tenant }) => tenant);

it("shows every store that a change names, and of very many those that differ most", () => {
  expect(names(sampleSitters([sitter("b"), sitter("a")], false))).toEqual(["a", "b"]);
  const chosen = names(sampleSitters([...many, sitter("zebra", { difference: 0.9 })], false));
  expect(chosen).toHaveLength(MOST_SITTERS);
  expect(chosen).toContain("zebra");
});

it("shows of what reaches everywhere one of each kind and what differs most, whatever order they come in", () => {
  const kinds = [
    sitter("dark", { isDark: true }),
    sitter("large", { products: 900 }),
    sitter("long", { longestName: 150 }),
    sitter("right-to-left", { isRightToLeft: true }),
    sitter("small", { products: 1 }),
  ];
  const different = ["v", "w", "x", "y", "z"].map((name) => sitter(name, { difference: 0.8 }));
  const all = [...many, ...different, ...kinds];
  const chosen = names(sampleSitters(all, true));
  expect(chosen).toEqual(["dark", "large", "long", "right-to-left", "small", "v", "w", "x", "y", "z"]);
  expect(names(sampleSitters(all.toReversed(), true))).toEqual(chosen);
});
