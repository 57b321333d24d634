/** Lines of `.github/overrides.yaml`: one transition each that a guard shall let pass. */
import type { Diagnostic } from "./diagnostic.ts";
import { isMapping } from "./mapping.ts";
import type { Policy } from "./policy.ts";
import { quoteForYaml } from "./text-safety.ts";
import type { Document } from "./yaml.ts";

/** Where the lines are, from the root of the repository. */
export const OVERRIDES_FILE = ".github/overrides.yaml";

/** The policy has a setting for each. */
const GUARDS = [
  "stores-parked",
  "pages-lost",
  "products-lost",
  "price-change",
  "zero-price",
  "currency-changed",
  "host-changed",
  "over-budget",
] as const satisfies readonly (keyof Policy)[];
/** What a guard watches. */
type Guard = (typeof GUARDS)[number];

/**
 * It lets no other transition pass: once the store has changed, from one release or one count to another, it says
 * nothing. So several lines for one guard and tenant do not replace each other: each stands for its own transition,
 * and one that is of the past stays without effect until that very transition comes again.
 */
export interface Override {
  readonly guard: Guard;
  readonly tenant: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

const KEYS = ["guard", "tenant", "from", "to", "reason"] as const;

/**
 * Reads the file's one list; an empty file has no overrides. Every entry needs all five keys as text, and a reason.
 * An entry with a problem lets nothing pass; one that repeats an earlier one has a problem.
 */
export function readOverrides(document: Document): { overrides: Override[]; diagnostics: Diagnostic[] } {
  const { value, locate } = document;
  if (value === null || value === undefined) return { overrides: [], diagnostics: [] };
  if (!Array.isArray(value)) {
    return {
      overrides: [],
      diagnostics: [
        {
          rule: "override-list",
          severity: "error",
          message: "the overrides are not a list",
          hint: 'one line each: - { guard: pages-lost, tenant: acme, from: "29", to: "10", reason: "…" }',
          location: locate(""),
        },
      ],
    };
  }
  const overrides: Override[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, entry] of value.entries()) {
    const problems = problemsOf(entry, `/${index}`, locate);
    diagnostics.push(...problems);
    if (problems.length > 0 || !isOverride(entry)) continue;
    const earlier = findOverride(overrides, entry);
    if (earlier === undefined) overrides.push(entry);
    else {
      diagnostics.push({
        rule: "override-twice",
        severity: "error",
        message: `the same transition of "${entry.tenant}" is let pass in line ${locate(`/${value.indexOf(earlier)}`).line} already`,
        hint: "keep the line whose reason is true",
        location: locate(`/${index}`),
      });
    }
  }
  return { overrides, diagnostics };
}

/** The override that lets exactly this transition pass. */
export function findOverride(
  overrides: readonly Override[],
  transition: Omit<Override, "reason">,
): Override | undefined {
  return overrides.find(
    (one) =>
      one.guard === transition.guard &&
      one.tenant === transition.tenant &&
      one.from === transition.from &&
      one.to === transition.to,
  );
}

/** The line to add to the file, its reason left for a person to fill in. What a tenant wrote is quoted. */
export function overrideLine({ guard, tenant, from, to }: Omit<Override, "reason">): string {
  return `- { guard: ${guard}, tenant: ${tenant}, from: ${quoteForYaml(from)}, to: ${quoteForYaml(to)}, reason: "…" }`;
}

function problemsOf(entry: unknown, pointer: string, locate: Document["locate"]): Diagnostic[] {
  const problem = (at: string, message: string, hint: string, part?: "key"): Diagnostic => ({
    rule: "override-entry",
    severity: "error",
    message,
    hint,
    location: locate(at, part),
  });
  const whole = 'an entry is { guard: pages-lost, tenant: acme, from: "29", to: "10", reason: "…" }';
  if (!isMapping(entry)) return [problem(pointer, "the entry is not a mapping", whole)];
  const found: Diagnostic[] = [];
  for (const key of Object.keys(entry)) {
    if (!KEYS.some((known) => known === key)) {
      found.push(problem(`${pointer}/${key}`, `"${key}" is not a key of an override`, whole, "key"));
    }
  }
  for (const key of KEYS) {
    const given = entry[key];
    if (given === undefined) found.push(problem(pointer, `the entry has no "${key}"`, whole));
    else if (typeof given !== "string") {
      found.push(problem(`${pointer}/${key}`, `"${key}" is not text`, `put it in quotes: ${key}: "29"`));
    } else if (given.trim() === "" || (key === "reason" && given.trim() === "…")) {
      found.push(problem(`${pointer}/${key}`, `"${key}" says nothing`, "write down what the reviewer has to know"));
    }
  }
  if (typeof entry["guard"] === "string" && !GUARDS.some((guard) => guard === entry["guard"])) {
    found.push(
      problem(`${pointer}/guard`, `there is no guard "${entry["guard"]}"`, `the guards are ${GUARDS.join(", ")}`),
    );
  }
  return found;
}

function isOverride(entry: unknown): entry is Override {
  return isMapping(entry) && KEYS.every((key) => typeof entry[key] === "string");
}
