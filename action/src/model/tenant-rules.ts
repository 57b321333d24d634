/** What a JSON Schema cannot say about one tenant: one fact a function, every violation of it. */
import type { Link } from "../generated/tenant.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";
import { checkTranslation, translateTenant, translationsOf } from "./translation.ts";

type Rule = (tenant: Tenant) => Diagnostic[];

/** Names that the platform needs for itself, as a host's first label, a folder or a mailbox. */
const RESERVED_IDS: ReadonlySet<string> = new Set([
  "account",
  "admin",
  "administrator",
  "all",
  "api",
  "app",
  "assets",
  "auth",
  "autoconfig",
  "autodiscover",
  "billing",
  "blog",
  "cdn",
  "checkout",
  "console",
  "dashboard",
  "default",
  "dev",
  "docs",
  "feed",
  "ftp",
  "git",
  "help",
  "hostmaster",
  "images",
  "imap",
  "index",
  "internal",
  "login",
  "mail",
  "media",
  "minimal",
  "mta-sts",
  "null",
  "pop",
  "postmaster",
  "preview",
  "production",
  "root",
  "search",
  "security",
  "shop",
  "smtp",
  "staging",
  "static",
  "status",
  "store",
  "support",
  "system",
  "template",
  "templates",
  "tenant",
  "tenants",
  "test",
  "undefined",
  "webmail",
  "webmaster",
  "www",
]);

/** The page that every store has. */
const CONTACT_PAGE = "contact";
/** The collection that every store has. */
const ALL_COLLECTION = "all";

/** An id is no name that the platform needs for itself. */
const reservedId: Rule = ({ id, locate }) =>
  RESERVED_IDS.has(id)
    ? [
        {
          rule: "reserved-id",
          severity: "error",
          location: locate("/id"),
          message: `the id "${id}" is reserved`,
          hint: `choose another for file, folder and id: "${id}-store"`,
        },
      ]
    : [];

/** A locale is one that the runtime can format numbers and dates in. */
const knownLocale: Rule = ({ settings, locate }) => {
  const tag = settings.locale.default;
  const canonical = canonicalLocale(tag);
  if (canonical === tag) return [];
  return [
    {
      rule: "unknown-locale",
      severity: "error",
      location: locate("/locale/default"),
      message: `locale.default "${tag}" is no language that is known`,
      hint: canonical === undefined ? "language, then country: en-GB, de-DE, fa-IR" : `write "${canonical}"`,
    },
  ];
};

/** A currency is one of ISO 4217's. */
const knownCurrency: Rule = ({ settings, locate }) => {
  const { currency } = settings.locale;
  return CURRENCIES.has(currency)
    ? []
    : [
        {
          rule: "unknown-currency",
          severity: "error",
          location: locate("/locale/currency"),
          message: `locale.currency "${currency}" is no currency of ISO 4217`,
          hint: suggest(currency, COMMON_CURRENCIES, "common ones"),
        },
      ];
};

/** A country is one of ISO 3166's. */
const knownCountry: Rule = ({ settings, locate }) => {
  const country = settings.contact.address?.country;
  if (country === undefined || isRegion(country)) return [];
  return [
    {
      rule: "unknown-country",
      severity: "error",
      location: locate("/contact/address/country"),
      message: `contact.address.country "${country}" is no country of ISO 3166`,
      hint: country === "UK" ? 'write "GB"' : "two letters: GB, DE, US",
    },
  ];
};

/** Of several domains exactly one is primary. */
const onePrimaryDomain: Rule = ({ settings, locate }) => {
  const { domains } = settings;
  if (domains.length < 2) return [];
  const [first, ...others] = domains.flatMap((domain, index) => (domain.primary ? [index] : []));
  if (first === undefined) {
    return [
      {
        rule: "primary-domain",
        severity: "error",
        location: locate("/domains", "key"),
        message: `none of the ${domains.length} domains is primary`,
        hint: "write `primary: true` at the one that search engines are given",
      },
    ];
  }
  return others.map((index) => ({
    rule: "primary-domain",
    severity: "error",
    location: locate(`/domains/${index}/primary`),
    message: `the domain "${domains[index]?.host ?? ""}" is primary beside "${domains[first]?.host ?? ""}"`,
    hint: "exactly one is primary; the others redirect people to it",
  }));
};

/** A host stands once in the list. */
const hostOnce: Rule = ({ settings, locate }) =>
  repeated(settings.domains.map((domain) => domain.host)).map((index) => ({
    rule: "duplicate-domain",
    severity: "error",
    location: locate(`/domains/${index}/host`),
    message: `the domain "${settings.domains[index]?.host ?? ""}" is in the list twice`,
    hint: "keep one of the two",
  }));

