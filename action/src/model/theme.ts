/** A store's look: tokens from template, preset and tenant, and the colours derived from them until everything can be read. */
import type { TenantSettings, Tokens } from "../generated/tenant.ts";
import {
  type Color,
  contrastOf,
  withLightness,
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
  /** What lies behind the first block of a page. */
  readonly hero: NonNullable<Tokens["hero"]>;
  readonly card: {
    readonly style: NonNullable<NonNullable<Tokens["card"]>["style"]>;
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
  hero: "surface",
  card: { style: "plain", ratio: "1:1", image_fit: "cover" },
};

/** Every colour that a stylesheet can name, as `--color-<name>`. */
export interface Palette {
  readonly background: Color;
  readonly surface: Color;
  readonly text: Color;
  readonly accent: Color;
  /** Text on a button. */
  readonly "on-accent": Color;
  /** A button under the pointer: further from its text. */
  readonly "accent-strong": Color;
  /** Text that can be clicked: the accent, moved towards the text's colour until it can be read. */
  readonly link: Color;
  /** Text of second rank. */
  readonly muted: Color;
  /** A ring around what has the focus, and the edge of a button. */
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
    hero: own?.hero ?? chosen.hero ?? base.hero,
    card: { ...base.card, ...chosen.card, ...own?.card },
  };
}

/** Whether a store is light, dark, or as its visitor likes it. */
export type Scheme = NonNullable<TenantSettings["theme"]["scheme"]>;

/** The colours of a store: always, or unless its visitor prefers the dark. */
export interface Schemes {
  readonly always: Palette;
  readonly dark: Palette | undefined;
}

/** The palettes of four colours. Without a scheme the colours stay what they are; with one, those of the other kind are derived. */
export function schemesOf(color: CompleteTokens["color"], scheme: Scheme | undefined): Schemes {
  return {
    always: paletteOf(colorsIn(scheme === "auto" ? "light" : scheme, color)),
    dark: scheme === "auto" ? paletteOf(colorsIn("dark", color)) : undefined,
  };
}

/** The same four colours by day or by night: those that are of that kind already stay as they are. */
export function colorsIn(
  scheme: "light" | "dark" | undefined,
  color: CompleteTokens["color"],
): CompleteTokens["color"] {
  if (scheme === undefined || schemeOf(color.background) === scheme) return color;
  const of = (part: keyof CompleteTokens["color"]) => withLightness(color[part], LIGHTNESS[scheme][part]);
  const [background, surface, text] = [of("background"), of("surface"), of("text")];
  // Text of the other kind is far from both grounds, so the way to it always passes a readable accent.
  const accent = moveUntilReadable(of("accent"), text, [background, surface], TEXT_CONTRAST) ?? text;
  return { background, surface, text, accent };
}

/** What the four colours of a derived scheme look like: lightness and most chroma in OKLCH, both 0 to 1. */
const LIGHTNESS = {
  light: {
    background: { lightness: 0.985, chroma: 0.008 },
    surface: { lightness: 0.955, chroma: 0.016 },
    text: { lightness: 0.23, chroma: 0.02 },
    accent: { lightness: 0.5, chroma: 0.2 },
  },
  dark: {
    background: { lightness: 0.185, chroma: 0.014 },
    surface: { lightness: 0.235, chroma: 0.02 },
    text: { lightness: 0.94, chroma: 0.015 },
    accent: { lightness: 0.76, chroma: 0.14 },
  },
} as const;

const schemeOf = (background: Color): "light" | "dark" =>
  contrastOf(background, "#000000") < contrastOf(background, "#ffffff") ? "dark" : "light";

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
    "accent-strong": mix(accent, readableOn(accent) === "#ffffff" ? "#000000" : "#ffffff", 0.16),
    link: towardsText(accent, TEXT_CONTRAST),
    muted: towardsText(mix(text, background, 0.38), TEXT_CONTRAST),
    focus: towardsText(accent, MARK_CONTRAST),
    line: mix(background, text, 0.14),
    "line-strong": towardsText(mix(background, text, 0.4), MARK_CONTRAST),
  };
}

const SANS = "system-ui,sans-serif";

/** How a heading in a font is set: weight, tracking, and its size beside that of others. */
interface Face {
  readonly stack: string;
  readonly weight: number;
  readonly tracking: string;
  readonly scale: number;
}

/** Fonts that visitors have: a store loads nothing for them. */
const FACES: Readonly<Record<CompleteTokens["font"]["heading"], Face>> = {
  "system-sans": { stack: SANS, weight: 650, tracking: "-0.015em", scale: 1 },
  "sans-grotesk": {
    stack: '"Helvetica Neue",Inter,Arimo,"Nimbus Sans","Liberation Sans",Arial,sans-serif',
    weight: 800,
    tracking: "-0.03em",
    scale: 1.12,
  },
  "sans-humanist": {
    stack: 'Seravek,"Gill Sans Nova",Ubuntu,Calibri,"DejaVu Sans",source-sans-pro,sans-serif',
    weight: 600,
    tracking: "-0.01em",
    scale: 1,
  },
  condensed: {
    stack: 'Bahnschrift,"DIN Alternate","Franklin Gothic Medium","Nimbus Sans Narrow",sans-serif-condensed,sans-serif',
    weight: 700,
    tracking: "0",
    scale: 1.15,
  },
  rounded: {
    stack: 'ui-rounded,"Hiragino Maru Gothic ProN",Quicksand,"Arial Rounded MT Bold",Calibri,sans-serif',
    weight: 700,
    tracking: "-0.01em",
    scale: 1,
  },
  "serif-classic": {
    stack: '"Iowan Old Style","Palatino Linotype","URW Palladio L",Georgia,serif',
    weight: 500,
    tracking: "-0.015em",
    scale: 1.08,
  },
  "serif-modern": {
    stack: 'Charter,"Bitstream Charter","Sitka Text",Cambria,"Times New Roman",serif',
    weight: 400,
    tracking: "-0.02em",
    scale: 1.15,
  },
  slab: {
    stack: 'Rockwell,"Rockwell Nova","Roboto Slab","DejaVu Serif","Sitka Small",serif',
    weight: 700,
    tracking: "-0.01em",
    scale: 1,
  },
  mono: {
    stack: 'ui-monospace,"Cascadia Code","Source Code Pro",Menlo,Consolas,"DejaVu Sans Mono",monospace',
    weight: 600,
    tracking: "-0.04em",
    scale: 0.92,
  },
};

