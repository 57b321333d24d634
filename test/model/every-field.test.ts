import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TenantSettings } from "../../action/src/generated/tenant.ts";
import { renderSite } from "../../action/src/model/render.ts";
import { templateNamed } from "../fakes/default-template.ts";
import { translatedSettings, sampleStore } from "../fakes/sample-store.ts";

/** Fields whose effect is elsewhere, with the place where it is tested. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "/schema": "the contract's version: one value",
  "/id": "the beacon, which is no part of the release that it names",
  "/lifecycle/state": "deploying",
  "/pages/*/body": "reading Markdown",
  "/locale/currency": "reading catalogs: every price is in it",
  "/catalog/source": "reading catalogs",
  "/catalog/products/*": "reading catalogs",
  "/catalog/sort": "reading catalogs",
  "/catalog/collections/*/match": "reading catalogs",
  "/commerce/checkout_hosts/*": "reading catalogs",
  "/commerce/enquiry/whatsapp": "enquiry.test.ts",
  "/translations/*/catalog": "reading catalogs",
  "/translations/*/pages/*/body": "reading Markdown",
  "/domains/*/host": "the store's address",
  "/domains/*/primary": "the store's address",
};

/** What a leaf becomes where one more letter makes no other valid value; by its path. */
const OTHER: Readonly<Record<string, unknown>> = {
  "/brand/logo/src": "tarn.jpg",
  "/theme/template": "minimal",
  "/theme/preset": "night",
  "/theme/scheme": "light",
  "/theme/tokens/color/background": "#ffffff",
  "/theme/tokens/color/text": "#000000",
  "/theme/tokens/color/accent": "#000080",
  "/theme/tokens/color/surface": "#eeeeee",
  "/theme/tokens/font/heading": "mono",
  "/theme/tokens/font/body": "serif-classic",
  "/theme/tokens/radius": "lg",
  "/theme/tokens/density": "airy",
  "/theme/tokens/hero": "surface",
  "/theme/tokens/card/style": "plain",
  "/theme/tokens/card/ratio": "1:1",
  "/theme/tokens/card/image_fit": "contain",
  "/locale/default": "de-DE",
  "/navigation/header/*/collection": "all",
  "/home/*/product": "MUG",
  "/home/*/collection": "cups",
  "/home/*/limit": 1,
  "/home/*/collections/*": "all",
  "/home/*/image/src": "logo.png",
  "/home/*/side": "start",
  "/redirects/*/from": "/products/older-cup/",
  "/redirects/*/to": "/",
  "/catalog/per_page": 13,
  "/catalog/filters/*": "price",
  "/catalog/illustration": "jewellery",
  "/commerce/mode": "none",
  "/commerce/enquiry/via": "mailto",
  "/seo/organization_type": "Optician",
  "/seo/robots": "noindex",
  "/contact/address/country": "FR",
  "/contact/hours/*/days/*": "sun",
};

type Schema = { readonly [key: string]: unknown };
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../action/schema/tenant.schema.json"), "utf8"),
) as Schema & { readonly $defs: Readonly<Record<string, Schema>> };

/** The paths of all leaves of the schema; `*` for an item or a free key. */
function schemaLeaves(node: Schema, path: string): string[] {
  const reference = node["$ref"];
  if (typeof reference === "string") return schemaLeaves(schema.$defs[reference.replace("#/$defs/", "")] ?? {}, path);
  const below = [
    ...Object.entries((node["properties"] ?? {}) as Record<string, Schema | true>).flatMap(([key, child]) =>
      child === true ? [] : schemaLeaves(child, `${path}/${key}`),
    ),
    ...[node["items"], node["additionalProperties"]].flatMap((child) =>
      typeof child === "object" && child !== null ? schemaLeaves(child as Schema, `${path}/*`) : [],
    ),
    ...((node["oneOf"] ?? []) as Schema[]).flatMap((child) => schemaLeaves(child, path)),
  ];
  const own = below.filter((leaf) => leaf !== path);
  return own.length > 0 && !path.endsWith("/match")
    ? own
    : path.endsWith("/match") || node["type"] !== undefined
      ? [path]
      : own;
}

/** The leaves of settings: their paths as the schema writes them, and the keys that lead there. */
function settingLeaves(
  value: unknown,
  path: string,
  keys: readonly (string | number)[],
): { path: string; keys: readonly (string | number)[] }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => settingLeaves(item, `${path}/*`, [...keys, index]));
  if (typeof value !== "object" || value === null || path.endsWith("/match")) return [{ path, keys }];
  const free = /^(?:\/translations|(?:\/translations\/\*)?\/(?:pages|collections|messages)|\/locale\/messages)$/.test(
    path,
  );
  return Object.entries(value).flatMap(([key, child]) =>
    settingLeaves(child, `${path}/${free ? "*" : key}`, [...keys, key]),
  );
}

/** Beside the sample: a redirect's page has no template, so what is true of all other pages is not of it. */
const allSettings: TenantSettings = {
  ...translatedSettings,
  redirects: [{ from: "/products/old-cup/", to: "/contact/" }],
};

const leaves = settingLeaves(allSettings, "", []).filter(({ path }) => ELSEWHERE[path] === undefined);

test("the sample settings leave nothing out that the schema has", () => {
  const known = new Set([...leaves.map(({ path }) => path), ...Object.keys(ELSEWHERE)]);
  const missing = [...new Set(schemaLeaves(schema, ""))].filter(
    (path) => !known.has(path) && !path.endsWith("/home/*/type"),
  );
  expect(
    missing.filter(
      (path) => !/^(?:\/translations\/\*)?\/(?:navigation|home)\/.*\/(?:url|page|collection|label)$/.test(path),
    ),
  ).toEqual([]);
});

describe("every field has an effect", () => {
  test.each(leaves.filter(({ path }) => !path.endsWith("/home/*/type")))("$path $keys", ({ path, keys }) => {
    // A complete set of tokens leaves nothing to a preset.
    const base =
      path === "/theme/preset"
        ? { ...allSettings, theme: { template: "default", preset: "calm" as const } }
        : allSettings;
    const changed = structuredClone(base);
    const last = keys.at(-1) ?? "";
    let holder = changed as unknown as Record<string | number, unknown>;
    for (const key of keys.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
    const before = holder[last];
    holder[last] =
      OTHER[path.replace(/^\/translations\/\*/, "")] ??
      (typeof before === "boolean" ? !before : typeof before === "string" ? `${before}x` : undefined);
    expect(holder[last]).not.toBe(before);
    expect(rendered(changed).release).not.toBe(rendered(base).release);
  });
});

function rendered(settings: TenantSettings) {
  const address = { origin: null, links: "absolute-path" } as const;
  return renderSite(sampleStore(settings), templateNamed(settings.theme.template), address).site;
}
