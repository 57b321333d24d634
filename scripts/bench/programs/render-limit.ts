/**
 * The limit: the same sites by template literals written for exactly these stores, everything said once in the order
 * in which it is needed. Arguments and place as `render-ours.ts`. Assets, feed, colours and hashes are the product's
 * own functions; pages are not: no template, no message keys, no views.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { compactStyles } from "../../../action/src/model/compact-styles.ts";
import { robotsText, type SitemapEntry, sitemapFiles } from "../../../action/src/model/crawling.ts";
import { escapeHtml } from "../../../action/src/model/escape.ts";
import { feedRows, googleTable, googleXml } from "../../../action/src/model/feed.ts";
import { filterStyles, orderStyles, ranksBy } from "../../../action/src/model/filter-styles.ts";
import { favicon, illustrate, recognise } from "../../../action/src/model/illustration.ts";
import { newsFeed } from "../../../action/src/model/news-feed.ts";
import { decimalOf, formatPrice } from "../../../action/src/model/price.ts";
import { collectAssets } from "../../../action/src/model/render-assets.ts";
import { colorNamed } from "../../../action/src/model/drawing-colors.ts";
import type { PictureView } from "../../../action/src/model/render-product.ts";
import { writeSearchIndex } from "../../../action/src/model/search-index.ts";
import { closeSite, type Site, type SiteFile, siteFile } from "../../../action/src/model/site.ts";
import type { Product, Store, Variant } from "../../../action/src/model/store.ts";
import { paletteOf, themeCss, tokensOf } from "../../../action/src/model/theme.ts";
import { readTemplateSettings } from "../../../action/src/model/template-settings.ts";
import { finish } from "../measure.ts";
import { makeStore, originOf } from "../render-fleet.ts";
import { digestSites } from "../site-digest.ts";

const HTML = "text/html; charset=utf-8";
const [tenants = "0", wish] = process.argv.slice(2);
const folder = "templates/default";
const { settings: template } = readTemplateSettings("default", folder, readFileSync(`${folder}/template.yaml`), "");
const styles = compactStyles(readFileSync(`${folder}/styles.css`, "utf8"));
const main = readFileSync(`${folder}/main.js`);
const script = siteFile(
  `assets/main.${hash("sha256", main).slice(0, 10)}.js`,
  "asset",
  "text/javascript; charset=utf-8",
  main,
);

/** A product with what several pages say of it. */
interface Shown {
  readonly product: Product;
  readonly path: string;
  readonly title: string;
  readonly picture: string;
  /** The picture's path; empty for a drawing. */
  readonly photograph: string;
  /** Of an image element. */
  readonly attributes: string;
  readonly variants: readonly {
    readonly path: string;
    readonly attributes: string;
    readonly drawn: boolean;
    readonly price: string;
  }[];
  readonly price: string;
  readonly lowest: string;
  readonly priceText: string;
  readonly card: string;
  readonly colors: ReadonlySet<string>;
  readonly availabilities: ReadonlySet<Variant["availability"]>;
  /** In pence, what it costs at least, and the pounds at which its band of prices begins. */
  readonly amount: number;
  readonly band: number;
  /** A row of the indexes that filters are made with, as JSON. */
  readonly filterRow: string;
}

/** Where bands of prices begin, in pounds. */
const EDGES = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const bandOf = (pence: number): number => EDGES.findLast((edge) => edge * 100 <= pence) ?? 0;
const pounds = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP", maximumFractionDigits: 0 });
const bandTexts = new Map(
  EDGES.map((from, at) => [from, pounds.formatRange(from, EDGES[at + 1] ?? Infinity)] as const),
);
const bandText = (from: number): string => bandTexts.get(from) ?? "";
const compareNames = new Intl.Collator("en-GB", { numeric: true }).compare;