/** Corners of pictures and panels, and of what is pressed or filled in. */
const RADII: Readonly<Record<CompleteTokens["radius"], readonly [panel: string, control: string]>> = {
  none: ["0px", "0px"],
  sm: ["4px", "4px"],
  md: ["10px", "8px"],
  lg: ["20px", "26px"],
};
const SPACES: Readonly<Record<CompleteTokens["density"], string>> = { compact: "0.75", comfortable: "1", airy: "1.3" };

/** Space inside a card, what lies behind it, its edge. */
const CARDS: Readonly<Record<CompleteTokens["card"]["style"], readonly [space: string, ground: string, edge: string]>> =
  {
    plain: ["0px", "transparent", "transparent"],
    filled: ["0.75rem", "var(--color-surface)", "transparent"],
    framed: ["0.75rem", "transparent", "var(--color-line)"],
  };

/** Behind the hero, its text, its button, the button's text, a ring around what has the focus. */
const HEROES: Readonly<Record<CompleteTokens["hero"], readonly string[]>> = {
  background: ["background", "text", "accent", "on-accent", "focus"],
  surface: ["surface", "text", "accent", "on-accent", "focus"],
  accent: ["accent", "on-accent", "on-accent", "accent", "on-accent"],
};
const HERO_PARTS = ["ground", "text", "button", "on-button", "focus"];

/** The tokens as CSS rules (drawings are made for daylight, and dimmed by night), which stand before the template's stylesheet. Every value comes from the engine or is a checked hex colour. */
export function themeCss(tokens: CompleteTokens, always: Palette, dark?: Palette): string {
  const heading = FACES[tokens.font.heading];
  const [panel, control] = RADII[tokens.radius];
  const [space, ground, edge] = CARDS[tokens.card.style];
  const rest = [
    `--font-heading:${heading.stack}`,
    `--heading-weight:${heading.weight}`,
    `--heading-tracking:${heading.tracking}`,
    `--heading-scale:${heading.scale}`,
    `--font-body:${FACES[tokens.font.body].stack}`,
    `--radius:${panel}`,
    `--radius-control:${control}`,
    `--density:${SPACES[tokens.density]}`,
    `--card-space:${space}`,
    `--card-ground:${ground}`,
    `--card-edge:${edge}`,
    `--card-ratio:${tokens.card.ratio.replace(":", " / ")}`,
    `--card-fit:${tokens.card.image_fit}`,
    ...HERO_PARTS.map((part, index) => `--hero-${part}:var(--color-${HEROES[tokens.hero][index]})`),
  ];
  const night =
    dark === undefined
      ? ""
      : `@media (prefers-color-scheme:dark){:root{${colorCss(dark)};--drawing-filter:brightness(0.82)}}\n`;
  return `:root{${colorCss(always)};${rest.join(";")}}\n${night}`;
}

const colorCss = (palette: Palette): string =>
  [
    ...Object.entries(palette).map(([name, color]) => `--color-${name}:${color as Color}`),
    `color-scheme:${schemeOf(palette.background)}`,
  ].join(";");

/**
 * What is wrong with a tenant's colours: `theme-contrast` where its text cannot be read, `theme-preset-unknown`; as
 * warnings `theme-color-moved` where links use another colour than the accent, `theme-scheme-derived` where the scheme
 * asks for colours of another kind.
 */
export function checkTheme(tenant: Tenant, template: Looks & { readonly name: string }): Diagnostic[] {
  const { preset, tokens: own, scheme } = tenant.settings.theme;
  const found: Diagnostic[] = [];
  if (preset !== undefined && !Object.hasOwn(template.presets, preset)) {
    found.push({
      rule: "theme-preset-unknown",
      severity: "error",
      message: `template "${template.name}" has no preset "${preset}"`,
      hint:
        Object.keys(template.presets).length === 0
          ? "take the line away: this template has no presets, its looks are those of theme.tokens"
          : suggest(preset, Object.keys(template.presets)),
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

  const used = colorsIn(scheme === "auto" ? undefined : scheme, color);
  if (used !== color) {
    found.push({
      rule: "theme-scheme-derived",
      severity: "warning",
      message: `background ${color.background} is not ${scheme}, so the store uses background ${used.background}, surface ${used.surface}, text ${used.text}, accent ${used.accent}`,
      hint: `write these as tokens, choose colours of your own that are ${scheme}, or leave theme.scheme out`,
      location: locate("background"),
    });
    return found;
  }
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
