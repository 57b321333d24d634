/**
 * What a person approved last of the prices that a machine merges: `approved/<tenant>.json` in the ledger.
 *
 * Git cannot tell whose decision a price on main was: a merge by a machine looks like any other. So the ledger, which no
 * pull request can write, keeps for each offer that a machine changed what main said before it began, and what it wrote
 * since. Where main says something else than that, a person did, and main is what a person approved.
 * It is written before a merge, as what is tried, and again after it: a run that ends between the two leaves in doubt
 * what happened, and then a price has to be near both.
 */
import { corrupt, readMapping } from "./ledger-error.ts";
import { isMapping } from "./mapping.ts";
import type { Availability, Store } from "./store.ts";

/** What one offer costs, in the currency's minor unit. */
export interface OfferPrices {
  /** Without regard to a sale. */
  readonly list: number;
  readonly pays: number;
}

/** What a store sells, by the id of the offer. */
export interface Offers {
  readonly currency: string;
  readonly byId: ReadonlyMap<string, OfferPrices & { readonly availability: Availability }>;
}

/** One offer that a machine changed. */
interface Changed {
  /** Null where a machine brought the offer, and no person ever saw a price of it. */
  readonly approved: OfferPrices | null;
  /** What the machine left on main; null where it left nothing there. */
  readonly wrote: OfferPrices | null;
  /** What it was about to put there, while nobody knows whether it did. */
  readonly tried?: OfferPrices;
}

/** All that a machine changed of one store. */
export interface ApprovedPrices {
  /** A store that has another one now was changed by a person. */
  readonly currency: string;
  /** By the id of the offer. */
  readonly offers: ReadonlyMap<string, Changed>;
}

/** Where it lies. */
export const approvedName = (tenant: string): string => `approved/${tenant}.json`;

/** Reads what a checked store sells. */
export const offersOf = ({ tenant, catalog }: Pick<Store, "tenant" | "catalog">): Offers => ({
  currency: tenant.settings.locale.currency,
  byId: new Map(
    catalog.products
      .flatMap(({ variants }) => variants)
      .map(({ id, price, salePrice, availability }) => [
        id,
        { list: price.amount, pays: (salePrice ?? price).amount, availability },
      ]),
  ),
});

/** What a new price of an offer that main has must be near, all of it; null is near nothing. */
export function baselinesOf(
  id: string,
  main: Offers,
  approved: ApprovedPrices | undefined,
): readonly (OfferPrices | null)[] {
  const here = main.byId.get(id);
  const changed = approved?.currency === main.currency ? approved.offers.get(id) : undefined;
  if (changed === undefined || !isOfMachine(here, changed)) return [here ?? null];
  return changed.tried === undefined ? [changed.approved] : [changed.approved, here ?? null];
}

/** With what a merge is about to do; `main` is undefined for a store that it does not have. */
export function notePricesTried(
  main: Offers | undefined,
  after: Offers,
  approved: ApprovedPrices | undefined,
): ApprovedPrices {
  const { currency } = after;
  const offers = new Map<string, Changed>();
  for (const [id, changed] of main !== undefined && approved?.currency === currency ? approved.offers : []) {
    const here = main?.byId.get(id);
    // What a person changed since is not kept: main says it.
    if (isOfMachine(here, changed)) offers.set(id, { approved: changed.approved, wrote: plain(here) });
  }
  for (const [id, offer] of after.byId) {
    const here = plain(main?.byId.get(id));
    if (isSame(here, offer)) continue;
    const before = offers.get(id) ?? { approved: here, wrote: here };
    offers.set(id, { ...before, tried: { list: offer.list, pays: offer.pays } });
  }
  return { currency, offers };
}

/** With what came of it, once that is known. */
export function notePricesSettled({ currency, offers }: ApprovedPrices, isMerged: boolean): ApprovedPrices {
  const settled = [...offers].map(([id, { approved, wrote, tried }]): [string, Changed] => [
    id,
    { approved, wrote: isMerged ? (tried ?? wrote) : wrote },
  ]);
  return { currency, offers: new Map(settled) };
}

/** Same note, same bytes. */
export function encodeApproved({ currency, offers }: ApprovedPrices): Buffer {
  const sorted = [...offers].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(`${JSON.stringify({ currency, offers: sorted })}\n`);
}

/** Throws `LedgerError` `corrupt`. */
export function decodeApproved(tenant: string, body: Uint8Array): ApprovedPrices {
  const name = approvedName(tenant);
  const { currency, offers } = readMapping(name, body);
  if (typeof currency !== "string" || !Array.isArray(offers)) throw corrupt(name, "is no note of ours");
  const read = offers.map((one: unknown): [string, Changed] => {
    const [id, changed] = Array.isArray(one) ? (one as unknown[]) : [];
    if (typeof id !== "string" || !isChanged(changed)) throw corrupt(name, "has an offer that is not ours");
    return [id, changed];
  });
  return { currency, offers: new Map(read) };
}

const isChanged = (value: unknown): value is Changed =>
  isMapping(value) &&
  isPricesOrNull(value["approved"]) &&
  isPricesOrNull(value["wrote"]) &&
  (value["tried"] === undefined || (value["tried"] !== null && isPricesOrNull(value["tried"])));

const isPricesOrNull = (value: unknown): boolean =>
  value === null || (isMapping(value) && Number.isSafeInteger(value["list"]) && Number.isSafeInteger(value["pays"]));

/** Whether what main says is what the machine left there, or may have left. */
const isOfMachine = (here: OfferPrices | undefined, { wrote, tried }: Changed): boolean =>
  isSame(plain(here), wrote) || (tried !== undefined && isSame(plain(here), tried));

const plain = (prices: OfferPrices | undefined): OfferPrices | null =>
  prices === undefined ? null : { list: prices.list, pays: prices.pays };

const isSame = (a: OfferPrices | null, b: OfferPrices | null): boolean => a?.list === b?.list && a?.pays === b?.pays;
