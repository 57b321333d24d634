/** Reads one tenant's catalog, pages and pictures through a tree. */
import { MOST_CATALOG_BYTES } from "../model/catalog-row.ts";
import { translateCatalog } from "../model/catalog-translation.ts";
import { readCatalog, type CatalogInput } from "../model/catalog.ts";
import { hasErrors, type Diagnostic, type Location } from "../model/diagnostic.ts";
import { MOST_PAGE_BYTES, readPage } from "../model/markdown.ts";
import {
  checkPrepared,
  MOST_PICTURE_BYTES,
  type PictureReference,
  readPicture,
  SMALL_PICTURE,
  unreadablePicture,
} from "../model/picture.ts";
import { checkProductReferences, checkReference } from "../model/reference.ts";
import { checkRedirects } from "../model/redirect.ts";
import { settingPictures } from "../model/setting-picture.ts";
import type { Source } from "../model/source.ts";
import type { Picture, Store, Tenant, TextPage } from "../model/store.ts";
import { translateTenant, translationsOf } from "../model/translation.ts";
import { PictureError, type Pictures, type Tree } from "../ports.ts";

/** One tenant with everything that it refers to, its photographs as they are where nobody prepares them; there is a store only where nothing in it is an error. */
export async function loadStore(
  tree: Tree,
  tenant: Tenant,
  source: Source,
  photographer?: Pictures,
): Promise<{ store: Store | undefined; diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const entries = new Map(source.entries.map((entry) => [entry.path.slice(source.folder.length + 1), entry]));
  /** Looks before it reads: the path must be that of a regular file of a bearable size. */
  const open = async (path: string, location: Location, most: number): Promise<Uint8Array | undefined> => {
    const problem = checkReference(entries, { path, location, most, folder: source.folder });
    if (!problem) return tree.read(`${source.folder}/${path}`);
    diagnostics.push(problem);
    return undefined;
  };

  const readPages = async (inLanguage: Tenant): Promise<readonly TextPage[]> => {
    const pages: TextPage[] = [];
    for (const [slug, { body }] of Object.entries(inLanguage.settings.pages)) {
      const bytes = await open(body, inLanguage.locate(`/pages/${slug}/body`), MOST_PAGE_BYTES);
      if (!bytes) continue;
      const read = readPage(inLanguage, slug, { file: `${source.folder}/${body}`, bytes });
      diagnostics.push(...read.diagnostics);
      if (read.page) pages.push(read.page);
    }
    return pages;
  };

  const pages = await readPages(tenant);
  const input = await openCatalog(tenant, source, open);
  const { catalog, images, diagnostics: found } = input ? readCatalog(tenant, input) : NO_CATALOG;
  diagnostics.push(...found);
  if (catalog) diagnostics.push(...checkProductReferences(tenant, catalog), ...checkRedirects(tenant, catalog));

  const translated: Pick<Store, "tenant" | "catalog" | "pages">[] = [];
  const languages = translationsOf(tenant).map((tag) => ({ tag, inLanguage: translateTenant(tenant, tag) }));
  for (const { tag, inLanguage } of languages) {
    const texts = await readPages(inLanguage);
    if (!input || !catalog) continue;
    const { catalog: path, home } = tenant.settings.translations?.[tag] ?? {};
    const bytes = path && (await open(path, tenant.locate(`/translations/${tag}/catalog`), MOST_CATALOG_BYTES));
    const table = path && bytes ? { file: `${source.folder}/${path}`, bytes } : undefined;
    const read = translateCatalog(inLanguage, catalog, input, table);
    diagnostics.push(...read.diagnostics, ...(home ? checkProductReferences(inLanguage, catalog) : []));
    if (read.catalog) translated.push({ tenant: inLanguage, catalog: read.catalog, pages: texts });
  }

  const pictures = new Map<string, Picture>();
  const named = settingPictures(tenant);
  const marks = new Set(named.flatMap(({ path, is }) => (is === "mark" ? [path] : [])));
  for (const reference of [...named, ...images]) {
    if (pictures.has(reference.path)) continue;
    const bytes = await open(reference.path, reference.location, MOST_PICTURE_BYTES);
    if (!bytes) continue;
    const read = await readPicture(bytes, reference);
    diagnostics.push(...read.diagnostics);
    if (read.picture === undefined) continue;
    const { prepared, diagnostics: ofContent } = await preparePicture(read.picture, reference, photographer);
    // A mark is as small as it likes.
    diagnostics.push(...ofContent.filter(({ rule }) => rule !== SMALL_PICTURE || !marks.has(reference.path)));
    pictures.set(reference.path, prepared);
  }

  if (!catalog || hasErrors(diagnostics)) return { store: undefined, diagnostics };
  const translations = translated.map((one) => ({ ...one, pictures }));
  return { store: { tenant, catalog, pages, pictures, ...(languages.length > 0 && { translations }) }, diagnostics };
}

async function preparePicture(
  picture: Picture,
  reference: PictureReference,
  photographer: Pictures | undefined,
): Promise<{ prepared: Picture; diagnostics: readonly Diagnostic[] }> {
  // An SVG is sharp at every size.
  if (photographer === undefined || picture.extension === "svg") return { prepared: picture, diagnostics: [] };
  try {
    const prepared = await photographer.prepare(picture.body);
    return { prepared: { ...picture, prepared }, diagnostics: checkPrepared(prepared, reference) };
  } catch (error) {
    if (!(error instanceof PictureError) || error.code === "unavailable") throw error;
    const { code, message } = error;
    return { prepared: picture, diagnostics: [unreadablePicture({ code, message }, reference)] };
  }
}

const NO_CATALOG: ReturnType<typeof readCatalog> = { images: [], diagnostics: [] };

async function openCatalog(
  tenant: Tenant,
  source: Source,
  open: (path: string, location: Location, most: number) => Promise<Uint8Array | undefined>,
): Promise<CatalogInput | undefined> {
  const path = tenant.settings.catalog.source;
  if (path === undefined) return "inline";
  const bytes = await open(path, tenant.locate("/catalog/source"), MOST_CATALOG_BYTES);
  return bytes && { file: `${source.folder}/${path}`, bytes };
}
