/** Writes a fleet of tenants of the examples' size, the same at every call. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How large a fleet is. */
export interface FleetShape {
  readonly tenants: number;
  /** In the catalog; 0 leaves catalog and page out. */
  readonly products: number;
}

const COLLECTIONS = ["cups", "bowls", "jugs"] as const;

/** Creates `folder/tenants/` with YAML files and, beside them, a CSV catalog and an about page each. */
export async function writeFleet(folder: string, shape: FleetShape): Promise<void> {
  const tenants = join(folder, "tenants");
  await mkdir(tenants, { recursive: true });
  for (let number = 1; number <= shape.tenants; number += 1) {
    const id = tenantId(number);
    await writeFile(join(tenants, `${id}.yaml`), tenantYaml(id, number));
    if (shape.products === 0) continue;
    await mkdir(join(tenants, id));
    await writeFile(join(tenants, id, "products.csv"), catalogCsv(number, shape.products));
    await writeFile(join(tenants, id, "about.md"), aboutMarkdown(number));
  }
}

/** `store-00042`. */
export const tenantId = (number: number): string => `store-${String(number).padStart(5, "0")}`;

function tenantYaml(id: string, number: number): string {
  return `schema: storefront/v1
id: ${id}
brand:
  name: Store ${number}
  legal_name: Store ${number} Limited
  tagline: Made to be used, number ${number}
  description: A small workshop with three wheels, two kilns and one dog. Every piece differs a little from the next.
  logo: { text: Store ${number} }
theme:
  template: default
  tokens:
    color: { background: "#ffffff", text: "#22201d", accent: "#9c3f1f", surface: "#f6f1ea" }
    font: { heading: serif-modern, body: system-sans }
    radius: md
    density: airy
    card: { ratio: "1:1", image_fit: contain }
locale: { default: en-GB, currency: GBP, prices_include_tax: true }
announcement: Open on Saturdays until the kiln is empty
navigation:
  header:
    - { label: Cups, collection: cups }
    - { label: Bowls, collection: bowls }
    - { label: Jugs, collection: jugs }
    - { label: About, page: about }
  footer:
    - { label: About us, page: about }
    - { label: Write to us, url: "mailto:hello@${id}.example" }
home:
  - type: hero
    heading: Made to be used
    text: Thrown, scratched and fired twice. Then please put it on the table every single day of the week.
    cta: { label: See everything, collection: all }
  - { type: collections, heading: By shape, collections: [cups, bowls, jugs] }
  - { type: products, heading: Fresh from the kiln, collection: all, limit: 8 }
  - type: features
    heading: Good to know
    items:
      - { title: Dishwasher safe, text: "All glazes are fired at 1240 degrees." }
      - { title: No plastic, text: "Wood wool, cardboard and paper tape. Nothing else." }
      - { title: Second choice, text: "Small faults at a small price, every first Saturday in the workshop." }
  - type: faq
    heading: Questions we hear often
    items:
      - { q: "Do you post?", a: "Twice a week, wrapped well enough to survive a fall from the table." }
      - { q: "Can I visit?", a: "Yes. The kettle is always on, and the dog is friendly." }
  - { type: quote, text: "The cup fooled all four of us. We have been ordering it since.", cite: A café nearby }
catalog:
  source: products.csv
  sort: featured
  collections:
    - { id: cups, title: Cups, description: "From espresso to the large white coffee.", match: { product_type: Cups } }
    - { id: bowls, title: Bowls, description: "For muesli, salad and all between.", match: { product_type: Bowls } }
    - { id: jugs, title: Jugs, description: "They pour without a drip.", match: { product_type: Jugs } }
seo:
  title_suffix: Store ${number}
  description: Stoneware thrown by hand in a small workshop. Cups, bowls and jugs for every day.
  organization_type: Store
contact:
  email: hello@${id}.example
  phone: "+44 117 496 0123"
  address: { street: 14 Kiln Lane, city: Bristol, postal_code: BS1 4ZZ, country: GB }
  hours:
    - { days: [tue, wed, thu, fri], open: "09:30", close: "18:00" }
    - { days: [sat], open: "10:00", close: "16:00" }
domains:
  - { host: ${id}.example, primary: true }
pages:
  about: { title: About us, body: about.md }
`;
}

function catalogCsv(number: number, products: number): string {
  const rows = ["id,title,description,availability,price,brand,condition,product_type,color,material"];
  for (let index = 0; index < products; index += 1) {
    const kind = COLLECTIONS[index % COLLECTIONS.length] ?? "cups";
    const price = `${12 + ((index * 7 + number) % 60)}.50 GBP`;
    const name = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1, -1)} number ${index + 1}`;
    const description = `${name} of store ${number}: a heavy foot, a fine rim and a handle for three fingers. Holds enough for a long morning.`;
    rows.push(
      `S${number}-${index + 1},${name},"${description}",in_stock,${price},Store ${number},new,${kind.slice(0, 1).toUpperCase()}${kind.slice(1)},Ivory,Stoneware`,
    );
  }
  return `${rows.join("\n")}\n`;
}

function aboutMarkdown(number: number): string {
  return `Store ${number} is an alley behind a hardware shop, and we are the door with the smoke.

## How we work

A cup takes **eleven days**: throw, dry, trim, fire, glaze, fire again and cool. We tried short cuts. They cracked.

## What happens to old pieces

Bring back any piece, ours or not. The good ones go to a [charity](https://charity.example/); the rest become gravel.
`;
}