function renderStore(store: Store, origin: string): Site {
  const { settings } = store.tenant;
  const { brand, contact, seo } = settings;
  const tokens = tokensOf(settings.theme.tokens, settings.theme.preset, template);
  const palette = paletteOf(tokens.color);
  const files = new Map<string, SiteFile>();
  const assets = collectAssets(files, store.pictures);
  const stylesPath = assets.add("styles.css", "text/css; charset=utf-8", themeCss(tokens, palette) + styles);
  files.set(script.path, script);

  const colorMarks = new Map<string, number>();
  const availabilityMarks = new Map<Variant["availability"], number>();
  const variantsOfAll = store.catalog.products.flatMap(({ variants }) => variants);
  for (const color of [...new Set(variantsOfAll.map(({ attributes }) => attributes["color"] ?? ""))].toSorted()) {
    colorMarks.set(color, colorMarks.size + 1);
  }
  for (const availability of [...new Set(variantsOfAll.map((variant) => variant.availability))].toSorted()) {
    availabilityMarks.set(availability, colorMarks.size + availabilityMarks.size + 1);
  }
  const bandMarks = new Map<number, number>();
  const amounts = store.catalog.products.map(({ variants }) =>
    Math.min(...variants.map(({ price, salePrice }) => (salePrice ?? price).amount)),
  );
  for (const band of [...new Set(amounts.map(bandOf))].toSorted((one, other) => one - other)) {
    bandMarks.set(band, colorMarks.size + availabilityMarks.size + bandMarks.size + 1);
  }
  const shown = new Map<Product, Shown>();
  for (const product of store.catalog.products) shown.set(product, show(product));
  const all = [...shown.values()];
  const addIndex = (body: string) => assets.add("search.json", "application/json; charset=utf-8", body);
  const searchPath = addIndex(
    writeSearchIndex(
      all.map(({ product: { title, brand: maker, type, variants }, path, picture, priceText }) => ({
        title,
        href: `/${path}`,
        price: priceText,
        picture: `/${picture}`,
        words: `${maker} ${type.join(" ")} ${variants.map((one) => (variants.length === 1 ? one.title : one.attributes["color"])).join(" ")}`,
      })),
      (part) => `/${addIndex(part)}`,
    ),
  );

  const name = escapeHtml(brand.name);
  const suffix = escapeHtml(seo.title_suffix);
  const email = escapeHtml(contact.email);
  const phone = escapeHtml(contact.phone);
  const mail = `mailto:${encodeURIComponent(contact.email).replace("%40", "@")}`;
  const { street, city, postal_code: postalCode } = contact.address ?? { street: "", city: "" };
  const askAbout = (subject: string): string => `${mail}?subject=${escapeHtml(encodeURIComponent(subject))}`;
  const address = `<address>
<span>${escapeHtml(street)}</span>
<span>${escapeHtml(`${city} ${postalCode}`)}</span>
<span>United Kingdom</span>

<a dir="ltr" href="${mail}">${email}</a>
<a dir="ltr" href="tel:${phone.replaceAll(" ", "")}">${phone.replaceAll(" ", "\u00a0")}</a>
</address>`;
  const footer = `</main>
<footer class="footer">
<div class="wrap">
<div class="columns">
<div>
<p class="name">${name}</p>
<p class="tagline">${escapeHtml(brand.tagline)}</p>
</div>
<nav aria-label="More about the store">
<ul>
${(settings.navigation?.footer ?? []).map((link) => `<li><a href="${hrefOf(link)}">${escapeHtml(link.label)}</a></li>\n`).join("")}</ul>
</nav>
${address}
</div>
<p class="small colophon">${escapeHtml(brand.legal_name)} · All prices include tax. This site sets no cookies and loads nothing from third parties.</p>
</div>
</footer>
</body>
</html>`;
  const menu = (settings.navigation?.header ?? []).map((link) => ({
    href: hrefOf(link),
    label: escapeHtml(link.label),
  }));
  const header = (current: string): string => `<header class="header">
<p class="announcement">${escapeHtml(settings.announcement)}</p>
<div class="wrap">
<a class="brand" href="/"${current === "/" ? ` aria-current="page"` : ""}><span>${escapeHtml(brand.logo?.text)}</span></a>
<nav class="menu" id="menu" popover aria-label="Main menu">
<button class="tool" type="button" popovertarget="menu" popovertargetaction="hide" aria-label="Close the menu"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 5l14 14M19 5 5 19"/></svg></button>
<ul>
${menu.map(({ href, label }) => `<li><a href="${href}"${href === current ? ` aria-current="page"` : ""}>${label}</a></li>\n`).join("")}</ul>
</nav>
<a class="tool" href="/search/" aria-label="Search"${current === "/search/" ? ` aria-current="page"` : ""}><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="11" cy="11" r="7"/><path d="m16 16 5 5"/></svg></a>
<button class="tool to-menu" type="button" popovertarget="menu" aria-label="Main menu"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 7h18M3 12h18M3 17h18"/></svg></button>
</div>
</header>
<main id="main" tabindex="-1">`;
  const plainHeader = header("");
  const shelves = store.catalog.collections.map(({ id, title }) => ({
    href: `/collections/${id}/`,
    label: id === "all" ? "All products" : escapeHtml(title),
  }));
  const chips = (current: string): string =>
    shelves.length < 3 || shelves.length > 12
      ? ""
      : `
<nav class="chips" aria-label="Collections">
<ul>
${shelves.map(({ href, label }) => `<li><a href="${href}"${href === current ? ` aria-current="page"` : ""}>${label}</a></li>\n`).join("")}</ul>
</nav>
`;

  const indexed: SitemapEntry[] = [];
  const about = seo.description ?? "";
  /** What search engines are told of a page that does not say it itself. */
  const tell = (title: string, what = about): string => `${title} at ${brand.name}: ${what}`;
  /** The part of a page before its body; `title` is escaped, `path` undefined for what has no address, `data` a script element's JSON with the elements around it. */
  const head = (
    path: string | undefined,
    title: string,
    description: string,
    photograph: string,
    data: string,
    { noindex = false, price = "" } = {},
  ): string => `<!DOCTYPE html>
<html lang="en-GB" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;self&#39;; script-src &#39;self&#39;; img-src &#39;self&#39;; connect-src &#39;self&#39;; form-action &#39;self&#39;; base-uri &#39;none&#39;">
<title>${title} · ${suffix}</title>
<meta name="description" content="${description}">
${noindex ? `<meta name="robots" content="noindex">\n` : ""}${path === undefined ? "" : `<link rel="canonical" href="${origin}/${path}">\n<meta property="og:url" content="${origin}/${path}">\n`}<meta property="og:type" content="${price === "" ? "website" : "product"}">
<meta property="og:title" content="${title} · ${suffix}">
<meta property="og:description" content="${description}">
<meta property="og:site_name" content="${name}">
<meta property="og:locale" content="en_GB">
${photograph === "" ? "" : `<meta property="og:image" content="${origin}/${photograph}">\n<meta property="og:image:alt" content="${title}">\n`}<meta name="twitter:card" content="summary${photograph === "" ? "" : "_large_image"}">
${price === "" ? "" : `<meta property="product:price:amount" content="${price}">\n<meta property="product:price:currency" content="GBP">\n`}<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<link rel="alternate" type="application/rss+xml" title="${name}" href="${origin}/feeds/products.xml">
<link rel="stylesheet" href="/${stylesPath}">
<script type="module" src="/${script.path}"></script>
${data}</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
`;
  const addPage = (path: string, html: string): void => {
    const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
    files.set(file, siteFile(file, "page", HTML, html));
  };

  const trailData = (label: string, path: string, parent: string): string =>
    `<script type="application/ld+json">{"@context":"https://schema.org","@type":"BreadcrumbList","itemListElement":[{"@type":"ListItem","position":1,"name":"Home","item":"${origin}/"},${parent}{"@type":"ListItem","position":${parent === "" ? 2 : 3},"name":${json(label)},"item":"${origin}/${path}"}]}</script>\n`;

  // The home page.
  const storeData = organization();
  const siteData = `<script type="application/ld+json">{"@context":"https://schema.org","@type":"WebSite","name":${json(brand.name)},"url":"${origin}/","inLanguage":"en-GB","publisher":{"@id":"${origin}/#organization"},"potentialAction":{"@type":"SearchAction","target":{"@type":"EntryPoint","urlTemplate":"${origin}/search/?q={search_term_string}"},"query-input":"required name=search_term_string"}}</script>\n`;
  indexed.push({ path: "", pictures: [] });
  addPage(
    "",
    `${head("", escapeHtml(brand.tagline), describe(about), all[0]?.photograph ?? "", storeData + siteData)}${header("/")}


${(settings.home ?? []).map(blockHtml).join("")}${footer}`,
  );

  // Collections.
  for (const { id, title, description, products } of store.catalog.collections) {
    const path = `collections/${id}/`;
    const label = escapeHtml(title);
    const first = products[0] && shown.get(products[0]);
    let cards = "";
    let filterRows = "";
    const colors = new Set<string>();
    const availabilities = new Set<Variant["availability"]>();
    const bands = new Set<number>();
    const listed: Shown[] = [];
    for (const product of products) {
      const one = shown.get(product);
      if (one === undefined) continue;
      listed.push(one);
      bands.add(one.band);
      cards += one.card;
      filterRows += `${filterRows === "" ? "" : ","}${one.filterRow}`;
      for (const color of one.colors) colors.add(color);
      for (const availability of one.availabilities) availabilities.add(availability);
    }
    const colorBoxes = [...colors].toSorted().map((color) => ({ color, mark: colorMarks.get(color) ?? 0 }));
    const availabilityBoxes = [...availabilities]
      .toSorted()
      .map((availability) => ({ availability, mark: availabilityMarks.get(availability) ?? 0 }));
    const bandBoxes = [...bands]
      .toSorted((one, other) => one - other)
      .map((band) => ({ band, mark: bandMarks.get(band) ?? 0 }));
    const names = ranksBy(listed, ({ product: one }, { product: other }) => compareNames(one.title, other.title));
    const prices = ranksBy(listed, (one, other) => one.amount - other.amount);
    const column = <Value>(boxes: readonly Value[], valuesOf: (one: Shown) => ReadonlySet<Value>): string => {
      const numbers = new Map(boxes.map((value, number) => [value, number]));
      const numbersOf = (one: Shown): number | undefined | readonly (number | undefined)[] => {
        const values = [...valuesOf(one)];
        return values.length === 1 && values[0] !== undefined
          ? numbers.get(values[0])
          : values.map((value) => numbers.get(value));
      };
      return `${JSON.stringify(boxes)},${JSON.stringify(listed.map(numbersOf))}`;
    };
    const colorColumn = column(
      colorBoxes.map(({ color }) => color),
      (one) => one.colors,
    );
    const availabilityColumn = column(
      availabilityBoxes.map(({ availability }) => availability),
      (one) => one.availabilities,
    );
    const filterPath = assets.add(
      `collection-${id}.json`,
      "application/json; charset=utf-8",
      `{"count":${listed.length},"facets":[["color",${colorColumn}],["availability",${availabilityColumn}]],"amounts":${JSON.stringify(listed.map(({ amount }) => amount / 100))},"names":${JSON.stringify(names)},"rows":[[${filterRows}]],"size":${listed.length}}\n`,
    );
    const filterStylesPath = assets.add(
      "filters.css",
      "text/css; charset=utf-8",
      filterStyles([
        { name: "color", values: colorBoxes },
        { name: "availability", values: availabilityBoxes },
        ...(bands.size > 1 ? [{ name: "price", values: bandBoxes }] : []),
      ]) + orderStyles(listed.map((_, at) => ({ name: names[at] ?? 0, price: prices[at] ?? 0 }))),
    );
    indexed.push({ path, pictures: [] });
    addPage(
      path,
      `${head(path, label, describe(description === "" ? tell(title, firstTitles(products)) : description), first?.photograph ?? "", trailData(title, path, ""))}${header(`/${path}`)}
<div class="wrap page">
${trailOf(label, "")}
<div class="intro">
<h1>${label}</h1>
${description === "" ? "" : `<p class="lead">${escapeHtml(description)}</p>`}
</div>
${chips(`/${path}`)}

<noscript><link rel="stylesheet" href="/${filterStylesPath}"><nav class="chips" aria-label="Sort by"><p class="small">Sort by</p><ul><li><a id="sort-own" href="#sort-own">Our order</a></li><li><a id="sort-name" href="#sort-name">Name</a></li><li><a id="sort-up" href="#sort-up">Price, low to high</a></li><li><a id="sort-down" href="#sort-down">Price, high to low</a></li></ul></nav></noscript>
<details class="filters">
<summary>Filter and sort</summary>
<form method="get" action="/${path}" data-index="/${filterPath}" data-root="/" data-found="Products found: {count}" data-none="Nothing fits. Take a filter away." data-failed="The filters could not be loaded. Please try again." data-more="Show more">
<fieldset>
<legend>Colour</legend>
${colorBoxes
  .map(
    ({ color, mark }) =>
      `<label><input type="checkbox" name="color" value="${color}" data-mark="${mark}">${color}</label>\n`,
  )
  .join("")}</fieldset>
<fieldset>
<legend>Availability</legend>
${availabilityBoxes
  .map(
    ({ availability, mark }) =>
      `<label><input type="checkbox" name="availability" value="${availability}" data-mark="${mark}">${AVAILABILITY[availability]}</label>\n`,
  )
  .join("")}</fieldset>
<fieldset class="scripted">
<legend>Price (GBP)</legend>
<label>From <input type="number" name="min" min="0" step="any" inputmode="decimal"></label>
<label>To <input type="number" name="max" min="0" step="any" inputmode="decimal"></label>
</fieldset>
${bands.size > 1 ? `<noscript><fieldset>\n<legend>Price</legend>\n${bandBoxes.map(({ band, mark }) => `<label><input type="checkbox" name="price" value="${band}" data-mark="${mark}">${bandText(band)}</label>\n`).join("")}</fieldset></noscript>\n` : ""}<div>
<label class="scripted">Sort by <select name="sort"><option value="">Our order</option><option value="name">Name</option><option value="up">Price, low to high</option><option value="down">Price, high to low</option></select></label>
<p><button class="button scripted" type="submit">Show</button> <button class="button quiet" type="reset">Clear</button></p>
</div>
</form>
</details>
<p class="small count" role="status">${products.length} products</p>
<ul class="grid">
${cards}
</ul>
<noscript><p class="small count">Products found: <span data-left></span></p></noscript>

</div>
${footer}`,
    );
  }

  // Products.
  const parentTrail = `<li><a href="/collections/all/">All products</a></li>\n`;
  const parentData = `{"@type":"ListItem","position":2,"name":"All products","item":"${origin}/collections/all/"},`;
  const siblingsByType = Map.groupBy(all, ({ product }) => product.type[0]);
  for (const siblings of siblingsByType.values()) {
    for (let index = 0; index < siblings.length; index += 1) {
      const one = siblings[index];
      if (one !== undefined) addPage(one.path, productPage(one, siblings, index));
    }
  }

  // Text pages.
  for (const { slug, title, description, html } of store.pages) {
    const path = `pages/${slug}/`;
    const label = escapeHtml(title);
    indexed.push({ path, pictures: [] });
    addPage(
      path,
      `${head(path, label, describe(description), "", trailData(title, path, ""))}${header(`/${path}`)}
<div class="wrap page">
${trailOf(label, "")}
<article class="prose">
<h1>${label}</h1>
${html}
</article>
</div>
${footer}`,
    );
  }

  // Contact, search, 404.
  indexed.push({ path: "contact/", pictures: [] });
  addPage(
    "contact/",
    `${head("contact/", "Contact", describe(tell("Contact")), "", storeData)}${header("/contact/")}
<div class="wrap page">
${trailOf("Contact", "")}
<div class="intro">
<h1>Contact</h1>
<p class="lead">${escapeHtml(brand.tagline)}</p>
</div>
<div class="panels">
<div class="panel">
<h2>${escapeHtml(brand.legal_name)}</h2>
${address}
<a class="button" href="${mail}">Write to us</a>
</div>

<div class="panel">
<h2>Opening hours</h2>
<dl>
${(contact.hours ?? []).map(({ days, open, close }) => `<div><dt>${days.map((day) => `${day.slice(0, 1).toUpperCase()}${day.slice(1)}`).join(", ")}</dt><dd>${open}–${close}</dd></div>\n`).join("")}</dl>
</div>


<section class="enquiry panel scripted" aria-live="polite">
<h2>My list</h2>
<p class="scripted" role="status" data-list="${store.tenant.id}" data-intro="I would like to ask about:" data-remove="Remove" data-compose="${mail}?subject=${encodeURIComponent(brand.name)}&amp;body=">Your list is empty. Products are added on their own pages.</p>
<ul class="list"></ul>
<p><a class="button" href="${mail}?subject=${encodeURIComponent(brand.name)}">Send</a></p>
</section>
</div>
</div>
${footer}`,
  );
  addPage(
    "search/",
    `${head("search/", "Search", describe(tell("Search")), "", "", { noindex: true })}${header("/search/")}
<div class="wrap page">
<div class="intro">
<h1>Search</h1>
<noscript><p class="lead">The search needs JavaScript. Everything we have is here too. <a href="/collections/all/">All products</a></p></noscript>
</div>
<form class="search" method="get" action="/search/" role="search" data-index="/${searchPath}" data-found="Products found: {count}" data-more="The first {count} are shown; one more word narrows it down." data-none="Nothing found. Try a shorter word." data-failed="The search could not be loaded. Please try again.">
<label for="query">What are you looking for?</label>
<div class="field"><input id="query" name="q" type="search" autocomplete="off" maxlength="100"><button class="button" type="submit">Search</button></div>
</form>
${chips("")}
<p class="small count" role="status" id="search-status"></p>
<ul class="grid" id="search-results"></ul>
</div>
${footer}`,
  );
  addPage(
    "404.html",
    `${head(undefined, "Page not found", describe(tell("Page not found")), "", "", { noindex: true })}${plainHeader}
<div class="wrap lost">
<p class="figure" aria-hidden="true">404</p>
<h1>Page not found</h1>
<p class="lead">There is nothing at this address.</p>
<p><a class="button" href="/">To the home page</a></p>
${chips("")}
</div>
${footer}`,
  );

  const addText = (path: string, type: string, text: string) =>
    void files.set(path, siteFile(path, "page", type, text));
  addText("favicon.svg", "image/svg+xml", favicon(brand.name, palette.accent));
  for (const { path, xml } of sitemapFiles(origin, indexed)) addText(path, "application/xml; charset=utf-8", xml);
  addText("robots.txt", "text/plain; charset=utf-8", robotsText(`${origin}/sitemap.xml`));
  const absolute = (path: string) => `${origin}/${path}`;
  const rows = feedRows(
    all.map(({ product, path, variants }) => ({
      product,
      path,
      variants: variants.map((picture) => ({ picture })),
    })),
    brand.name,
    absolute,
  );
  addText("feeds/google.tsv", "text/tab-separated-values; charset=utf-8", googleTable(rows));
  addText(
    "feeds/google.xml",
    "application/xml; charset=utf-8",
    googleXml(rows, { name: brand.name, url: `${origin}/` }),
  );
  const news = newsFeed({ name: brand.name, language: "en-GB" }, about, all, absolute);
  addText("feeds/products.xml", "application/rss+xml; charset=utf-8", news);
  return closeSite(store.tenant.id, [...files.values()], template);

  function pictureOf(product: Product, variant: Variant): PictureView {
    return (
      (variant.image === undefined ? undefined : assets.addPicture(variant.image)) ??
      assets.addDrawing(
        illustrate(recognise(product), [variant.attributes["swatch"], variant.attributes["color"]], palette),
      )
    );
  }

  function show(product: Product): Shown {
    const prices = product.variants.map(({ price, salePrice }) => ({
      amount: (salePrice ?? price).amount,
      text: formatPrice(salePrice ?? price, "en-GB"),
      was: salePrice && formatPrice(price, "en-GB"),
    }));
    const low = prices.reduce((lowest, one) => (one.amount < lowest.amount ? one : lowest));
    const text = prices.some(({ amount }) => amount !== low.amount) ? `From ${low.text}` : low.text;
    const path = `products/${product.slug}/`;
    const title = escapeHtml(product.title);
    const views = product.variants.map((variant) => pictureOf(product, variant));
    const picture = views[0];
    const swatches = new Set(
      product.variants.flatMap(
        ({ attributes }) => colorNamed(attributes["swatch"]) ?? colorNamed(attributes["color"]) ?? [],
      ),
    );
    if (picture === undefined) throw new Error("no variant");
    const price = priceHtml(text, low.was);
    const colors = new Set(product.variants.map(({ attributes }) => attributes["color"] ?? ""));
    const availabilities = new Set(product.variants.map(({ availability }) => availability));
    return {
      product,
      path,
      title,
      picture: picture.path,
      photograph: picture.drawn ? "" : picture.path,
      attributes: attributesOf(picture),
      variants: views.map((view, index) => ({
        path: view.path,
        attributes: attributesOf(view),
        drawn: view.drawn,
        price: priceHtml(prices[index]?.text ?? "", prices[index]?.was),
      })),
      price,
      lowest: decimalOf({ amount: low.amount, currency: "GBP" }),
      priceText: text,
      colors,
      availabilities,
      amount: low.amount,
      band: bandOf(low.amount),
      filterRow: `[${json(product.title)},"${path}","${text}","${picture.path}"]`,
      card: `
<li class="card" data-marks="${[...[...colors].map((color) => colorMarks.get(color)), ...[...availabilities].map((availability) => availabilityMarks.get(availability)), bandMarks.get(bandOf(low.amount))].join(" ")}">
<div class="frame"><img ${attributesOf(picture)} alt="" loading="lazy"></div>
<p class="card-title"><a href="/${path}">${title}</a></p>
<p>${price}</p>
${product.variants.every(({ availability }) => availability === "out_of_stock") ? `<p class="small">Sold out</p>` : swatches.size > 1 ? `<p class="swatches"><svg width="${swatches.size * 20}" height="16" aria-hidden="true">${[...swatches].map((color, index) => `<circle cx="${index * 20 + 8}" cy="8" r="7" fill="${color}"/>`).join("")}</svg><span class="unseen">${product.variants.length} variants</span></p>` : product.variants.length > 1 ? `<p class="small">${product.variants.length} variants</p>` : ""}
</li>`,
    };
  }

  function productPage(
    { product, path, title, photograph, attributes, price, lowest, variants }: Shown,
    siblings: readonly Shown[],
    index: number,
  ): string {
    indexed.push({ path, pictures: [...new Set(variants.map((one) => one.path))] });
    const { id, description, highlights, details } = product;
    const [only] = product.variants;
    const several = product.variants.length > 1;
    const paragraphs = description.split("\n\n");
    let related = "";
    const most = Math.min(4, siblings.length - 1);
    for (let step = 1; step <= most; step += 1) related += siblings[(index + step) % siblings.length]?.card;
    const offer = (variant: Variant, place: number, label: string, url: string) =>
      `"@type":"Product","sku":${json(variant.id)},"name":${json(label)},"gtin":${json(variant.attributes["gtin"] ?? "")},"color":${json(variant.attributes["color"] ?? "")},"material":${json(variant.attributes["material"] ?? "")},"url":"${url}","image":"${origin}/${variants[place]?.path}","offers":{"@type":"Offer","price":"${decimalOf(variant.salePrice ?? variant.price)}","priceCurrency":"GBP",${variant.salePrice === undefined ? "" : `"priceSpecification":{"@type":"UnitPriceSpecification","priceType":"https://schema.org/StrikethroughPrice","price":"${decimalOf(variant.price)}","priceCurrency":"GBP"},`}"availability":"https://schema.org/${SCHEMA_AVAILABILITY[variant.availability]}","itemCondition":"https://schema.org/NewCondition","url":"${url}"}`;
    const subject = `${product.title} (${id})`;
    const described = `"description":${json(description)},"brand":{"@type":"Brand","name":${json(product.brand)}}`;
    const data = several
      ? `<script type="application/ld+json">{"@context":"https://schema.org","@type":"ProductGroup","productGroupID":${json(id)},"name":${json(product.title)},${described},"url":"${origin}/${path}","variesBy":["https://schema.org/color"],"hasVariant":[${product.variants.map((variant, place) => `{${offer(variant, place, variant.title, `${origin}/${path}?v=${variant.id}`)}}`).join(",")}]}</script>\n`
      : `<script type="application/ld+json">{"@context":"https://schema.org",${offer(only, 0, product.title, `${origin}/${path}`)},${described}}</script>\n`;
    return `${head(path, title, describe(paragraphs[0] ?? ""), photograph, data + trailData(product.title, path, parentData), { price: lowest })}
${plainHeader}
<div class="wrap page">
${trailOf(title, parentTrail)}
<article class="product">
<div class="pictures">
<img ${attributes} alt="${title}" fetchpriority="high">
</div>
<div class="facts">
<p class="small">${escapeHtml(product.brand)}</p>
<h1>${title}</h1>
<p class="big">${price}</p>
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>\n`).join("")}
<ul class="highlights">${highlights.map((highlight) => `<li>${escapeHtml(highlight)}</li>`).join("")}</ul>
${
  several
    ? `<fieldset class="choices">
<legend>To choose from</legend>
<ul class="variants">
${product.variants
  .map((variant, place) => {
    const color = variant.attributes["color"] ?? "";
    const item = `${product.title}, ${color} (${variant.id})`;
    return `<li>
<label><input type="radio" name="v" value="${variant.id}" data-item="${escapeHtml(item)}" data-ask="${askAbout(item)}"><img ${variants[place]?.attributes} alt="" loading="lazy"><span>${escapeHtml(color)}<br><span class="small state" data-state="${variant.availability}">${AVAILABILITY[variant.availability]}</span></span></label>
<p class="offer">${variants[place]?.price}</p>
</li>
`;
  })
  .join("")}</ul>
</fieldset>
`
    : `<p class="small state" data-state="${only.availability}">${AVAILABILITY[only.availability]}</p>\n`
}

