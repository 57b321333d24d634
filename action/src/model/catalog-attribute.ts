/** What each attribute of a row may say, by Google Merchant's rules. */
import { MOST_CELL_LENGTH, REQUIRED_ATTRIBUTES } from "./catalog-row.ts";
import type { Findings, Row } from "./catalog-row.ts";
import { readCheckout } from "./checkout.ts";
import { minorUnitDigits, parsePrice, priceText } from "./price.ts";
import type { Availability, Price, Product, Variant } from "./store.ts";
import { nearest } from "./suggestion.ts";
import { findUnsafeCharacter, quoteValue, unsafeCharacterDiagnostic } from "./text-safety.ts";

/** A row whose values are known to be good, before it is grouped. */
export interface Entry {
  readonly variant: Variant;
  /** `item_group_id`, or the row's own id. */
  readonly group: string;
  readonly grouped: boolean;
  readonly description: string;
  readonly brand: string;
  readonly type: readonly string[];
  readonly highlights: Product["highlights"];
  readonly details: Product["details"];
  readonly row: Row;
}

/** What a row is checked against. */
export interface RowRules {
  readonly currency: string;
  /** Reported already, for all rows together. */
  readonly missing: ReadonlySet<string>;
  /** Where links to buy may lead; undefined where the store does not sell by links. */
  readonly checkoutHosts: readonly string[] | undefined;
}

/** `SKU-1.2_a`: an address, a file name and a feed can all hold it. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/;
const PICTURE_PATH = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*\.(?:png|jpe?g|webp|avif|svg)$/;
const WEB_ADDRESS = /^https?:\/\/[^\s"'\\]+$/i;
const AVAILABILITIES: readonly Availability[] = ["in_stock", "out_of_stock", "preorder", "backorder"];
const CONDITIONS = ["new", "refurbished", "used"];
const MOST_LENGTH: Readonly<Record<string, number>> = { title: 150, brand: 70, product_type: 750 };

/** Attributes with a place of their own in {@link Product} or {@link Variant}; `link` is what we make, not what we take. */
const OWN_PLACE: ReadonlySet<string> = new Set(
  "id title description price sale_price availability image_link brand product_type product_highlight product_detail link checkout_url".split(
    " ",
  ),
);

/** Checks all cells of a row; undefined when one of them makes the row useless. */
export function readEntry(row: Row, rules: RowRules, findings: Findings): Entry | undefined {
  const texts = new Map<string, string>();
  let usable = true;
  for (const [name, written] of row.cells) {
    if (checkText(name, written, row, findings)) texts.set(name, plainText(written));
    else usable = false;
  }
  for (const name of REQUIRED_ATTRIBUTES) {
    if (row.cells.has(name)) continue;
    usable = false;
    if (rules.missing.has(name)) continue;
    const near = nearest(name, [...row.cells.keys()]);
    const hint = near === undefined ? `every row needs ${name}` : `rename "${near}"?`;
    findings.error("catalog-missing", `the ${name} is missing`, hint, () => row.locate(name));
  }
  const id = checkId("id", texts, row, findings);
  const group = checkId("item_group_id", texts, row, findings);
  const price = checkPrice("price", texts, row, rules, findings);
  const salePrice = checkPrice("sale_price", texts, row, rules, findings);
  if (price && salePrice && salePrice.amount >= price.amount) {
    findings.error(
      "catalog-sale-price",
      `the sale price ${priceText(salePrice)} is not below the price ${priceText(price)}`,
      "lower it, or leave it empty",
      () => row.locate("sale_price"),
    );
  }
  const availability = checkAvailability(texts, row, findings);
  checkChoices(texts, row, findings);
  const image = checkLinks(texts, row, findings);
  const checkout =
    rules.checkoutHosts &&
    readCheckout(
      row,
      texts.get("checkout_url"),
      { hosts: rules.checkoutHosts, forSale: availability !== "out_of_stock" },
      findings,
    );
  const details = detailsOf(row, texts, findings);
  const title = texts.get("title");
  if (!usable || id === undefined || title === undefined || price === undefined || availability === undefined) {
    return undefined;
  }
  const attributes = [...texts].filter(([name]) => !OWN_PLACE.has(name));
  return {
    variant: {
      id,
      title,
      price,
      ...(salePrice && { salePrice }),
      availability,
      ...(image !== undefined && { image }),
      ...(checkout !== undefined && { checkout }),
      attributes: Object.fromEntries(attributes),
    },
    group: group ?? id,
    grouped: group !== undefined,
    description: texts.get("description") ?? "",
    brand: texts.get("brand") ?? "",
    type: levelsOf(texts.get("product_type") ?? ""),
    highlights: highlightsOf(row, texts),
    details,
    row,
  };
}

/** `Optical > Round` → its levels. */
export const levelsOf = (path: string): readonly string[] =>
  path
    .split(">")
    .map((level) => level.trim())
    .filter((level) => level !== "");

