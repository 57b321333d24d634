/**
 * Makes the catalog of an example store that is large, Arabic and unkind: thousands of products, names of every length,
 * variants, sale prices, and texts that would be code in some other language.
 *
 * `node scripts/make-large-example.ts` writes `tenants/souq-najmat-alwadi/products.csv`; it always writes the same bytes.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { type Dice, diceOf, pick } from "../action/src/model/drawing-dice.ts";

const PRODUCTS = 5000;
const file = join(import.meta.dirname, "../tenants/souq-najmat-alwadi/products.csv");

/** Things that are sold under one type. */
interface Goods {
  readonly code: string;
  readonly type: string;
  readonly nouns: readonly [string, ...string[]];
  readonly materials: readonly [string, ...string[]];
  /** What a product comes in. */
  readonly choices: "color" | "size";
  /** In dirhams: the lowest price, and how much more it may be. */
  readonly price: readonly [number, number];
}

const CLAY = ["طين الوادي", "خزف مصقول", "حجر رملي", "خزف مزجج"] as const;
const CLOTH = ["كتان مغسول", "قطن ممشط", "صوف ناعم", "حرير خام"] as const;
const METAL = ["فضة مطروقة", "نحاس معتّق", "ذهب مطلي", "فولاذ مصقول"] as const;
const GOODS: readonly [Goods, ...Goods[]] = [
  { code: "KUB", type: "خزف > أكواب", nouns: ["كوب", "فنجان"], materials: CLAY, choices: "color", price: [35, 90] },
  {
    code: "TBQ",
    type: "خزف > أطباق",
    nouns: ["طبق", "وعاء", "صينية"],
    materials: CLAY,
    choices: "color",
    price: [45, 180],
  },
  { code: "IBR", type: "خزف > أباريق", nouns: ["إبريق", "دورق"], materials: CLAY, choices: "color", price: [95, 260] },
  {
    code: "MZH",
    type: "خزف > مزهريات",
    nouns: ["مزهرية", "أصيص"],
    materials: CLAY,
    choices: "color",
    price: [80, 420],
  },
  {
    code: "THB",
    type: "أزياء > ملابس",
    nouns: ["قميص", "معطف", "فستان", "عباءة"],
    materials: CLOTH,
    choices: "size",
    price: [120, 640],
  },
  {
    code: "WSH",
    type: "أزياء > إكسسوارات",
    nouns: ["وشاح", "حقيبة", "قبعة"],
    materials: CLOTH,
    choices: "color",
    price: [60, 310],
  },
  {
    code: "HLY",
    type: "حلي",
    nouns: ["خاتم", "سوار", "قلادة", "أقراط"],
    materials: METAL,
    choices: "color",
    price: [150, 1900],
  },
  {
    code: "QHW",
    type: "قهوة وشاي",
    nouns: ["قهوة", "شاي"],
    materials: ["حبوب كاملة", "طحن ناعم", "طحن خشن"],
    choices: "size",
    price: [28, 75],
  },
];

const FIRST = "نجمة قمر ظل همس ريح نخلة واحة موجة لؤلؤة غيمة ندى فجر شعاع جناح درب وردة زيتونة بوابة نافذة قنديل".split(
  " ",
) as [string];
const SECOND =
  "الوادي الصحراء المساء البحر الشمال الجبل الحديقة الميناء القافلة السهل البستان القمر الربيع الغروب الصباح المطر التل الخليج الفيروز السماء الرمال القلعة النخيل الياسمين العنبر".split(
    " ",
  ) as [string];
const COLORS = ["أزرق", "أخضر زيتوني", "أبيض", "أسود", "أحمر داكن", "بيج", "فيروزي", "ذهبي", "رمادي فاتح"] as const;
const SIZES = { THB: ["صغير", "وسط", "كبير", "كبير جدًا"], QHW: ["250 غ", "500 غ", "1 كغ"] } as const;
const MANNERS = [
  "يُصنع يدويًا بعدد قليل في ورشتنا.",
  "هادئ اللون، متين، ولكل يوم.",
  "هديّة لمن يحبّ الأشياء البسيطة.",
  "من دفعة صغيرة؛ لا قطعتين متشابهتين.",
] as const;
/** As long as a name may be, with tatweel and vowel signs, which a search has to see through. */
const LONG = "الطقم الكبيـــر المُزخرَف بخيوطٍ من نقوشِ القوافلِ القديمة والنجومِ الثمانية للمجالسِ الرحبة";

