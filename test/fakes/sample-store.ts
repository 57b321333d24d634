/** A store built by hand, in which every field of the settings says something. */
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import type { Collection, Picture, Product, Store, Tenant, Variant } from "../../action/src/model/store.ts";
import { translateTenant, translationsOf } from "../../action/src/model/translation.ts";
import { sampleTenant } from "../model/sample-tenant.ts";

/** Settings in one language with nothing left out. */
export const fullSettings: TenantSettings = {
  schema: "storefront/v1",
  id: "acme",
  lifecycle: { state: "live" },
  brand: {
    name: "Acme Ceramics",
    legal_name: "Acme Ceramics Ltd",
    tagline: "Cups for every morning",
    description: "A small pottery by the canal.",
    logo: { text: "Acme", src: "logo.png", alt: "A blue cup" },
  },
  theme: {
    template: "default",
    preset: "calm",
    scheme: "auto",
    tokens: {
      color: { background: "#fbfaf7", text: "#1d2321", accent: "#1f5c4d", surface: "#f0ede5" },
      font: { heading: "serif-classic", body: "system-sans" },
      radius: "md",
      density: "comfortable",
      hero: "accent",
      card: { style: "framed", ratio: "4:3", image_fit: "cover" },
    },
  },
  locale: {
    default: "en-GB",
    currency: "GBP",
    prices_include_tax: true,
    messages: { "product.ask": "Ask the potter" },
  },
  navigation: {
    header: [
      { label: "Cups", collection: "cups" },
      { label: "About", page: "about" },
      { label: "Visit us", page: "contact" },
    ],
    footer: [{ label: "Elsewhere", url: "https://pots.example/" }],
  },
  announcement: "Closed on Mondays",
  home: [
    {
      type: "hero",
      heading: "Made by hand",
      text: "Twice fired.",
      cta: { label: "See the cups", collection: "cups" },
      product: "TARN",
    },
    { type: "collections", heading: "By shape", collections: ["cups"] },
    { type: "products", heading: "Fresh", collection: "all", limit: 2 },
    { type: "features", heading: "Good to know", items: [{ title: "Durable", text: "Fit for every day." }] },
    { type: "faq", heading: "Questions", items: [{ q: "Does it break?", a: "When it falls." }] },
    { type: "quote", text: "The best cup I had.", cite: "A visitor" },
    { type: "text", heading: "Our kiln", text: "It is hot.\n\nIt is old." },
    {
      type: "image_text",
      heading: "By hand",
      text: "Thrown on a wheel.\n\nNever cast.",
      image: { src: "tarn.jpg", alt: "A potter at the wheel" },
      side: "end",
      cta: { label: "All cups", collection: "cups" },
    },
    {
      type: "gallery",
      heading: "The workshop",
      images: [
        { src: "tarn.jpg", alt: "The kiln" },
        { src: "logo.png", alt: "The shelves" },
      ],
    },
    { type: "logos", heading: "As shown in", images: [{ src: "logo.png", alt: "The Kiln Review" }] },
    { type: "hours", heading: "When to come", text: "Ring the bell." },
  ],
  pages: { about: { title: "About us", body: "about.md", description: "Who we are", noindex: false } },
  catalog: {
    source: "products.csv",
    sort: "featured",
    per_page: 12,
    illustration: "ceramics",
    filters: ["color"],
    collections: [{ id: "cups", title: "Cups", description: "To drink from", match: { product_type: "Cups" } }],
  },
  commerce: {
    mode: "enquiry",
    checkout_hosts: ["pay.acme.example"],
    enquiry: { via: "form", whatsapp: "+44 117 496 0123", endpoint: "https://forms.acme.example/enquiry" },
  },
  seo: {
    title_suffix: "Acme",
    description: "Cups, bowls and jugs, thrown and fired twice in a small pottery by the canal.",
    organization_type: "Store",
    same_as: ["https://social.example/acme"],
    robots: "index",
  },
  contact: {
    email: "hello@acme.example",
    phone: "+44 117 496 0123",
    address: { street: "1 Canal Side", city: "Bristol", region: "Avon", postal_code: "BS1 4ZZ", country: "GB" },
    hours: [{ days: ["mon", "tue"], open: "09:30", close: "18:00" }],
  },
  legal: { imprint: "about", privacy: "about", returns: "about", shipping: "about", terms: "about" },
  domains: [{ host: "shop.acme.example", primary: true }],
};