/** A collection's id stands once, and `all` is not for use. */
const collectionOnce: Rule = ({ settings, locate }) => {
  const ids = settings.catalog.collections.map((collection) => collection.id);
  const again = repeated(ids).map((index): Diagnostic => ({
    rule: "duplicate-collection",
    severity: "error",
    location: locate(`/catalog/collections/${index}/id`),
    message: `the collection "${ids[index] ?? ""}" is in the list twice`,
    hint: "give one of the two another id",
  }));
  const all = ids.indexOf(ALL_COLLECTION);
  if (all >= 0) {
    again.push({
      rule: "reserved-collection",
      severity: "error",
      location: locate(`/catalog/collections/${all}/id`),
      message: `the collection "${ALL_COLLECTION}" exists in every store already, with every product`,
      hint: "choose another id",
    });
  }
  return again;
};

/** The contact page comes from `contact`, not from Markdown. */
const reservedPage: Rule = ({ settings, locate }) =>
  Object.hasOwn(settings.pages, CONTACT_PAGE)
    ? [
        {
          rule: "reserved-page",
          severity: "error",
          location: locate(`/pages/${CONTACT_PAGE}`, "key"),
          message: `the page "${CONTACT_PAGE}" exists in every store already, made from the key contact`,
          hint: 'choose another name: "visit", "find-us"',
        },
      ]
    : [];

/** What a menu or a block names exists. */
const noDanglingReference: Rule = ({ settings: { catalog, home, legal, navigation, pages }, locate }) => {
  const known = {
    collection: [ALL_COLLECTION, ...catalog.collections.map((collection) => collection.id)],
    page: [CONTACT_PAGE, ...Object.keys(pages)],
  };
  const found: Diagnostic[] = [];
  // The pointer is put together for the few that dangle: a fleet has a hundred thousand references.
  const check = (kind: keyof typeof known, name: string, parent: string, index: number, key: string): void => {
    if (known[kind].includes(name)) return;
    found.push({
      rule: `unknown-${kind}`,
      severity: "error",
      location: locate(`${parent}/${index}/${key}`),
      message: `there is no ${kind} "${name}"`,
      hint: suggest(name, known[kind]),
    });
  };
  const checkLink = (link: Link, parent: string, index: number, prefix = ""): void => {
    if ("collection" in link) check("collection", link.collection, parent, index, `${prefix}collection`);
    else if ("page" in link) check("page", link.page, parent, index, `${prefix}page`);
  };
  navigation?.header?.forEach((link, index) => checkLink(link, "/navigation/header", index));
  navigation?.footer?.forEach((link, index) => checkLink(link, "/navigation/footer", index));
  for (const [name, page] of Object.entries(legal ?? {})) {
    if (Object.hasOwn(pages, page)) continue;
    found.push({
      rule: "unknown-page",
      severity: "error",
      location: locate(`/legal/${name}`),
      message: `there is no page "${page}"`,
      hint: suggest(page, Object.keys(pages)),
    });
  }
  home?.forEach((block, index) => {
    if ((block.type === "hero" || block.type === "image_text") && block.cta)
      checkLink(block.cta, "/home", index, "cta/");
    else if (block.type === "products") check("collection", block.collection, "/home", index, "collection");
    else if (block.type === "collections") {
      block.collections.forEach((name, item) => check("collection", name, "/home", index, `collections/${item}`));
    }
  });
  return found;
};

/** Opening hours are in order and do not overlap. */
const clearHours: Rule = ({ settings, locate }) => {
  const list = settings.contact.hours ?? [];
  return list.flatMap((hours, index): Diagnostic[] => {
    if (hours.open >= hours.close) {
      return [
        {
          rule: "hours-order",
          severity: "error",
          location: locate(`/contact/hours/${index}/close`),
          message: `the store closes at "${hours.close}", not after it opens at "${hours.open}"`,
          hint: "past midnight: close at 24:00, and open at 00:00 on the next day",
        },
      ];
    }
    const clashing = list
      .slice(0, index)
      .filter(({ open, close }) => open < close && hours.open < close && open < hours.close);
    if (clashing.length === 0) return [];
    return hours.days.flatMap((day, position): Diagnostic[] => {
      const clash = clashing.find(({ days }) => days.includes(day));
      if (!clash) return [];
      return [
        {
          rule: "hours-overlap",
          severity: "error",
          location: locate(`/contact/hours/${index}/days/${position}`),
          message: `"${day}" is open from ${clash.open} to ${clash.close} already`,
          hint: "name every day once, or hours that do not overlap",
        },
      ];
    });
  });
};

/** A block of opening hours has some to show. */
const shownHours: Rule = ({ settings, locate }) =>
  settings.contact.hours !== undefined
    ? []
    : (settings.home ?? []).flatMap((block, index): Diagnostic[] =>
        block.type === "hours"
          ? [
              {
                rule: "hours-missing",
                severity: "error",
                location: locate(`/home/${index}/type`),
                message: "the block of opening hours has none to show",
                hint: "write them under contact.hours, or take the block out",
              },
            ]
          : [],
      );

