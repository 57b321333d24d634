/**
 * Refuses the tenants that a deploy would take too much from, or change in a way that is mostly a mistake; the others
 * go on.
 *
 * Each refusal names one transition, from what is to what would be, and the line that lets exactly this one pass. Plan
 * and deploy ask the same functions, so what a pull request was told is what its deploy does.
 */
import { hash } from "node:crypto";
import { findOverride, overrideLine, OVERRIDES_FILE, type Override } from "./override.ts";
import { type PageWeight, tellWeight } from "./page-weight.ts";
import type { Policy } from "./policy.ts";
import type { RecordState } from "./record.ts";
import { CURRENCY, HOST, type OfferFacts, type SourceFacts } from "./store-facts.ts";

/** What the guards of a repository go by. */
export interface GuardRules {
  readonly policy: Policy;
  readonly overrides: readonly Override[];
}

/** Why a tenant stays as it is, with the line that lets it pass. */
export interface Refusal {
  readonly code: Override["guard"];
  readonly message: string;
  readonly hint: string;
  /** To be added to the overrides; its reason is left for a person to write. */
  readonly line: string;
}

/** What a guard compares. */
export interface Extent {
  readonly state: RecordState;
  /** Paths of the pages that have an address. */
  readonly addresses: readonly string[];
  readonly products: number;
  /** Undefined where nobody can tell: what depends on it is not looked at. */
  readonly source: SourceFacts | undefined;
  /** The page that fills its budget most; null where nobody weighed. */
  readonly heaviest: PageWeight | null;
}

/** A store that a run would close; its release is empty where the listing does not tell it. */
export interface Closing {
  readonly tenant: string;
  readonly release: string;
}

/** One change that an override can name. */
type Transition = Omit<Override, "reason">;

/** A transition that a guard objects to, with what it would do to the store. */
interface Objection {
  readonly transition: Transition;
  readonly message: string;
}

/**
 * Looks at all stores that a run would close; `fleet` is how many are live now. When they are too many, all of them
 * are refused but those with an override, which count for nothing.
 */
export function guardFleet(
  closing: readonly Closing[],
  fleet: number,
  { policy, overrides }: GuardRules,
): ReadonlyMap<string, Refusal> {
  const watched = closing.map(parking).filter((transition) => findOverride(overrides, transition) === undefined);
  const { count, percent } = policy["stores-parked"];
  const most = Math.max(count, Math.floor((fleet * percent) / 100));
  if (watched.length <= most) return new Map();
  const named = watched.map(({ tenant }) => tenant).toSorted();
  const message =
    `this would close ${named.length} of ${fleet} live stores at once, more than ${most}: ` +
    `${named.slice(0, 10).join(", ")}${named.length > 10 ? ` and ${named.length - 10} more` : ""}`;
  return new Map(watched.map((transition) => [transition.tenant, refusalOf({ transition, message })]));
}

/**
 * Looks at one store; `before` is undefined where none was deployed. What an override names is left out. Closing a
 * store is {@link guardFleet}'s, and what a closed store was takes nothing from nobody.
 */
export function guardStore(
  tenant: string,
  before: Extent | undefined,
  after: Extent,
  { policy, overrides }: GuardRules,
): readonly Refusal[] {
  if (after.state !== "live") return [];
  const open = before?.state === "live" ? before : undefined;
  return [
    ...(open === undefined ? [] : [...objectToLosses(tenant, open, after, policy)]),
    ...(open === undefined ? [] : [...objectToChanges(tenant, open, after, policy)]),
    ...objectToZeroPrices(tenant, open, after, policy),
    ...objectToWeight(tenant, open, after, policy),
  ]
    .filter(({ transition }) => findOverride(overrides, transition) === undefined)
    .map(refusalOf);
}

/** Whether a page is over its budget: only then does it matter what the store weighed before. */
export const isOverBudget = ({ heaviest }: Pick<Extent, "heaviest">): boolean =>
  heaviest !== null && heaviest.bytes > heaviest.budget;

/** Several refusals of one store as one, every line in its hint; undefined for none. */
export function joinRefusals(refusals: readonly Refusal[]): Omit<Refusal, "line"> | undefined {
  const [first, ...others] = refusals;
  if (first === undefined) return undefined;
  return {
    code: first.code,
    message: refusals.map(({ message }) => message).join("; "),
    hint: [first.hint, ...others.map(({ line }) => line)].join(" and "),
  };
}

function* objectToLosses(tenant: string, before: Extent, after: Extent, policy: Policy): Generator<Objection> {
  const left = new Set(after.addresses);
  yield* objectToLoss(
    "pages-lost",
    "addresses",
    policy,
    tenant,
    before.addresses.length,
    keptOf(before.addresses, left),
  );
  const kept =
    before.source === undefined || after.source === undefined
      ? Math.min(before.products, after.products)
      : keptOf(idsOf(before.source), new Set(idsOf(after.source)));
  yield* objectToLoss("products-lost", "products", policy, tenant, before.products, kept);
}

function* objectToLoss(
  guard: "pages-lost" | "products-lost",
  what: string,
  policy: Policy,
  tenant: string,
  from: number,
  to: number,
): Generator<Objection> {
  const { percent } = policy[guard];
  if ((from - to) * 100 <= from * percent) return;
  const message =
    to === 0
      ? `the store would lose all of its ${from} ${what}`
      : `the store would lose ${from - to} of its ${from} ${what}, more than ${percent} %`;
  yield { transition: { guard, tenant, from: String(from), to: String(to) }, message };
}

