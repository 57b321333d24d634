/** The words of a template in every language that it speaks, checked to be complete. */
import type { Diagnostic, Location } from "./diagnostic.ts";
import { type Messages, type MessagesByLanguage, placeholdersOf, withEngineMessages } from "./message.ts";
import { suggest } from "./suggestion.ts";
import { readMessages } from "./template-settings.ts";
import { escapePointer } from "./yaml.ts";

/** `collection.products.one` is the form `one` of `collection.products`. */
const FORM = /\.(zero|one|two|few|many|other)$/;

/**
 * Reads `locales/*.yaml`, the engine's own words under them. A language says all that English says, in each of its
 * plural forms, with the same placeholders: `template-message-unknown`, `-missing`, `-placeholder`.
 */
export function readWords(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): { readonly messages: MessagesByLanguage; readonly diagnostics: readonly Diagnostic[] } {
  const locales = [...files].flatMap(([path, bytes]) => {
    const language = /^locales\/([a-z]{2,3})\.yaml$/.exec(path)?.[1];
    return language === undefined
      ? []
      : [{ language, file: `${folder}/${path}`, ...readMessages(`${folder}/${path}`, bytes) }];
  });
  const messages = withEngineMessages(new Map(locales.map((one) => [one.language, one.messages])));
  const english = messages.get("en") ?? {};
  const diagnostics = locales.flatMap(({ language, file, locate, diagnostics: own }): Diagnostic[] => {
    if (locate === undefined || own.length > 0) return [...own];
    const place = (key: string, part: "key" | "value" = "value") => locate(`/${escapePointer(key)}`, part);
    const words = messages.get(language) ?? {};
    const missing = missingKeys(english, words, language);
    const found: Diagnostic[] = missing.length === 0 ? [] : [sayMissing(file, missing, locate(""))];
    return [
      ...found,
      ...checkOwn(locales.find((one) => one.language === language)?.messages ?? {}, english, language, place),
    ];
  });
  return { messages, diagnostics };
}

/** More names than these are not read. */
const MOST_NAMED = 10;

const sayMissing = (file: string, keys: readonly string[], location: Location): Diagnostic => ({
  rule: "template-message-missing",
  severity: "error",
  message: `${file} lacks ${keys.slice(0, MOST_NAMED).join(", ")}${keys.length > MOST_NAMED ? ` … (${keys.length})` : ""}`,
  hint: "a language says all that English says, in every form that its numbers take",
  location,
});

/** The plural forms that whole numbers take. */
function formsOf(language: string): ReadonlySet<string> {
  const rules = new Intl.PluralRules(language);
  return new Set(Array.from({ length: 201 }, (_, count) => rules.select(count)));
}

function missingKeys(english: Messages, words: Messages, language: string): string[] {
  const forms = [...formsOf(language)];
  const wanted = Object.keys(english).flatMap((key) =>
    FORM.test(key) ? forms.map((form) => key.replace(FORM, `.${form}`)) : [key],
  );
  return [...new Set(wanted)].filter((key) => words[key] === undefined).toSorted();
}

function checkOwn(
  own: Messages,
  english: Messages,
  language: string,
  place: (key: string, part?: "key" | "value") => Location,
): Diagnostic[] {
  const forms = new Set([...formsOf(language), "other"]);
  return Object.entries(own).flatMap(([key, text]): Diagnostic[] => {
    const form = FORM.exec(key)?.[1];
    const original = english[key] ?? english[key.replace(FORM, ".other")];
    if (original === undefined || (form !== undefined && !forms.has(form))) {
      return [
        {
          rule: "template-message-unknown",
          severity: "error",
          message:
            original === undefined
              ? `locales/en.yaml has no message "${key}"`
              : `no number has the form "${form}" in the language "${language}"`,
          hint:
            original === undefined
              ? `${suggest(key, Object.keys(english))}; or add it there first`
              : `its forms are ${[...forms].join(", ")}`,
          location: place(key, "key"),
        },
      ];
    }
    const wanted = new Set(placeholdersOf(original));
    const given = new Set(placeholdersOf(text));
    // "One product" needs no number.
    const mayLack = (name: string) => name === "count" && form !== undefined && form !== "other";
    const wrong = [
      ...[...given].filter((name) => !wanted.has(name)),
      ...[...wanted].filter((name) => !given.has(name) && !mayLack(name)),
    ];
    return wrong.map((name) => ({
      rule: "template-message-placeholder",
      severity: "error",
      message: given.has(name)
        ? `message "${key}" has no value for "{${name}}"`
        : `message "${key}" does not say {${name}}`,
      hint: `in English: ${JSON.stringify(original)}`,
      location: place(key),
    }));
  });
}