/** Whether the text may go on pages and into feeds. Feeds are opened in spreadsheets, which run what looks like a formula. */
function checkText(name: string, written: string, row: Row, findings: Findings): boolean {
  const text = written.trim();
  const place = () => row.locate(name);
  const unsafe = findUnsafeCharacter(written);
  if (unsafe !== undefined) {
    findings.take(unsafeCharacterDiagnostic(unsafe, place()));
    return false;
  }
  const most = MOST_LENGTH[name] ?? MOST_CELL_LENGTH;
  if (text.length > most) {
    findings.error("catalog-length", `${name} has ${text.length} characters`, `at most ${most}`, place);
    return false;
  }
  const isPath = name === "product_type" || name === "google_product_category";
  if (text.includes("<") || (text.includes(">") && !isPath)) {
    const message = `${name} ${quoteValue(text)} holds < or >`;
    findings.error("catalog-markup", message, "plain text only; write it without HTML", place);
    return false;
  }
  if (name !== "price" && name !== "sale_price" && looksLikeFormula(written)) {
    const message = `${name} ${quoteValue(written)} begins like a formula of a spreadsheet`;
    findings.error(
      "catalog-formula",
      message,
      "begin it with a letter or a digit, or write '= as in a spreadsheet",
      place,
    );
    return false;
  }
  if (name !== "description" && /[\n\r\t]/.test(text)) {
    const message = `${name} ${quoteValue(text)} has a line break or a tab`;
    findings.error("catalog-text", message, "one line; only a description may have several", place);
    return false;
  }
  return true;
}

/** A `'` before the sign of a formula is how spreadsheets, and our own feeds, say that a cell is text. */
const plainText = (written: string): string => written.trim().replace(/^'(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u, "");

const looksLikeFormula = (written: string): boolean =>
  /^[=@\t\r]/.test(written) ||
  /^[=@]/.test(written.trim()) ||
  (/^\s*[+-]/.test(written) && !/^[+-]\d+(?:[.,]\d+)?$/.test(written.trim()));

function checkId(
  name: "id" | "item_group_id",
  texts: ReadonlyMap<string, string>,
  row: Row,
  findings: Findings,
): string | undefined {
  const id = texts.get(name);
  if (id === undefined || ID.test(id)) return id;
  const hint = "1 to 50 letters, digits, dots, dashes or underscores, beginning with a letter or a digit";
  findings.error("catalog-id", `${name} ${quoteValue(id)} is not possible`, hint, () => row.locate(name));
  return undefined;
}

function checkPrice(
  name: "price" | "sale_price",
  texts: ReadonlyMap<string, string>,
  row: Row,
  { currency }: RowRules,
  findings: Findings,
): Price | undefined {
  const text = texts.get(name);
  if (text === undefined) return undefined;
  const { price, problem } = parsePrice(text, currency);
  if (price !== undefined && price.amount > 0) return price;
  const example = priceText({ amount: 15 * 10 ** minorUnitDigits(currency), currency });
  const place = () => row.locate(name);
  const quoted = `${name} ${quoteValue(text)}`;
  if (problem === "currency") {
    const message = `${quoted} is not in the store's currency ${currency}`;
    findings.error("catalog-currency", message, "one store sells in one currency: locale.currency", place);
  } else if (problem === "decimals") {
    const message = `${quoted} has more decimals than ${currency} has`;
    findings.error("catalog-price", message, `${minorUnitDigits(currency)}, as in ${example}`, place);
  } else if (problem === "range") {
    findings.error("catalog-price", `${quoted} is too large`, `an amount like ${example}`, place);
  } else if (problem === "format") {
    const hint = `digits, a point, a space, the currency's code: ${example}`;
    findings.error("catalog-price", `${quoted} is not a price`, hint, place);
  } else {
    findings.error("catalog-price", `${quoted} is not above zero`, `an amount like ${example}`, place);
  }
  return undefined;
}

function checkAvailability(texts: ReadonlyMap<string, string>, row: Row, findings: Findings): Availability | undefined {
  const written = texts.get("availability");
  if (written === undefined) return "in_stock";
  const normal = written.toLowerCase().replaceAll(/\s+/g, "_");
  const known = AVAILABILITIES.find((one) => one === normal);
  if (known === undefined) {
    const message = `availability ${quoteValue(written)} is not known`;
    findings.error("catalog-availability", message, allowed(AVAILABILITIES, normal), () => row.locate("availability"));
  }
  return known;
}

function checkChoices(texts: ReadonlyMap<string, string>, row: Row, findings: Findings): void {
  const condition = texts.get("condition");
  if (condition !== undefined && !CONDITIONS.includes(condition.toLowerCase())) {
    const message = `condition ${quoteValue(condition)} is not known`;
    findings.error("catalog-condition", message, allowed(CONDITIONS, condition), () => row.locate("condition"));
  }
  const gtin = texts.get("gtin");
  if (gtin !== undefined && !isGtin(gtin)) {
    const wrongLength = !/^(?:\d{8}|\d{12,14})$/.test(gtin);
    const hint = wrongLength
      ? "8, 12, 13 or 14 digits, as below the barcode"
      : "its last digit does not fit the others: look for a typing error";
    findings.error("catalog-gtin", `gtin ${quoteValue(gtin)} is not possible`, hint, () => row.locate("gtin"));
  }
  if (texts.has("sale_price_effective_date")) {
    findings.warning(
      "catalog-sale-date",
      "sale_price_effective_date has no effect",
      "the sale price holds as long as it stands in the catalog",
      () => row.locate("sale_price_effective_date"),
    );
  }
}

const allowed = (values: readonly string[], written: string): string => {
  const near = nearest(written, values);
  return near === undefined ? `one of ${values.join(", ")}` : `did you mean ${near}? One of ${values.join(", ")}`;
};

/** Whether the digits are a GTIN-8, -12, -13 or -14 with the right check digit (GS1 General Specifications 7.9). */
export function isGtin(digits: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits)) return false;
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) sum += Number(digits.at(-place)) * (place % 2 === 0 ? 3 : 1);
  return sum % 10 === 0;
}

