/** What a measure of a product costs, as European law asks shops to say beside the price (Directive 98/6/EC). */
import type { Price } from "./store.ts";

/** A price for a measure: of `100 g`. */
export interface UnitPrice {
  readonly price: Price;
  readonly measure: string;
}

/** Google Merchant's units, by what they measure, in their smallest. */
const UNITS: Readonly<Record<string, readonly [kind: string, size: number]>> = {
  mg: ["mass", 1],
  g: ["mass", 1_000],
  kg: ["mass", 1_000_000],
  oz: ["mass", 28_349.523125],
  lb: ["mass", 453_592.37],
  ml: ["volume", 1],
  cl: ["volume", 10],
  l: ["volume", 1_000],
  floz: ["volume", 29.5735295625],
  pt: ["volume", 473.176473],
  qt: ["volume", 946.352946],
  gal: ["volume", 3_785.411784],
  cbm: ["volume", 1_000_000],
  cm: ["length", 1],
  m: ["length", 100],
  in: ["length", 2.54],
  ft: ["length", 30.48],
  yd: ["length", 91.44],
  sqft: ["area", 0.09290304],
  sqm: ["area", 1],
  ct: ["count", 1],
};

interface Measure {
  readonly kind: string;
  readonly size: number;
  readonly text: string;
}

/** `0.75 l`, `100g`; undefined for what is no measure. */
function readMeasure(text: string): Measure | undefined {
  const [, number = "", name = ""] = /^(\d{1,6}(?:\.\d{1,4})?)\s*([a-z]+)$/.exec(text.trim().toLowerCase()) ?? [];
  const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (unit === undefined || Number(number) === 0) return undefined;
  return { kind: unit[0], size: Number(number) * unit[1], text: `${Number(number)} ${name}` };
}

/**
 * Of a price for `measure` (Google's `unit_pricing_measure`), that of `base` (`unit_pricing_base_measure`; left out, one
 * of the same unit). Undefined where one of them is no measure, or both do not measure the same.
 */
export function unitPrice(price: Price, measure: string, base: string | undefined): UnitPrice | undefined {
  const whole = readMeasure(measure);
  const part = readMeasure(base ?? `1 ${/[a-z]+$/i.exec(measure.trim())?.[0] ?? ""}`);
  if (whole === undefined || part === undefined || whole.kind !== part.kind) return undefined;
  return { price: { ...price, amount: Math.round((price.amount * part.size) / whole.size) }, measure: part.text };
}
