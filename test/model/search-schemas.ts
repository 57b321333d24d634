/** What Google asks of structured data before it shows more than a link: merchant listings, variants, businesses, trails, sites. */
import { Ajv2020 } from "ajv/dist/2020.js";

const text = { type: "string", minLength: 1 };
const address = { type: "string", pattern: '^https://[^\\s<>"]+$' };
const term = (...names: readonly string[]) => ({ enum: names.map((name) => `https://schema.org/${name}`) });
const amount = { type: "string", pattern: "^\\d+(?:\\.\\d+)?$" };
const currency = { type: "string", pattern: "^[A-Z]{3}$" };
const time = { type: "string", pattern: "^(?:[01]\\d|2[0-3]):[0-5]\\d$" };
const day = { enum: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] };

/** An object of a type; a key that is neither required nor optional is refused. */
const thing = (type: string | readonly string[], required: object, optional: object = {}) => ({
  type: "object",
  required: ["@type", ...Object.keys(required)],
  properties: { "@type": { enum: [type].flat() }, ...required, ...optional },
  additionalProperties: false,
});

const offer = thing(
  "Offer",
  {
    url: address,
    price: amount,
    priceCurrency: currency,
    availability: term("InStock", "OutOfStock", "PreOrder", "BackOrder"),
    itemCondition: term("NewCondition", "UsedCondition", "RefurbishedCondition"),
  },
  {
    priceSpecification: thing("UnitPriceSpecification", {
      priceType: term("StrikethroughPrice"),
      price: amount,
      priceCurrency: currency,
    }),
    priceValidUntil: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
  },
);
const brand = thing("Brand", { name: text });
const known = {
  gtin: { type: "string", pattern: "^(?:\\d{8}|\\d{12,14})$" },
  mpn: text,
  color: text,
  size: text,
  material: text,
  pattern: text,
};
const product = (required: object, optional: object = {}) =>
  thing("Product", { name: text, image: address, sku: text, offers: offer, ...required }, { ...known, ...optional });
const context = { "@context": { const: "https://schema.org" } };
const organization = (required: object) => ({
  ...context,
  name: text,
  url: address,
  "@id": address,
  email: { type: "string", pattern: "@" },
  ...required,
});
const described = {
  legalName: text,
  description: text,
  logo: address,
  telephone: text,
  sameAs: { type: "array", maxItems: 10, uniqueItems: true, items: address },
  openingHoursSpecification: {
    type: "array",
    items: thing("OpeningHoursSpecification", {
      dayOfWeek: { type: "array", minItems: 1, items: day },
      opens: time,
      closes: time,
    }),
  },
};
const place = thing(
  "PostalAddress",
  { streetAddress: text, addressLocality: text, addressCountry: { type: "string", pattern: "^[A-Z]{2}$" } },
  { addressRegion: text, postalCode: text },
);

const SCHEMAS = {
  Product: product({ ...context, brand, url: address }, { description: text }),
  ProductGroup: thing(
    "ProductGroup",
    {
      ...context,
      name: text,
      productGroupID: text,
      brand,
      url: address,
      hasVariant: { type: "array", minItems: 2, items: product({ url: { ...address, pattern: "\\?v=[^&]+$" } }) },
    },
    {
      description: text,
      variesBy: { type: "array", minItems: 1, items: term("color", "size", "material", "pattern") },
    },
  ),
  BreadcrumbList: thing("BreadcrumbList", {
    ...context,
    itemListElement: {
      type: "array",
      minItems: 2,
      items: thing("ListItem", { position: { type: "integer", minimum: 1 }, name: text, item: address }),
    },
  }),
  WebSite: thing(
    "WebSite",
    { ...context, name: text, url: address, publisher: { required: ["@id"] }, inLanguage: text },
    {
      potentialAction: thing("SearchAction", {
        target: thing("EntryPoint", {
          urlTemplate: { type: "string", pattern: "^https://[^\\s]+\\{search_term_string\\}$" },
        }),
        "query-input": { const: "required name=search_term_string" },
      }),
    },
  ),
  /** What has no address to visit is no LocalBusiness. */
  Organization: thing(["Organization", "OnlineStore"], organization({}), { ...described, address: place }),
  LocalBusiness: thing(
    ["LocalBusiness", "Store", "Optician", "JewelryStore", "ClothingStore", "HomeGoodsStore"],
    organization({ address: place }),
    described,
  ),
} as const;

/** What can be asked about a value. */
export type SearchSchema = keyof typeof SCHEMAS;

const ajv = new Ajv2020({ allErrors: true, strict: false });
const validators = new Map(Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema)]));

/** What is wrong with a value that should be of that kind; empty where nothing is. */
export function searchProblems(name: SearchSchema, value: unknown): readonly string[] {
  const validate = validators.get(name);
  if (validate === undefined) throw new Error(`no schema ${name}`);
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
