/** The workflows and the action: valid for GitHub's own parser, and within the rules that keep them safe. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "./sources.ts";
import { parserErrors } from "./workflow-parser.ts";

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly name?: string;
  readonly environment?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean | string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, ".github/workflows");
const names = readdirSync(folder).toSorted();
const texts = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const action = load(readFileSync(join(root, "action/action.yml"), "utf8")) as {
  readonly inputs: Readonly<Record<string, { readonly description?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly description?: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
};

/** At the commit that runs, or, where a pull request's code must not run, at its base. */
const isOurs = (uses: string): boolean => uses === "$/action" || uses === "./base/action";

/** Each gives the breaches that it finds in a workflow. */
const rules: Readonly<Record<string, (workflow: Workflow, text: string) => readonly string[]>> = {
  "grants nothing at the top": ({ permissions }) =>
    permissions !== undefined && Object.keys(permissions).length === 0 ? [] : ["permissions must be {}"],

  "gives a reason for each grant": ({ jobs }, text) =>
    Object.values(jobs).flatMap(({ permissions }) =>
      permissions === undefined
        ? ["a job without permissions of its own"]
        : Object.entries(permissions).flatMap(([scope, level]) =>
            new RegExp(`^ +${scope}: ${level} # \\w+ .+$`, "m").test(text) ? [] : [`${scope}: ${level}`],
          ),
    ),

  "pins every outside action to a commit and names its version": (workflow, text) =>
    stepsOf(workflow).flatMap(({ uses }) =>
      uses === undefined ||
      isOurs(uses) ||
      (/@[0-9a-f]{40}$/.test(uses) && new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+$`, "m").test(text))
        ? []
        : [uses],
    ),

  "uses actions of GitHub and Google only": (workflow) =>
    stepsOf(workflow).flatMap(({ uses }) =>
      uses === undefined || isOurs(uses) || /^(?:actions\/|google-github-actions\/auth@)/.test(uses) ? [] : [uses],
    ),

  "leaves no credentials behind": (workflow) =>
    stepsOf(workflow).flatMap(({ uses = "", with: given = {} }) => {
      if (uses.startsWith("actions/checkout@") && given["persist-credentials"] !== false)
        return ["checkout keeps the token"];
      if (uses.startsWith("google-github-actions/auth@"))
        return given["create_credentials_file"] === false && given["export_environment_variables"] === false
          ? []
          : ["auth writes a file"];
      return [];
    }),

  "runs no expression in a shell": (workflow) =>
    stepsOf(workflow).flatMap(({ run }) => (run?.includes("${{") === true ? [run] : [])),

  // Such an event may start what reads nothing of a pull request: no checkout, no shell, no field of the event.
  "never runs a fork's code with the repository's rights": (workflow) =>
    stepsOf(workflow).every(({ uses, run }) => run === undefined && uses?.startsWith("actions/checkout@") === false) &&
    !JSON.stringify(workflow.jobs).includes("github.event")
      ? []
      : Object.keys(workflow.on).filter((event) =>
          ["pull_request_target", "workflow_run", "issue_comment"].includes(event),
        ),

  "is not filtered by paths": ({ on }) =>
    Object.entries(on).flatMap(([event, filter]) =>
      filter !== null && Object.keys(filter).some((key) => key.startsWith("paths")) ? [event] : [],
    ),

  "has an end, and a name for each job": ({ jobs }) =>
    Object.entries(jobs).flatMap(([id, job]) =>
      job.name !== undefined && (job["timeout-minutes"] ?? 361) <= 60 ? [] : [id],
    ),

  "does something in each job": ({ jobs }) =>
    Object.keys(jobs).length === 0
      ? ["no job"]
      : Object.entries(jobs).flatMap(([id, { steps }]) => (steps.length > 1 ? [] : [id])),

  "gives an identity only to a job in an environment": ({ jobs }) =>
    Object.entries(jobs).flatMap(([id, job]) =>
      job.permissions?.["id-token"] !== undefined && job.environment === undefined ? [id] : [],
    ),

  "says how runs wait for each other": ({ concurrency }) => (concurrency === undefined ? ["no concurrency"] : []),

  "gives the action only inputs that it has, and those that it must have": (workflow) =>
    stepsOf(workflow)
      .filter(({ uses }) => uses !== undefined && isOurs(uses))
      .flatMap(({ with: given = {} }) => [
        ...Object.keys(given).filter((name) => !(name in action.inputs)),
        ...Object.entries(action.inputs).flatMap(([name, { required }]) =>
          required === true && !(name in given) ? [name] : [],
        ),
      ]),
};

describe.each(names)("%s", (name) => {
  const text = texts[name] ?? "";

  test("is valid for GitHub's parser", async () => {
    expect(await parserErrors(text)).toEqual([]);
  });

  test.each(Object.entries(rules))("%s", (_, rule) => {
    expect(rule(load(text) as Workflow, text)).toEqual([]);
  });
});

describe("plan.yml", () => {
  const plan = load(texts["plan.yml"] ?? "") as Workflow;

  test("answers for pull requests and the merge queue", () => {
    expect(Object.keys(plan.on).toSorted()).toEqual(["merge_group", "pull_request"]);
  });

  test("runs the pull request's code in a job that may read, and nothing else", () => {
    expect(plan.jobs["plan"]?.permissions).toEqual({ contents: "read" });
    expect(plan.jobs["plan"]?.needs).toBeUndefined();
    expect(JSON.stringify(plan.jobs["plan"])).not.toContain("token");
    expect(texts["plan.yml"]).not.toContain("secrets.");
  });

  const others = Object.entries(plan.jobs).filter(([id]) => id !== "plan");

  test("writes comments in another job, and nothing else there", () => {
    expect(plan.jobs["comment"]?.permissions).toEqual({ contents: "read", "pull-requests": "write" });
    expect(plan.jobs["comment"]?.environment).toBeUndefined();
    expect(JSON.stringify(plan.jobs["comment"])).not.toContain("access-token");
    expect(others.filter(([, job]) => job.permissions?.["contents"] === "write")).toEqual([]);
  });

  test("ends the older run of a pull request when it is pushed to again", () => {
    expect(plan.concurrency).toEqual({ group: "plan-${{ github.ref }}", "cancel-in-progress": true });
  });

  test("publishes previews in another job, which neither writes code nor speaks to people", () => {
    expect(plan.jobs["preview"]).toMatchObject({
      environment: { name: "preview", url: "${{ steps.preview.outputs.preview-page }}" },
      needs: "plan",
    });
    expect(plan.jobs["preview"]?.permissions).toEqual({
      contents: "read",
      "id-token": "write",
    });
    expect(Object.keys(plan.jobs)).toEqual(["plan", "preview", "comment"]);
  });

  test.each(others)("runs only the base's code in the job %s, which may write", (_id, { steps, if: condition }) => {
    expect(steps.filter(({ run }) => run !== undefined)).toEqual([]);
    expect(steps.filter(({ uses }) => uses?.startsWith("$/"))).toEqual([]);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")).map((step) => step.with);
    expect(checkouts).toHaveLength(1);
    expect(checkouts[0]).toMatchObject({ path: "base", ref: expect.stringMatching(BASE_ONLY) as string });
    // Whatever the artifact holds lies beside the base, never in it.
    const fetched = steps.filter(({ uses }) => uses?.startsWith("actions/download-artifact@"));
    expect(fetched.map((step) => step.with?.["path"])).toEqual(["plan"]);
    expect(condition).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });
});

/** An expression that can only give the base's commit. */
const BASE_ONLY = /^\$\{\{ github\.event\.pull_request\.base\.sha(?: \|\| github\.event\.merge_group\.base_sha)? \}\}$/;

describe.each(["deploy.yml", "drain.yml"])("%s by hand", (name) => {
  const workflow = load(texts[name] ?? "") as Workflow;
  const asked = (workflow.on["workflow_dispatch"] as { readonly inputs: Readonly<Record<string, object>> }).inputs;

  test("asks for a reason, for stores, and whether only to show", () => {
    expect(asked).toMatchObject({
      reason: { required: true },
      only: { default: "" },
      "dry-run": { type: "boolean", default: false },
    });
  });

  test("hands on what was typed to the action, and to nothing else", () => {
    const uses = stepsOf(workflow).filter((step) => JSON.stringify(step).includes("inputs.reason"));
    expect(uses.map((step) => step.with?.["reason"])).toEqual(["${{ inputs.reason }}"]);
    expect(texts[name]?.match(/inputs\.(?:reason|only) \}\}/g)).toHaveLength(2);
  });

  test("takes the place of no run that does all", () => {
    expect(workflow.concurrency?.group).toMatch(
      /^\$\{\{ .*inputs\.dry-run.* && format\('\w+-\{0\}', github\.run_id\) \|\| '\w+' \}\}$/,
    );
  });
});

describe("deploy.yml", () => {
  const deploy = load(texts["deploy.yml"] ?? "") as Workflow;

  test("runs on push to main, by the hour and by hand", () => {
    expect(Object.keys(deploy.on).toSorted()).toEqual(["push", "schedule", "workflow_dispatch"]);
    expect(deploy.on["push"]).toEqual({ branches: ["main"] });
  });

  test("is never cancelled while it runs", () => {
    expect(deploy.concurrency?.["cancel-in-progress"]).toBe(false);
    expect(deploy.concurrency?.group).toContain("|| 'deploy'");
  });

  test("says nothing to anybody after a dry run", () => {
    expect(deploy.jobs["tell"]?.if).toContain("!inputs.dry-run");
  });

  test("deploys in the environment production, with the whole history, by no stored key", () => {
    expect(deploy.jobs["deploy"]).toMatchObject({
      environment: "production",
      permissions: { contents: "read", "id-token": "write" },
    });
    expect(stepsOf(deploy).find(({ uses }) => uses?.startsWith("actions/checkout@"))?.with?.["fetch-depth"]).toBe(0);
    expect(texts["deploy.yml"]).not.toContain("secrets.");
  });

  test("tells what became of it in a job without a cloud, also after a failure", () => {
    const { tell } = deploy.jobs;
    expect(tell?.permissions).toEqual({ contents: "read", "pull-requests": "write", issues: "write" });
    expect(tell?.environment).toBeUndefined();
    expect(tell).toMatchObject({ needs: "deploy", if: expect.stringContaining("!cancelled()") as string });
    expect(JSON.stringify(tell)).not.toContain("access-token");
  });
});

describe("sweep.yml", () => {
  const sweep = load(texts["sweep.yml"] ?? "") as Workflow;

  test("runs main's code on main, when a pull request was closed and without being told", () => {
    expect(Object.keys(sweep.on).toSorted()).toEqual(["pull_request_target", "schedule", "workflow_dispatch"]);
    expect(sweep.on["pull_request_target"]).toEqual({ types: ["closed"] });
    expect(sweep.jobs["sweep"]?.if).toContain("github.ref == 'refs/heads/main'");
  });

  test("neither runs nor reads anything of the pull request", () => {
    expect(texts["sweep.yml"]).not.toContain("github.event");
    expect(stepsOf(sweep).map(({ uses }) => uses?.split("@")[0])).toEqual(["google-github-actions/auth", "$/action"]);
    expect(stepsOf(sweep).filter((step) => "run" in step)).toEqual([]);
  });

  test("deletes in an environment of its own, and may write of GitHub only that a preview is gone", () => {
    expect(sweep.jobs["sweep"]).toMatchObject({ environment: "sweep" });
    expect(sweep.jobs["sweep"]?.permissions).toEqual({
      "id-token": "write",
      "pull-requests": "read",
      deployments: "write",
    });
    expect(texts["sweep.yml"]).not.toContain("secrets.");
  });
});

test("what is scheduled waits until it is set up, but for the deploy, which is to be missed", () => {
  const scheduled = names.filter((name) => "schedule" in (load(texts[name] ?? "") as Workflow).on);
  const gates = scheduled.map((name) => {
    const [job] = Object.values((load(texts[name] ?? "") as Workflow).jobs);
    return [name, /vars\.[A-Z_]+ != ''/.exec(job?.if ?? "")?.[0]];
  });
  expect(gates).toEqual([
    ["deploy.yml", undefined],
    ["drain.yml", "vars.APP_CLIENT_ID != ''"],
    ["sweep.yml", "vars.PREVIEWS != ''"],
  ]);
});

test("a code owner whom GitHub does not know is a warning on the line, in words of ours alone", () => {
  const step = stepsOf(load(texts["ci.yml"] ?? "") as Workflow).find(({ run }) => run?.startsWith("gh ") === true);
  const scratch = mkdtempSync(join(tmpdir(), "owners-"));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  const answer = { errors: [{ line: 2, column: 13, kind: "Unknown owner", message: "\n::set-output name=a::b" }] };
  writeFileSync(join(scratch, "answer.json"), JSON.stringify(answer));
  writeFileSync(join(scratch, "gh"), `#!/bin/sh\nprintf '%s\\n' "$@" >words\ncat answer.json\n`);
  chmodSync(join(scratch, "gh"), 0o755);
  const ended = spawnSync("bash", ["--norc", "-eo", "pipefail", "-c", step?.run ?? "exit 9"], {
    cwd: scratch,
    env: {
      PATH: `${scratch}${delimiter}${process.env["PATH"]}`,
      GITHUB_REPOSITORY: "example/stores",
      GITHUB_SHA: "c0ffee",
    },
    encoding: "utf8",
  });
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 0, stderr: "" });
  expect(ended.stdout).toMatch(/^::warning file=\.github\/CODEOWNERS,line=2::GitHub skips this line[^\n]*\n$/);
  expect(readFileSync(join(scratch, "words"), "utf8")).toBe("api\nrepos/example/stores/codeowners/errors?ref=c0ffee\n");
});