<p class="ask"><a class="button" href="${askAbout(subject)}">Ask about this product</a>
<button class="button quiet scripted" type="button" data-list="${store.tenant.id}" data-item="${escapeHtml(subject)}" data-added="On my list">Add to my list</button>
<a class="scripted" href="/contact/">My list</a></p>

<h2>Details</h2>
<dl>
<div><dt>Material</dt><dd>${escapeHtml(only.attributes["material"])}</dd></div>
${several ? "" : `<div><dt>Colour</dt><dd>${escapeHtml(only.attributes["color"])}</dd></div>\n<div><dt>GTIN</dt><dd>${escapeHtml(only.attributes["gtin"])}</dd></div>\n`}${details.map((detail) => `<div><dt>${escapeHtml(detail.name)}</dt><dd>${escapeHtml(detail.value)}</dd></div>\n`).join("")}</dl>

</div>
</article>

<section class="related">
<div class="title"><h2>Goes well with it</h2></div>
<ul class="grid">
${related}
</ul>
</section>

</div>
${footer}`;
  }

  function organization(): string {
    const { address: place, hours = [] } = contact;
    return `<script type="application/ld+json">{"@context":"https://schema.org","@type":"Store","@id":"${origin}/#organization","name":${json(brand.name)},"legalName":${json(brand.legal_name ?? "")},"description":${json(brand.description ?? "")},"url":"${origin}/","email":${json(contact.email)},"telephone":${json(contact.phone ?? "")},"address":{"@type":"PostalAddress","streetAddress":${json(place?.street ?? "")},"addressLocality":${json(place?.city ?? "")},"postalCode":${json(place?.postal_code ?? "")},"addressCountry":"${place?.country}"},"openingHoursSpecification":[${hours.map(({ days, open, close }) => `{"@type":"OpeningHoursSpecification","dayOfWeek":[${days.map((day) => `"${DAY_NAMES[day]}"`).join(",")}],"opens":"${open}","closes":"${close}"}`).join(",")}]}</script>\n`;
  }

  function blockHtml(block: NonNullable<typeof settings.home>[number]): string {
    switch (block.type) {
      case "hero": {
        const one = all[0];
        return `
