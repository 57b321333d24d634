/** `npm run bench`: what the pipeline costs, as ratios against a limit program that ran beside it on the same machine. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { timeComment } from "./comment.ts";
import { dumpBucket, listBucket } from "./dump.ts";
import { commitAll, gitIn, openFleetRepository } from "./fleet-repository.ts";
import { tenantId, writeFleet } from "./fleet.ts";
import { compare, type Cost, measure } from "./measure.ts";
import { shareOut, type Step } from "./profile.ts";
import { costRequests } from "./requests.ts";

const ROOT = join(import.meta.dirname, "../..");
const PROGRAMS = [
  "render-ours",
  "render-limit",
  "validate-ours",
  "validate-limit",
  "deploy-ours",
  "deploy-stored",
  "upload-limit",
  "upload-library",
  "compress",
  "prepare",
  "account",
] as const;
type Program = (typeof PROGRAMS)[number];

/** One line of the table: the bar is the issue's, `figure` is what was measured. */
interface Row {
  readonly what: string;
  readonly figure: string;
  readonly bar: string;
  readonly isMet: boolean | null;
}

const SECTIONS: Readonly<Record<string, (place: Place) => Promise<readonly Row[]>>> = {
  render: benchRender,
  validate: benchValidate,
  deploy: benchDeploy,
  plan: benchPlan,
  fleet: benchFleetPlan,
  comment: benchComment,
  requests: benchRequests,
};

/** As the workflows start the action; programs that stand for the action and their limits get it alike. */
const NODE_FLAGS = ["--max-semi-space-size=16"];

/** A scratch folder with the programs in it, bundled as the action is: Node's type stripping would be measured, too. */
interface Place {
  readonly folder: string;
  readonly program: (name: Program, ...args: readonly string[]) => readonly string[];
}