const idsOf = ({ products }: SourceFacts): string[] => products.map(({ id }) => id);

const keptOf = (before: readonly string[], after: ReadonlySet<string>): number =>
  before.filter((one) => after.has(one)).length;

function* objectToChanges(tenant: string, before: Extent, after: Extent, policy: Policy): Generator<Objection> {
  if (before.source === undefined || after.source === undefined) return;
  const said = (key: string) => ({ from: before.source?.said[key] ?? "", to: after.source?.said[key] ?? "" });
  const currency = said(CURRENCY);
  const host = said(HOST);
  if (policy["currency-changed"] === "refuse" && currency.from !== currency.to) {
    const message = `the store's currency would change from ${currency.from} to ${currency.to}`;
    yield { transition: { guard: "currency-changed", tenant, ...currency }, message };
  }
  // The first domain of a store takes it away from nowhere.
  if (policy["host-changed"] === "refuse" && host.from !== "" && host.from !== host.to) {
    const to = host.to === "" ? "none" : host.to;
    const message = `the store's domain would change from ${host.from} to ${to}`;
    yield { transition: { guard: "host-changed", tenant, from: host.from, to }, message };
  }
  if (currency.from === currency.to) yield* objectToPrices(tenant, before.source, after.source, policy);
}

function* objectToPrices(
  tenant: string,
  before: SourceFacts,
  after: SourceFacts,
  policy: Policy,
): Generator<Objection> {
  const { percent } = policy["price-change"];
  const was = offersOf(before);
  const jumps = [...offersOf(after).values()].flatMap((offer) => {
    const old = was.get(offer.id);
    // What was free is the other guard's, and what becomes free is too.
    if (old === undefined || old.pays === 0 || offer.pays === 0) return [];
    return Math.abs(offer.pays - old.pays) * 100 > old.pays * percent ? [{ old, offer }] : [];
  });
  const [first] = jumps;
  if (first === undefined) return;
  const others = jumps.length === 1 ? "" : ` (and ${jumps.length - 1} more)`;
  yield {
    transition: {
      guard: "price-change",
      tenant,
      from: nameAll(jumps.map(({ old }) => priceLine(old))),
      to: nameAll(jumps.map(({ offer }) => priceLine(offer))),
    },
    message: `the price of ${first.offer.id} would change from ${first.old.price} to ${first.offer.price}, more than ${percent} %${others}`,
  };
}

function* objectToZeroPrices(
  tenant: string,
  before: Extent | undefined,
  after: Extent,
  policy: Policy,
): Generator<Objection> {
  if (policy["zero-price"] === "pass" || after.source === undefined) return;
  const was = before?.source === undefined ? new Map<string, OfferFacts>() : offersOf(before.source);
  const free = [...offersOf(after.source).values()].filter(({ id, pays }) => pays === 0 && was.get(id)?.pays !== 0);
  const [first] = free;
  if (first === undefined) return;
  const others = free.length === 1 ? "" : ` (and ${free.length - 1} more)`;
  yield {
    transition: {
      guard: "zero-price",
      tenant,
      from: nameAll(free.map(({ id }) => `${id} ${was.get(id)?.price ?? "new"}`)),
      to: nameAll(free.map(priceLine)),
    },
    message: `${first.id} would cost nothing${others}`,
  };
}

/** A store that is over its budget may get lighter, and may change as long as it gets no heavier. */
function* objectToWeight(
  tenant: string,
  before: Extent | undefined,
  after: Extent,
  policy: Policy,
): Generator<Objection> {
  const { heaviest } = after;
  if (policy["over-budget"] === "pass" || heaviest === null || !isOverBudget(after)) return;
  const was = before?.heaviest ?? null;
  if (was !== null && was.budget === heaviest.budget && was.bytes >= heaviest.bytes) return;
  yield {
    transition: { guard: "over-budget", tenant, from: weightText(was), to: weightText(heaviest) },
    message: tellWeight(heaviest),
  };
}

const weightText = (weight: PageWeight | null): string =>
  weight === null ? "unknown" : `${weight.bytes} of ${weight.budget} bytes`;

const offersOf = ({ products }: SourceFacts): Map<string, OfferFacts> =>
  new Map(products.flatMap(({ offers }) => offers).map((offer) => [offer.id, offer]));

const priceLine = ({ id, price }: OfferFacts): string => `${id} ${price}`;

/** Longer lists do not fit into a line that people look at. */
const MOST_NAMED_CHARACTERS = 160;

/** All of them where that is short, and otherwise a hash that only exactly these have. */
function nameAll(lines: readonly string[]): string {
  const text = lines.join(", ");
  if (text.length <= MOST_NAMED_CHARACTERS) return text;
  return `${lines.length} prices ${hash("sha256", text).slice(0, 16)}`;
}

/** Names the release: a store that was opened again and has changed since needs a new override. */
function parking({ tenant, release }: Closing): Transition {
  return { guard: "stores-parked", tenant, from: `live ${release}`.trimEnd(), to: "parked" };
}

function refusalOf({ transition, message }: Objection): Refusal {
  const line = overrideLine(transition);
  return { code: transition.guard, message, hint: `if that is meant, add to ${OVERRIDES_FILE}: ${line}`, line };
}