<section class="hero">
<div class="wrap">
<div class="hero-text">
<h1>${escapeHtml(block.heading)}</h1>
<p class="lead">${escapeHtml(block.text)}</p>
<a class="button" href="/collections/all/">${escapeHtml(block.cta?.label)}</a>
</div>
<a class="hero-picture" href="/${one?.path}"><img ${one?.attributes} alt="${one?.title}" fetchpriority="high"></a>
</div>
</section>

`;
      }
      case "collections":
        return `
<section class="band">
<div class="wrap">
<div class="title"><h2>${escapeHtml(block.heading)}</h2></div>
<ul class="tiles">
${store.catalog.collections
  .slice(1)
  .map(
    ({ id, title, products: [first] }) =>
      `<li class="tile"><div class="frame"><img ${first && shown.get(first)?.attributes} alt="" loading="lazy"></div><a href="/collections/${id}/">${escapeHtml(title)}</a></li>\n`,
  )
  .join("")}</ul>
</div>
</section>

`;
      case "products":
        return `
<section class="band">
<div class="wrap">
<div class="title">
<h2>${escapeHtml(block.heading)}</h2>
<a class="forward" href="/collections/all/">See all: All products</a>
</div>
<ul class="grid">
${all
  .slice(0, block.limit)
  .map(({ card }) => card)
  .join("")}
