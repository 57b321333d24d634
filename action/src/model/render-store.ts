/** The store itself as its pages show it: words, contact, menus. */
import type { Link } from "../generated/tenant.ts";
import { directionOf, type Translate } from "./message.ts";
import type { PictureView } from "./render-product.ts";
import type { Tenant, TextPage } from "./store.ts";
import { mailto, whatsapp } from "./url.ts";
import { remember } from "./remember.ts";

/** An entry of a menu, or a block's button. */
export interface LinkView {
  readonly label: string;
  /** A path of this site, or undefined for an address elsewhere. */
  readonly path: string | undefined;
  /** An address elsewhere: https:, mailto:, tel:. */
  readonly href: string | undefined;
}

/** How visitors ask for products. */
export interface EnquiryView {
  readonly via: "mailto" | "whatsapp" | "form";
  /** Where a form is sent to; undefined for the other ways. */
  readonly endpoint: string | undefined;
  /** A link that wants the words of the enquiry, percent-encoded, at its end; undefined for a form. */
  readonly compose: string | undefined;
}

/** The store as every page of it shows it. */
export interface StoreView {
  readonly id: string;
  readonly name: string;
  readonly legalName: string | undefined;
  readonly tagline: string | undefined;
  readonly description: string | undefined;
  readonly logo: { readonly text: string | undefined; readonly picture: PictureView | undefined; readonly alt: string };
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly announcement: string | undefined;
  /** How visitors ask for products; undefined where the store does not take enquiries. */
  readonly enquiry: EnquiryView | undefined;
  readonly email: string;
  readonly phone: string | undefined;
  /** Lines as on an envelope. */
  readonly address: readonly string[];
  readonly hours: readonly { readonly days: string; readonly times: string }[];
  readonly header: readonly LinkView[];
  readonly footer: readonly LinkView[];
  /** The pages that the law asks for. */
  readonly legal: readonly LinkView[];
}

/** Where a link of the settings leads. `contact` is the contact page, unless a page of that name exists. */
export function viewLink(link: Link, pages: readonly TextPage[]): LinkView {
  const { label } = link;
  if ("url" in link) return { label, path: undefined, href: link.url };
  if ("collection" in link) return { label, path: `collections/${link.collection}/`, href: undefined };
  const isOwn = link.page !== "contact" || pages.some((page) => page.slug === "contact");
  return { label, path: isOwn ? `pages/${link.page}/` : "contact/", href: undefined };
}

/** More collections than this do not fit beside each other. */
const HEADER_LINKS = 6;

/** The store in its language; menus that the settings leave out are made of its collections and pages. */
export function viewStore(
  { settings }: Tenant,
  pages: readonly TextPage[],
  t: Translate,
  logo: PictureView | undefined,
): StoreView {
  const { brand, locale, contact } = settings;
  const collections = settings.catalog.collections.map(({ id, title }) => ({ label: title, collection: id }));
  const header: readonly Link[] =
    settings.navigation?.header ??
    (collections.length === 0
      ? [{ label: t("collection.all"), collection: "all" }]
      : collections.slice(0, HEADER_LINKS));
  const legal = Object.values(settings.legal ?? {}).flatMap((slug) => pages.find((page) => page.slug === slug) ?? []);
  const footer: readonly Link[] = settings.navigation?.footer ?? [
    { label: t("collection.all"), collection: "all" },
    ...pages.filter((page) => !legal.includes(page)).map((page) => ({ label: page.title, page: page.slug })),
    { label: t("contact.title"), page: "contact" },
  ];
  return {
    id: settings.id,
    name: brand.name,
    legalName: brand.legal_name,
    tagline: brand.tagline,
    description: brand.description,
    // A picture speaks for itself, unless a text is asked for beside it.
    logo: {
      text: brand.logo?.text ?? (logo === undefined ? brand.name : undefined),
      picture: logo,
      alt: brand.logo?.alt ?? (brand.logo?.text === undefined ? brand.name : ""),
    },
    language: locale.default,
    direction: directionOf(locale.default),
    currency: locale.currency,
    pricesIncludeTax: locale.prices_include_tax,
    announcement: settings.announcement,
    enquiry: viewEnquiry(settings),
    email: contact.email,
    phone: contact.phone,
    address: addressLines(contact.address, locale.default),
    hours: (contact.hours ?? []).map(({ days, open, close }) => ({
      days: days.map((day) => weekday(day, locale.default)).join(", "),
      times: `${open}–${close}`,
    })),
    header: header.map((link) => viewLink(link, pages)),
    footer: footer.map((link) => viewLink(link, pages)),
    legal: legal.map(({ title, slug }) => viewLink({ label: title, page: slug }, pages)),
  };
}

function viewEnquiry({ commerce, contact, brand }: Tenant["settings"]): EnquiryView | undefined {
  if (commerce.mode !== "enquiry") return undefined;
  const { via, endpoint, whatsapp: number = contact.phone ?? "" } = commerce.enquiry ?? { via: "mailto" };
  switch (via) {
    case "mailto":
      return { via, endpoint: undefined, compose: `${mailto(contact.email, brand.name)}&body=` };
    case "whatsapp":
      return { via, endpoint: undefined, compose: whatsapp(number, "") };
    case "form":
      return { via, endpoint, compose: undefined };
    default:
      return via satisfies never;
  }
}

/** Countries that write the city before the postal code. */
const CITY_FIRST = new Set(["AU", "CA", "GB", "IE", "IN", "NZ", "SG", "US", "ZA"]);

function addressLines(address: Tenant["settings"]["contact"]["address"], locale: string): string[] {
  if (address === undefined) return [];
  const { street, city, region, postal_code: code, country } = address;
  const town = CITY_FIRST.has(country) ? [city, region, code] : [code, city];
  const lines = [
    street,
    town.filter(Boolean).join(" "),
    CITY_FIRST.has(country) ? undefined : region,
    countryName(country, locale),
  ];
  return lines.filter((line): line is string => line !== undefined && line !== "");
}

const countryName = remember(
  (country: string, locale: string) => new Intl.DisplayNames(locale, { type: "region" }).of(country) ?? country,
);

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const weekday = remember((day: (typeof DAYS)[number], locale: string): string =>
  // 1 January 2024 was a Monday.
  weekdayFormat(locale).format(Date.UTC(2024, 0, 1 + DAYS.indexOf(day))),
);
const weekdayFormat = remember(
  (locale: string) => new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" }),
);