/** A store that sells by links says where they may lead. */
const checkoutHosts: Rule = ({ settings, locate }) =>
  settings.commerce.mode === "links" && settings.commerce.checkout_hosts === undefined
    ? [
        {
          rule: "checkout-hosts",
          severity: "error",
          location: locate("/commerce/mode"),
          message: "the store sells by links, but no host is listed that they may lead to",
          hint: "checkout_hosts: [pay.acme.example], beside mode",
        },
      ]
    : [];

/** An enquiry has somewhere to go. */
const enquiryTarget: Rule = ({ settings, locate }) => {
  const { mode, enquiry } = settings.commerce;
  if (mode !== "enquiry" || enquiry === undefined) return [];
  const missing = (message: string, hint: string): Diagnostic[] => [
    { rule: "enquiry-target", severity: "error", location: locate("/commerce/enquiry/via"), message, hint },
  ];
  if (enquiry.via === "form" && enquiry.endpoint === undefined) {
    return missing("the enquiry form has no address to send to", "endpoint: https://…, beside via");
  }
  if (enquiry.via === "whatsapp" && enquiry.whatsapp === undefined && settings.contact.phone === undefined) {
    return missing("there is no number for WhatsApp", "whatsapp: +44 …, beside via, or contact.phone");
  }
  return [];
};

/** Countries whose law asks every store for these pages. */
const ASKING_COUNTRIES: ReadonlySet<string> = new Set(["AT", "DE"]);
const ASKED_PAGES = ["imprint", "privacy", "returns"] as const;

/** A store that is open says what its country asks for. A warning: who must say what is for a lawyer, not for us. */
const legalPages: Rule = ({ settings, locate }) => {
  const { lifecycle, contact, legal = {} } = settings;
  const country = contact.address?.country ?? "";
  const missing = ASKED_PAGES.filter((name) => legal[name] === undefined);
  if (lifecycle.state !== "live" || !ASKING_COUNTRIES.has(country) || missing.length === 0) return [];
  return [
    {
      rule: "legal-missing",
      severity: "warning",
      location: locate("/legal", "key"),
      message: `a store in ${country} says nothing of ${missing.join(", ")}`,
      hint: "write these pages, and name each under legal: `imprint: KEY`",
    },
  ];
};

/** In the order in which their findings read best; lists are sorted before anybody sees them. */
const RULES: readonly Rule[] = [
  reservedId,
  knownLocale,
  knownCurrency,
  knownCountry,
  onePrimaryDomain,
  hostOnce,
  collectionOnce,
  reservedPage,
  noDanglingReference,
  clearHours,
  shownHours,
  checkoutHosts,
  enquiryTarget,
  legalPages,
];

/** All of a tenant, then of its translations what they themselves are to blame for. */
export function checkTenant(tenant: Tenant): Diagnostic[] {
  const found = RULES.flatMap((rule) => rule(tenant));
  for (const tag of translationsOf(tenant)) {
    const translated = translateTenant(tenant, tag);
    found.push(
      ...checkTranslation(tenant, tag),
      ...RULES.flatMap((rule) => rule(translated)).filter((one) => !found.some((known) => isSame(known, one))),
    );
  }
  return found;
}

const isSame = (one: Diagnostic, other: Diagnostic): boolean =>
  one.rule === other.rule &&
  one.message === other.message &&
  one.location.line === other.location.line &&
  one.location.column === other.location.column;

/** Positions of the values that stood earlier in the list. */
function repeated(values: readonly string[]): number[] {
  if (values.length < 2) return [];
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    if (seen.has(value)) return [index];
    seen.add(value);
    return [];
  });
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
const COMMON_CURRENCIES = ["EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "CZK"];

const languageNames = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
const regionNames = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

/** A fleet knows few languages and regions, and asks for each a thousand times. */
const canonicalLocales = new Map<string, string | undefined>();

/** As the standard writes it; undefined for a language or region that nobody knows. */
function canonicalLocale(tag: string): string | undefined {
  if (!canonicalLocales.has(tag)) canonicalLocales.set(tag, lookUpLocale(tag));
  return canonicalLocales.get(tag);
}

function lookUpLocale(tag: string): string | undefined {
  const [canonical] = Intl.getCanonicalLocales(tag);
  if (canonical === undefined) return undefined;
  const { language, region } = new Intl.Locale(canonical);
  if (languageNames.of(language) === undefined) return undefined;
  return region === undefined || isRegion(region) ? canonical : undefined;
}

const regions = new Map<string, boolean>();

function isRegion(region: string): boolean {
  const known = regions.get(region) ?? (regionNames.of(region) !== undefined && region !== "ZZ" && region !== "UK");
  regions.set(region, known);
  return known;
}
