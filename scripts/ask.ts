/** Asks a person for what the flags of `npm run new` left open. */
import { isCancel, select, text } from "@clack/prompts";
import type { Answers } from "./starter-tenant.ts";
import { currencyOf } from "./starter-tenant.ts";

/** What was given or can be assumed. */
export type PartialAnswers = { readonly [Key in keyof Answers]?: Answers[Key] | undefined };

/** Colours that read well together, at least 4.5:1 for text and accent on the background. */
export const PALETTES: Readonly<Record<string, NonNullable<Answers["colors"]>>> = {
  moss: { background: "#fbfaf5", text: "#1d2620", accent: "#2f6b4f" },
  clay: { background: "#fdf7f1", text: "#2b1a12", accent: "#a8401c" },
  harbour: { background: "#f6f9fb", text: "#13222e", accent: "#1b5f8c" },
  plum: { background: "#fcf8fb", text: "#261824", accent: "#8a2c6b" },
  night: { background: "#14171c", text: "#eceae4", accent: "#f0b35a" },
};

/** Each gives what is wrong with an answer, or undefined. */
export interface Rules {
  readonly id: (id: string) => string | undefined;
  readonly name: (name: string) => string | undefined;
  readonly color: (color: string) => string | undefined;
  readonly locale: (locale: string) => string | undefined;
  readonly currency: (currency: string) => string | undefined;
  readonly email: (email: string) => string | undefined;
}

/** The whole of the answers, or undefined where the person gave up. */
export async function askForAnswers(known: PartialAnswers, rules: Rules): Promise<Answers | undefined> {
  try {
    const id = known.id ?? (await askText("Id of the store (its file's name)", rules.id));
    const name = known.name ?? (await askText("Name of the store", rules.name, titleOf(id)));
    const colors = known.colors ?? (await askColors());
    const locale = known.locale ?? (await askText("Language and country", rules.locale, "en-GB"));
    const currency = known.currency ?? (await askText("Currency", rules.currency, currencyOf(locale)));
    const email = known.email ?? (await askText("E-mail address for enquiries", rules.email));
    return { id, name, colors, locale, currency, email, template: known.template ?? "default" };
  } catch (error) {
    if (error instanceof Cancelled) return undefined;
    throw error;
  }
}

/** `acme-candles` → `Acme Candles`. */
export const titleOf = (id: string): string =>
  id
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(" ");

class Cancelled extends Error {}

async function askText(
  message: string,
  rule: (answer: string) => string | undefined,
  initialValue?: string,
): Promise<string> {
  const answer = await text({
    message,
    validate: (given) => rule((given ?? "").trim()),
    ...(initialValue === undefined ? {} : { initialValue }),
  });
  if (isCancel(answer)) throw new Cancelled();
  return answer.trim();
}

async function askColors(): Promise<Answers["colors"]> {
  const options = Object.entries(PALETTES).map(([value, { background, text: ink, accent }]) => ({
    value,
    label: value,
    hint: `${background} ${ink} ${accent}`,
  }));
  const choice = await select({
    message: "Colours",
    options: [{ value: "", label: "the template's own", hint: "decide later" }, ...options],
  });
  if (isCancel(choice)) throw new Cancelled();
  return PALETTES[choice];
}
