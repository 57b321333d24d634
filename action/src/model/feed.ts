/**
 * The product feed that shopping engines read: Google Merchant attributes, a row per variant, as a table or as XML.
 *
 * Read as a catalog it gives the products that it was made from, but for the pictures (a catalog names those of its own
 * folder), a brand that was left out (the store's stands for it), and attributes that are no business of Google's.
 */
import { escapeXml } from "./escape.ts";
import { priceText } from "./price.ts";
import type { PictureView, ProductView } from "./render-product.ts";
import type { Product, Variant } from "./store.ts";
import type { Absolute } from "./structured-data.ts";
import { variantPath } from "./url.ts";

/** Attributes that go through as the tenant wrote them. */
const PASSED_ON = [
  "additional_image_link",
  "adult",
  "age_group",
  "availability_date",
  "certification",
  "color",
  "condition",
  "custom_label_0",
  "custom_label_1",
  "custom_label_2",
  "custom_label_3",
  "custom_label_4",
  "energy_efficiency_class",
  "gender",
  "google_product_category",
  "gtin",
  "identifier_exists",
  "is_bundle",
  "material",
  "mpn",
  "multipack",
  "pattern",
  "product_height",
  "product_length",
  "product_weight",
  "product_width",
  "sale_price_effective_date",
  "shipping_weight",
  "short_title",
  "size",
  "size_system",
  "size_type",
  "unit_pricing_base_measure",
  "unit_pricing_measure",
] as const;

const OURS = [
  "id",
  "title",
  "description",
  "link",
  "image_link",
  "availability",
  "price",
  "sale_price",
  "brand",
  "item_group_id",
  "product_type",
  "product_highlight",
  "product_detail",
] as const;

/** Every attribute of a row that a feed may tell; `link` is our own page. */
export const FEED_ATTRIBUTES: readonly string[] = [...OURS, ...PASSED_ON];

/** What the feed needs to know of a product. */
interface FeedProduct extends Pick<ProductView, "product" | "path"> {
  /** One for each of the product's. */
  readonly variants: readonly { readonly picture: Pick<PictureView, "path" | "drawn"> }[];
}

/** What each row says, and what all rows of its product do; an attribute without a value is empty. */
interface FeedRow {
  readonly product: Product;
  readonly values: Readonly<Record<string, string>>;
}

/** One row for each variant, in the catalog's order. */
export function feedRows(products: readonly FeedProduct[], storeName: string, absolute: Absolute): readonly FeedRow[] {
  return products.flatMap(({ product, path, variants }) => {
    const several = product.variants.length > 1;
    const common = {
      description: product.description,
      brand: product.brand || storeName,
      product_type: product.type.join(" > "),
    };
    return product.variants.map(({ id, title, availability, price, salePrice, attributes }, index) => {
      const picture = variants[index]?.picture;
      return {
        product,
        values: {
          ...passedOn(attributes),
          ...common,
          id,
          title,
          link: absolute(several ? variantPath(path, id) : path) ?? "",
          // Google takes no SVG.
          image_link: (picture === undefined || picture.drawn ? undefined : absolute(picture.path)) ?? "",
          availability,
          price: priceText(price),
          sale_price: salePrice === undefined ? "" : priceText(salePrice),
          item_group_id: several ? product.id : (attributes["item_group_id"] ?? ""),
        },
      };
    });
  });
}

/** By name: what else a catalog says of a product is no business of a feed. */
function passedOn(attributes: Variant["attributes"]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = attributes[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** Tab-separated; a column that no row fills is left out. Cells that a spreadsheet would run as a formula begin with `'`, which a catalog's reader takes away again. */
export function googleTable(rows: readonly FeedRow[]): string {
  const filled = rows.map(({ product, values }) => ({
    ...values,
    product_highlight: product.highlights.map(listItem).join(","),
    product_detail: product.details.map((detail) => listItem(detailText(detail))).join(","),
  }));
  const columns = FEED_ATTRIBUTES.filter(
    (name) => ALWAYS.has(name) || filled.some((values: Readonly<Record<string, string>>) => isFilled(values[name])),
  );
  let table = `${columns.join("\t")}\n`;
  for (const values of filled as readonly Readonly<Record<string, string>>[]) {
    for (const [index, name] of columns.entries()) table += (index === 0 ? "" : "\t") + cell(values[name] ?? "");
    table += "\n";
  }
  return table;
}

/** As RFC 4180 quotes, with a tab for the comma. A library would cost a twelfth of a whole site's rendering. */
function cell(text: string): string {
  const tame = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /["\t\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

const ALWAYS: ReadonlySet<string> = new Set(OURS.filter((name) => !name.startsWith("product_")));
const isFilled = (value: string | undefined): boolean => value !== undefined && value !== "";

/** An item that holds a comma or a quote stands in quotes. */
const listItem = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const detailText = ({ section, name, value }: Product["details"][number]): string => `${section}:${name}:${value}`;

/** RSS 2.0 with Google's attributes in their namespace; an attribute without a value is left out. */
export function googleXml(rows: readonly FeedRow[], store: { readonly name: string; readonly url: string }): string {
  const items = rows.map(({ product, values }) => {
    let item = "";
    for (const [name, tag] of TAGS) {
      const value = values[name];
      if (value === undefined || value === "") continue;
      if (name === "additional_image_link") for (const one of value.split(",")) item += element(tag, one.trim());
      else item += element(tag, value);
    }
    for (const highlight of product.highlights) item += element("g:product_highlight", highlight);
    for (const { section, name, value } of product.details) {
      const parts =
        element("g:section_name", section) + element("g:attribute_name", name) + element("g:attribute_value", value);
      item += `<g:product_detail>${parts}</g:product_detail>\n`;
    }
    return `<item>\n${item}</item>\n`;
  });
  const name = escapeXml(store.name);
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
<channel>
<title>${name}</title>
<link>${store.url}</link>
<description>${name}</description>
${items.join("")}</channel>
</rss>
`;
}

/** Each attribute with its element: some are of RSS itself. */
const TAGS: readonly (readonly [attribute: string, tag: string])[] = FEED_ATTRIBUTES.map((name) => [
  name,
  ["title", "link", "description"].includes(name) ? name : `g:${name}`,
]);

const element = (name: string, text: string): string => (text === "" ? "" : `<${name}>${escapeXml(text)}</${name}>\n`);
