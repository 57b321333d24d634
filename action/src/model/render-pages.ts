/** The pages of a site, one after the other: which there are, what each is about. */
import { type FilterView, filterCollection, type ProductMarks } from "./collection-filter.ts";
import { type BlockView, type CollectionView, defaultBlocks, type Shelf, viewBlocks } from "./render-blocks.ts";
import type { Listing } from "./listing.ts";
import type { Translate } from "./message.ts";
import type { PictureView, ProductView } from "./render-product.ts";
import type { StoreView } from "./render-store.ts";
import { lowestAmount } from "./collection.ts";
import type { Price, Tenant, TextPage } from "./store.ts";
import { type Absolute, organizationData, productData, siteData, trailData } from "./structured-data.ts";
import type { PageKind } from "./template.ts";
import { remember } from "./remember.ts";

/** A page as it is asked of the template. */
export interface PageRequest {
  readonly kind: PageKind;
  /** `products/tarn/`. */
  readonly path: string;
  /** Before the suffix; left out, the suffix is the title. */
  readonly title?: string | undefined;
  /** Of any length, in one or several lines. */
  readonly description: string;
  readonly noindex?: boolean;
  readonly image?: PictureView | undefined;
  /** What a product costs at least. */
  readonly price?: Price;
  /** Structured data. */
  readonly data?: readonly (object | null)[];
  readonly content: PageContent;
}

/** What a page adds to its frame, by its kind. */
export type PageContent = {
  readonly blocks?: readonly BlockView[];
  readonly collection?: CollectionView;
  readonly listing?: {
    readonly products: readonly ProductView[];
    /** On all its pages. */
    readonly count: number;
    /** Of its first page. */
    readonly path: string;
    /** The order or the value that it is about, and the same as a query to the filters; undefined for the whole collection in its own order. */
    readonly asked: { readonly label: string; readonly query: string } | undefined;
    readonly page: number;
    readonly pages: number;
    readonly previous: string | undefined;
    readonly next: string | undefined;
    /** The first page, those around this one, the last. */
    readonly near: readonly { readonly page: number; readonly path: string }[];
    /** The same on every page of the collection; undefined where there is nothing to choose from. */
    readonly filters: FilterView | undefined;
  };
  readonly product?: ProductView;
  readonly related?: readonly ProductView[];
  readonly page?: TextPage;
  readonly trail?: readonly { readonly label: string; readonly path: string }[];
};

/** What the pages are made from. */
interface PageSources {
  readonly tenant: Tenant;
  readonly store: StoreView;
  readonly shelf: Shelf;
  readonly t: Translate;
  readonly absolute: Absolute;
  /** Whether the template has a page of this kind. */
  readonly has: (kind: PageKind) => boolean;
  /** Where an address of the site leads, for a script that knows the home page's link. */
  readonly pathTo: (path: string) => string;
  /** The numbers of the filters, given out while collections are asked for theirs. */
  readonly marks: ProductMarks;
  /** Puts a file among the assets and gives its path. */
  readonly keep: (name: string, contentType: string, body: string) => string;
}

/** How many products a product's page proposes. */
const RELATED = 4;

/** Every page that a store can have; a template renders those that it has a file for. */
export function* sitePages(sources: PageSources): Generator<PageRequest> {
  const { store, shelf, tenant, t, absolute } = sources;
  const contact = { label: t("contact.title"), path: "contact/" };
  const about = aboutStore(sources);
  const describe = (title: string): string => t("meta.about", { title, store: store.name, about });
  yield homePage(sources, about);
  for (const collection of shelf.collections.values()) yield* collectionPages(sources, collection);
  yield* productPages(sources);
  for (const page of shelf.pages) {
    const path = `pages/${page.slug}/`;
    const trail = trailTo(t, { label: page.title, path });
    yield {
      kind: "page",
      path,
      title: page.title,
      description: page.description || describe(page.title),
      noindex: page.noindex,
      data: [trailData(trail, absolute)],
      content: { page, trail },
    };
  }
  yield {
    kind: "contact",
    path: contact.path,
    title: contact.label,
    description: describe(contact.label),
    data: [organizationData(tenant, store, absolute)],
    content: { trail: trailTo(t, contact) },
  };
  for (const [kind, path, title] of [
    ["search", "search/", t("search.title")],
    ["404", "404.html", t("notFound.title")],
  ] as const) {
    yield { kind, path, title, description: describe(title), noindex: true, content: {} };
  }
}

/** A store that says nothing about itself is told by what it sells. */
function aboutStore({ tenant, store, shelf, t }: PageSources): string {
  return (
    tenant.settings.seo.description ??
    store.description ??
    store.tagline ??
    t("meta.about", {
      title: t("collection.all"),
      store: store.name,
      about: listTitles([...shelf.products.values()], store.language),
    })
  );
}

/** Further titles would be cut off. */
const TITLES = 8;
const listFormat = remember((language: string) => new Intl.ListFormat(language, { type: "unit" }));

