/** What search engines read beside the page: schema.org values, as JSON-LD. */
import { decimalOf } from "./price.ts";
import type { ProductView } from "./render-product.ts";
import type { StoreView } from "./render-store.ts";
import type { Tenant, Variant } from "./store.ts";

/** Gives the absolute address of a path, or undefined where the store has none. */
export type Absolute = (path: string) => string | undefined;

const CONTEXT = "https://schema.org";

const AVAILABILITY: Readonly<Record<Variant["availability"], string>> = {
  in_stock: `${CONTEXT}/InStock`,
  out_of_stock: `${CONTEXT}/OutOfStock`,
  preorder: `${CONTEXT}/PreOrder`,
  backorder: `${CONTEXT}/BackOrder`,
};

const DAY_NAMES = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
} as const;

/** The store as an organization of the type that it chose. */
export function organizationData({ settings }: Tenant, store: StoreView, absolute: Absolute): object {
  const { address, hours, phone, email } = settings.contact;
  return {
    "@context": CONTEXT,
    "@type": settings.seo.organization_type,
    name: store.name,
    legalName: store.legalName,
    description: store.description,
    url: absolute(""),
    logo: store.logo.picture && absolute(store.logo.picture.path),
    email,
    telephone: phone,
    address: address && {
      "@type": "PostalAddress",
      streetAddress: address.street,
      addressLocality: address.city,
      addressRegion: address.region,
      postalCode: address.postal_code,
      addressCountry: address.country,
    },
    openingHoursSpecification: hours?.map(({ days, open, close }) => ({
      "@type": "OpeningHoursSpecification",
      dayOfWeek: days.map((day) => DAY_NAMES[day]),
      opens: open,
      closes: close === "24:00" ? "23:59" : close,
    })),
  };
}

/** A product with its offers; several variants make a product group. */
export function productData(view: ProductView, store: StoreView, absolute: Absolute): object {
  const { product } = view;
  const url = absolute(view.path);
  const common = {
    name: product.title,
    description: product.description,
    brand: { "@type": "Brand", name: product.brand || store.name },
    url,
  };
  const variants = product.variants.map((variant, index) => ({
    "@type": "Product",
    sku: variant.id,
    name: variant.title,
    gtin: variant.attributes["gtin"],
    mpn: variant.attributes["mpn"],
    color: variant.attributes["color"],
    size: variant.attributes["size"],
    material: variant.attributes["material"],
    image: absolute(view.variants[index]?.picture.path ?? view.pictures[0].path),
    offers: {
      "@type": "Offer",
      price: decimalOf(variant.salePrice ?? variant.price),
      priceCurrency: variant.price.currency,
      availability: AVAILABILITY[variant.availability],
      url,
    },
  }));
  const [first] = variants;
  return variants.length === 1
    ? { "@context": CONTEXT, ...first, ...common }
    : { "@context": CONTEXT, "@type": "ProductGroup", productGroupID: product.id, ...common, hasVariant: variants };
}

/** The way from the home page to a page. Null without an address, as its items must be absolute. */
export function trailData(
  trail: readonly { readonly label: string; readonly path: string }[],
  absolute: Absolute,
): object | null {
  if (absolute("") === undefined) return null;
  return {
    "@context": CONTEXT,
    "@type": "BreadcrumbList",
    itemListElement: trail.map(({ label, path }, index) => ({
      "@type": "ListItem",
      position: index + 1,
      name: label,
      item: absolute(path),
    })),
  };
}
