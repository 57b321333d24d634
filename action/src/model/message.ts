/** The words of a page: a template's messages in the store's language, with the store's own in their place. */
import type { Diagnostic } from "./diagnostic.ts";
import { ENGINE_MESSAGES } from "./engine-messages.ts";
import type { Tenant } from "./store.ts";
import { suggest } from "./suggestion.ts";
import { copyNarrow } from "./narrow-text.ts";
import { remember } from "./remember.ts";

/** Key → text with `{placeholders}`. A count has its plural form in the key: `products.one`, `products.other`. */
export type Messages = Readonly<Record<string, string>>;

/** By primary language subtag: `en`, `de`. */
export type MessagesByLanguage = ReadonlyMap<string, Messages>;

/** The language subtag that messages are looked up by. */
const languageOf = (locale: string): string => locale.split("-", 1)[0] ?? locale;

/** Whether text in this locale runs from right to left. */
export const directionOf = remember((locale: string): "ltr" | "rtl" =>
  RIGHT_TO_LEFT.has(new Intl.Locale(locale).maximize().script ?? "Latn") ? "rtl" : "ltr",
);

const RIGHT_TO_LEFT = new Set(["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"]);

/** Gives the text of a key with its placeholders filled; a number as `count` chooses the plural form. Throws on an unknown key. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The translator of one store: its own messages over the template's, those of its language over English ones. */
export function translator(locale: string, byLanguage: MessagesByLanguage, overrides: Messages = {}): Translate {
  const language = languageOf(locale);
  const messages = layered(byLanguage.get("en"), byLanguage.get(language), overrides);
  const plural = pluralRules(locale);
  return (key, values) => {
    const text = messages[key] ?? pluralForm(messages, key, values, plural);
    if (text === undefined) throw new Error(`there is no message "${key}"`);
    return values === undefined ? text : fill(text, values);
  };
}

/** Later ones over earlier ones, without a prototype: "constructor" is no message. */
const layered = (...layers: readonly (Messages | undefined)[]): Messages =>
  Object.assign(Object.create(null) as Record<string, string>, ...layers) as Messages;

function pluralForm(
  messages: Messages,
  key: string,
  values: Readonly<Record<string, string | number>> | undefined,
  plural: Intl.PluralRules,
): string | undefined {
  const count = values?.["count"];
  if (typeof count !== "number") return undefined;
  return messages[`${key}.${plural.select(count)}`] ?? messages[`${key}.other`];
}

const PLACEHOLDER = /\{([a-z]+)\}/g;

/** Braces around anything but a value's name stay as they are. */
function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  let filled = "";
  let from = 0;
  for (let open = text.indexOf("{"); open >= 0; open = text.indexOf("{", open + 1)) {
    const close = text.indexOf("}", open);
    if (close < 0) break;
    const name = text.slice(open + 1, close);
    if (!Object.hasOwn(values, name)) continue;
    filled += text.slice(from, open) + String(values[name]);
    from = close + 1;
  }
  return filled + text.slice(from);
}

const pluralRules = remember((locale: string) => new Intl.PluralRules(locale));

/** Adds the engine's messages under a template's, language by language. */
export function withEngineMessages(own: MessagesByLanguage): MessagesByLanguage {
  const languages = new Set([...ENGINE_MESSAGES.keys(), ...own.keys()]);
  return new Map(
    [...languages].map((language) => [
      language,
      mapValues({ ...ENGINE_MESSAGES.get(language), ...own.get(language) }, copyNarrow),
    ]),
  );
}

const mapValues = (messages: Messages, change: (text: string) => string): Messages =>
  Object.fromEntries(Object.entries(messages).map(([key, text]) => [key, change(text)]));

/** The store's own messages that nothing would show, and placeholders that nothing would fill: `message-unknown`, `message-placeholder`. */
export function checkMessages(tenant: Tenant, templateName: string, byLanguage: MessagesByLanguage): Diagnostic[] {
  const overrides = Object.entries(tenant.settings.locale.messages ?? {});
  const known = layered(byLanguage.get("en"));
  return overrides.flatMap(([key, text]): Diagnostic[] => {
    const pointer = `/locale/messages/${key}`;
    const original = known[key] ?? known[key.replace(/\.(?:zero|one|two|few|many)$/, ".other")];
    if (original === undefined) {
      return [
        {
          rule: "message-unknown",
          severity: "error",
          message: `template "${templateName}" has no message "${key}"`,
          hint: suggest(key, Object.keys(known)),
          location: tenant.locate(pointer, "key"),
        },
      ];
    }
    const allowed = placeholdersOf(original);
    return placeholdersOf(text)
      .filter((name) => !allowed.includes(name))
      .map((name) => ({
        rule: "message-placeholder",
        severity: "error",
        message: `message "${key}" has no value for "{${name}}"`,
        hint:
          allowed.length === 0
            ? "it takes no placeholder"
            : `it can use ${allowed.map((one) => `{${one}}`).join(", ")}`,
        location: tenant.locate(pointer),
      }));
  });
}

/** The names in braces: `{count} products` → `count`. */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
