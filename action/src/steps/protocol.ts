/** The rules that every deploy follows, as data: a test that breaks one must see an invariant fall. */
import { PHASES, RETENTION, type Phase, type Retention } from "../model/plan.ts";
import { LONGEST_MUTATION_MS } from "../ports.ts";

/** In ms. */
export interface LeaseTerms {
  /** How long an intent holds; it is renewed after a third. */
  readonly durationMs: number;
  /** No mutation is begun later than this before the end: it could still arrive that much later. */
  readonly marginMs: number;
  /** How long another run's live intent is waited for. */
  readonly patienceMs: number;
  /** Between two looks at it. */
  readonly pollMs: number;
}

/** How a tenant is changed; tests break one rule at a time. */
export interface Protocol {
  readonly phases: readonly Phase[];
  /** Whether a tenant is changed under an intent. */
  readonly takesIntents: boolean;
  /** Whether the fleet head is read again once the intent is taken. */
  readonly looksTwice: boolean;
  readonly lease: LeaseTerms;
  readonly retention: Retention;
}

/** Patience outlasts a lease, so one run is enough after a crash. */
export const PROTOCOL: Protocol = {
  phases: PHASES,
  takesIntents: true,
  looksTwice: true,
  lease: { durationMs: 3 * LONGEST_MUTATION_MS, marginMs: LONGEST_MUTATION_MS, patienceMs: 360_000, pollMs: 5_000 },
  retention: RETENTION,
};