</ul>
</div>
</section>

`;
      case "features":
        return `
<section class="band tinted">
<div class="wrap">
<div class="title"><h2>${escapeHtml(block.heading)}</h2></div>
<ul class="features">
${block.items.map(({ title, text }) => `<li><h3>${escapeHtml(title)}</h3><p>${escapeHtml(text)}</p></li>\n`).join("")}</ul>
</div>
</section>

`;
      case "faq":
        return `
<section class="band">
<div class="wrap aside">
<h2>${escapeHtml(block.heading)}</h2>
<div>
${block.items.map(({ q, a }) => `<details><summary>${escapeHtml(q)}</summary><p>${escapeHtml(a)}</p></details>\n`).join("")}</div>
</div>
</section>

`;
      case "quote":
        return `
<section class="band">
<figure class="wrap quote">
<blockquote><p>${escapeHtml(block.text)}</p></blockquote>
<figcaption>${escapeHtml(block.cite)}</figcaption>
</figure>
</section>

`;
      case "text":
        return `
<section class="band">
<div class="wrap aside">
<h2>${escapeHtml(block.heading)}</h2>
<div class="lead">
${block.text
  .split("\n\n")
  .map((paragraph) => `<p>${escapeHtml(paragraph)}</p>\n`)
  .join("")}</div>