test("the action says of its token for GitHub which commands take one", () => {
  const takers = names
    .flatMap((name) => stepsOf(load(texts[name] ?? "") as Workflow))
    .flatMap(({ with: given = {} }) => ("github-token" in given ? [`\`${String(given["command"])}\``] : []));
  expect(takers).toHaveLength(5);
  expect(takers.filter((command) => action.inputs["github-token"]?.description?.includes(command) !== true)).toEqual(
    [],
  );
});

describe("docs/repository-settings.md", () => {
  const settings = readFileSync(join(root, "docs/repository-settings.md"), "utf8");
  /** The rows below the head that begins with `first`, cell by cell, without backticks. */
  const rowsBelow = (first: string): readonly (readonly string[])[] => {
    const [, table = ""] = settings.split(new RegExp(`^\\| ${first} +\\|.*\\n`, "m"), 2);
    const [rows = ""] = table.split("\n\n", 1);
    const cells = rows.split("\n").map((line) => line.replaceAll("`", "").split("|"));
    return cells.slice(1).map((line) => line.slice(1, -1).map((cell) => cell.trim()));
  };
  const jobs = names.flatMap((name) => Object.entries((load(texts[name] ?? "") as Workflow).jobs));

  test("says of each job what it may do", () => {
    const given = jobs.map(([id, { permissions = {} }]) => [
      id,
      Object.entries(permissions).map(([scope, level]) => `${scope}: ${level}`),
    ]);
    const told = rowsBelow("job").map(([id = "", has = ""]) => [id, has.split(", ")]);
    const sorted = (rows: readonly (readonly [string, string[]])[]) =>
      rows.map(([id, has]) => `${id}: ${has.toSorted().join(", ")}`).toSorted();
    expect(sorted(told as [string, string[]][])).toEqual(sorted(given as [string, string[]][]));
  });

  test("says of each environment which jobs use it", () => {
    const used = jobs.flatMap(([id, { environment }]) => {
      const name = typeof environment === "object" ? (environment as { name: string }).name : environment;
      return name === undefined ? [] : [`${name}: ${id}`];
    });
    const told = rowsBelow("environment").flatMap(([name = "", , by = ""]) =>
      by.split(", ").map((id) => `${name}: ${id}`),
    );
    expect(told.toSorted()).toEqual(used.toSorted());
  });

  test("says of each line of CODEOWNERS what it is for", () => {
    const lines = readFileSync(join(root, ".github/CODEOWNERS"), "utf8").split("\n");
    const owned = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(/\s+/)[0]);
    expect(rowsBelow("path").flatMap(([path = ""]) => path.split(", "))).toEqual(owned);
  });

  test("names the permissions of the App that Drain asks for", () => {
    const step = stepsOf(load(texts["drain.yml"] ?? "") as Workflow).find(({ uses }) => uses?.includes("app-token@"));
    const asked = Object.entries(step?.with ?? {}).flatMap(([name, level]) =>
      name.startsWith("permission-") ? [`${name.slice(11).replace("-", " ")}: ${String(level)}`] : [],
    );
    const told = rowsBelow("permission").map(([name = ""]) => name.toLowerCase());
    expect(told).toEqual([...asked, "metadata: read"]);
  });
});

