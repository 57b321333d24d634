/** Provisions every example tenant as a deploy would, and serves the stores for as long as the tests run. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import type { TestProject } from "vitest/node";
import { parseIds } from "../../action/src/door.ts";
import { isListing } from "../../action/src/model/listing.ts";
import { diagnosticLines } from "../../action/src/view/text.ts";
import { deployFromHere } from "../../scripts/local-deploy.ts";
import { photographs } from "../../action/src/io/photographs.ts";
import { describeStores } from "../../scripts/server/describe-stores.ts";
import { CHROMIUM, FONT } from "./chromium.ts";
import { badPagesBucket } from "./bad-pages.ts";
import type { ExampleStore, StorePage } from "./stores.ts";
import { serveBuckets } from "./website-server.ts";

/** `EXAMPLES=id,id` for these alone, while one of them is being worked on. */
const chosen = process.env["EXAMPLES"];

/** As the engine writes a store's second palette. */
const DARK_COLORS = "@media (prefers-color-scheme:dark){:root{";

/** Called by vitest before the first test; what it gives is called after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  checkMachine();
  const folder = await mkdtemp(join(tmpdir(), "example-stores-"));
  const run = await deployFromHere({
    tenants: "tenants",
    templates: "templates",
    destination: `file:${folder}/{tenant}`,
    ledger: `file:${folder}.ledger`,
    commit: null,
    history: { isAncestor: () => Promise.resolve("unknown") },
    environment: {},
    ...(chosen && { only: parseIds(chosen) }),
    log: () => undefined,
    pictures: photographs(),
  });
  const close = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}.ledger`, { recursive: true, force: true });
  };
  const errors = run.report.diagnostics.filter(({ severity }) => severity === "error");
  const broken = run.report.tenants.filter(({ error }) => error !== undefined);
  if (errors.length > 0 || broken.length > 0) {
    await close();
    const failed = broken.map(({ id, error }) => `${id}: ${error?.message}`);
    throw new Error(["Not every example could be built:", ...failed, ...diagnosticLines(errors)].join("\n"));
  }

  const open = (await describeStores(run, [])).flatMap(({ id, bucket }) =>
    bucket === undefined ? [] : { id, bucket },
  );
  const server = await serveBuckets(
    new Map([...open.map(({ id, bucket }) => [id, bucket] as const), ["bad-pages", await badPagesBucket()]]),
  );
  const stores: ExampleStore[] = [];
  for (const { id } of open) stores.push(await describe(id, server.originOf(id), join(folder, id)));
  project.provide("stores", stores);
  project.provide("badPages", server.originOf("bad-pages"));
  return async () => {
    await server.close();
    await close();
  };
}

/** A test that cannot run must not pass, so what is missing is said before the first one. */
function checkMachine(): void {
  const missing = [CHROMIUM, FONT, "/usr/bin/java"].filter((file) => !existsSync(file));
  if (missing.length === 0) return;
  throw new Error(
    `The tests in a browser need ${missing.join(", ")}\n` +
      "apt-get install --no-install-recommends chromium fonts-dejavu-core default-jre-headless",
  );
}

async function describe(id: string, origin: string, folder: string): Promise<ExampleStore> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll(sep, "/")).toSorted();
  let bytes = 0;
  let hasDarkScheme = false;
  const heaviest = new Map<string, StorePage & { readonly size: number }>();
  for (const name of names) {
    const { size, isFile } = await stat(join(folder, name)).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    if (!isFile) continue;
    bytes += size;
    if (name.endsWith(".css")) hasDarkScheme = (await readFile(join(folder, name), "utf8")).includes(DARK_COLORS);
    if (!name.endsWith(".html") || isListing(name)) continue;
    const page = { kind: kindOf(name), url: `${origin}/${addressOf(name)}`, size };
    if (size > (heaviest.get(page.kind)?.size ?? 0)) heaviest.set(page.kind, page);
  }
  const pages = [...heaviest.values()].map(({ kind, url }) => ({ kind, url }));
  return { id, origin, folder, bytes, hasDarkScheme, pages };
}

function kindOf(name: string): string {
  if (name === "index.html") return "home";
  if (name === "404.html") return "not-found";
  return name.slice(0, name.indexOf("/"));
}

/** Where a visitor meets the page: that of a missing address at one that is missing, some folders deep. */
function addressOf(name: string): string {
  return name === "404.html" ? "no/such/page/" : name.replace(/(^|\/)index\.html$/, "$1");
}
