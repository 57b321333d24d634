/**
 * A tenant in a further language: its settings with the texts of a translation in their place.
 *
 * What comes out is a tenant like any other, so that everything that checks, loads and renders the first language
 * does the same with the others.
 */
import type { Diagnostic, Location } from "./diagnostic.ts";
import type { Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";

/** The tags of the further languages, as written. */
export const translationsOf = ({ settings }: Tenant): readonly string[] => Object.keys(settings.translations ?? {});

/** The folder of a language: `fr-CH` → `fr-ch/`. It stays the same when further languages come. */
export const languageFolder = (tag: string): string => `${tag.toLowerCase()}/`;

/** The tenant in one of its further languages; where a text is not translated, it is the first language's. */
export function translateTenant(tenant: Tenant, tag: string): Tenant {
  const { settings } = tenant;
  const texts = settings.translations?.[tag];
  if (texts === undefined) throw new Error(`${tenant.file} has no translation ${tag}`);
  const { messages: _first, ...locale } = settings.locale;
  const { translations: _all, ...first } = settings;
  return {
    ...tenant,
    settings: {
      ...first,
      ...(texts.announcement !== undefined && { announcement: texts.announcement }),
      ...(texts.navigation !== undefined && { navigation: { ...settings.navigation, ...texts.navigation } }),
      ...(texts.home !== undefined && { home: texts.home }),
      brand: { ...settings.brand, ...texts.brand },
      seo: { ...settings.seo, ...texts.seo },
      locale: { ...locale, default: tag, ...(texts.messages !== undefined && { messages: texts.messages }) },
      pages: { ...settings.pages, ...texts.pages },
      catalog: {
        ...settings.catalog,
        collections: settings.catalog.collections.map((one) => ({ ...one, ...texts.collections?.[one.id] })),
      },
    },
    locate: (pointer, part) => {
      const own = ownPointer(texts, pointer);
      return own === undefined
        ? tenant.locate(pointer, part)
        : tenant.locate(`/translations/${tag}${own}`, own === "" ? "key" : part);
    },
  };
}

/** Settings that a translation has at the same place as the tenant. */
const SAME_PLACE =
  /^\/(?:announcement|home|navigation\/(?:header|footer)|pages\/[^/]+|brand\/(?:tagline|description)|seo\/(?:title_suffix|description))(?=\/|$)/;

/** Where in the translation a setting stands; undefined for one of the first language. */
function ownPointer(texts: object, pointer: string): string | undefined {
  if (pointer === "/locale/default") return "";
  if (pointer.startsWith("/locale/messages")) return pointer.slice("/locale".length);
  const [place] = SAME_PLACE.exec(pointer) ?? [];
  if (place === undefined) return undefined;
  let value: unknown = texts;
  for (const key of place.slice(1).split("/")) value = (value as Record<string, unknown> | undefined)?.[key];
  return value === undefined ? undefined : pointer;
}

/** What a translation leaves out or has too much: `translation-same`, `translation-missing`, `unknown-page`, `unknown-collection`. */
export function checkTranslation(tenant: Tenant, tag: string): Diagnostic[] {
  const { settings, locate } = tenant;
  const texts = settings.translations?.[tag] ?? {};
  const at = (pointer: string, part?: "key"): Location => locate(`/translations/${tag}${pointer}`, part);
  if (tag === settings.locale.default) {
    const message = `"${tag}" is the store's first language already`;
    const hint = "take it out of translations, or write another tag";
    return [{ rule: "translation-same", severity: "error", message, hint, location: at("", "key") }];
  }
  const found: Diagnostic[] = [];
  const known = {
    page: Object.keys(settings.pages),
    collection: settings.catalog.collections.map(({ id }) => id),
  };
  for (const kind of ["page", "collection"] as const) {
    for (const name of Object.keys(texts[`${kind}s`] ?? {})) {
      if (known[kind].includes(name)) continue;
      found.push({
        rule: `unknown-${kind}`,
        severity: "error",
        message: `there is no ${kind} "${name}" to translate`,
        hint: suggest(name, known[kind]),
        location: at(`/${kind}s/${name}`, "key"),
      });
    }
  }
  const untold = known.page.filter((slug) => texts.pages?.[slug] === undefined);
  if (untold.length > 0) {
    found.push({
      rule: "translation-missing",
      severity: "error",
      message: `the store has ${untold.map((slug) => `the page "${slug}"`).join(", ")}, but not in ${tag}`,
      hint: `write them under translations.${tag}.pages, each with title and body`,
      location: at("/pages", "key"),
    });
  }
  const kept = [
    ...(["announcement", "home", "navigation"] as const).filter((key) => settings[key] && !texts[key]),
    ...(["tagline", "description"] as const).flatMap((key) =>
      settings.brand[key] !== undefined && texts.brand?.[key] === undefined ? [`brand.${key}`] : [],
    ),
    ...(settings.seo.description !== undefined && texts.seo?.description === undefined ? ["seo.description"] : []),
    ...known.collection.flatMap((id) => (texts.collections?.[id] === undefined ? [`collections.${id}`] : [])),
    ...(texts.catalog === undefined ? ["catalog"] : []),
  ];
  if (kept.length > 0) {
    found.push({
      rule: "translation-missing",
      severity: "warning",
      message: `in ${tag} these stay in ${settings.locale.default}: ${kept.join(", ")}`,
      hint: `write them under translations.${tag}`,
      location: at("", "key"),
    });
  }
  return found;
}
