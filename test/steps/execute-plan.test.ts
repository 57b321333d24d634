import pLimit from "p-limit";
import { expect, test } from "vitest";
import { memoryBucket } from "../../action/src/io/memory.ts";
import { METADATA, PHASES, planDeploy, RETENTION } from "../../action/src/model/plan.ts";
import { closeSite, type SiteFile, siteFile } from "../../action/src/model/site.ts";
import { executePlan } from "../../action/src/steps/execute-plan.ts";

const CLOCK = { now: () => 0 };
const DRAWN = siteFile("assets/preview.1.png", "asset", "image/png", "<svg/>", "pencil 1");
const NOTE = {
  fingerprint: "f",
  commit: null,
  state: "live",
  url: "",
  host: null,
  hosts: [],
  pages: 0,
  products: 0,
  closed: {
    id: "acme",
    name: "Acme",
    language: "en",
    email: "hello@acme.example",
    colors: { background: "#ffffff", text: "#000000", accent: "#0000ff" },
  },
} as const;

test("what is to be drawn is drawn when it is stored, and only then", async () => {
  const [site, ledger] = [memoryBucket(), memoryBucket()];
  const drawings: string[] = [];
  const pictures = {
    draw: async (drawing: string) => {
      drawings.push(drawing);
      return Buffer.from(`pixels of ${drawing}`);
    },
  };
  const deploy = async (file: SiteFile): Promise<void> => {
    const target = { site: closeSite("acme", [file], { name: "default", version: "1" }), note: NOTE };
    const listing = await site.list({ prefix: "" });
    const plan = planDeploy({
      tenant: "acme",
      target,
      listing,
      record: undefined,
      now: 0,
      adopt: false,
      force: false,
      retention: RETENTION,
    });
    if (plan.kind !== "plan") throw new Error("nobody else is here");
    const operations = plan.operations.filter(({ store }) => store === "site");
    await executePlan(operations, {
      tenant: "acme",
      release: target.site.release,
      phases: PHASES,
      stores: { site, ledger },
      limit: pLimit(1),
      clock: CLOCK,
      log: () => {},
      pictures,
      done: () => {},
    });
  };
  await deploy(DRAWN);
  const stored = site.contents().get(DRAWN.path);
  expect(Buffer.from(stored?.body ?? []).toString()).toBe("pixels of <svg/>");
  expect(stored?.object).toMatchObject({ contentType: "image/png", metadata: { [METADATA.identity]: DRAWN.identity } });
  await deploy(DRAWN);
  expect(drawings).toEqual(["<svg/>"]);
  await deploy(siteFile(DRAWN.path, "asset", "image/png", "<svg/>", "pencil 2"));
  expect(drawings).toEqual(["<svg/>", "<svg/>"]);
});
