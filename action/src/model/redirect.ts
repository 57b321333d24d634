/** Redirects: addresses that a store had, each a small page that sends its visitors on to one that the store has. */
import type { Diagnostic } from "./diagnostic.ts";
import { plainPage } from "./plain-page.ts";
import type { Language } from "./render-language.ts";
import { type SiteFile, siteFile } from "./site.ts";
import type { Catalog, ClosedStore, Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";
import { languageFolder, translationsOf } from "./translation.ts";
import { fileAt } from "./url.ts";

/** Folders and files that are the engine's own, by the first part of an address. */
const RESERVED: ReadonlySet<string> = new Set(["404.html", "assets", "feeds", "listings"]);

/** As a site writes its paths: `/products/mug` and `/products/mug/index.html` → `products/mug/`. */
export function pathOf(address: string): string {
  const path = address.slice(1).replace(/(^|\/)index\.html$/, "$1");
  return path === "" || path.endsWith("/") || path.endsWith(".html") ? path : `${path}/`;
}

/** What keeps a redirect from leading somewhere: `redirect-from`, `redirect-twice`, `redirect-loop`, `redirect-chain`, `redirect-target`. */
export function checkRedirects(tenant: Tenant, catalog: Catalog): Diagnostic[] {
  const redirects = (tenant.settings.redirects ?? []).map(({ from, to }) => ({ from: pathOf(from), to: pathOf(to) }));
  if (redirects.length === 0) return [];
  const addresses = addressesOf(tenant, catalog);
  const folders = new Set(translationsOf(tenant).map((tag) => languageFolder(tag).slice(0, -1)));
  const targets = new Map<string, string>();
  const found: Diagnostic[] = [];
  for (const [index, { from, to }] of redirects.entries()) {
    const [first = ""] = from.split("/", 1);
    const report = (rule: string, message: string, hint: string): void =>
      void found.push({
        rule: `redirect-${rule}`,
        severity: "error",
        message,
        hint,
        location: tenant.locate(`/redirects/${index}/from`),
      });
    if (addresses.has(from)) report("from", `the store has a page at "/${from}"`, "take the redirect out");
    else if (RESERVED.has(first)) report("from", `"/${first}" is the site's own`, "redirect an address of a page");
    else if (folders.has(first)) {
      const hint = `write "/${from.slice(first.length + 1)}": it counts in every language`;
      report("from", `"/${first}/" is the folder of a language`, hint);
    } else if (targets.has(from)) report("twice", `"/${from}" is redirected already`, "keep one of the two");
    else targets.set(from, to);
  }
  for (const [index, { to }] of redirects.entries()) {
    if (addresses.has(to)) continue;
    const location = tenant.locate(`/redirects/${index}/to`);
    const end = endOf(to, targets);
    const [rule, message, hint] =
      end === undefined
        ? ["loop", `the redirect to "/${to}" leads round in a circle`, "name a page that the store has"]
        : end !== to
          ? ["chain", `"/${to}" is redirected itself`, `write where it ends: "/${end}"`]
          : [
              "target",
              `the store has no page at "/${to}"`,
              suggest(
                `/${to}`,
                [...addresses].map((one) => `/${one}`),
              ),
            ];
    found.push({ rule: `redirect-${rule}`, severity: "error", message, hint, location });
  }
  return found;
}

/** Where somebody who follows the redirects arrives; undefined for nowhere. */
function endOf(path: string, targets: ReadonlyMap<string, string>): string | undefined {
  const passed = new Set<string>();
  let at = path;
  for (let next = targets.get(at); next !== undefined; next = targets.get(at)) {
    if (passed.has(at)) return undefined;
    passed.add(at);
    at = next;
  }
  return at;
}

/** The pages that a store surely has, whatever its template; further pages of a collection come and go. */
const addressesOf = ({ settings }: Tenant, catalog: Catalog): ReadonlySet<string> =>
  new Set([
    "",
    "contact/",
    "search/",
    "collections/all/",
    ...settings.catalog.collections.map(({ id }) => `collections/${id}/`),
    ...Object.keys(settings.pages).map((slug) => `pages/${slug}/`),
    ...catalog.products.map(({ slug }) => `products/${slug}/`),
  ]);

/** The redirects of one language; `folder` is `""` for the first, `fr-ch/` for another. A bucket cannot redirect, so each is a page that does. */
export function redirectFiles(
  { settings }: Tenant,
  { tag, t, frameAt, placeOf }: Language,
  folder: string,
  origin: string | null,
  colors: ClosedStore["colors"],
): SiteFile[] {
  return (settings.redirects ?? []).map((redirect) => {
    const path = fileAt(folder + pathOf(redirect.from));
    const to = pathOf(redirect.to);
    const place = placeOf(to);
    const text = t("redirect.link");
    const page = plainPage({
      language: tag,
      name: settings.brand.name,
      title: t("redirect.title"),
      text,
      link: { href: frameAt(path).url(to), text },
      colors,
      forward: { canonical: origin === null || place === undefined ? undefined : `${origin}/${place}` },
    });
    return siteFile(path, "page", "text/html; charset=utf-8", page);
  });
}
