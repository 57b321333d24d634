/** Runs one of our workflows with `act`, on this machine, for an event that GitHub would send. */
import { spawn } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { load } from "js-yaml";
import { keepDeployment } from "../fakes/github/deployments.ts";
import type { FakeGitHub } from "../fakes/github/server.ts";
import type { Permission } from "../fakes/github/state.ts";
import type { Repository } from "./repository.ts";

const project = join(import.meta.dirname, "../..");

/** What runs in place of an outside action, each with the reason. */
export const STAND_INS: readonly { readonly action: string; readonly folder: string; readonly because: string }[] = [
  {
    action: "actions/checkout",
    folder: "checkout",
    because: "fetches from a bare repository on disk instead of github.com",
  },
  {
    action: "actions/upload-artifact",
    folder: "upload-artifact",
    because: "keeps the files in a folder, there is no artifact service",
  },
  {
    action: "actions/download-artifact",
    folder: "download-artifact",
    because: "takes the files from that folder",
  },
  {
    action: "google-github-actions/auth",
    folder: "auth",
    because: "checks its inputs and gives a fixed token, there is no identity provider",
  },
  {
    action: "actions/create-github-app-token",
    folder: "create-github-app-token",
    because: "checks whose key it is given and gives a fixed token, with the permissions asked for, there is no App",
  },
];

