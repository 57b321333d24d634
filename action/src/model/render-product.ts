/** Products as a page shows them: prices in words, pictures as assets, addresses as paths. */
import { colorNamed } from "./drawing-colors.ts";
import { type Illustration, illustrate, type Recognised, recognise } from "./illustration.ts";
import type { Kit } from "./drawing-words.ts";
import type { Translate } from "./message.ts";
import { formatPrice } from "./price.ts";
import type { Product, Variant } from "./store.ts";
import { unitPrice } from "./unit-price.ts";

/** A price in words of the store's language. */
interface PriceView {
  readonly text: string;
  /** The price before a sale. */
  readonly was: string | undefined;
  /** Whether variants cost differently, so that this is the lowest. */
  readonly from: boolean;
  /** What a measure of it costs: "€1.25 / 100 g". */
  readonly unit: string | undefined;
}

/** A picture among the assets of the site. */
export interface PictureView {
  /** The asset's path in the site. */
  readonly path: string;
  /** An SVG, by the engine because there is no photograph, or the tenant's own: link previews and shopping feeds take none. */
  readonly drawn: boolean;
  /** In pixels; undefined where nobody looked inside. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** `#rrggbb`, for the place that it will take; undefined for what has no colour of its own or can be seen through. */
  readonly placeholder: string | undefined;
  /** For `srcset`, from the narrowest to the widest; empty where `path` is all there is. The last one is `path`. */
  readonly sizes: readonly { readonly path: string; readonly width: number }[];
}

/** A variant as it is listed on the page of its product. */
interface VariantView {
  readonly id: string;
  readonly title: string;
  /** What sets it apart from its siblings: "Tortoise · 48-21-145". */
  readonly label: string;
  readonly price: PriceView;
  readonly availability: Variant["availability"];
  readonly availabilityText: string;
  /** Its colour as `#rrggbb`; undefined where nobody would know it. */
  readonly swatch: string | undefined;
  readonly picture: PictureView;
  /** Where it is bought; undefined where it is not for sale, or the store does not sell by links. */
  readonly checkout: string | undefined;
}

/** A product as its page and its card show it. */
export interface ProductView {
  readonly id: string;
  /** The page's path: `products/tarn/`. */
  readonly path: string;
  readonly slug: string;
  readonly title: string;
  readonly brand: string;
  readonly paragraphs: readonly string[];
  readonly type: readonly string[];
  readonly highlights: readonly string[];
  readonly details: readonly { readonly name: string; readonly value: string }[];
  readonly price: PriceView;
  readonly available: boolean;
  /** The colours to choose from, as `#rrggbb`; empty where there are not several. */
  readonly swatches: readonly string[];
  readonly variants: readonly VariantView[];
  /** The distinct pictures of its variants, at least one. */
  readonly pictures: readonly [PictureView, ...PictureView[]];
  readonly product: Product;
}

/** What showing the products of one store needs to know. */
export interface Showcase {
  readonly locale: string;
  readonly t: Translate;
  readonly surface: string;
  readonly accent: string;
  /** The tenant's word for what its products are. */
  readonly illustration?: Kit | undefined;
  /** Puts a picture of the tenant's folder among the assets. */
  readonly addPicture: (path: string) => PictureView | undefined;
  readonly addDrawing: (drawing: Illustration) => PictureView;
}

/** The amount that a visitor pays. */
const amountOf = (variant: Variant): number => (variant.salePrice ?? variant.price).amount;

/** The attributes that set variants apart, in the order that labels name them. */
const AXES = ["color", "size", "material", "pattern"] as const;

/** The attributes that a product's table shows, and the message that names each. */
const FACTS = (["material", "pattern", "size", "color", "gtin", "mpn"] as const).map((attribute) => ({
  attribute,
  message: `fact.${attribute}`,
}));

/** The attributes in which the variants of a product differ. */
export function axesOf({ variants }: Product): (typeof AXES)[number][] {
  const [lead] = variants;
  return AXES.filter((axis) => variants.some(({ attributes }) => attributes[axis] !== lead.attributes[axis]));
}

