/** The pictures that a tenant's settings name, and where. */
import type { Block } from "../generated/tenant.ts";
import type { PictureReference } from "./picture.ts";
import type { Tenant } from "./store.ts";

/** A picture of the settings; a mark may be as small as it likes, a photograph is worth a warning then. */
export interface SettingPicture extends PictureReference {
  readonly is: "mark" | "photograph";
}

/** The logo, then those of the home page's blocks, in the order in which they stand, in every language; one that is named twice is here twice. */
export function settingPictures({ settings, locate }: Tenant): SettingPicture[] {
  const logo = settings.brand.logo?.src;
  const translated = Object.entries(settings.translations ?? {});
  return [
    ...(logo === undefined ? [] : [{ path: logo, location: locate("/brand/logo/src"), is: "mark" as const }]),
    ...blockPictures(settings.home, "/home", locate),
    ...translated.flatMap(([tag, { home }]) => blockPictures(home, `/translations/${tag}/home`, locate)),
  ];
}

function blockPictures(blocks: readonly Block[] = [], pointer: string, locate: Tenant["locate"]): SettingPicture[] {
  return blocks.flatMap((block, index): SettingPicture[] => {
    if (block.type === "image_text") {
      return [{ path: block.image.src, location: locate(`${pointer}/${index}/image/src`), is: "photograph" }];
    }
    if (block.type !== "gallery" && block.type !== "logos") return [];
    return block.images.map(({ src }, item) => ({
      path: src,
      location: locate(`${pointer}/${index}/images/${item}/src`),
      is: block.type === "logos" ? "mark" : "photograph",
    }));
  });
}