/** The same with all of its texts in a second language. */
export const translatedSettings: TenantSettings = {
  ...fullSettings,
  translations: {
    "fr-CH": {
      announcement: "Fermé le lundi",
      brand: { tagline: "Des tasses pour chaque matin", description: "Une petite poterie au bord du canal." },
      navigation: {
        header: [
          { label: "Tasses", collection: "cups" },
          { label: "Qui nous sommes", page: "about" },
        ],
        footer: [{ label: "Ailleurs", url: "https://pots.example/fr" }],
      },
      home: [
        {
          type: "hero",
          heading: "Fait main",
          text: "Cuit deux fois.",
          cta: { label: "Voir les tasses", collection: "cups" },
          product: "TARN",
        },
        { type: "collections", heading: "Par forme", collections: ["cups"] },
        { type: "products", heading: "Nouveau", collection: "all", limit: 2 },
        { type: "features", heading: "Bon à savoir", items: [{ title: "Solide", text: "Pour tous les jours." }] },
        { type: "faq", heading: "Questions", items: [{ q: "Elle casse ?", a: "Quand elle tombe." }] },
        { type: "quote", text: "La meilleure tasse.", cite: "Une visiteuse" },
        { type: "text", heading: "Notre four", text: "Il est chaud." },
        {
          type: "image_text",
          heading: "À la main",
          text: "Tourné.",
          image: { src: "tarn.jpg", alt: "Une potière au tour" },
          side: "end",
          cta: { label: "Toutes les tasses", collection: "cups" },
        },
        {
          type: "gallery",
          heading: "L’atelier",
          images: [
            { src: "tarn.jpg", alt: "Le four" },
            { src: "logo.png", alt: "Les étagères" },
          ],
        },
        { type: "logos", heading: "Vu dans", images: [{ src: "logo.png", alt: "La Revue du four" }] },
        { type: "hours", heading: "Quand venir", text: "Sonnez." },
      ],
      pages: { about: { title: "Qui nous sommes", body: "fr/about.md", description: "La poterie", noindex: false } },
      catalog: "fr/products.csv",
      collections: { cups: { title: "Tasses", description: "Pour boire" } },
      seo: {
        title_suffix: "Acme CH",
        description: "Tasses, bols et cruches, tournés et cuits deux fois dans une petite poterie au bord du canal.",
      },
      messages: { "product.ask": "Demander à la potière" },
    },
  },
};

const variant = (id: string, title: string, changes: Partial<Variant> = {}): Variant => ({
  id,
  title,
  price: { amount: 3400, currency: "GBP" },
  availability: "in_stock",
  attributes: { condition: "new", material: "Stoneware" },
  ...changes,
});

const product = (slug: string, title: string, changes: Partial<Product> = {}): Product => ({
  id: slug.toUpperCase(),
  slug,
  title,
  description: `${title}, thrown by hand and fired twice.`,
  brand: "Acme",
  type: ["Cups", "Large"],
  highlights: [],
  details: [],
  variants: [variant(slug.toUpperCase(), title)],
  ...changes,
});

/** 14 products: two pages of the collection `all`, one of them with variants, a sale, a photograph. */
export const sampleProducts: readonly Product[] = [
  product("tarn", "Tarn cup", {
    highlights: ["Holds 300 ml"],
    details: [{ section: "Care", name: "Dishwasher", value: "Yes" }],
    variants: [
      variant("TARN-BLUE", "Tarn cup in Blue", {
        image: "tarn.jpg",
        attributes: { color: "Blue", gtin: "9521230001373" },
        salePrice: { amount: 2900, currency: "GBP" },
      }),
      variant("TARN-SAND", "Tarn cup in Sand", {
        availability: "out_of_stock",
        price: { amount: 3600, currency: "GBP" },
        attributes: { color: "Sand" },
      }),
    ],
  }),
  ...Array.from({ length: 12 }, (_, index) => product(`bowl-${index + 1}`, `Bowl ${index + 1}`, { type: ["Bowls"] })),
  product("mug", "Mug", { variants: [variant("MUG", "Mug", { availability: "out_of_stock" })] }),
];

const picture = (body: string, extension: "png" | "jpg"): Picture => ({
  contentType: extension === "png" ? "image/png" : "image/jpeg",
  extension,
  body: Buffer.from(body),
});

/** The store of {@link fullSettings}; what follows from the settings (pages, per-page) follows. */
export function sampleStore(settings: TenantSettings = fullSettings, products = sampleProducts): Store {
  const tenant = { ...sampleTenant(), id: settings.id, settings };
  const translations = translationsOf(tenant).map((tag) => inOneLanguage(translateTenant(tenant, tag), products));
  return { ...inOneLanguage(tenant, products), ...(translations.length > 0 && { translations }) };
}

function inOneLanguage(tenant: Tenant, products: readonly Product[]): Omit<Store, "translations"> {
  const { settings } = tenant;
  const all: Collection = { id: "all", title: "All products", description: "", products };
  const collections = settings.catalog.collections.map(({ id, title, description }): Collection => ({
    id,
    title,
    description: description ?? "",
    products: products.filter(({ type }) => type[0] === "Cups"),
  }));
  return {
    tenant,
    catalog: { currency: settings.locale.currency, products, collections: [all, ...collections] },
    pages: Object.entries(settings.pages).map(([slug, { title, description, noindex }]) => ({
      slug,
      title,
      description: description ?? "",
      noindex,
      html: '<p>We are <strong>potters</strong>: <a href="/collections/cups/">cups</a>, <a href="/contact/">write</a>.</p>\n',
    })),
    pictures: new Map([
      ["logo.png", picture("a logo", "png")],
      ["tarn.jpg", picture("a photograph", "jpg")],
    ]),
  };
}