test("both keep the report", () => {
  for (const name of ["plan.yml", "deploy.yml"]) {
    const keeps = stepsOf(load(texts[name] ?? "") as Workflow).filter(({ uses }) =>
      uses?.startsWith("actions/upload-artifact@"),
    );
    expect(keeps.length).toBeGreaterThan(0);
    for (const step of keeps) {
      expect(step.with?.["if-no-files-found"]).toBe("error");
      // A run that ended before it could report fails for its own reason only.
      expect(step.if).toMatch(/steps\.\w+\.outputs\.report != ''/);
    }
  }
});

test("the action runs the bundle on Node 24 and documents every input and output", () => {
  expect(action.runs).toEqual({ using: "node24", main: "dist/index.mjs" });
  expect(Object.keys(action.outputs).toSorted()).toEqual([
    "changed",
    "conclusion",
    "preview",
    "preview-page",
    "report",
    "tenants",
  ]);
  const parts = [...Object.entries(action.inputs), ...Object.entries(action.outputs)];
  expect(parts.filter(([, { description }]) => (description ?? "").length < 15).map(([name]) => name)).toEqual([]);
});

test("owners of code are not owners of tenants, and who may let pass what a guard refuses is neither", () => {
  const lines = readFileSync(join(root, ".github/CODEOWNERS"), "utf8").split("\n");
  const owners = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(/\s+/));
  expect(owners.map(([path]) => path)).toEqual(["*", "/tenants/", "/.github/overrides.yaml", "/.github/policy.yaml"]);
  const [code, tenants, overrides, policy] = owners.map(([, owner]) => owner);
  expect(new Set([code, tenants, overrides]).size).toBe(3);
  expect(policy).toBe(overrides);
});

