import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Tokens } from "../../action/src/generated/tenant.ts";
import {
  contrastOf,
  lightnessOf,
  lowestContrast,
  moveUntilReadable,
  readableOn,
} from "../../action/src/model/color.ts";
import {
  checkTheme,
  colorsIn,
  paletteOf,
  type Scheme,
  schemesOf,
  themeCss,
  tokensOf,
} from "../../action/src/model/theme.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { sampleTenant } from "./sample-tenant.ts";

const template = templateNamed("default");
const check = (color: Tokens["color"], { preset, scheme }: { preset?: "calm"; scheme?: Scheme | undefined } = {}) =>
  checkTheme(
    sampleTenant({
      theme: {
        template: "default",
        ...(preset && { preset }),
        ...(scheme && { scheme }),
        tokens: color ? { color } : {},
      },
    }),
    template,
  );
const anyColor = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

test("contrast is that of WCAG", () => {
  expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrastOf("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
});

test("black or white can be read on any colour", () => {
  fc.assert(fc.property(anyColor, (color) => contrastOf(readableOn(color), color) >= 4.5));
});

test("a moved colour can be read, and moves no further than it has to", () => {
  fc.assert(
    fc.property(anyColor, anyColor, anyColor, (wished, goal, ground) => {
      const moved = moveUntilReadable(wished, goal, [ground], 4.5);
      if (moved === undefined) return contrastOf(goal, ground) < 4.5;
      return contrastOf(moved, ground) >= 4.5 && (contrastOf(wished, ground) < 4.5 || moved === wished);
    }),
  );
});

const schemes = ["light", "dark", "auto", undefined] as const;

test("whatever a tenant chooses, if its text can be read then so can everything derived, by day and by night", () => {
  fc.assert(
    fc.property(
      fc.tuple(anyColor, anyColor, anyColor, anyColor),
      fc.constantFrom(...schemes),
      ([background, surface, text, accent], scheme) => {
        const chosen = { background, surface, text, accent };
        fc.pre(check(chosen, { scheme }).every(({ severity }) => severity === "warning"));
        const { always, dark } = schemesOf(chosen, scheme);
        expect(dark === undefined).toBe(scheme !== "auto");
        for (const palette of dark === undefined ? [always] : [always, dark]) {
          const grounds = [palette.background, palette.surface];
          for (const name of ["text", "link", "muted"] as const)
            expect(lowestContrast(palette[name], grounds), name).toBeGreaterThanOrEqual(4.5);
          for (const name of ["focus", "line-strong"] as const)
            expect(lowestContrast(palette[name], grounds), name).toBeGreaterThanOrEqual(3);
          for (const button of [palette.accent, palette["accent-strong"]])
            expect(contrastOf(palette["on-accent"], button)).toBeGreaterThanOrEqual(4.5);
        }
      },
    ),
  );
});

test("a scheme leaves colours of its own kind as they are and derives the others, of the same hue", () => {
  const day = { background: "#fbfaf7", surface: "#f0ede5", text: "#1d2321", accent: "#1f5c4d" };
  expect(colorsIn("light", day)).toBe(day);
  const night = colorsIn("dark", day);
  expect(lightnessOf(night.background)).toBeLessThan(lightnessOf(night.surface));
  expect(lightnessOf(night.accent)).toBeGreaterThan(0.6);
  // Green stays green.
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(night.accent.slice(at, at + 2), 16));
  expect(green).toBeGreaterThan(Math.max(red ?? 0, blue ?? 0));
  expect(colorsIn("dark", night)).toBe(night);
  expect(contrastOf(colorsIn("light", night).background, "#ffffff")).toBeLessThan(1.1);
});

test("what a scheme makes of a tenant's own colours is said, with the colours", () => {
  const color = { background: "#fbfaf7", surface: "#f0ede5", text: "#1d2321", accent: "#1f5c4d" };
  const [first, ...others] = check(color, { scheme: "dark" });
  expect(others).toEqual([]);
  expect(first).toMatchObject({ rule: "theme-scheme-derived", severity: "warning" });
  for (const derived of Object.values(colorsIn("dark", color))) expect(first?.message).toContain(derived);
  expect(first?.location.column).toBe("/theme/tokens/color/background".length + 1);
  expect(check(color, { scheme: "light" })).toEqual([]);
  expect(check(color, { scheme: "auto" })).toEqual([]);
});

