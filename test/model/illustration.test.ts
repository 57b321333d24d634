import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { illustrate, recognise, VIEWS } from "../../action/src/model/illustration.ts";
import { GARMENTS } from "../../action/src/model/drawing-apparel.ts";
import { colorNamed } from "../../action/src/model/drawing-colors.ts";
import { RIM_NAMES } from "../../action/src/model/drawing-eyewear.ts";
import { JEWELS } from "../../action/src/model/drawing-jewellery.ts";
import { VESSELS } from "../../action/src/model/drawing-vessels.ts";
import type { Thing } from "../../action/src/model/drawing-words.ts";
import type { Product } from "../../action/src/model/store.ts";

const LIGHT = { surface: "#f6f1ea", accent: "#9c3f1f" };
const DARK = { surface: "#1f232b", accent: "#8ab8ff" };

const THINGS: readonly Thing[] = [
  ...VESSELS.map((thing) => ({ kit: "ceramics" as const, thing })),
  ...GARMENTS.map((thing) => ({ kit: "apparel" as const, thing })),
  ...JEWELS.map((thing) => ({ kit: "jewellery" as const, thing })),
  ...RIM_NAMES.flatMap((thing) =>
    [true, false].map((metal) => ({ kit: "eyewear" as const, thing, tinted: metal, metal })),
  ),
  { kit: "eyewear", thing: "case" },
  { kit: "eyewear", thing: "cloth" },
  { kit: "coffee", thing: "bag" },
  { kit: "abstract" },
];

function product(title: string, type: readonly string[] = [], attributes: Record<string, string> = {}): Product {
  return {
    id: title,
    slug: "one",
    title,
    description: "",
    brand: "",
    type,
    highlights: [],
    details: [],
    variants: [{ id: title, title, price: { amount: 1, currency: "EUR" }, availability: "in_stock", attributes }],
  };
}

describe("every thing in every view", () => {
  const drawings = THINGS.flatMap((thing) =>
    VIEWS.flatMap((view) =>
      ["Ivory", "Tortoise", "Clear Crystal", "Ink Black", undefined].flatMap((color) =>
        [LIGHT, DARK].map((colors) => {
          const draw = () => illustrate({ id: `${color}`, thing }, [color], colors, view);
          return { name: `${thing.kit} ${thing.kit === "abstract" ? "" : thing.thing} ${view} ${color}`, draw };
        }),
      ),
    ),
  );

  it("is the same twice, small, and asks for nothing from elsewhere", () => {
    for (const { name, draw } of drawings) {
      const drawing = draw();
      expect(draw(), name).toBe(drawing);
      expect(Buffer.byteLength(drawing), name).toBeLessThanOrEqual(3072);
      expect(gzipSync(drawing).length, name).toBeLessThanOrEqual(1200);
      expect(drawing.replace('xmlns="http://www.w3.org/2000/svg"', ""), name).not.toMatch(
        /http|<image|<script|NaN|undefined/,
      );
    }
  });

  it("refers to nothing that it does not define", () => {
    for (const { name, draw } of drawings) {
      const drawing = draw();
      const ids = [...drawing.matchAll(/ id="(\w+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size, name).toBe(ids.length);
      for (const [, id] of drawing.matchAll(/(?:href="|url\()#(\w+)/g)) expect(ids, name).toContain(id);
    }
  });
});

it("draws variants alike but for their colour, and products differently", () => {
  const bag = recognise(product("House blend", ["Coffee"]));
  const black = illustrate(bag, ["Ink Black"], LIGHT);
  expect(illustrate(bag, ["Sky Blue"], LIGHT)).not.toBe(black);
  expect(illustrate(recognise(product("Dark roast", ["Coffee"])), ["Ink Black"], LIGHT)).not.toBe(black);
});

it("never shows a product's own words", () => {
  const hostile = '"><script>x</script> mug';
  expect(illustrate(recognise(product(hostile)), [hostile, '"/><image href="#'], LIGHT)).not.toMatch(/script|image/);
});

describe("recognise", () => {
  it.each([
    ["Becher Morgen", [], "ceramics mug"],
    ["Espressobecher Kurz", [], "ceramics cup"],
    ["Müslischale Feld", [], "ceramics bowl"],
    ["Tasse du matin", [], "ceramics mug"],
    ["Jarra grande", [], "ceramics pitcher"],
    ["فنجان أزرق", [], "ceramics cup"],
    ["Tarn glasses in Tortoise", ["Optical", "Round"], "eyewear round"],
    ["Sonnenbrille Düne", ["Pilot"], "eyewear aviator"],
    ["نظارة", ["Square"], "eyewear square"],
    ["Felt-lined folding case", ["Accessories", "Cases"], "eyewear case"],
    ["Slow Meridian — Espresso blend, 12 oz", ["Coffee", "Blends"], "coffee bag"],
    ["قهوة الصباح", [], "coffee bag"],
    ["Leinenhemd", [], "apparel shirt"],
    ["Robe d’été", [], "apparel dress"],
    ["Camiseta blanca", [], "apparel tee"],
    ["فستان طويل", [], "apparel dress"],
    ["Bague en or", [], "jewellery ring"],
    ["Halskette Mond", [], "jewellery necklace"],
    ["Quantum flux", ["Gadgets"], "abstract"],
  ])("%s %j: %s", (title, type, expected) => {
    const { thing } = recognise(product(title, type));
    expect([thing.kit, ...("thing" in thing ? [thing.thing] : [])].join(" ")).toBe(expected);
  });

  it("lets a word that is said of many goods decide only where no other does", () => {
    const thingOf = (label: string, title: string, ...type: string[]) =>
      recognise(product(title, type, { custom_label_0: label })).thing;
    expect(thingOf("bag", "Long Shadow", "Coffee", "Blends")).toEqual({ kit: "coffee", thing: "bag" });
    expect(thingOf("", "Three Wells, honey", "Coffee")).toEqual({ kit: "coffee", thing: "bag" });
    expect(thingOf("", "Weekend bag")).toEqual({ kit: "apparel", thing: "tote" });
    expect(thingOf("", "Heather honey")).toEqual({ kit: "ceramics", thing: "jar" });
  });

  it("listens to the category, and to the tenant before all", () => {
    expect(recognise(product("Lark", [], { google_product_category: "524" })).thing.kit).toBe("eyewear");
    expect(recognise(product("Lark", [], { google_product_category: "524" }), "jewellery").thing.kit).toBe("jewellery");
    expect(recognise(product("Mug"), "abstract").thing.kit).toBe("abstract");
  });
});

describe("colorNamed", () => {
  it.each([
    ["Ink Black", "#26272b"],
    ["Tintenblau", "#3f6296"],
    ["Elfenbein", "#e9e0cf"],
    ["vert", "#4f7a55"],
    ["Rojo/Azul", "#b8413a"],
    ["أسود", "#26272b"],
    ["#A0B1C2", "#a0b1c2"],
    ["#abc", "#aabbcc"],
    ["Quux", undefined],
    ["", undefined],
  ])("%s is %s", (name, color) => expect(colorNamed(name)).toBe(color));

  it("makes a light one lighter and a dark one darker", () => {
    const [light = "", plain = "", dark = ""] = ["light green", "green", "dark green"].map(
      (name) => colorNamed(name) ?? "",
    );
    expect(light > plain && plain > dark).toBe(true);
  });
});
