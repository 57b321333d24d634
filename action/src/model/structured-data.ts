/** What search engines read beside the page: schema.org values, as JSON-LD. */
import type {
  BreadcrumbList,
  ListItem,
  LocalBusiness,
  Offer,
  PostalAddress,
  Product,
  ProductGroup,
  SearchAction,
  WebSite,
  WithActionConstraints,
} from "schema-dts";
import { decimalOf } from "./price.ts";
import { axesOf, type ProductView } from "./render-product.ts";
import type { StoreView } from "./render-store.ts";
import type { Tenant, Variant } from "./store.ts";
import { variantPath } from "./url.ts";

/** Gives the absolute address of a path, or undefined where the store has none. */
export type Absolute = (path: string) => string | undefined;

type Typed<Things, Name> = Extract<Things, { readonly "@type": Name }>;
type OrganizationType = Tenant["settings"]["seo"]["organization_type"];
type Business = Omit<Typed<LocalBusiness, "LocalBusiness">, "@type"> & {
  readonly "@type": OrganizationType | "OnlineStore";
};

/** A value whose properties may be undefined: JSON leaves those out, the types of schema.org do not know it. */
const known = <Thing extends object>(thing: { readonly [Key in keyof Thing]: Thing[Key] | undefined }): Thing =>
  thing as Thing;

const VOCABULARY = "https://schema.org";
const CONTEXT = { "@context": VOCABULARY } as const;

const AVAILABILITY = {
  in_stock: `${VOCABULARY}/InStock`,
  out_of_stock: `${VOCABULARY}/OutOfStock`,
  preorder: `${VOCABULARY}/PreOrder`,
  backorder: `${VOCABULARY}/BackOrder`,
} as const satisfies Record<Variant["availability"], string>;

const DAY_NAMES = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
} as const;

/** The store as an organization of the type that it chose. A place to visit needs an address; without one it is a store online. */
export function organizationData({ settings }: Tenant, store: StoreView, absolute: Absolute): object {
  const { address, hours, phone, email } = settings.contact;
  const { organization_type: chosen, same_as: sameAs } = settings.seo;
  return known<Business & typeof CONTEXT>({
    ...CONTEXT,
    "@type": address === undefined && chosen !== "Organization" ? "OnlineStore" : chosen,
    "@id": absolute("#organization"),
    name: store.name,
    legalName: store.legalName,
    description: store.description,
    url: absolute(""),
    logo: store.logo.picture && absolute(store.logo.picture.path),
    email,
    telephone: phone,
    sameAs,
    address:
      address &&
      known<Typed<PostalAddress, "PostalAddress">>({
        "@type": "PostalAddress",
        streetAddress: address.street,
        addressLocality: address.city,
        addressRegion: address.region,
        postalCode: address.postal_code,
        addressCountry: address.country,
      }),
    openingHoursSpecification: hours?.map(({ days, open, close }) => ({
      "@type": "OpeningHoursSpecification",
      dayOfWeek: days.map((day) => DAY_NAMES[day]),
      opens: open,
      closes: close === "24:00" ? "23:59" : close,
    })),
  });
}

/** The site, with the address of its search where it has one; null without an address, of which it consists. */
export function siteData(store: StoreView, canSearch: boolean, absolute: Absolute): object | null {
  const url = absolute("");
  if (url === undefined) return null;
  const search: WithActionConstraints<SearchAction> = {
    "@type": "SearchAction",
    target: { "@type": "EntryPoint", urlTemplate: `${url}search/?q={search_term_string}` },
    "query-input": "required name=search_term_string",
  };
  return known<Typed<WebSite, "WebSite"> & typeof CONTEXT>({
    ...CONTEXT,
    "@type": "WebSite",
    name: store.name,
    url,
    inLanguage: store.language,
    publisher: { "@id": `${url}#organization` },
    potentialAction: canSearch ? search : undefined,
  });
}

/** A product with its offers; several variants make a product group. */
export function productData(view: ProductView, store: StoreView, absolute: Absolute): object {
  const { product } = view;
  const common = {
    name: product.title,
    description: product.description || undefined,
    brand: { "@type": "Brand", name: product.brand || store.name },
  } as const;
  const [only, ...others] = product.variants;
  if (others.length === 0) {
    return known<Typed<Product, "Product"> & typeof CONTEXT>({ ...CONTEXT, ...variantData(only, 0), ...common });
  }
  const varied = axesOf(product);
  return known<Typed<ProductGroup, "ProductGroup"> & typeof CONTEXT>({
    ...CONTEXT,
    "@type": "ProductGroup",
    productGroupID: product.id,
    ...common,
    url: absolute(view.path),
    variesBy: varied.length === 0 ? undefined : varied.map((axis) => `${VOCABULARY}/${axis}`),
    hasVariant: product.variants.map(variantData),
  });

  function variantData(variant: Variant, index: number): Typed<Product, "Product"> {
    const { attributes } = variant;
    const url = absolute(others.length === 0 ? view.path : variantPath(view.path, variant.id));
    return known<Typed<Product, "Product">>({
      "@type": "Product",
      sku: variant.id,
      name: variant.title,
      gtin: attributes["gtin"],
      mpn: attributes["mpn"],
      color: attributes["color"],
      size: attributes["size"],
      material: attributes["material"],
      pattern: attributes["pattern"],
      url,
      image: absolute(view.variants[index]?.picture.path ?? view.pictures[0].path),
      offers: offerData(variant, url),
    });
  }
}

function offerData(variant: Variant, url: string | undefined): Typed<Offer, "Offer"> {
  const { price, salePrice, attributes } = variant;
  const { currency } = price;
  return known<Typed<Offer, "Offer">>({
    "@type": "Offer",
    price: decimalOf(salePrice ?? price),
    priceCurrency: currency,
    priceSpecification: salePrice && {
      "@type": "UnitPriceSpecification",
      priceType: `${VOCABULARY}/StrikethroughPrice`,
      price: decimalOf(price),
      priceCurrency: currency,
    },
    priceValidUntil: salePrice && endOf(attributes["sale_price_effective_date"]),
    availability: AVAILABILITY[variant.availability],
    itemCondition: conditionOf(attributes["condition"]),
    url,
  });
}

/** Google Merchant writes a range of dates as `start/end`. */
const endOf = (range: string | undefined): string | undefined => /\/\s*(\d{4}-\d{2}-\d{2})/.exec(range ?? "")?.[1];

/** New unless a catalog says otherwise, as in a feed. */
function conditionOf(written: string | undefined): `https://schema.org/${"New" | "Used" | "Refurbished"}Condition` {
  const condition = written?.toLowerCase();
  if (condition === "used") return `${VOCABULARY}/UsedCondition`;
  return condition === "refurbished" ? `${VOCABULARY}/RefurbishedCondition` : `${VOCABULARY}/NewCondition`;
}

/** The way from the home page to a page. Null without an address, as its items must be absolute. */
export function trailData(
  trail: readonly { readonly label: string; readonly path: string }[],
  absolute: Absolute,
): object | null {
  if (absolute("") === undefined) return null;
  return known<Typed<BreadcrumbList, "BreadcrumbList"> & typeof CONTEXT>({
    ...CONTEXT,
    "@type": "BreadcrumbList",
    itemListElement: trail.map(({ label, path }, index) =>
      known<Typed<ListItem, "ListItem">>({
        "@type": "ListItem",
        position: index + 1,
        name: label,
        item: absolute(path),
      }),
    ),
  });
}