/** A product as pages show it; puts its pictures among the assets. */
export function viewProduct(product: Product, showcase: Showcase): ProductView {
  const { t, locale } = showcase;
  const axes = axesOf(product);
  // Only where something is drawn is it asked what the thing is.
  let sitter: Recognised | undefined;
  const seen = product.original ?? product;
  const variants = product.variants.map((variant, at): VariantView => {
    const { swatch, color } = (seen.variants[at] ?? variant).attributes;
    const values = axes.map((axis) => variant.attributes[axis]).filter((value) => value !== undefined);
    return {
      id: variant.id,
      title: variant.title,
      label: values.length > 0 ? values.join(" · ") : variant.title,
      price: priceOf(variant, locale),
      availability: variant.availability,
      availabilityText: t(AVAILABILITY_MESSAGES[variant.availability]),
      checkout: variant.availability === "out_of_stock" ? undefined : variant.checkout,
      swatch: colorNamed(swatch) ?? colorNamed(color),
      picture:
        (variant.image === undefined ? undefined : showcase.addPicture(variant.image)) ??
        showcase.addDrawing(illustrate((sitter ??= recognise(seen, showcase.illustration)), [swatch, color], showcase)),
    };
  });
  const [first, ...others] = variants;
  if (first === undefined) throw new Error(`product ${product.id} has no variant`);
  const amounts = product.variants.map(amountOf);
  const lowest = Math.min(...amounts);
  const { price: lowestPrice } = variants[amounts.indexOf(lowest)] ?? first;
  return {
    id: product.id,
    path: `products/${product.slug}/`,
    slug: product.slug,
    title: product.title,
    brand: product.brand,
    paragraphs: paragraphsOf(product.description),
    type: product.type,
    highlights: product.highlights,
    details: detailsOf(product, t),
    price: { ...lowestPrice, from: amounts.some((amount) => amount !== lowest) },
    available: product.variants.some((variant) => variant.availability !== "out_of_stock"),
    swatches: swatchesOf(variants),
    variants,
    pictures: [first.picture, ...distinctAfter(first.picture, others)],
    product,
  };
}

function swatchesOf(variants: readonly VariantView[]): string[] {
  const distinct = new Set<string>();
  for (const { swatch } of variants) if (swatch !== undefined) distinct.add(swatch);
  return distinct.size > 1 ? [...distinct] : [];
}

function priceOf({ price, salePrice, attributes }: Variant, locale: string): PriceView {
  const paid = salePrice ?? price;
  const measure = attributes["unit_pricing_measure"];
  const unit =
    measure === undefined ? undefined : unitPrice(paid, measure, attributes["unit_pricing_base_measure"] || undefined);
  return {
    text: formatPrice(paid, locale),
    was: salePrice && formatPrice(price, locale),
    from: false,
    unit: unit && `${formatPrice(unit.price, locale)} / ${unit.measure}`,
  };
}

function distinctAfter(first: PictureView, others: readonly VariantView[]): PictureView[] {
  const byPath = new Map(others.map(({ picture }) => [picture.path, picture]));
  byPath.delete(first.path);
  return [...byPath.values()];
}

/** What each availability is called. */
export const AVAILABILITY_MESSAGES: Readonly<Record<Variant["availability"], string>> = {
  backorder: "availability.backorder",
  in_stock: "availability.inStock",
  out_of_stock: "availability.outOfStock",
  preorder: "availability.preorder",
};

/** The attributes that all variants share, then the product's own details; the latter win where both say the same. */
function detailsOf(product: Product, t: Translate): { readonly name: string; readonly value: string }[] {
  const [first] = product.variants;
  const own = product.details;
  const shared = (attribute: string): string | undefined => {
    const value = first.attributes[attribute];
    if (value === undefined || value === "") return undefined;
    return product.variants.every((variant) => variant.attributes[attribute] === value) ? value : undefined;
  };
  const condition = shared("condition");
  const facts: { readonly name: string; readonly value: string }[] = [];
  for (const { attribute, message } of FACTS) {
    const value = shared(attribute);
    if (value === undefined) continue;
    const name = t(message);
    if (!own.some((detail) => detail.name === name)) facts.push({ name, value });
  }
  // New is what everybody expects.
  const used =
    condition === "used" || condition === "refurbished"
      ? [{ name: t("fact.condition"), value: t(`condition.${condition}`) }]
      : [];
  return [...facts, ...used, ...own];
}

/** Plain text as paragraphs: an empty line starts one. */
export function paragraphsOf(text: string): string[] {
  const paragraphs: string[] = [];
  let lines = "";
  for (const line of text.split("\n")) {
    if (line.trim() !== "") lines = lines === "" ? line : `${lines}\n${line}`;
    else if (lines !== "") {
      paragraphs.push(lines.trim());
      lines = "";
    }
  }
  if (lines !== "") paragraphs.push(lines.trim());
  return paragraphs;
}

/** What the asset of a picture in the tenant's folder is called: `pictures/Tarn 1.jpg` → `tarn-1`. */
export const assetStem = (path: string): string =>
  path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\.[^.]+$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-");
