/** Money as catalogs write it, exactly: `15.00 GBP` and back, never through a fraction. */
import type { Price } from "./store.ts";
import { remember } from "./remember.ts";

/** Why a text is not a price. */
type PriceProblem = "format" | "currency" | "decimals" | "range";

/** How many digits the currency's minor unit has: 2 for GBP, 0 for JPY, 3 for KWD. */
export const minorUnitDigits = remember(
  (currency: string): number =>
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2,
);

/** A text in Google's form (`15.00 GBP`) in the minor unit of `currency`, or why it is none; more than zero is the caller's rule. */
export function parsePrice(
  text: string,
  currency: string,
):
  | { readonly price: Price; readonly problem?: undefined }
  | { readonly price?: undefined; readonly problem: PriceProblem } {
  const match = /^(\d{1,20})(?:\.(\d{1,20}))? ([A-Z]{3})$/.exec(text);
  const [, whole = "", fraction = "", written] = match ?? [];
  if (match === null) return { problem: "format" };
  if (written !== currency) return { problem: "currency" };
  const places = minorUnitDigits(currency);
  if (fraction.length > places) return { problem: "decimals" };
  const amount = Number(whole + fraction.padEnd(places, "0"));
  return Number.isSafeInteger(amount) ? { price: { amount, currency } } : { problem: "range" };
}

/** The amount with all digits of its minor unit and a point: `15.00`, `1500` (JPY). */
export function decimalOf(price: Price): `${number}` {
  const places = minorUnitDigits(price.currency);
  const padded = String(price.amount).padStart(places + 1, "0");
  const cut = padded.length - places;
  // Digits with at most one point by construction; the compiler cannot see it.
  return (places === 0 ? padded : `${padded.slice(0, cut)}.${padded.slice(cut)}`) as `${number}`;
}

/** As catalogs write it: `15.00 GBP`. The inverse of {@link parsePrice}. */
export const priceText = (price: Price): string => `${decimalOf(price)} ${price.currency}`;

/** As the store's visitors read it: `£15.00`, `15,00 €`. `language` is BCP 47. */
export const formatPrice = (price: Price, language: string): string =>
  formatOf(language, price.currency).format(decimalOf(price));

const formatOf = remember(
  (language: string, currency: string) => new Intl.NumberFormat(language, { style: "currency", currency }),
);