describe("the default template", () => {
  test.each(["calm", "gallery", "bold", "night", "plain"])("its preset %s needs no colour moved", (preset) => {
    const { color } = tokensOf(undefined, preset, template);
    expect(paletteOf(color).link).toBe(color.accent);
    expect(lowestContrast(color.text, [color.background, color.surface])).toBeGreaterThanOrEqual(7);
  });
});

test("text that cannot be read is an error at its place, with a colour that can", () => {
  const [first, second] = check({ background: "#ffffff", surface: "#eeeeee", text: "#999999", accent: "#000000" });
  expect(first).toMatchObject({
    rule: "theme-contrast",
    severity: "error",
    message: "text #999999 on background #ffffff has a contrast of 2.8:1, at least 4.5:1 is needed to read it",
  });
  expect(first?.location.column).toBe("/theme/tokens/color/text".length + 1);
  expect(second?.message).toContain("on surface #eeeeee");
  const proposed = /"(#[0-9a-f]{6})"/.exec(first?.hint ?? "")?.[1] ?? "";
  expect(check({ background: "#ffffff", surface: "#eeeeee", text: proposed, accent: "#000000" })).toEqual([]);
});

test("where no text could be read on both, the hint says so", () => {
  const [first] = check({ background: "#000000", surface: "#ffffff", text: "#ffffff", accent: "#ffffff" });
  expect(first?.hint).toContain("bring background and surface closer");
});

test("a contrast of 4.49 is not shown as 4.5", () => {
  // 4.478:1
  expect(check({ background: "#ffffff", surface: "#ffffff", text: "#777777" })[0]?.message).toContain("4.4:1");
});

test("an accent that cannot be read as text moves for links, and is said", () => {
  const [first, ...others] = check({ background: "#ffffff", surface: "#ffffff", text: "#000000", accent: "#e9b44c" });
  const { link } = paletteOf({ background: "#ffffff", surface: "#ffffff", text: "#000000", accent: "#e9b44c" });
  expect(others).toEqual([]);
  expect(first).toMatchObject({ rule: "theme-color-moved", severity: "warning" });
  expect(first?.message).toContain(`links use ${link} (4.5:1)`);
  expect(first?.location.column).toBe("/theme/tokens/color/accent".length + 1);
});

test("a problem caused by a background alone is at the background", () => {
  const [first] = check({ background: "#202020" });
  expect(first?.location.column).toBe("/theme/tokens/color/background".length + 1);
});

test("a background without a surface gets a surface of its own kind", () => {
  const { color } = tokensOf({ color: { background: "#101010", text: "#ffffff" } }, undefined, template);
  expect(contrastOf(color.surface, color.background)).toBeLessThan(1.5);
});

test("the tenant's tokens win over the preset's, those over the template's", () => {
  const tokens = tokensOf({ radius: "lg" }, "gallery", template);
  expect(tokens).toMatchObject({ radius: "lg", density: "airy", font: { body: "sans-humanist" } });
});

test("a preset that the template has not is an error", () => {
  const tenant = sampleTenant({ theme: { template: "minimal", preset: "night" } });
  expect(checkTheme(tenant, templateNamed("minimal"))).toMatchObject([
    { rule: "theme-preset-unknown", severity: "error", hint: expect.stringContaining("take the line away") as string },
  ]);
  expect(check(undefined, { preset: "calm" })).toEqual([]);
});

test("the rule in the stylesheet holds every token", () => {
  const tokens = tokensOf(
    { card: { style: "filled", ratio: "3:4", image_fit: "contain" }, radius: "none", hero: "accent" },
    "night",
    template,
  );
  const css = themeCss(tokens, paletteOf(tokens.color));
  for (const part of [
    "--color-on-accent:#",
    "--card-ratio:3 / 4",
    "--card-fit:contain",
    "--radius:0",
    "--card-ground:var(--color-surface)",
    "--hero-ground:var(--color-accent)",
    "--hero-on-button:var(--color-accent)",
    "color-scheme:dark",
  ]) {
    expect(css).toContain(part);
  }
});

test("dark colours stand behind the visitor's wish for them", () => {
  const { always, dark } = schemesOf(template.tokens.color, "auto");
  const [light, night] = themeCss(template.tokens, always, dark).split("@media (prefers-color-scheme:dark)");
  expect(light).toContain("color-scheme:light");
  expect(night).toContain("color-scheme:dark");
  expect(night).toContain(`--color-background:${dark?.background}`);
  expect(themeCss(template.tokens, always)).not.toContain("@media");
});
