/** The blocks of the home page with what they refer to in its place. */
import type { Block, Image } from "../generated/tenant.ts";
import type { Translate } from "./message.ts";
import { paragraphsOf, type PictureView, type ProductView } from "./render-product.ts";
import { type LinkView, type StoreView, viewLink } from "./render-store.ts";
import type { TextPage } from "./store.ts";

/** A collection as its page and its tile show it. */
export interface CollectionView {
  readonly id: string;
  /** `collections/optical/`. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly products: readonly ProductView[];
}

/** A picture of the tenant's folder with its words. */
interface ImageView {
  readonly picture: PictureView;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
}

/** A block of the home page, by its type, with everything that it shows. */
export type BlockView =
  | {
      readonly type: "hero";
      /** 1 for the first hero of the page, 2 for others: a page has one h1. */
      readonly level: 1 | 2;
      readonly heading: string;
      readonly text: string | undefined;
      readonly link: LinkView | undefined;
      readonly product: ProductView | undefined;
    }
  | {
      readonly type: "collections";
      readonly heading: string | undefined;
      readonly collections: readonly CollectionView[];
    }
  | {
      readonly type: "products";
      readonly heading: string | undefined;
      readonly products: readonly ProductView[];
      readonly collection: CollectionView;
    }
  | {
      readonly type: "features" | "faq";
      readonly heading: string | undefined;
      readonly items: readonly { readonly title: string; readonly text: string }[];
    }
  | { readonly type: "quote"; readonly text: string; readonly cite: string | undefined }
  | { readonly type: "text"; readonly heading: string | undefined; readonly paragraphs: readonly string[] }
  | {
      readonly type: "image_text";
      readonly heading: string;
      readonly paragraphs: readonly string[];
      readonly image: ImageView;
      /** Where the picture stands beside the text. */
      readonly side: "start" | "end";
      readonly link: LinkView | undefined;
    }
  | { readonly type: "gallery" | "logos"; readonly heading: string | undefined; readonly images: readonly ImageView[] }
  /** Shows `store.hours`. */
  | { readonly type: "hours"; readonly heading: string | undefined; readonly paragraphs: readonly string[] };

/** What a block may refer to; references were checked, so one that is not found is left out. */
export interface Shelf {
  readonly collections: ReadonlyMap<string, CollectionView>;
  readonly products: ReadonlyMap<string, ProductView>;
  readonly pages: readonly TextPage[];
  /** A picture of the tenant's folder, among the assets. */
  readonly pictureAt: (path: string) => PictureView | undefined;
}

/** The blocks as they are shown, in their order; of a collection that is not there, none. */
export function viewBlocks(blocks: readonly Block[], shelf: Shelf): BlockView[] {
  const firstHero = blocks.findIndex((block) => block.type === "hero");
  return blocks.flatMap((block, index): BlockView | [] => {
    switch (block.type) {
      case "hero":
        return {
          type: "hero",
          level: index === firstHero ? 1 : 2,
          heading: block.heading,
          text: block.text,
          link: block.cta && viewLink(block.cta, shelf.pages),
          product: block.product === undefined ? undefined : shelf.products.get(block.product),
        };
      case "collections":
        return {
          type: "collections",
          heading: block.heading,
          collections: block.collections.flatMap((id) => shelf.collections.get(id) ?? []),
        };
      case "products": {
        const collection = shelf.collections.get(block.collection);
        if (collection === undefined) return [];
        return {
          type: "products",
          heading: block.heading,
          products: collection.products.slice(0, block.limit),
          collection,
        };
      }
      case "features":
        return { type: "features", heading: block.heading, items: block.items };
      case "faq":
        return { type: "faq", heading: block.heading, items: block.items.map(({ q, a }) => ({ title: q, text: a })) };
      case "quote":
        return { type: "quote", text: block.text, cite: block.cite };
      case "text":
        return { type: "text", heading: block.heading, paragraphs: paragraphsOf(block.text) };
      case "image_text": {
        const [image] = viewImages([block.image], shelf);
        if (image === undefined) return [];
        const { heading, text, side, cta } = block;
        return {
          type: "image_text",
          heading,
          paragraphs: paragraphsOf(text),
          image,
          side,
          link: cta && viewLink(cta, shelf.pages),
        };
      }
      case "gallery":
      case "logos":
        return { type: block.type, heading: block.heading, images: viewImages(block.images, shelf) };
      case "hours":
        return { type: "hours", heading: block.heading, paragraphs: paragraphsOf(block.text ?? "") };
      default:
        return block satisfies never;
    }
  });
}

const viewImages = (images: readonly Image[], { pictureAt }: Shelf): ImageView[] =>
  images.flatMap(({ src, alt }) => {
    const picture = pictureAt(src);
    return picture === undefined ? [] : { picture, alt };
  });

/** The home page of a store that says nothing about it: a hero, its collections, its products. */
export function defaultBlocks(store: StoreView, shelf: Shelf, t: Translate): Block[] {
  const chosen = [...shelf.collections.keys()].filter((id) => id !== "all").slice(0, 4);
  const featured = shelf.products.keys().next().value;
  return [
    {
      type: "hero",
      heading: store.tagline ?? store.name,
      ...(store.description === undefined ? {} : { text: store.description }),
      cta: { label: t("collection.all"), collection: "all" },
      ...(featured === undefined ? {} : { product: featured }),
    },
    ...(chosen.length === 0
      ? []
      : [{ type: "collections" as const, heading: t("home.collections"), collections: chosen }]),
    { type: "products", heading: t("home.products"), collection: "all", limit: 8 },
  ];
}