</div>
</section>

`;
      case "gallery":
      case "hours":
      case "image_text":
      case "logos":
        break;
    }
    throw new Error(`the bench's stores have no block "${block.type}"`);
  }
}

/** Of an image element; no photograph here comes in several sizes. */
const attributesOf = ({ path, width, height }: PictureView): string =>
  `src="/${path}"${width === undefined ? "" : ` width="${width}" height="${height}"`}`;

function priceHtml(text: string, was: string | undefined): string {
  return was === undefined
    ? `<span class="price">${text}</span>`
    : `<span class="price"><ins><span class="unseen">Now</span> ${text}</ins> <del><span class="unseen">Before</span> ${was}</del></span>`;
}

type Link = NonNullable<NonNullable<Store["tenant"]["settings"]["navigation"]>["header"]>[number];

function hrefOf(link: Link): string {
  if ("url" in link) return escapeHtml(link.url);
  if ("collection" in link) return `/collections/${link.collection}/`;
  return link.page === "contact" ? "/contact/" : `/pages/${link.page}/`;
}

/** JSON for the inside of a script element. */
function json(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.includes("<") ? quoted.replaceAll("<", "\\u003c") : quoted;
}

const describe = (text: string): string => escapeHtml(clip(text));
const firstTitles = (products: readonly Product[]): string =>
  products
    .slice(0, 8)
    .map(({ title }) => title)
    .join(", ");
const trailOf = (label: string, between: string): string => `<nav class="trail" aria-label="Where you are">
<ol>
<li><a href="/">Home</a></li>
${between}<li><span aria-current="page">${label}</span></li>
</ol>
</nav>`;

/** As much as search engines show. */
function clip(text: string): string {
  if (text.length <= 160) return text;
  const cut = text.slice(0, 159);
  return `${cut.slice(0, cut.lastIndexOf(" ")).replace(/[\s,;:.]+$/, "")}…`;
}

const AVAILABILITY = {
  in_stock: "In stock",
  out_of_stock: "Sold out",
  preorder: "To pre-order",
  backorder: "On back order",
} as const;

const SCHEMA_AVAILABILITY = {
  in_stock: "InStock",
  out_of_stock: "OutOfStock",
  preorder: "PreOrder",
  backorder: "BackOrder",
} as const;

const DAY_NAMES = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
} as const;

const digest = digestSites(wish === "--digest");
let pages = 0;
for (let number = 1; number <= Number(tenants); number += 1) {
  const site = renderStore(makeStore(number), originOf(number));
  digest.add(site);
  for (const path of site.files.keys()) if (path.endsWith(".html")) pages += 1;
}
finish({ pages, ...digest.result() });
