/** The files of a new tenant: ten lines of settings with a catalog to start from. */
import { posix } from "node:path";
import { minorUnitDigits } from "../action/src/model/price.ts";

/** What has to be known of a store before it can be begun. */
export interface Answers {
  readonly id: string;
  readonly name: string;
  /** `#rrggbb` each; undefined leaves the template its own. */
  readonly colors: { readonly background: string; readonly text: string; readonly accent: string } | undefined;
  /** BCP 47: `en-GB`. */
  readonly locale: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly email: string;
  readonly template: string;
}

/** The name of the catalog in the tenant's folder. */
export const CATALOG_NAME = "products.csv";
const SCHEMA_PATH = "action/schema/tenant.schema.json";

/** `file` is where it will lie, relative to the repository: editors find the schema from there. */
export function starterSettings(file: string, answers: Answers): string {
  const { id, name, colors, locale, currency, email, template } = answers;
  const tokens =
    colors === undefined
      ? ""
      : `, tokens: { color: { background: ${quote(colors.background)}, text: ${quote(colors.text)}, accent: ${quote(colors.accent)} } }`;
  return `# yaml-language-server: $schema=${posix.relative(posix.dirname(file), SCHEMA_PATH)}
schema: storefront/v1
id: ${quote(id)}
brand:
  name: ${quote(name)}
theme: { template: ${quote(template)}${tokens} }
locale: { default: ${quote(locale)}, currency: ${quote(currency)} }
catalog: { source: ${CATALOG_NAME} }
contact:
  email: ${quote(email)}
`;
}

/** Every JSON string is a YAML string, whatever is in it; only a word that YAML cannot take for anything else stands bare. */
function quote(text: string): string {
  const isWord = /^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/.test(text);
  return isWord && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text);
}

/** Three invented products, one of them in two sizes, to be replaced by real ones. */
export function starterCatalog(currency: string): string {
  const price = (whole: number): string => {
    const digits = minorUnitDigits(currency);
    // A unit without cents is worth about a hundredth of one with them: yen, won.
    return digits === 0 ? `${whole * 100} ${currency}` : `${whole}.${"0".repeat(digits)} ${currency}`;
  };
  return `id,title,description,availability,price,product_type,item_group_id,size
CANDLE-S,Beeswax candle small,"Poured by hand, burns for twenty hours.",in_stock,${price(12)},Candles,CANDLE,S
CANDLE-L,Beeswax candle large,"Poured by hand, burns for fifty hours.",in_stock,${price(24)},Candles,CANDLE,L
HOLDER,Oak candle holder,"Turned from one piece of oak, oiled twice.",in_stock,${price(18)},Accessories,,
MATCHES,Long matches,Sixty in a glass jar with a striker on its base.,preorder,${price(7)},Accessories,,
`;
}

/** The currency that a locale's country pays in, where it is beyond doubt. */
export function currencyOf(locale: string): string | undefined {
  const region = new Intl.Locale(locale).maximize().region;
  return region === undefined ? undefined : CURRENCIES.get(region);
}

const EURO_COUNTRIES = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK";
const OTHER_COUNTRIES =
  "AU:AUD BR:BRL CA:CAD CH:CHF CN:CNY CZ:CZK DK:DKK GB:GBP HU:HUF IN:INR IS:ISK JP:JPY KR:KRW MX:MXN NO:NOK NZ:NZD PL:PLN RO:RON SE:SEK TR:TRY US:USD ZA:ZAR";
const CURRENCIES: ReadonlyMap<string, string> = new Map([
  ...EURO_COUNTRIES.split(" ").map((country): [string, string] => [country, "EUR"]),
  ...OTHER_COUNTRIES.split(" ").map((pair): [string, string] => [pair.slice(0, 2), pair.slice(3)]),
]);
