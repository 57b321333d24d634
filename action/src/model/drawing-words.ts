/** What a product is, from the words that its catalog uses for it, in the five languages that stores speak. */
import { type Garment, GARMENTS } from "./drawing-apparel.ts";
import { type Rim, RIM_NAMES } from "./drawing-eyewear.ts";
import { type Jewel, JEWELS } from "./drawing-jewellery.ts";
import { type Vessel, VESSELS } from "./drawing-vessels.ts";

/** A kind of goods, as a tenant may name it in `catalog.illustration`. */
export type Kit = "eyewear" | "ceramics" | "coffee" | "apparel" | "jewellery" | "abstract";

/** What is drawn: a thing of a kit. */
export type Thing =
  | { readonly kit: "eyewear"; readonly thing: Rim; readonly tinted: boolean; readonly metal: boolean }
  | { readonly kit: "eyewear"; readonly thing: "case" | "cloth"; readonly tinted?: never; readonly metal?: never }
  | { readonly kit: "ceramics"; readonly thing: Vessel }
  | { readonly kit: "coffee"; readonly thing: "bag" }
  | { readonly kit: "apparel"; readonly thing: Garment }
  | { readonly kit: "jewellery"; readonly thing: Jewel }
  | { readonly kit: "abstract" };

interface Word {
  readonly kit: Exclude<Kit, "abstract">;
  readonly thing: string | undefined;
  /** Said of other goods too (coffee comes in bags): it decides only where no other word does. */
  readonly vague: boolean;
}

/** `kit thing: words`, with `?` words that are vague. A word also stands for longer ones that end with it, as German makes them: Espressobecher. */
const VOCABULARY = `
ceramics mug: mug mugs becher tasse tassen kaffeebecher taza tazas كوب أكواب 2169
ceramics cup: cup cups tumbler espressobecher gobelet gobelets vaso vasos فنجان فناجين
ceramics bowl: bowl bowls schale schalen schüssel schüsseln bol bols saladier cuenco cuencos وعاء زبدية
ceramics plate: plate plates teller assiette assiettes plato platos طبق أطباق صحن
ceramics teapot: teapot teapots teekanne kanne kannen théière théières tetera teteras إبريق
ceramics pitcher: pitcher pitchers jug jugs krug krüge karaffe pichet pichets carafe carafes jarra jarras دورق
ceramics bottle-vase: vase vases vasen florero floreros jarrón jarrones مزهرية مزهريات 602
ceramics round-vase: vase-round kugel kugelvase
ceramics dish: dish dishes auflaufform form backform casserole plat plats fuente fuentes صينية
ceramics candle: candle candles candleholder kerze kerzen kerzenhalter bougie bougies bougeoir vela velas candelabro شمعة شموع
ceramics dripper: dripper filter handfilter
ceramics tin: tin tins dose dosen boîte lata latas علبة
ceramics planter: planter planters pot blumentopf übertopf topf pflanze plant plants plante maceta macetas planta أصيص نبتة
ceramics jar: jar jars
ceramics jar?: jam honey marmelade konfitüre honig glas confiture miel mermelada مربى عسل cream creme balm seife soap
ceramics: ceramic ceramics keramik pottery töpferei steinzeug porzellan stoneware porcelain céramique poterie cerámica cerámicas خزف سيراميك 673
coffee bag: coffee kaffee café cafés espresso roast blend decaf bean beans bohne bohnen röstung kaffeebohnen tea tee thé té قهوة بن شاي 1868
eyewear round: round rund ronde rond redondo redonda
eyewear square: square eckig carré carrée cuadrado cuadrada
eyewear rectangle: rectangle rectangular rechteckig rectangulaire
eyewear cat-eye: cateye cat-eye katzenauge
eyewear aviator: aviator aviators pilot pilotenbrille aviateur aviador
eyewear hexagon: hexagon hexagonal geometric sechseckig
eyewear browline: browline
eyewear case: case cases etui etuis étui étuis funda estuche علبة-نظارة
eyewear cloth: cloth cloths putztuch mikrofasertuch chiffon chiffons paño paños
eyewear: glasses eyeglasses eyewear optical spectacles frames brille brillen lunettes monture gafas lentes نظارة نظارات sunglasses sonnenbrille sonnenbrillen 524 178
apparel tee: tee t-shirt tshirt t-shirts tees camiseta camisetas تيشيرت
apparel shirt: shirt shirts blouse hemd hemden bluse blusen chemise chemises chemisier camisa camisas blusa قميص قمصان 212
apparel sweater: sweater sweaters jumper knitwear pullover pulli strick pull pulls tricot jersey suéter كنزة سترة-صوف
apparel hoodie: hoodie hoodies sweatshirt kapuzenpullover sudadera sudaderas هودي
apparel jacket: jacket jackets coat coats blazer jacke jacken mantel mäntel veste vestes manteau chaqueta abrigo معطف جاكيت سترة عباءة عباية
apparel trousers: trousers pants jeans chinos hose hosen pantalon pantalons pantalón pantalones بنطال بنطلون سروال 204
apparel dress: dress dresses kleid kleider robe robes vestido vestidos فستان فساتين ثوب 2271
apparel skirt: skirt skirts rock röcke jupe jupes falda faldas تنورة
apparel cap: cap caps kappe mütze casquette casquettes gorra gorras قبعة
apparel beanie: beanie beanies hat hats strickmütze bonnet bonnets gorro gorros طاقية 173
apparel sock: sock socks socke socken chaussette chaussettes calcetín calcetines جورب جوارب 209
apparel scarf: scarf scarves schal schals tuch écharpe écharpes foulard bufanda bufandas pañuelo وشاح شال 177
apparel tote: tote totes handbag handbags handtasche rucksack bolso bolsos حقيبة حقائب 3032
apparel tote?: bag bags tasche taschen beutel sac sacs bolsa
apparel shoe: shoe shoes sneaker sneakers boot boots schuh schuhe stiefel chaussure chaussures zapato zapatos bota حذاء أحذية 187
apparel: apparel clothing clothes kleidung mode bekleidung vêtement vêtements ropa ملابس أزياء 166 1604
jewellery ring: ring rings ringe bague bagues anillo anillos خاتم خواتم 200
jewellery necklace: necklace necklaces pendant pendants halskette kette ketten anhänger collier colliers pendentif collar collares قلادة عقد 196
jewellery earrings: earring earrings ohrring ohrringe ohrstecker boucles pendientes aretes أقراط قرط حلق 194
jewellery bracelet: bracelet bracelets bangle armband armbänder armreif pulsera pulseras سوار أساور 191
jewellery watch: watch watches uhr uhren armbanduhr montre montres reloj relojes ساعة ساعات 201
jewellery brooch: brooch brooches brosche broche broches بروش
jewellery: jewellery jewelry schmuck bijou bijoux joya joyas joyería مجوهرات حلي 188
`;

