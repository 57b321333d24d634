/** A store's look: tokens from template, preset and tenant, and the colours derived from them until everything can be read. */
import type { Tokens } from "../generated/tenant.ts";
import {
  type Color,
  contrastOf,
  lowestContrast,
  MARK_CONTRAST,
  mix,
  moveUntilReadable,
  readableOn,
  TEXT_CONTRAST,
} from "./color.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";

/** Tokens with nothing left out. */
export interface CompleteTokens {
  readonly color: { readonly background: Color; readonly text: Color; readonly accent: Color; readonly surface: Color };
  readonly font: {
    readonly heading: NonNullable<NonNullable<Tokens["font"]>["heading"]>;
    readonly body: NonNullable<NonNullable<Tokens["font"]>["body"]>;
  };
  readonly radius: NonNullable<Tokens["radius"]>;
  readonly density: NonNullable<Tokens["density"]>;
  readonly card: {
    readonly ratio: NonNullable<NonNullable<Tokens["card"]>["ratio"]>;
    readonly image_fit: NonNullable<NonNullable<Tokens["card"]>["image_fit"]>;
  };
}

/** What a template says about looks. */
export interface Looks {
  readonly tokens: CompleteTokens;
  readonly presets: Readonly<Record<string, Tokens>>;
}

/** The looks of a template that says nothing. */
export const PLAIN_TOKENS: CompleteTokens = {
  color: { background: "#ffffff", text: "#1a1a1a", accent: "#1f4fa3", surface: "#f4f4f2" },
  font: { heading: "system-sans", body: "system-sans" },
  radius: "sm",
  density: "comfortable",
  card: { ratio: "1:1", image_fit: "cover" },
};

/** Every colour that a stylesheet can name, as `--color-<name>`. */
export interface Palette {
  readonly background: Color;
  readonly surface: Color;
  readonly text: Color;
  readonly accent: Color;
  /** Text on a button. */
  readonly "on-accent": Color;
  /** Text that can be clicked: the accent, moved towards the text's colour until it can be read. */
  readonly link: Color;
  /** Text of second rank. */
  readonly muted: Color;
  /** A ring around what has the focus. */
  readonly focus: Color;
  /** A hairline without meaning. */
  readonly line: Color;
  /** The border of a field. */
  readonly "line-strong": Color;
}

/** The tenant's tokens over its preset's over the template's. A background without a surface gets one of its own kind. */
export function tokensOf(own: Tokens | undefined, preset: string | undefined, looks: Looks): CompleteTokens {
  const chosen = (preset === undefined ? undefined : looks.presets[preset]) ?? {};
  const base = looks.tokens;
  const color = { ...base.color, ...chosen.color, ...own?.color };
  const wantsSurface = own?.color?.background !== undefined && own.color.surface === undefined;
  return {
    color: wantsSurface ? { ...color, surface: mix(color.background, color.text, 0.05) } : color,
    font: { ...base.font, ...chosen.font, ...own?.font },
    radius: own?.radius ?? chosen.radius ?? base.radius,
    density: own?.density ?? chosen.density ?? base.density,
    card: { ...base.card, ...chosen.card, ...own?.card },
  };
}

/** A fleet has few palettes; cleared when full, so that memory stays flat. */
const palettes = new Map<string, Palette>();
const MOST_PALETTES = 256;

/** The palette of four colours. A derived colour that cannot reach its contrast is as near as the text's own colour. */
export function paletteOf(color: CompleteTokens["color"]): Palette {
  const key = `${color.background}${color.text}${color.accent}${color.surface}`;
  let palette = palettes.get(key);
  if (palette === undefined) {
    if (palettes.size >= MOST_PALETTES) palettes.clear();
    palettes.set(key, (palette = derivePalette(color)));
  }
  return palette;
}

function derivePalette({ background, text, accent, surface }: CompleteTokens["color"]): Palette {
  const grounds = [background, surface];
  const towardsText = (wished: Color, ratio: number) => moveUntilReadable(wished, text, grounds, ratio) ?? text;
  return {
    background,
    surface,
    text,
    accent,
    "on-accent": readableOn(accent),
    link: towardsText(accent, TEXT_CONTRAST),
    muted: towardsText(mix(text, background, 0.38), TEXT_CONTRAST),
    focus: towardsText(accent, MARK_CONTRAST),
    line: mix(background, text, 0.14),
    "line-strong": towardsText(mix(background, text, 0.4), MARK_CONTRAST),
  };
}

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Stacks of fonts that visitors have: a store loads nothing for them. */
const FONT_STACKS: Readonly<Record<CompleteTokens["font"]["heading"], string>> = {
  "system-sans": SANS,
  "serif-classic": '"Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif',
  "serif-modern": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, "Times New Roman", serif',
  "sans-grotesk": '"Helvetica Neue", Inter, Arimo, "Nimbus Sans", Arial, sans-serif',
  rounded:
    'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, "Arial Rounded MT Bold", Calibri, sans-serif',
  mono: 'ui-monospace, "Cascadia Code", "Source Code Pro", Menlo, Consolas, "DejaVu Sans Mono", monospace',
};

