/** Stores for the render bench, made in memory one at a time: 29 pages of about 10 kB each, the same at every call. */
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import type { Availability, Picture, Product, Store, Tenant, TextPage, Variant } from "../../action/src/model/store.ts";
import { tenantId } from "./fleet.ts";

/** 1 home page, 4 collections, 20 products, 1 text page, contact, search, 404. */
export const PAGES_PER_STORE = 29;
const PRODUCTS = 20;

/** The address that a store's pages name. */
export const originOf = (number: number): string => `https://${tenantId(number)}.example`;

const SHAPES = [
  { id: "cups", title: "Cups", one: "cup" },
  { id: "bowls", title: "Bowls", one: "bowl" },
  { id: "jugs", title: "Jugs", one: "jug" },
] as const;

const COLORS = ["Ivory", "Slate Blue", "Olive", "Rust"] as const;

const THEMES = [
  { background: "#ffffff", text: "#22201d", accent: "#9c3f1f", surface: "#f6f1ea" },
  { background: "#fbfaf7", text: "#1d2321", accent: "#1f5c4d", surface: "#f0ede5" },
  { background: "#14161b", text: "#eceff4", accent: "#8ab8ff", surface: "#1f232b" },
] as const;

const AVAILABILITIES: readonly Availability[] = ["in_stock", "out_of_stock", "preorder", "backorder"];

/** What potters say about their work; a few characters of it need escaping. */
const PARAGRAPHS = [
  "Every piece starts as four hundred grams of stoneware from a pit twelve miles away. It is wedged, thrown, left under cloth overnight, trimmed the next morning and dried for a week, because a pot that is hurried into the kiln cracks there, and it always cracks on the day before the market.",
  "The glaze is our own: wood ash, feldspar & a little iron. Where it runs thick it turns the blue of a bottle, where it runs thin over the throwing lines it stays the colour of toast. No two pieces agree on where that is, so yours will not look exactly like the photograph.",
  "It goes into the dishwasher, the oven and the microwave. It does not go from the freezer into a hot oven; nothing made of clay does. Should it ring dull when you tap it, send us a photograph and we replace it, whoever's fault it was.",
  'We pack in wood wool and cardboard, "twice boxed", and post on Tuesdays and Fridays. Choose "collect" to pick it up from the workshop: the kettle is on, the dog is friendly, and there is a shelf of seconds that we never put online.',
  "Each pot has our mark on its foot, with the month and the number of the firing. Write to us with that number and we tell you what else was in the kiln, who threw it, and what the weather did to the wood that week. Some of you collect by firing, and one of you has caught a mistake in our book.",
] as const;

const HIGHLIGHTS = [
  "Fired twice, at 1,000 and at 1,240 degrees",
  "Glaze without lead or cadmium, tested every year",
  "Foot ground smooth: no scratches on a wooden table",
  "Holds heat for half an hour & fits a child's hands",
] as const;

const DETAILS = [
  ["Care", "Dishwasher", "Yes, on any programme"],
  ["Care", "Microwave", "Yes"],
  ["Size", "Height", "9.5 cm"],
  ["Size", "Rim", "8.2 cm across, <1 mm out of round"],
  ["Size", "Weight", "About 380 g"],
  ["Size", "Capacity", "320 ml to the brim"],
  ["Making", "Clay", "Stoneware with ten per cent of grog"],
  ["Making", "Glaze", "Ash glaze inside & out, foot bare"],
  ["Making", "Made by", "Two potters in turn"],
  ["Making", "Firing", "Electric kiln, oxidation, cone 8"],
] as const;

const section = (heading: string, text: string) => `<h2>${heading}</h2>\n<p>${text}</p>\n`;

const ABOUT = [
  section(
    "How we work",
    "A cup takes <strong>eleven days</strong>: throw, dry, trim, fire, glaze, fire again and cool.",
  ),
  section("Where to start", 'With a <a href="/collections/cups/">cup</a>, or <a href="/contact/">ask us</a>.'),
  ...["Clay", "Glaze", "Fire", "Packing", "Repairs", "Visits"].map((heading) =>
    section(heading, PARAGRAPHS.slice(0, 3).join(" ").replaceAll("&", "&amp;").replaceAll("'", "&#39;")),
  ),
].join("");

/** The store of a number, with the bytes of its pictures. */
export function makeStore(number: number): Store {
  const id = tenantId(number);
  const tenant: Tenant = {
    id,
    file: `tenants/${id}.yaml`,
    folder: `tenants/${id}`,
    settings: settingsOf(id, number),
    locate: () => ({ file: `tenants/${id}.yaml`, line: 1, column: 1 }),
  };
  const products = Array.from({ length: PRODUCTS }, (_, index) => makeProduct(number, index));
  const pictures = new Map<string, Picture>();
  for (const { variants } of products) {
    const { image } = variants[0];
    if (image === undefined) continue;
    pictures.set(image, { contentType: "image/jpeg", extension: "jpg", body: Buffer.from(`${id} ${image}`) });
  }
  return {
    tenant,
    catalog: {
      currency: "GBP",
      products,
      collections: [
        { id: "all", title: "All products", description: "", products },
        ...SHAPES.map(({ id: shape, title }) => ({
          id: shape,
          title,
          description: `${title} of store ${number}, in the order in which they left the kiln.`,
          products: products.filter(({ type }) => type[0] === title),
        })),
      ],
    },
    pages: [aboutPage(number)],
    pictures,
  };
}