/** Whatever a catalog may hold that is code elsewhere: in HTML, templates, scripts, styles, addresses, databases, tables. */
const HOSTILE: readonly [string, ...string[]] = [
  `&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &#x3c;b&#x3e;`,
  `x" onmouseover="alert(1)" style="color:red`,
  "x' autofocus onfocus='alert(1)",
  "{{constructor.constructor('alert(1)')()}} {%raw%}",
  "${alert(1)} #{7*7} `id` $(id)",
  "javascript:alert(1)//data:text/html,x",
  String.raw`\u003cscript\u003e \x3c \"}]};alert(1)//`,
  "url(javascript:alert(1)) */ } body { display:none",
  "'; DROP TABLE products; -- ) OR 1=1",
  'قسيمة =HYPERLINK("https://evil.example","x") |calc',
  "%3Cimg%20src=x%3E %00 %0d%0aSet-Cookie:x=1",
  "::error file=x::no ##[group] `]]` [x](javascript:alert(1))",
  "👩‍👩‍👧‍👦 Ω≈ç√ ﷺ ﷽ Ⅷ ﬁ İıß",
];

const money = (amount: number): string => `${amount.toFixed(2)} AED`;

function rowsOf(number: number): Record<string, string>[] {
  const dice = diceOf(`souq ${number}`);
  const goods = pick(dice, GOODS);
  const material = pick(dice, goods.materials);
  const name = `${pick(dice, goods.nouns)} ${pick(dice, FIRST)} ${pick(dice, SECOND)}`;
  const hostile = number % 40 === 27 ? HOSTILE[Math.floor(number / 40) % HOSTILE.length] : undefined;
  const title =
    number % 90 === 11
      ? `${name} ${LONG} من ${material}`
      : hostile === undefined
        ? `${name} من ${material}`
        : `${name} ${hostile}`;
  const id = `${goods.code}-${String(number).padStart(4, "0")}`;
  const [lowest, span] = goods.price;
  const price = lowest + Math.floor(dice() * span) + (dice() < 0.5 ? 0 : 0.5);
  const first = {
    title,
    description: hostile ?? pick(dice, MANNERS),
    price: money(price),
    sale_price: dice() < 0.12 ? money(Math.floor(price * 0.8)) : "",
    availability: dice() < 0.06 ? "out_of_stock" : "",
    brand: hostile?.slice(0, 60) ?? "",
    product_type: goods.type,
    material,
    product_highlight: hostile === undefined ? "" : `"${hostile.replaceAll('"', '""')}"`,
    product_detail:
      hostile === undefined ? "" : `خامة:${hostile.replaceAll(/[":,]/g, " ")}:${hostile.replaceAll(/[",]/g, " ")}`,
  };
  if (dice() > 0.1) return [{ id, ...first, color: goods.choices === "color" ? pick(dice, COLORS) : "" }];
  return choicesOf(goods, dice).map((choice, index) => ({
    ...(index === 0 ? first : { price: first.price, title, material }),
    id: `${id}-${index + 1}`,
    item_group_id: id,
    [goods.choices]: choice,
  }));
}

function choicesOf({ code, choices }: Goods, dice: Dice): readonly string[] {
  if (choices === "size") return code === "QHW" ? SIZES.QHW : SIZES.THB;
  const start = Math.floor(dice() * COLORS.length);
  return [0, 2, 5].map((step) => COLORS[(start + step) % COLORS.length] ?? COLORS[0]);
}

const columns =
  "id title description price sale_price availability brand product_type material item_group_id color size product_highlight product_detail".split(
    " ",
  );
const rows = Array.from({ length: PRODUCTS }, (_, index) => rowsOf(index + 1)).flat();
await mkdir(dirname(file), { recursive: true });
await writeFile(file, stringify(rows, { header: true, columns }));
