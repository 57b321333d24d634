/** What Lighthouse says of a page. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import lighthouse, { desktopConfig, type TraceEvent } from "lighthouse";
import { launchChromium } from "./chromium.ts";

export interface Audit {
  /** 0 to 100. */
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  readonly seo: number;
  /** Largest contentful paint on a simulated slow network, in ms. */
  readonly lcp: number;
  /** Cumulative layout shift; no unit. */
  readonly cls: number;
  /** Total blocking time, in ms. */
  readonly tbt: number;
  /** The part of the page's long tasks in which it waited for a processor, 0 to 1: what else ran took that time. */
  readonly starved: number;
  /** Audits that cost points: what to mend. */
  readonly lost: readonly string[];
}

export interface Auditor {
  audit(url: string, form: "mobile" | "desktop"): Promise<Audit>;
  close(): Promise<void>;
}

/** A browser that Lighthouse may steer. */
export async function openAuditor(): Promise<Auditor> {
  const port = await findFreePort();
  const browser = await launchChromium([`--remote-debugging-port=${port}`]);
  return {
    async audit(url, form) {
      const flags = { port, logLevel: "error" as const, onlyCategories: Object.values(CATEGORIES) };
      const result = await lighthouse(url, flags, form === "desktop" ? desktopConfig : undefined);
      if (result === undefined) throw new Error(`Lighthouse gave no result for ${url}`);
      const { categories, audits, runtimeError } = result.lhr;
      if (runtimeError !== undefined) throw new Error(`${url}: ${runtimeError.message}`);
      const score = (name: keyof typeof CATEGORIES): number =>
        Math.round((categories[CATEGORIES[name]]?.score ?? 0) * 100);
      const figure = (name: string): number => audits[name]?.numericValue ?? Number.NaN;
      return {
        performance: score("performance"),
        accessibility: score("accessibility"),
        bestPractices: score("bestPractices"),
        seo: score("seo"),
        lcp: figure("largest-contentful-paint"),
        cls: figure("cumulative-layout-shift"),
        tbt: figure("total-blocking-time"),
        starved: starvedPart(result.artifacts.Trace.traceEvents),
        lost: Object.values(categories)
          .flatMap(({ auditRefs }) => auditRefs)
          .filter(({ weight }) => weight > 0)
          .map(({ id }) => ({ id, score: audits[id]?.score ?? 1 }))
          .filter((lost) => lost.score < 1)
          .map((lost) => `${lost.id} ${lost.score}`),
      };
    },
    close: () => browser.close(),
  };
}

const CATEGORIES = {
  performance: "performance",
  accessibility: "accessibility",
  bestPractices: "best-practices",
  seo: "seo",
} as const;

/** `tdur` is how long the thread had a processor, in µs, as `dur` is how long the event took. */
type TimedEvent = TraceEvent & { readonly tdur?: number };

/** As long as this on the machine is 50 ms on the phone that Lighthouse simulates: what counts as blocking; in µs. */
const LONG = 12_500;

/** Of the long tasks on the main threads of pages: a task that had a processor all along has its whole length in `tdur`. */
function starvedPart(events: readonly TimedEvent[]): number {
  const mains = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(threadOf),
  );
  const long = events.filter(
    ({ name, dur, ...event }) => name.endsWith("RunTask") && dur > LONG && mains.has(threadOf(event)),
  );
  const total = (of: (event: TimedEvent) => number): number => long.reduce((sum, event) => sum + of(event), 0);
  const length = total(({ dur }) => dur);
  return length === 0 ? 0 : 1 - total(({ dur, tdur = dur }) => tdur) / length;
}

const threadOf = ({ pid, tid }: Pick<TraceEvent, "pid" | "tid">): string => `${pid}:${tid}`;

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