/** Most products come in four colours and have photographs; every fourth is one of a kind, and drawn. */
function makeProduct(number: number, index: number): Product {
  const shape = SHAPES[index % SHAPES.length] ?? SHAPES[0];
  const title = `Everyday ${shape.one} number ${index + 1}`;
  const id = `S${number}-${index + 1}`;
  const drawn = index % 4 === 3;
  const makeVariant = (color: string, place: number): Variant => ({
    id: `${id}-${place + 1}`,
    title: `${title} in ${color}`,
    price: { amount: 1200 + ((index * 7 + number + place) % 60) * 100, currency: "GBP" },
    ...(index % 5 === 1 ? { salePrice: { amount: 950 + place * 50, currency: "GBP" } } : {}),
    availability: AVAILABILITIES[(index + place) % AVAILABILITIES.length] ?? "in_stock",
    ...(drawn ? {} : { image: `pictures/${shape.one}-${index + 1}.jpg` }),
    attributes: { color, material: "Stoneware", condition: "new", gtin: String(9_521_230_000_000 + index * 4 + place) },
  });
  const [first, ...others] = COLORS;
  return {
    id,
    slug: `${shape.one}-${index + 1}`,
    title,
    // Every other one starts with more than search engines show.
    description: `${title} of store ${number} is for the long morning.${index % 2 === 0 ? "\n\n" : " "}${PARAGRAPHS.join("\n\n")}`,
    brand: `Store ${number}`,
    type: [shape.title, "Everyday"],
    highlights: HIGHLIGHTS,
    details: DETAILS.map(([part, name, value]) => ({ section: part, name, value })),
    variants: [makeVariant(first, 0), ...(drawn ? [] : others.map((color, place) => makeVariant(color, place + 1)))],
  };
}

const aboutPage = (number: number): TextPage => ({
  slug: "about",
  title: "About us",
  description: `Who makes the pots of store ${number}`,
  noindex: false,
  html: `<p>Store ${number} is an alley behind a hardware shop, and we are the door with the smoke.</p>\n${ABOUT}`,
});

const settingsOf = (id: string, number: number): TenantSettings => ({
  schema: "storefront/v1",
  id,
  lifecycle: { state: "live" },
  brand: {
    name: `Store ${number}`,
    legal_name: `Store ${number} Limited`,
    tagline: `Made to be used, number ${number}`,
    description: "A small workshop with three wheels, two kilns and one dog. Every piece differs from the next.",
    logo: { text: `Store ${number}` },
  },
  theme: { template: "default", tokens: { color: THEMES[number % THEMES.length] ?? THEMES[0], radius: "md" } },
  locale: { default: "en-GB", currency: "GBP", prices_include_tax: true },
  announcement: "Open on Saturdays until the kiln is empty",
  navigation: {
    header: [
      ...SHAPES.map(({ id: collection, title }) => ({ label: title, collection })),
      { label: "About", page: "about" },
      { label: "Visit us", page: "contact" },
    ],
    footer: [
      { label: "Everything", collection: "all" },
      { label: "About us", page: "about" },
      { label: "Write to us", url: `mailto:hello@${id}.example` },
      { label: "Repairs and replacements", page: "about" },
      { label: "Opening hours and how to find us", page: "contact" },
      { label: "Our guild", url: "https://guild.example/potters?of=bristol&year=all" },
    ],
  },
  home: [
    {
      type: "hero",
      heading: "Made to be used",
      text: "Thrown, scratched & fired twice. Then please put it on the table every single day of the week.",
      cta: { label: "See everything", collection: "all" },
      product: `S${number}-1`,
    },
    { type: "collections", heading: "By shape", collections: SHAPES.map((shape) => shape.id) },
    { type: "products", heading: "Fresh from the kiln", collection: "all", limit: 12 },
    {
      type: "features",
      heading: "Good to know",
      items: [
        { title: "Dishwasher safe", text: "All glazes are fired at 1240 degrees." },
        { title: "No plastic", text: "Wood wool, cardboard and paper tape. Nothing else." },
        { title: "Second choice", text: "Small faults at a small price, every first Saturday in the workshop." },
      ],
    },
    {
      type: "faq",
      heading: "Questions we hear often",
      items: [
        { q: "Do you post?", a: "Twice a week, wrapped well enough to survive a fall from the table." },
        { q: "Can I visit?", a: "Yes. The kettle is always on, and the dog is friendly." },
      ],
    },
    { type: "quote", text: "The cup fooled all four of us. We have been ordering it since.", cite: "A café nearby" },
    { type: "text", heading: "Our kiln", text: `${PARAGRAPHS[0]}\n\n${PARAGRAPHS[1]}` },
  ],
  catalog: {
    source: "products.csv",
    sort: "featured",
    per_page: 48,
    collections: SHAPES.map(({ id: shape, title }) => ({ id: shape, title, match: { product_type: title } })),
  },
  commerce: { mode: "enquiry" },
  seo: {
    title_suffix: `Store ${number}`,
    description: "Stoneware thrown by hand in a small workshop. Cups, bowls and jugs for every day.",
    organization_type: "Store",
    robots: "index",
  },
  contact: {
    email: `hello@${id}.example`,
    phone: "+44 117 496 0123",
    address: { street: "14 Kiln Lane", city: "Bristol", postal_code: "BS1 4ZZ", country: "GB" },
    hours: [
      { days: ["tue", "wed", "thu", "fri"], open: "09:30", close: "18:00" },
      { days: ["sat"], open: "10:00", close: "16:00" },
    ],
  },
  domains: [{ host: `${id}.example`, primary: true }],
  pages: { about: { title: "About us", body: "about.md", noindex: false } },
});
