/**
 * What Lighthouse says of a page.
 *
 * It judges a page by how long its tasks took on this machine, which is a question of what else the machine did. So its
 * two halves run one after the other, and between them each task gets the length for which it had a processor: that is
 * the page's own. On a machine that does nothing else this changes nothing.
 */
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
      const folder = await mkdtemp(join(tmpdir(), "lighthouse-"));
      const flags = { port, logLevel: "error" as const, onlyCategories: Object.values(CATEGORIES) };
      const config = form === "desktop" ? desktopConfig : undefined;
      await lighthouse(url, { ...flags, gatherMode: folder }, config);
      const trace = join(folder, "trace.json");
      const { traceEvents } = JSON.parse(await readFile(trace, "utf8")) as { readonly traceEvents: TimedEvent[] };
      await writeFile(trace, JSON.stringify({ traceEvents: withoutWaiting(traceEvents) }));
      const result = await lighthouse(url, { ...flags, auditMode: folder }, config);
      await rm(folder, { recursive: true });
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

/** Each long task of a page's main thread with all in it at the pace that it would have had alone on a processor. */
function withoutWaiting(events: readonly TimedEvent[]): readonly TimedEvent[] {
  const mains = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(threadOf),
  );
  const long = events.filter(
    (event) => event.name.endsWith("RunTask") && event.dur > LONG && mains.has(threadOf(event)),
  );
  return events.map((event) => {
    const task = long.find(
      (one) => threadOf(one) === threadOf(event) && event.ts >= one.ts && event.ts < one.ts + one.dur,
    );
    if (task === undefined) return event;
    const pace = (task.tdur ?? task.dur) / task.dur;
    return { ...event, ts: task.ts + (event.ts - task.ts) * pace, dur: event.dur * pace };
  });
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
