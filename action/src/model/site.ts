/** The rendered files of one tenant: what should be in the bucket. */
import { hash } from "node:crypto";
import { utf8Of } from "./narrow-text.ts";

/** `asset`: content-hashed name, immutable. `beacon`: the one file that names the release. `page`: everything else that has an address. */
export type FileKind = "asset" | "page" | "beacon";

/** One file of a site: its bytes and how they are served. */
export interface SiteFile {
  /** Relative to the site's root, without a leading slash: `products/tarn/index.html`. */
  readonly path: string;
  readonly kind: FileKind;
  /** Uncompressed; where `drawnBy` is set, the SVG that is drawn when the file is stored. */
  readonly body: Uint8Array;
  /** Who makes the PNG: equal drawers make equal pixels. Bytes that nobody may ever store cost nothing this way. */
  readonly drawnBy?: string;
  readonly contentType: string;
  readonly cacheControl: string;
  /** Whether the stored bytes may be gzip (text), or are left alone (pictures). */
  readonly compressible: boolean;
  /** Hex SHA-256 over body, content type, cache policy, encoding and drawer: stored bytes may differ between zlib versions, identity may not. */
  readonly identity: string;
}

/** All files of one tenant, and the release that they are. */
export interface Site {
  readonly tenant: string;
  /** Hex, 16 characters: a hash over all files but the beacon. */
  readonly release: string;
  /** By path, in code-unit order of the path. */
  readonly files: ReadonlyMap<string, SiteFile>;
}

/** The file that names the release; live means that it says so at the store's address. */
export const BEACON_PATH = ".well-known/storefront.json";

/** Pages may be stale this long in any cache, in seconds: assets of old releases stay at least as long. */
export const PAGE_MAX_AGE_SECONDS = 60;

const CACHE_CONTROL: Readonly<Record<FileKind, string>> = {
  asset: "public, max-age=31536000, immutable",
  page: `public, max-age=${PAGE_MAX_AGE_SECONDS}`,
  beacon: "no-cache",
};

/** A file with its identity; `contentType` decides whether it compresses. */
export function siteFile(
  path: string,
  kind: FileKind,
  contentType: string,
  body: string | Uint8Array,
  drawnBy?: string,
): SiteFile {
  const bytes = typeof body === "string" ? utf8Of(body) : body;
  const cacheControl = CACHE_CONTROL[kind];
  const compressible = /^text\/|[/+](?:json|xml|javascript)\b|svg/.test(contentType);
  const served = `${hash("sha256", bytes)}\n${contentType}\n${cacheControl}\n${compressible}`;
  const identity = hash("sha256", drawnBy === undefined ? served : `${served}\n${drawnBy}`);
  const file = { path, kind, body: bytes, contentType, cacheControl, compressible, identity };
  return drawnBy === undefined ? file : { ...file, drawnBy };
}

/** Closes a site: sorts its files, derives the release id, adds the beacon that names it. */
export function closeSite(
  tenant: string,
  files: readonly SiteFile[],
  template: { readonly name: string; readonly version: string },
): Site {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const release = hash("sha256", sorted.map((file) => `${file.path} ${file.identity}`).join("\n")).slice(0, 16);
  const beacon = siteFile(
    BEACON_PATH,
    "beacon",
    "application/json",
    `${JSON.stringify({ tenant, release, template: template.name, templateVersion: template.version })}\n`,
  );
  const closed = [...sorted, beacon].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { tenant, release, files: new Map(closed.map((file) => [file.path, file])) };
}
