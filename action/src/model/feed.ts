/** The product feed that shopping engines read: Google Merchant attributes, tab-separated. */
import { stringify } from "csv-stringify/sync";
import { priceText } from "./price.ts";
import type { PictureView, ProductView } from "./render-product.ts";
import type { Absolute } from "./structured-data.ts";

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
];

/** Every attribute of a row that a feed may tell; `link` is our own page. */
export const FEED_ATTRIBUTES: readonly string[] = [...OURS, ...PASSED_ON];

/** What the feed needs to know of a product. */
interface FeedProduct extends Pick<ProductView, "product" | "path"> {
  /** One for each of the product's. */
  readonly variants: readonly { readonly picture: Pick<PictureView, "path" | "drawn"> }[];
}

/** One row per variant; a column that no row fills is left out. Cells that a spreadsheet would run as a formula are quoted. */
export function googleFeed(products: readonly FeedProduct[], storeName: string, absolute: Absolute): string {
  const used = PASSED_ON.filter((name) =>
    products.some(({ product }) => product.variants.some((variant) => (variant.attributes[name] ?? "") !== "")),
  );
  const rows = products.flatMap((view) =>
    view.product.variants.map((variant, index) => {
      const picture = view.variants[index]?.picture;
      return [
        variant.id,
        variant.title,
        view.product.description,
        absolute(view.path),
        // Google takes no SVG.
        picture === undefined || picture.drawn ? "" : absolute(picture.path),
        variant.availability,
        priceText(variant.price),
        variant.salePrice === undefined ? "" : priceText(variant.salePrice),
        view.product.brand || storeName,
        view.product.variants.length > 1 ? view.product.id : "",
        view.product.type.join(" > "),
        ...used.map((name) => variant.attributes[name] ?? ""),
      ];
    }),
  );
  return stringify([[...OURS, ...used], ...rows], { delimiter: "\t", escape_formulas: true });
}