/** Checks every address of a row; gives the path of the picture where there is one. */
function checkLinks(texts: Map<string, string>, row: Row, findings: Findings): string | undefined {
  for (const [name, text] of texts) {
    if (name === "image_link" || (name !== "link" && !name.endsWith("_link"))) continue;
    const place = () => row.locate(name);
    const links = name === "additional_image_link" ? text.split(",").map((one) => one.trim()) : [text];
    if (links.every((link) => WEB_ADDRESS.test(link))) continue;
    if (name === "additional_image_link" && links.every((link) => PICTURE_PATH.test(link))) {
      // A feed cannot name a picture that the store does not have.
      texts.delete(name);
      const message = `the further pictures ${quoteValue(text)} are not used`;
      findings.warning("catalog-image-unused", message, "a product shows its image_link; leave this empty", place);
      continue;
    }
    const message = `${name} ${quoteValue(text)} is not a web address`;
    findings.error("catalog-link", message, "https://…, or leave it empty", place);
  }
  const image = texts.get("image_link");
  if (image === undefined || (PICTURE_PATH.test(image) && image.length <= 200)) return image;
  const place = () => row.locate("image_link");
  if (WEB_ADDRESS.test(image)) {
    const hint = "put the picture into the store's folder and write its path: images/tarn.jpg";
    findings.warning("catalog-image-remote", `the picture ${quoteValue(image)} is not used`, hint, place);
  } else {
    const hint = "a path in the store's folder, to a png, jpg, webp, avif or svg: images/tarn.jpg";
    findings.error("catalog-image", `image_link ${quoteValue(image)} is not possible`, hint, place);
  }
  return undefined;
}

/** The entries of a list in one cell: separated by commas, those that hold one in quotes, as Google writes them. */
export function splitList(text: string): readonly string[] {
  const entries: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    if (at < text.length && (quoted || text[at] !== ",")) continue;
    const entry = text.slice(start, at).trim();
    const wrapped = entry.length > 1 && entry.startsWith('"') && entry.endsWith('"');
    entries.push(wrapped ? entry.slice(1, -1).replaceAll('""', '"') : entry);
    start = at + 1;
  }
  // A single quote somewhere is an inch sign, not the begin of an entry.
  return quoted ? text.split(",") : entries;
}

function highlightsOf(row: Row, texts: ReadonlyMap<string, string>): readonly string[] {
  const items = row.lists.get("product_highlight")?.filter((item) => typeof item === "string");
  const parts = items ?? splitList(texts.get("product_highlight") ?? "");
  return parts.map(plainText).filter((part) => part !== "");
}

function detailsOf(row: Row, texts: ReadonlyMap<string, string>, findings: Findings): Product["details"] {
  const details: { section: string; name: string; value: string }[] = [];
  const wrong = (item: string) =>
    findings.error(
      "catalog-detail",
      `product_detail ${quoteValue(item)} is not section:name:value`,
      "Frame:Size:48-21-145 mm",
      () => row.locate("product_detail"),
    );
  for (const item of row.lists.get("product_detail") ?? splitList(texts.get("product_detail") ?? "")) {
    if (typeof item !== "string") {
      const { section_name: section = "", attribute_name: name = "", attribute_value: value = "" } = item;
      if (name === "" || value === "") wrong(Object.values(item).join(":"));
      else details.push({ section: plainText(section), name, value });
      continue;
    }
    const [section = "", name, ...rest] = item.split(":");
    const last = details.at(-1);
    if (name !== undefined && rest.length > 0) {
      details.push({ section: plainText(section), name: name.trim(), value: rest.join(":").trim() });
    } else if (last !== undefined) {
      // A comma inside a value (1,4 l) looks like the one between two details.
      last.value += `,${item}`;
    } else if (item.trim() !== "") wrong(item);
  }
  return details;
}