const listTitles = (products: readonly ProductView[], language: string): string =>
  listFormat(language).format(products.slice(0, TITLES).map(({ title }) => title));

function homePage({ tenant, store, shelf, t, absolute, has }: PageSources, about: string): PageRequest {
  const { seo, home } = tenant.settings;
  const blocks = viewBlocks(home ?? defaultBlocks(store, shelf, t), shelf);
  const hero = blocks.find((block) => block.type === "hero");
  const suffixIsName = seo.title_suffix === undefined || seo.title_suffix === store.name;
  return {
    kind: "index",
    path: "",
    title: suffixIsName ? (store.tagline ?? hero?.heading) : store.name,
    description: about,
    image: hero?.product?.pictures[0],
    data: [organizationData(tenant, store, absolute), siteData(store, has("search"), absolute)],
    content: { blocks },
  };
}

function* collectionPages(
  { tenant, store, t, absolute, has, pathTo, marks, keep }: PageSources,
  collection: CollectionView,
): Generator<PageRequest> {
  const { title, path, products, description } = collection;
  const perPage = tenant.settings.catalog.per_page;
  const here = { label: title, path };
  const filters = has("collection")
    ? filterCollection(collection, tenant.settings.catalog.filters, {
        language: store.language,
        isWhole: products.length <= perPage,
        t,
        pathTo,
        marks,
        keep: (index) => keep(`collection-${collection.id}.json`, "application/json; charset=utf-8", index),
        keepStyles: (styles) => keep("filters.css", "text/css; charset=utf-8", styles),
      })
    : undefined;
  const own: Listing<ProductView> = { ...here, query: "", products };
  const others = filters?.groups.flatMap(({ listings }) => listings.filter((one) => one.path !== path)) ?? [];
  for (const listing of [own, ...others]) {
    const { path: first, label, query, products: all } = listing;
    const isOwn = listing === own;
    const name = isOwn ? title : `${title} · ${label}`;
    const trail = isOwn ? trailTo(t, here) : trailTo(t, here, { label, path: first });
    const pages = Math.max(1, Math.ceil(all.length / perPage));
    const pathOf = (page: number) => (page === 1 ? first : `${first}${page}/`);
    for (let page = 1; page <= pages; page++) {
      const listed = all.slice((page - 1) * perPage, page * perPage);
      yield {
        kind: "collection",
        path: pathOf(page),
        title: page === 1 ? name : `${name} · ${t("collection.page", { page, pages })}`,
        description:
          isOwn && page === 1 && description !== ""
            ? description
            : t("meta.about", { title: name, store: store.name, about: listTitles(listed, store.language) }),
        noindex: !isOwn,
        image: products[0]?.pictures[0],
        data: [trailData(trail, absolute)],
        content: {
          collection,
          trail,
          listing: {
            products: listed,
            count: all.length,
            path: first,
            asked: isOwn ? undefined : { label, query },
            page,
            pages,
            previous: page === 1 ? undefined : pathOf(page - 1),
            next: page === pages ? undefined : pathOf(page + 1),
            near: pagesNear(page, pages).map((near) => ({ page: near, path: pathOf(near) })),
            filters,
          },
        },
      };
    }
  }
}

/** How many pages on each side of one it links to. */
const NEAR = 2;

function pagesNear(page: number, pages: number): number[] {
  const around = Array.from({ length: 2 * NEAR + 1 }, (_, at) => page - NEAR + at);
  return [...new Set([1, ...around.filter((near) => near >= 1 && near <= pages), pages])];
}

/** Products of one kind propose each other, in a circle. */
function* productPages({ store, shelf, t, absolute }: PageSources): Generator<PageRequest> {
  const all = shelf.collections.get("all");
  const parents = all === undefined ? [] : [{ label: all.title, path: all.path }];
  for (const siblings of Map.groupBy(shelf.products.values(), (product) => product.type[0] ?? "").values()) {
    for (const [index, product] of siblings.entries()) {
      const { title, path, paragraphs, pictures, price } = product;
      const trail = trailTo(t, ...parents, { label: title, path });
      yield {
        kind: "product",
        path,
        title,
        description:
          paragraphs[0] ??
          t("meta.about", {
            title,
            store: store.name,
            about: price.from ? t("price.from", { price: price.text }) : price.text,
          }),
        image: pictures[0],
        price: { ...product.product.variants[0].price, amount: lowestAmount(product.product) },
        data: [productData(product, store, absolute), trailData(trail, absolute)],
        content: {
          product,
          trail,
          related: [
            ...siblings.slice(index + 1, index + 1 + RELATED),
            ...siblings.slice(0, Math.max(0, Math.min(index, index + 1 + RELATED - siblings.length))),
          ],
        },
      };
    }
  }
}

const trailTo = (t: Translate, ...steps: readonly { readonly label: string; readonly path: string }[]) => [
  { label: t("nav.home"), path: "" },
  ...steps,
];