const WORDS = new Map<string, Word>();
for (const line of VOCABULARY.trim().split("\n")) {
  const [head = "", tail = ""] = line.split(": ");
  const [kit, thing] = head.replace("?", "").split(" ");
  const meaning: Word = { kit: kit as Word["kit"], thing, vague: head.endsWith("?") };
  for (const word of tail.split(" ")) WORDS.set(word, meaning);
}

/** Words long enough to be the end of a compound, the longest first. */
const ENDINGS = [...WORDS].filter(([word]) => /^[a-zäöüß]{4,}$/.test(word)).toSorted(([a], [b]) => b.length - a.length);

/** Words that were seen before; cleared when full, so that memory stays flat. */
const meanings = new Map<string, Word | null>();
const MOST_MEANINGS = 8192;

function meaningOf(word: string): Word | null {
  let meaning = meanings.get(word);
  if (meaning !== undefined) return meaning;
  meaning = WORDS.get(word) ?? ENDINGS.find(([ending]) => word.endsWith(ending))?.[1] ?? null;
  if (meanings.size >= MOST_MEANINGS) meanings.clear();
  meanings.set(word, meaning);
  return meaning;
}

const TINTED = /sun|sonne|soleil|sol\b|شمس/;
const METAL = /titan|steel|metal|stahl|acier|acero|métal|معدن/;

/**
 * The thing that a product is. `texts` from the most telling to the least: label, title, type, category; the first word that
 * names a kit (a vague one only if all are) decides on it, the first of that kit that names a thing on the thing. `hint` is the tenant's word for the kit.
 */
export function thingOf(texts: readonly string[], hint: Kit | undefined, choice: number): Thing {
  if (hint === "abstract") return { kit: "abstract" };
  const all = texts.join(" ").normalize("NFC").toLowerCase();
  const words: Word[] = [];
  for (const word of all.split(/[^\p{L}\p{N}-]+/u)) {
    const meaning = meaningOf(word);
    if (meaning !== null) words.push(meaning);
  }
  const kit = hint ?? (words.find((word) => !word.vague) ?? words[0])?.kit;
  const thing = words.find((word) => word.kit === kit && word.thing !== undefined)?.thing;
  const or = <Name extends string>(names: readonly Name[], fallback: Name): Name =>
    names.find((name) => name === thing) ?? names[Math.floor(choice * names.length)] ?? fallback;
  switch (kit) {
    case "ceramics":
      return { kit, thing: or(VESSELS, "bowl") };
    case "coffee":
      return { kit, thing: "bag" };
    case "apparel":
      return { kit, thing: or(GARMENTS, "tee") };
    case "jewellery":
      return { kit, thing: or(JEWELS, "ring") };
    case "eyewear":
      if (thing === "case" || thing === "cloth") return { kit, thing };
      return { kit, thing: or(RIM_NAMES, "round"), tinted: TINTED.test(all), metal: METAL.test(all) };
    case undefined:
      return { kit: "abstract" };
    default:
      throw new Error(`no such kit: ${String(kit satisfies never)}`);
  }
}
