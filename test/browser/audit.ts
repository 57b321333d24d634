/** What Lighthouse says of a page. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import lighthouse, { desktopConfig } from "lighthouse";
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

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
