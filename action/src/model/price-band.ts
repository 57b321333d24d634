/** Bands of prices, for those who cannot ask for a range: of 1, 2, 5, 10 … in the currency's unit, coarser where that would be too many. */
import { remember } from "./remember.ts";

/** A band by where it begins and ends, in the currency's unit. */
export interface PriceBand {
  /** Different for bands that begin alike and end elsewhere. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** More are no choice. */
const MOST_BANDS = 8;

/** Where bands begin: 0, and the steps in every so many powers of ten. */
const edges = (steps: readonly number[], every: number): readonly number[] => [
  0,
  ...Array.from({ length: Math.ceil(15 / every) }, (_, power) =>
    steps.map((step) => step * 10 ** (power * every)),
  ).flat(),
];

/** From fine to coarse; the last always has few enough. */
const SCALES = [edges([1, 2, 5], 1), edges([1, 5], 1), edges([1], 1), edges([1], 2), edges([1], 3)];
const [FINEST = []] = SCALES;

const bandOn = (scale: readonly number[], at: number, units: number): PriceBand => {
  const place = scale.findLastIndex((edge) => edge <= units);
  const from = scale[place] ?? 0;
  return { key: `${at}:${from}`, from, to: scale[place + 1] ?? Infinity };
};

/** By the place of the finest band: an edge of a coarse scale is one of every finer scale. */
const BANDS = FINEST.map((edge) => SCALES.map((scale, at) => bandOn(scale, at, edge)));
const KEYS = BANDS.map((bands) => bands.map(({ key }) => key));
const placeOf = (units: number): number => FINEST.findLastIndex((edge) => edge <= units);

/** The keys of every band, fine or coarse, that an amount is in. */
export const bandKeysOf = (units: number): readonly string[] => KEYS[placeOf(units)] ?? [];

/** The bands that hold one of the amounts, from the lowest, as fine as there are not too many; one band is no choice, and none is given. */
export function bandsOf(amounts: readonly number[]): readonly PriceBand[] {
  const places = [...new Set(amounts.map(placeOf))].toSorted((one, other) => one - other);
  for (const at of SCALES.keys()) {
    const bands = new Map(places.flatMap((place) => BANDS[place]?.[at] ?? []).map((band) => [band.key, band]));
    if (bands.size <= MOST_BANDS) return bands.size < 2 ? [] : [...bands.values()];
  }
  throw new Error("the coarsest scale has too many bands");
}

const rangeOf = remember(
  (language: string, currency: string) =>
    new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 0 }),
);

/** There are few bands, and a range takes longer to be put into words than all else about a collection. */
const rangeText = remember((language: string, currency: string, from: string, to: string) =>
  rangeOf(language, currency).formatRange(Number(from), Number(to)),
);

/** `£10 – £20`. */
export const bandText = ({ from, to }: PriceBand, language: string, currency: string): string =>
  rangeText(language, currency, String(from), String(to));