export interface Event {
  readonly name:
    | "pull_request"
    | "pull_request_target"
    | "push"
    | "schedule"
    | "merge_group"
    | "repository_dispatch"
    | "workflow_dispatch";
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A workflow command as it was understood: `error` with `file`, `line`, `col` and a message. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

interface StepResult {
  readonly result: string;
  /** Of the step's process; 0 where it succeeded. */
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** What it wrote to its summary. */
  readonly summary: string;
  /** Lines that it printed, commands apart. */
  readonly lines: readonly string[];
  readonly commands: readonly Command[];
}

export interface Run {
  /** 0 when every job succeeded. */
  readonly exitCode: number;
  /** The steps that ran, by name. */
  readonly steps: ReadonlyMap<string, StepResult>;
  /** Texts of the kept files by `artifact/file`. */
  readonly artifacts: ReadonlyMap<string, string>;
}

export interface Job {
  readonly repository: Repository;
  /** The commit that the run is for. */
  readonly commit: string;
  readonly workflow: "plan.yml" | "deploy.yml" | "sweep.yml" | "intake.yml" | "drain.yml";
  readonly event: Event;
  /** Of the repository or the environment: `DESTINATION`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Where the steps find GitHub's API; each job that asks for its token gets one of its own, with its permissions.
   * Without, only the first job runs, which speaks to nobody.
   */
  readonly github?: FakeGitHub;
  /** Instead of what each job's `permissions` say, as for a fork: no token may write. */
  readonly isReadOnly?: boolean;
  /** Added to what the steps see of the machine. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Changes the workflow before it runs, to see that a broken one is noticed. */
  readonly edit?: (workflow: string) => string;
}

/** Rejects when `act` is missing, or could not start a single step. */
export async function runWorkflow(job: Job): Promise<Run> {
  const act = findAct();
  const scratch = mkdtempSync(join(tmpdir(), "act-"));
  try {
    const artifacts = join(scratch, "artifacts");
    mkdirSync(artifacts);
    job.repository.checkOut(job.commit);
    const committed = readFileSync(join(job.repository.folder, ".github/workflows", job.workflow), "utf8");
    const text = job.edit === undefined ? committed : job.edit(committed);
    const workflow = join(scratch, job.workflow);
    writeFileSync(workflow, withTokens(withoutSelfReferences(text, job.commit), job));
    const event = join(scratch, "event.json");
    writeFileSync(event, JSON.stringify({ repository: { default_branch: "main" }, ...job.event.payload }));
    const settings =
      "--actor merchant --defaultbranch main --platform ubuntu-24.04=-self-hosted --no-cache-server --no-skip-checkout --json";
    const options = [
      job.event.name,
      "--workflows",
      workflow,
      "--eventpath",
      event,
      ...settings.split(" "),
      ...standInArguments(text, job),
      ...(job.github === undefined
        ? ["--job", job.workflow.replace(".yml", "")]
        : ["--env", `GITHUB_API_URL=${job.github.url}`]),
      ...Object.entries(job.variables ?? {}).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
      ...Object.entries(job.secrets ?? {}).flatMap(([name, value]) => ["--secret", `${name}=${value}`]),
    ];
    const recorded = await record(act, options, job.repository.folder, {
      // `act` reads its settings and keeps its cache here, so that runs cannot see each other's.
      HOME: scratch,
      PATH: [join(project, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
      STAND_IN_ORIGIN: job.repository.origin,
      STAND_IN_ARTIFACTS: artifacts,
      ...job.environment,
    });
    keepDeployments(text, job, recorded);
    return { ...recorded, artifacts: readKept(artifacts) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** One line of what `act --json` prints. */
interface Entry {
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: string;
  readonly stepResult?: string;
  readonly msg?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly kvPairs?: Readonly<Record<string, string>>;
  readonly arg?: string;
  readonly name?: string;
  readonly content?: string;
}

async function record(
  act: string,
  options: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Omit<Run, "artifacts">> {
  const child = spawn(act, options, { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const entries: Entry[] = [];
  const complaints: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("{")) entries.push(JSON.parse(line) as Entry);
    else if (line !== "") complaints.push(line);
  });
  createInterface({ input: child.stderr }).on("line", (line) => complaints.push(line));
  const exitCode = await new Promise<number>((resolve, reject) =>
    child.once("error", reject).once("close", (code) => resolve(code ?? -1)),
  );
  const steps = new Map(
    [...new Set(entries.filter(isMain).map(({ step = "" }) => step))].map((name) => [
      name,
      resultOf(entries.filter((entry) => isMain(entry) && entry.step === name)),
    ]),
  );
  if (steps.size === 0 && exitCode !== 0) throw new Error(`act ran nothing:\n${complaints.join("\n")}`);
  return { exitCode, steps };
}

function isMain({ stage, stepID }: Entry): boolean {
  return stage === "Main" && stepID !== undefined;
}

function resultOf(entries: readonly Entry[]): StepResult {
  const own = entries.filter(({ stepID }) => stepID?.length === 1);
  const status = entries.map(({ msg = "" }) => /^exit status (\d+)$/.exec(msg)?.[1]).find((code) => code !== undefined);
  return {
    result: own.find(({ stepResult }) => stepResult !== undefined)?.stepResult ?? "none",
    exitCode: Number(status ?? 0),
    outputs: Object.fromEntries(
      own.filter(({ command }) => command === "set-output").map(({ name = "", arg = "" }) => [name, arg]),
    ),
    summary: entries.map(({ command, content = "" }) => (command === "summary" ? content : "")).join(""),
    lines: entries.filter(({ raw_output }) => raw_output === true).map(({ msg = "" }) => msg.replace(/\n$/, "")),
    commands: entries
      .filter(({ command }) => command !== undefined && command !== "set-output" && command !== "summary")
      .map(({ command = "", kvPairs = {}, arg = "" }) => ({ name: command, properties: kvPairs, message: arg })),
  };
}

/** On `PATH`, or where `.ci/run` puts it. */
export function findAct(): string {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), join(cache, "store-provisioning/bin")];
  for (const folder of folders) {
    const file = join(folder, "act");
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue;
    }
  }
  throw new Error("`act` is not installed: run .ci/run once, or `go install github.com/nektos/act@v0.2.87`");
}

/** `$/action` is newer than `act`: name the same folder at the same commit in the old way. */
function withoutSelfReferences(text: string, commit: string): string {
  return text.replaceAll(/uses: \$\/(\S+)/g, `uses: example/stores/$1@${commit}`);
}

/** `act` has one token for all jobs; here each job has its own, which the fake knows with the permissions of the job, as it does the App's. */
function withTokens(text: string, { github, isReadOnly = false }: Job): string {
  const { jobs } = load(text) as { readonly jobs: Readonly<Record<string, { readonly permissions?: Granted }>> };
  const granted = [...text.matchAll(/^ +permission-([\w-]+): (read|write)\b/gm)].map(([, name, level]) => [
    name,
    level,
  ]);
  github?.state.tokens.set("token-of-the-app", {
    login: "stores[bot]",
    permissions: Object.fromEntries(granted) as Granted,
  });
  let id = "";
  return text
    .split("\n")
    .map((line) => {
      id = /^ {2}([\w-]+):$/.exec(line)?.[1] ?? id;
      const token = `token-of-the-job-${id}`;
      if (!line.includes("${{ github.token }}")) return line;
      github?.state.tokens.set(token, {
        login: "github-actions[bot]",
        permissions: isReadOnly ? { contents: "read" } : (jobs[id]?.permissions ?? {}),
      });
      return line.replace("${{ github.token }}", token);
    })
    .join("\n");
}

/** GitHub keeps a deployment for each job whose environment has an address; `act` does not. */
function keepDeployments(text: string, { github, commit }: Job, { steps }: Pick<Run, "steps">): void {
  const { jobs } = load(text) as { readonly jobs: Readonly<Record<string, DeployingJob>> };
  for (const { environment, steps: own } of Object.values(jobs)) {
    if (typeof environment !== "object" || github === undefined) continue;
    const [, id, output = ""] = /^\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}$/.exec(environment.url) ?? [];
    const step = steps.get(own.find((one) => one.id === id)?.name ?? "");
    if (step?.result === "success") keepDeployment(github.state, environment.name, commit, step.outputs[output] ?? "");
  }
}

interface DeployingJob {
  readonly environment?: string | { readonly name: string; readonly url: string };
  readonly steps: readonly { readonly id?: string; readonly name?: string }[];
}

type Granted = Readonly<Partial<Record<Permission, "read" | "write">>>;

/** Fails for an action without a stand-in: it would be fetched from the network. */
function standInArguments(text: string, job: Job): readonly string[] {
  const outside = [...text.matchAll(/uses: ([^$.\s][^@\s]*)@(\S+)/g)].map(([, action = "", ref = ""]) => {
    const standIn = STAND_INS.find((candidate) => candidate.action === action);
    if (standIn === undefined) throw new Error(`no stand-in for ${action}`);
    return `${action}@${ref}=${join(import.meta.dirname, "stand-ins", standIn.folder)}`;
  });
  return [...outside, `example/stores@${job.commit}=${job.repository.folder}`].flatMap((replaced) => [
    "--local-repository",
    replaced,
  ]);
}

function readKept(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), readFileSync(path, "utf8")];
    }),
  );
}

/** The same workflow with jobs that do nothing and are green. */
export function emptied(workflow: string): string {
  return workflow.replaceAll(/^ {4}steps:\n(?:(?: {6}.*)?\n)*/gm, "    steps:\n      - run: true\n");
}