async function benchAll(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "store-bench-"));
  try {
    await bundlePrograms(folder);
    const place: Place = {
      folder,
      program: (name, ...args) => [...NODE_FLAGS, join(folder, "programs", `${name}.mjs`), ...args],
    };
    for (const name of names) print(name, (await SECTIONS[name]?.(place)) ?? []);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundlePrograms(folder: string): Promise<void> {
  const input = Object.fromEntries(PROGRAMS.map((name) => [name, join(import.meta.dirname, "programs", `${name}.ts`)]));
  const bundle = await rolldown({ input, platform: "node", logLevel: "silent" });
  await bundle.write({ dir: join(folder, "programs"), format: "esm", entryFileNames: "[name].mjs", minify: true });
  await bundle.close();
  await cp(join(ROOT, "templates"), join(folder, "programs/templates"), { recursive: true });
}

async function benchRender({ program }: Place): Promise<Row[]> {
  const [ours, limit] = [
    await measure(program("render-ours", "50", "--digest")),
    await measure(program("render-limit", "50", "--digest")),
  ];
  assertEqual("rendered sites", ours.output["digest"], limit.output["digest"]);
  const {
    ours: cost,
    limit: bare,
    cpuRatio,
  } = await compare(program("render-ours", "1000"), program("render-limit", "1000"), 5);
  const large = await measure(program("render-ours", "4000"));
  const pages = Number(cost.output["pages"]);
  return [
    row(
      "1,000 tenants against hand-written literals",
      `${ratio(cpuRatio)} (${cpu(cost)} / ${cpu(bare)})`,
      "≤ 1.2×",
      cpuRatio <= 1.2,
    ),
    row("pages per second and core", Math.round(pages / (cost.cpuMs / 1000)).toLocaleString("en"), "", null),
    row("peak memory, 1,000 tenants", mib(cost), "≤ 150 MiB", cost.peakMiB <= 150),
    row("peak memory, 4,000 tenants", mib(large), "the same", large.peakMiB <= cost.peakMiB * 1.15),
  ];
}

async function benchValidate({ folder, program }: Place): Promise<Row[]> {
  const fleet = join(folder, "validate");
  await writeFleet(fleet, { tenants: 10_000, products: 0 });
  const { ours, limit, cpuRatio } = await compare(program("validate-ours", fleet), program("validate-limit", fleet), 5);
  assertEqual("valid tenants", ours.output["valid"], limit.output["valid"]);
  return [
    row(
      "10,000 tenant files against js-yaml and bare ajv",
      `${ratio(cpuRatio)} (${cpu(ours)} / ${cpu(limit)})`,
      "≤ 1.3×",
      cpuRatio <= 1.3,
    ),
    row("peak memory", mib(ours), "", null),
  ];
}

async function benchDeploy({ folder, program }: Place): Promise<Row[]> {
  const fleet = join(folder, "deploy");
  await writeFleet(fleet, { tenants: 1000, products: 6 });
  await cp(join(ROOT, "templates"), join(fleet, "templates"), { recursive: true });
  await using fake = await startFake(["stores", "ledger", "stored", "stored-ledger", "limit", "library"]);
  const deployed = (commit: number): Promise<Cost> => measure(program("deploy-ours", fleet, fake.url, String(commit)));

  const full = await deployed(1);
  const dump = join(folder, "dump");
  const objects = await dumpBucket(fake.url, "stores", dump);
  // The machine's speed changes from one minute to the next: each is compared with a limit that ran just before it.
  const limit = await measure(program("upload-limit", dump, fake.url, "limit"));
  const stored = await measure(program("deploy-stored", dump, fake.url));
  const listed = await listBucket(fake.url, "stores");
  assertEqual("stored objects", JSON.stringify(listed), JSON.stringify(await listBucket(fake.url, "limit")));
  assertEqual("stored bytes", bytesOf(listed), bytesOf(await listBucket(fake.url, "stored")));
  const packingMs = Number((await measure(program("compress", dump))).output["packingMs"]);
  const preparing = await measure(program("prepare", fleet));
  const library = await measure(program("upload-library", dump, fake.url, "library", "2900"));
  const same = await deployed(1);
  const newer = await deployed(2);
  await appendFile(join(fleet, "tenants", tenantId(7), "about.md"), "\nOne more sentence.\n");
  const changed = await deployed(3);
  const deploying = stored.cpuMs / limit.cpuMs;
  const withoutPacking = (full.cpuMs - packingMs) / limit.cpuMs;
  return [
    row(
      "full deploy, packing apart, against bare uploads of what was rendered",
      `${ratio(withoutPacking)} (${cpu(full)}, packing ${seconds(packingMs)} / ${cpu(limit)})`,
      "≤ 1.5×",
      withoutPacking <= 1.5,
    ),
    row(
      `  like with like: ${objects.length.toLocaleString("en")} rendered, packed objects deployed`,
      `${ratio(deploying)} (${cpu(stored)} / ${cpu(limit)})`,
      "≤ 1.5×",
      deploying <= 1.5,
    ),
    row(
      "  measured alone: reading, checking, rendering · packing",
      `${cpu(preparing)} · ${seconds(packingMs)}`,
      "",
      null,
    ),
    row("  the client library, a tenth of the uploads, times ten", ratio((10 * library.cpuMs) / limit.cpuMs), "", null),
    row("  peak memory", mib(full), "≤ 250 MiB", full.peakMiB <= 250),
    row(
      "  cores in use, on average; by bare uploads",
      `${cores(full)} in ${seconds(full.wallMs)}; ${cores(limit)} in ${seconds(limit.wallMs)}`,
      "",
      null,
    ),
    row(
      "1,000 unchanged tenants, same commit",
      requestsOf(same),
      "≤ 2 requests, 0 written",
      countRequests(same) <= 2 && same.output["written"] === 0,
    ),
    row(
      "1,000 unchanged tenants, new commit",
      requestsOf(newer),
      "1 write more",
      countRequests(newer) <= 3 && newer.output["written"] === 0,
    ),
    row("1 changed page among 1,000 tenants", requestsOf(changed), "≤ 12 requests", countRequests(changed) <= 12),
    row("  reads: fleet head twice, record · lists: ledger, site", "", "", null),
    row("  writes: fleet head, intent, page, beacon, record · delete: intent", "", "", null),
  ];
}

async function benchPlan({ folder }: Place): Promise<Row[]> {
  const fleet = await openFleetRepository(join(folder, "plan"), { tenants: 1000, products: 18 });
  await appendFile(join(fleet, "tenants", tenantId(7), "about.md"), "\nOne more sentence.\n");
  commitAll(fleet, "After");
  gitIn(fleet, "gc");
  const environment = {
    INPUT_COMMAND: "plan",
    INPUT_REPORT: join(folder, "report.json"),
    PATH: process.env["PATH"] ?? "",
  };
  const walls: number[] = [];
  let inside = 0;
  for (let run = 0; run < 5; run += 1) {
    const start = performance.now();
    const text = execFileSync(process.execPath, [join(ROOT, "action/dist/index.mjs")], {
      cwd: fleet,
      env: environment,
      encoding: "utf8",
    });
    walls.push(performance.now() - start);
    inside = Number(/in ([0-9.]+) s/.exec(text)?.[1] ?? Number.NaN) * 1000;
  }
  const wall = walls.toSorted((a, b) => a - b)[2] ?? Number.NaN;
  const entry = join(ROOT, "action/src/main.ts");
  const shares = await shareOut(PLAN_STEPS, { entry, scratch: folder, cwd: fleet, env: environment });
  return [
    row("plan of 1 changed tenant of 1,000, whole process", seconds(wall), "≤ 0.6 s", wall <= 600),
    row("  of it: reading git, checking, rendering twice, comparing", seconds(inside), "", null),
    row("  start-up, outputs, summary", seconds(wall - inside), "", null),
    ...shares.map(([step, share]) => row(`    ${step}`, `${(100 * share).toFixed(1)} %`, "", null)),
  ];
}

/** Plans of pull requests to a large fleet, the action as it runs. */
async function benchFleetPlan({ folder, program }: Place): Promise<Row[]> {
  const large = await openFleetRepository(join(folder, "fleet"), { tenants: 10_000, products: 6 });
  await appendFile(join(large, "tenants", tenantId(7), "about.md"), "\nOne more sentence.\n");
  const single = await planLast(large, folder);
  const fleet = await openFleetRepository(join(folder, "templates"), { tenants: 1000, products: 18 });
  const rendering = await measure(program("prepare", fleet));
  await appendFile(join(fleet, "templates/default/partials/footer.ejs"), "<p>One more sentence.</p>\n");
  const all = await planLast(fleet, folder);
  const times = all.cpuMs / rendering.cpuMs;
  return [
    row(
      "plan of 1 changed tenant of 10,000, whole process",
      `${seconds(single.wallMs)} (${seconds(single.cpuMs)} of computing)`,
      "≤ 3 s",
      single.wallMs <= 3000,
    ),
    row("  peak memory", `${Math.round(single.peakMiB)} MiB`, "≤ 400 MiB", single.peakMiB <= 400),
    row(
      "plan of a changed template over 1,000 tenants, against reading, checking and rendering them once",
      `${ratio(times)} (${seconds(all.cpuMs)} / ${cpu(rendering)})`,
      "≤ 2.5×",
      times <= 2.5,
    ),
    row("  peak memory", `${Math.round(all.peakMiB)} MiB`, "", null),
    row("  wall time", seconds(all.wallMs), "", null),
  ];
}

async function benchComment({ folder }: Place): Promise<Row[]> {
  const { planMs, commentMs, pictures } = await timeComment(folder);
  const whole = planMs + commentMs;
  return [
    row(
      `comment and ${pictures} pictures for 1 changed tenant, whole processes`,
      `${seconds(whole)} (plan ${seconds(planMs)}, comment ${seconds(commentMs)})`,
      "≤ 15 s",
      pictures > 0 && whole <= 15_000,
    ),
  ];
}

/** What Tenant Management waits for: the action as it runs, GitHub and the ledger 20 ms away. */
async function benchRequests({ folder }: Place): Promise<Row[]> {
  const { intake, drain, burst } = await costRequests(folder);
  return [
    row(
      "intake of 1 request, whole process",
      `${seconds(intake.wallMs)}, ${intake.ledger + intake.github} requests`,
      "≤ 0.5 s, ≤ 3 requests",
      intake.wallMs <= 500 && intake.ledger + intake.github <= 3,
    ),
    row(
      "drain of 1 request to its pull request, whole process",
      `${seconds(drain.wallMs)}, ${drain.github} requests to GitHub`,
      "≤ 1 s, ≤ 10 requests",
      drain.wallMs <= 1000 && drain.github <= 10,
    ),
    row("  requests to the ledger", String(drain.ledger), "", null),
    row(
      `burst of ${burst.requests} requests, from ${burst.events} events to pull requests`,
      `${burst.github} requests to GitHub`,
      "≤ 40 requests",
      burst.github <= 40,
    ),
    row("  the drain alone; requests to the ledger", `${seconds(burst.wallMs)}; ${burst.ledger}`, "", null),
  ];
}

/** Plans what was changed since the last commit. */
async function planLast(fleet: string, folder: string): Promise<Pick<Cost, "cpuMs" | "peakMiB" | "wallMs">> {
  commitAll(fleet, "After");
  gitIn(fleet, "gc");
  const account = join(folder, "account.json");
  const environment = {
    INPUT_COMMAND: "plan",
    INPUT_REPORT: join(folder, "report.json"),
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    BENCH_ACCOUNT: account,
    PATH: process.env["PATH"] ?? "",
  };
  await writeFile(environment.GITHUB_STEP_SUMMARY, "");
  const words = ["--import", join(folder, "programs/account.mjs"), join(ROOT, "action/dist/index.mjs")];
  const start = performance.now();
  const { status } = spawnSync(process.execPath, words, { cwd: fleet, env: environment, stdio: "ignore" });
  const wallMs = performance.now() - start;
  if (status !== 0) throw new Error(`the plan ended with ${status}`);
  return { ...(JSON.parse(await readFile(account, "utf8")) as Pick<Cost, "cpuMs" | "peakMiB">), wallMs };
}

/** A plan's steps, by the sources whose work they are; their shares are those of a run under the profiler. */
const PLAN_STEPS: readonly Step[] = [
  ["asking git", /\/io\/git/],
  ["finding tenants and what touches them", /\/model\/(?:source|touched|slug)\.ts$|\/steps\/read-change\.ts$/],
  ["reading tenant files", /\/model\/(?:tenant|yaml|schema-problem|fleet|text-safety)|\/generated\//],
  ["checking templates", /\/model\/template-(?:assets|calls|locals|settings|source|words)\.ts$/],
  ["compiling templates", /\/model\/template\.ts$/],
  ["reading catalogs, pages, pictures", /\/model\/(?:catalog|markdown|picture|reference|price)/],
  ["deriving looks", /\/model\/(?:theme|color)\.ts$/],
  ["drawing", /\/model\/(?:drawing|illustration|preview)/],
  ["rendering, both sides", /\/model\/(?:render|structured|search|feed|news|site|message|page-weight)/],
  ["comparing", /\/model\/(?:comparison|report|guard)/],
  ["summary, report, outputs", /\/view\/|\/io\/terminal\.ts$/],
];

interface Fake extends AsyncDisposable {
  readonly url: string;
}

/** Cloud Storage's fake as a process of its own, 20 ms away. */
async function startFake(buckets: readonly string[]): Promise<Fake> {
  const words = buckets.flatMap((name) => ["--bucket", name]);
  const child = spawn(process.execPath, [join(ROOT, "test/fakes/gcs/main.ts"), "--latency", "20", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.on("error", reject).on("exit", (code) => reject(new Error(`the fake ended with ${code}`)));
    child.stdout.setEncoding("utf8").once("data", resolve);
  });
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.removeAllListeners("exit");
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

function assertEqual(what: string, ours: unknown, limit: unknown): void {
  if (ours === undefined || ours !== limit) throw new Error(`${what} differ between ours and the limit`);
}

/** Names and checksums: a site that was packed before does not say that it is. */
function bytesOf(objects: Awaited<ReturnType<typeof listBucket>>): string {
  return JSON.stringify(objects.map(({ name, crc32c }) => [name, crc32c]));
}

function countRequests({ output }: Cost): number {
  const { list, read, write, delete: removed } = output["requests"] as Record<string, number>;
  return (list ?? 0) + (read ?? 0) + (write ?? 0) + (removed ?? 0);
}

function requestsOf(cost: Cost): string {
  const { list, read, write, delete: removed } = cost.output["requests"] as Record<string, number>;
  return `${countRequests(cost)} requests (${list} list, ${read} read, ${write} write, ${removed} delete)`;
}

const row = (what: string, figure: string, bar: string, isMet: boolean | null): Row => ({ what, figure, bar, isMet });
const ratio = (value: number): string => `${value.toFixed(2)}×`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const cpu = (cost: Cost): string => seconds(cost.cpuMs);
const cores = (cost: Cost): string => (cost.cpuMs / cost.wallMs).toFixed(2);
const mib = (cost: Cost): string => `${Math.round(cost.peakMiB)} MiB`;

function print(name: string, rows: readonly Row[]): void {
  const lines = rows.map(({ what, figure, bar, isMet }) => {
    const verdict = isMet === null ? "" : isMet ? "met" : "NOT MET";
    return `  ${what.padEnd(62)} ${figure.padEnd(52)} ${bar.padEnd(24)} ${verdict}`.trimEnd();
  });
  process.stdout.write(`\n${name}\n${lines.join("\n")}\n`);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => SECTIONS[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no such section: ${unknown.join(", ")}; there are ${Object.keys(SECTIONS).join(", ")}\n`);
  process.exitCode = 64;
} else await benchAll(asked.length === 0 ? Object.keys(SECTIONS) : asked);
