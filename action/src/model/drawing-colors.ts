/** Colours as catalogs name them, in English, German, French, Spanish and Arabic, as they would look in daylight. */
import { converter, formatHex, modeHsl, modeRgb, parse, useMode } from "culori/fn";
import { type Color, mix } from "./color.ts";

useMode(modeRgb);
useMode(modeHsl);
const toRgb = converter("rgb");

/** What paint, cloth and clay make of a name; the last word of "Ink Black", the end of "Tintenblau". */
const NAMED: Readonly<Record<string, string>> = {
  "#26272b": "black ink schwarz tinte onyx noir negro negra أسود jet",
  "#f1ede4": "white weiß weiss blanc blanche blanco blanca أبيض snow schnee neige nieve",
  "#e9e0cf": "ivory elfenbein ivoire marfil عاجي cream creme crème crema ecru natural natur nature perle pearl",
  "#7c858c": "grey gray grau gris slate schiefer ardoise asche ash ceniza رمادي stone stein",
  "#5a6067": "gunmetal anthracite anthrazit antracita charcoal graphite graphit grafito",
  "#b9bfc4": "silver silber argent plata فضي",
  "#6f7f52": "moss moos olive oliv oliva mousse زيتوني khaki",
  "#8fa283": "sage salbei sauge salvia",
  "#4f7a55": "green grün gruen vert verte verde أخضر forest wald",
  "#9cc3ac": "mint minze menthe menta",
  "#27395c": "navy marine marino midnight nacht nuit كحلي indigo",
  "#3f6296": "blue blau bleu bleue azul أزرق denim cobalt kobalt",
  "#86afcb": "sky himmel ciel cielo سماوي aqua hellblau",
  "#3f8688": "teal petrol turquoise türkis turquesa فيروزي",
  "#b8413a": "red rot rouge rojo roja أحمر cherry kirsche",
  "#6d2436": "bordeaux burgundy wine wein vin vino burdeos عنابي maroon aubergine",
  "#d9755c": "coral koralle corail coral مرجاني terracotta ton lachs salmon",
  "#b0623a": "copper kupfer cuivre cobre rust rost rouille نحاسي cinnamon zimt",
  "#d98a3d": "orange orangé naranja برتقالي apricot aprikose",
  "#d09a3c": "honey honig miel amber bernstein ambre عسلي ocker ochre ocre caramel karamell",
  "#e0bd56": "yellow gelb jaune amarillo amarilla أصفر lemon zitrone senf mustard moutarde",
  "#c39a4e": "gold golden or dorado oro ذهبي brass messing laiton",
  "#8a5a33":
    "tortoise havana havanna schildpatt écaille carey brown braun brun marron marrón بني chocolate schokolade walnut nuss",
  "#c8b193": "beige sand sable arena بيج camel taupe linen leinen lin oat hafer",
  "#dcaea4": "blush rose rosé rosa pink وردي puder powder",
  "#9a86b8": "lilac flieder lilas lila lavender lavendel lavande",
  "#6d4d87": "purple violet lila violett morado بنفسجي plum pflaume prune",
  "#cfd9dc": "clear crystal kristall klar transparent cristal شفاف",
};

const BY_WORD = new Map(
  Object.entries(NAMED).flatMap(([color, words]) => words.split(" ").map((word) => [word, color] as const)),
);
const LONG_WORDS = [...BY_WORD].filter(([word]) => word.length > 2).toSorted(([a], [b]) => b.length - a.length);

/** Names of a fleet repeat; cleared when full, so that memory stays flat. */
const known = new Map<string, Color | undefined>();
const MOST_KNOWN = 2048;

/** `#rrggbb` of a `color` or `swatch` ("Ink Black", "Tintenblau", "#a0b1c2", "Red/Blue": the first); undefined where nobody would know. */
export function colorNamed(name: string | undefined): Color | undefined {
  if (name === undefined || name === "") return undefined;
  if (known.has(name)) return known.get(name);
  if (known.size >= MOST_KNOWN) known.clear();
  const color = readName(name);
  known.set(name, color);
  return color;
}

function readName(name: string): Color | undefined {
  const first = name.normalize("NFC").toLowerCase().split("/")[0]?.trim() ?? "";
  if (/^#(?:[0-9a-f]{3}){1,2}$/.test(first)) return formatHex(first);
  const words = first.split(/[^\p{L}]+/u).filter((word) => word !== "");
  const found =
    words
      .toReversed()
      .map((word) => BY_WORD.get(word))
      .find((color) => color !== undefined) ??
    LONG_WORDS.find(([word]) => words.at(-1)?.endsWith(word))?.[1] ??
    screenColor(words.at(-1));
  if (found === undefined) return undefined;
  if (words.some((word) => LIGHTER.test(word))) return mix(found, "#ffffff", 0.35);
  return words.some((word) => DARKER.test(word)) ? mix(found, "#14100d", 0.35) : found;
}

const LIGHTER = /^(?:light|pale|hell|zart|clair|claire|pâle|claro|clara|فاتح|hell\p{L}{3,})$/u;
const DARKER = /^(?:dark|deep|dunkel|tief|foncé|foncée|oscuro|oscura|داكن|غامق|dunkel\p{L}{3,})$/u;

/** A name that CSS knows, calmed: pure screen colours would shout in a still life. */
function screenColor(word: string | undefined): Color | undefined {
  const color = word === undefined ? undefined : toRgb(parse(word));
  return color && mix(formatHex(color), "#8d8a84", 0.3);
}