const RADII: Readonly<Record<CompleteTokens["radius"], string>> = {
  none: "0",
  sm: "0.25rem",
  md: "0.5rem",
  lg: "1rem",
};
const SPACES: Readonly<Record<CompleteTokens["density"], string>> = { compact: "0.8", comfortable: "1", airy: "1.3" };

/** The tokens as a CSS rule, which stands before the template's stylesheet. Every value comes from the engine or is a checked hex colour. */
export function themeCss(tokens: CompleteTokens, palette: Palette): string {
  const colors = Object.entries(palette).map(([name, color]) => `--color-${name}:${color as Color}`);
  const rest = [
    `--font-heading:${FONT_STACKS[tokens.font.heading]}`,
    `--heading-weight:${tokens.font.heading.startsWith("serif") ? 500 : 700}`,
    `--font-body:${FONT_STACKS[tokens.font.body]}`,
    `--radius:${RADII[tokens.radius]}`,
    `--density:${SPACES[tokens.density]}`,
    `--card-ratio:${tokens.card.ratio.replace(":", " / ")}`,
    `--card-fit:${tokens.card.image_fit}`,
    `color-scheme:${contrastOf(palette.background, "#000000") < contrastOf(palette.background, "#ffffff") ? "dark" : "light"}`,
  ];
  return `:root{${[...colors, ...rest].join(";")}}\n`;
}

/**
 * What is wrong with a tenant's colours: `theme-contrast` where its text cannot be read, `theme-color-moved` (a
 * warning) where links use another colour than the accent, `theme-preset-unknown`.
 */
export function checkTheme(tenant: Tenant, template: Looks & { readonly name: string }): Diagnostic[] {
  const { preset, tokens: own } = tenant.settings.theme;
  const found: Diagnostic[] = [];
  if (preset !== undefined && !Object.hasOwn(template.presets, preset)) {
    found.push({
      rule: "theme-preset-unknown",
      severity: "error",
      message: `template "${template.name}" has no preset "${preset}"`,
      hint: suggest(preset, Object.keys(template.presets)),
      location: tenant.locate("/theme/preset"),
    });
  }
  if (own?.color === undefined) return found;
  const { color } = tokensOf(own, preset, template);
  const locate = (...names: (keyof CompleteTokens["color"])[]) =>
    tenant.locate(`/theme/tokens/color/${names.find((name) => own.color?.[name] !== undefined) ?? names[0]}`);

  for (const ground of ["background", "surface"] as const) {
    const ratio = contrastOf(color.text, color[ground]);
    if (ratio >= TEXT_CONTRAST) continue;
    found.push({
      rule: "theme-contrast",
      severity: "error",
      message: `text ${color.text} on ${ground} ${color[ground]} has a contrast of ${show(ratio)}, at least 4.5:1 is needed to read it`,
      hint: proposeText(color),
      location: locate("text", ground, "background"),
    });
  }
  if (found.some((one) => one.rule === "theme-contrast")) return found;

  const { link } = paletteOf(color);
  if (link !== color.accent) {
    const grounds = [color.background, color.surface];
    found.push({
      rule: "theme-color-moved",
      severity: "warning",
      message: `accent ${color.accent} has a contrast of ${show(lowestContrast(color.accent, grounds))} as text, so links use ${link} (${show(lowestContrast(link, grounds))})`,
      hint: `buttons keep your colour; write accent: "${link}" to have one colour everywhere`,
      location: locate("accent", "background", "surface", "text"),
    });
  }
  return found;
}

/** The nearest readable text colour, where there is one for both grounds. */
function proposeText({ text, background, surface }: CompleteTokens["color"]): string {
  const grounds = [background, surface];
  const goal = lowestContrast("#000000", grounds) >= lowestContrast("#ffffff", grounds) ? "#000000" : "#ffffff";
  const proposed = moveUntilReadable(text, goal, grounds, TEXT_CONTRAST);
  return proposed === undefined
    ? "no text colour can be read on both: bring background and surface closer to each other"
    : `for example text: "${proposed}" (${show(lowestContrast(proposed, grounds))})`;
}

/** Rounded down: 4.49 must not look like enough. */
const show = (ratio: number): string => `${(Math.floor(ratio * 10) / 10).toFixed(1)}:1`;
