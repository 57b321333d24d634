/** What people ask about a store before they look at its pages: small, comparable, made without rendering. */
import type { TenantSettings } from "../generated/tenant.ts";
import { isListing } from "./listing.ts";
import { priceText } from "./price.ts";
import type { PageWeight } from "./page-weight.ts";
import type { Availability, Store, Variant } from "./store.ts";
import { primaryHost } from "./tenant.ts";

/** One row of a catalog, as it is bought. */
export interface OfferFacts {
  readonly id: string;
  readonly title: string;
  /** In the currency's minor unit: what a visitor pays, on sale or not. */
  readonly pays: number;
  /** The same as catalogs write it: `15.00 GBP`. */
  readonly price: string;
  readonly availability: Availability;
}

/** One product, which is one page. */
export interface ProductFacts {
  readonly id: string;
  readonly title: string;
  readonly offers: readonly OfferFacts[];
}

/** What the files of a store say. */
export interface SourceFacts {
  /** What visitors are told of the store, by what it is about; the same keys in every store, "" where it says nothing. */
  readonly said: Readonly<Record<string, string>>;
  /** In the order of their ids. */
  readonly products: readonly ProductFacts[];
}

/** All that is asked about one side of a change. */
export interface StoreFacts extends SourceFacts {
  /** Paths of the pages that have an address, sorted. */
  readonly addresses: readonly string[];
  /** The page that fills its budget most; null where nobody weighed. */
  readonly heaviest: PageWeight | null;
}

/** The key of `said` that the guard of currencies watches. */
export const CURRENCY = "currency";
/** The key of `said` that the guard of hosts watches: the primary host. */
export const HOST = "host";
/** The key of `said` that lists the redirects, one a line: `/products/old/ /products/new/`. */
export const REDIRECTS = "redirects";

/** Reads the facts off a checked store. */
export function sourceFacts({ tenant, catalog }: Pick<Store, "tenant" | "catalog">): SourceFacts {
  return {
    said: saidBy(tenant.settings),
    products: catalog.products
      .map(({ id, title, variants }) => ({ id, title, offers: variants.map(offerOf) }))
      .toSorted(byId),
  };
}

/** The pages among the paths of a site; the page for what is not found has no address of its own, and listings show what is elsewhere. */
export const addressesAmong = (paths: Iterable<string>): string[] =>
  [...paths].filter((path) => path.endsWith(".html") && path !== "404.html" && !isListing(path)).toSorted();

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

function offerOf({ id, title, price, salePrice, availability }: Variant): OfferFacts {
  const paid = salePrice ?? price;
  return { id, title, pays: paid.amount, price: priceText(paid), availability };
}

/** In the order in which people are told. */
function saidBy(settings: TenantSettings): Record<string, string> {
  const { brand, locale, contact, commerce, domains, seo, theme } = settings;
  const { street, city, region, postal_code: code, country } = contact.address ?? {};
  const host = primaryHost(settings);
  return {
    [CURRENCY]: locale.currency,
    [HOST]: host ?? "",
    "other hosts": listed(domains.map((domain) => domain.host).filter((one) => one !== host)),
    language: locale.default,
    name: brand.name,
    "legal name": brand.legal_name ?? "",
    email: contact.email,
    phone: contact.phone ?? "",
    address: listed([street, city, region, code, country].filter((part) => part !== undefined)),
    hours: (contact.hours ?? []).map(({ days, open, close }) => `${days.join(" ")} ${open}-${close}`).join(", "),
    "prices include tax": locale.prices_include_tax ? "yes" : "no",
    "sells by": commerce.mode,
    "checkout hosts": listed((commerce.checkout_hosts ?? []).toSorted()),
    "enquiries by": commerce.enquiry?.via ?? "",
    "enquiry form": commerce.enquiry?.endpoint ?? "",
    "WhatsApp number": commerce.enquiry?.whatsapp ?? "",
    "search engines": seo.robots,
    template: theme.template,
    [REDIRECTS]: (settings.redirects ?? []).map(({ from, to }) => `${from} ${to}`).join("\n"),
  };
}

const listed = (parts: readonly string[]): string => parts.join(", ");
