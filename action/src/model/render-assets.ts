/** The assets of a site: what has a hash of its content in its name. */
import { hash } from "node:crypto";
import { DRAWING_SIZE, type Illustration } from "./illustration.ts";
import { assetStem, type PictureView } from "./render-product.ts";
import { type SiteFile, siteFile } from "./site.ts";
import type { Picture } from "./store.ts";

/** The ways to put an asset into a site. */
export interface Assets {
  /** Adds a file under its hashed name and gives its path: `styles.css` → `assets/styles.3f2a….css`. */
  readonly add: (name: string, contentType: string, body: string | Uint8Array, drawnBy?: string) => string;
  /** A picture of the tenant's folder; undefined where there is none. */
  readonly addPicture: (path: string) => PictureView | undefined;
  readonly addDrawing: (drawing: Illustration) => PictureView;
}

/** One file is sharp on every screen. */
const DRAWN = { drawn: true, width: DRAWING_SIZE, height: DRAWING_SIZE, placeholder: undefined, sizes: [] } as const;

/** Collects assets into `files`; equal content is one file. */
export function collectAssets(files: Map<string, SiteFile>, pictures: ReadonlyMap<string, Picture>): Assets {
  const views = new Map<string, PictureView>();
  const add: Assets["add"] = (name, contentType, body, drawnBy) => {
    const dot = name.lastIndexOf(".");
    const content = hash("sha256", drawnBy === undefined ? body : `${drawnBy} ${hash("sha256", body)}`).slice(0, 10);
    const path = `assets/${name.slice(0, dot)}.${content}${name.slice(dot)}`;
    if (!files.has(path)) files.set(path, siteFile(path, "asset", contentType, body, drawnBy));
    return path;
  };
  const once = (key: string, make: () => PictureView): PictureView => {
    let view = views.get(key);
    if (view === undefined) views.set(key, (view = make()));
    return view;
  };
  return {
    add,
    addPicture: (path) => {
      const picture = pictures.get(path);
      if (picture === undefined) return undefined;
      return once(path, () => viewPicture(path, picture));
    },
    addDrawing: (drawing) => once(drawing, () => ({ ...DRAWN, path: add("drawing.svg", "image/svg+xml", drawing) })),
  };

  function viewPicture(path: string, picture: Picture): PictureView {
    const { prepared } = picture;
    const stem = assetStem(path);
    if (prepared === undefined) {
      const only = add(`${stem}.${picture.extension}`, picture.contentType, picture.body);
      const { width, height } = picture.size ?? { width: undefined, height: undefined };
      return { path: only, drawn: picture.extension === "svg", width, height, placeholder: undefined, sizes: [] };
    }
    const { width, height, placeholder } = prepared;
    const sizes = prepared.sizes.map((size) => ({
      path: add(`${stem}-${size.width}.${size.extension}`, size.contentType, size.body),
      width: size.width,
    }));
    return { path: sizes.at(-1)?.path ?? "", drawn: false, width, height, placeholder, sizes };
  }
}