describe("each rule sees a breach", () => {
  const breaches: Readonly<Record<keyof typeof rules, readonly [file: string, from: string | RegExp, to: string]>> = {
    "grants nothing at the top": ["plan.yml", "permissions: {}", "permissions: read-all"],
    "gives a reason for each grant": ["deploy.yml", / # to exchange .*/, ""],
    "pins every outside action to a commit and names its version": [
      "plan.yml",
      /actions\/checkout@.*/,
      "actions/checkout@v7",
    ],
    "uses actions of GitHub and Google only": ["plan.yml", "actions/checkout@", "someone/checkout@"],
    "leaves no credentials behind": ["deploy.yml", "create_credentials_file: false", "create_credentials_file: true"],
    "runs no expression in a shell": ["ci.yml", ".ci/run", ".ci/run ${{ github.head_ref }}"],
    "never runs a fork's code with the repository's rights": [
      "sweep.yml",
      "    steps:\n",
      `    steps:\n      - uses: actions/checkout@${"0".repeat(40)}\n`,
    ],
    "is not filtered by paths": ["ci.yml", "pull_request:", "pull_request: { paths: [tenants] }"],
    "has an end, and a name for each job": ["plan.yml", /timeout-minutes: .*/, ""],
    "does something in each job": ["ci.yml", /steps:[\s\S]*/, "steps: []"],
    "gives an identity only to a job in an environment": ["deploy.yml", /environment: .*/, ""],
    "says how runs wait for each other": ["plan.yml", "concurrency:", "env:"],
    "gives the action only inputs that it has, and those that it must have": [
      "plan.yml",
      "command: plan",
      "comand: plan",
    ],
  };

  test.each(Object.keys(rules))("%s", (name) => {
    const [file, from, to] = breaches[name] ?? ["", "", ""];
    const text = (texts[file] ?? "").replace(from, to);
    expect(text).not.toBe(texts[file]);
    expect(rules[name]?.(load(text) as Workflow, text)).not.toEqual([]);
  });

  test("GitHub's parser", async () => {
    expect(
      await parserErrors((texts["plan.yml"] ?? "").replace("steps.plan.outputs", "stepz.plan.outputs")),
    ).not.toEqual([]);
    expect(await parserErrors((texts["plan.yml"] ?? "").replace("runs-on:", "run-on:"))).not.toEqual([]);
    expect(await parserErrors((texts["deploy.yml"] ?? "").replace("17 * * * *", "77 * * * *"))).not.toEqual([]);
  });
});

function stepsOf(workflow: Workflow): readonly Step[] {
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}
