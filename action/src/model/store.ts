/** A tenant with everything that its pages are made from, checked: what rendering starts from. */
import type { TenantSettings } from "../generated/tenant.ts";
import type { Location } from "./diagnostic.ts";

/** A tenant file that passed its schema and its own rules. */
export interface Tenant {
  readonly id: string;
  /** `tenants/eu/acme.yaml`. */
  readonly file: string;
  /** `tenants/eu/acme`; every path in the settings is relative to it. */
  readonly folder: string;
  /** As written, with the schema's defaults filled in. */
  readonly settings: TenantSettings;
  /** The place of a JSON pointer in the file; a missing key gives its nearest parent. */
  readonly locate: (pointer: string, part?: "key" | "value") => Location;
}

/** An amount in the currency's minor unit (cents; yen have none), always a safe integer. */
export interface Price {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** In the words of Google's product data specification. */
export type Availability = "in_stock" | "out_of_stock" | "preorder" | "backorder";

/** One row of a catalog. */
export interface Variant {
  readonly id: string;
  readonly title: string;
  readonly price: Price;
  readonly salePrice?: Price;
  readonly availability: Availability;
  /** Key into `Store.pictures`. */
  readonly image?: string;
  /** Where it is bought, on one of the tenant's checkout hosts; only in a store that sells by links. */
  readonly checkout?: string;
  /** Every further attribute, by its Google Merchant name, as written. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Rows that share an `item_group_id`, or one row without. */
export interface Product {
  /** `item_group_id`, or the row's `id`. */
  readonly id: string;
  /** The product's address: `products/{slug}/`; unique in the catalog. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly brand: string;
  /** `product_type` as levels: `["Optical", "Round"]`. */
  readonly type: readonly string[];
  readonly highlights: readonly string[];
  readonly details: readonly { readonly section: string; readonly name: string; readonly value: string }[];
  /** In catalog order, at least one. */
  readonly variants: readonly [Variant, ...Variant[]];
  /** Of a translated product: the same in the store's first language, with the same variants; what it looks like is read there. */
  readonly original?: Product;
}

/** A shelf of the store. */
export interface Collection {
  /** Its address: `collections/{id}/`. `all` always exists. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly products: readonly Product[];
}

/** All that a store sells. */
export interface Catalog {
  readonly currency: string;
  /** In the order that `catalog.sort` asks for. */
  readonly products: readonly Product[];
  readonly collections: readonly Collection[];
}

/** A page from Markdown. */
export interface TextPage {
  /** Its address: `pages/{slug}/`. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly noindex: boolean;
  /** Safe HTML: the Markdown parser's own output, raw HTML off, links checked. */
  readonly html: string;
}

/** A tenant's picture as it lies in its folder, type proved by its first bytes; an SVG without all that it may not hold. */
export interface Picture {
  readonly contentType: "image/png" | "image/jpeg" | "image/webp" | "image/avif" | "image/svg+xml";
  readonly extension: "png" | "jpg" | "webp" | "avif" | "svg";
  /** Of an SVG, what was written anew. */
  readonly body: Uint8Array;
  /** Of an SVG, in CSS pixels; of the others, who prepares them knows it. */
  readonly size?: { readonly width: number; readonly height: number };
  /** What pages show in its stead; without it they show the file as it is. */
  readonly prepared?: PreparedPicture;
}

/** A photograph in the sizes that screens ask for, upright, without metadata. */
export interface PreparedPicture {
  /** What its tenant gave, upright, in pixels. */
  readonly source: { readonly width: number; readonly height: number };
  /** Of the largest size, in pixels. */
  readonly width: number;
  readonly height: number;
  /** `#rrggbb`: its average, to hold its place until it is there; undefined where one can see through it. */
  readonly placeholder: string | undefined;
  /** From the narrowest to the widest, at least one; none is wider than the source. */
  readonly sizes: readonly [PictureSize, ...PictureSize[]];
}

/** One of them. */
export interface PictureSize {
  readonly width: number;
  readonly contentType: Picture["contentType"];
  readonly extension: Picture["extension"];
  readonly body: Uint8Array;
}

/** Everything that a site is rendered from, checked. */
export interface Store {
  readonly tenant: Tenant;
  readonly catalog: Catalog;
  readonly pages: readonly TextPage[];
  /** By path relative to the tenant's folder; only those that something refers to. */
  readonly pictures: ReadonlyMap<string, Picture>;
  /** The same store in its further languages; left out where it has one. */
  readonly translations?: readonly Omit<Store, "translations">[];
  /** What links to the store show, as an SVG of `PREVIEW_SIZE`; left out where nobody draws. */
  readonly preview?: string;
}

/** All that a closed page needs, kept in the release record so that the page outlives its YAML. */
export interface ClosedStore {
  readonly id: string;
  readonly name: string;
  /** BCP 47. */
  readonly language: string;
  readonly email: string;
  readonly colors: { readonly background: string; readonly text: string; readonly accent: string };
}
