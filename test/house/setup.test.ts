/** What docs/setup.md has an administrator type is whole: run against stand-ins, it sets what the workflows ask for. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { load } from "js-yaml";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "./sources.ts";

interface Job {
  readonly name: string;
  readonly if?: string;
  readonly environment?: string | { readonly name: string };
  readonly steps: readonly object[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, ".github/workflows");
const workflows = readdirSync(folder).map((name) => load(readFileSync(join(folder, name), "utf8")) as Workflow);

/** Of each environment, what its jobs read of it, and the events that they run for. */
const environments = new Map<string, { settings: Set<string>; events: Set<string> }>();
/** What is read before it is known which environment a job is in. */
const early = new Set<string>();
for (const { on, jobs } of workflows)
  for (const job of Object.values(jobs)) {
    for (const name of namesIn("vars", job.if ?? "")) early.add(name);
    if (job.environment === undefined) continue;
    const name = typeof job.environment === "string" ? job.environment : job.environment.name;
    const { settings, events } = environments.get(name) ?? { settings: new Set(), events: new Set() };
    environments.set(name, { settings, events });
    for (const word of ["vars", "secrets"] as const)
      for (const one of namesIn(word, JSON.stringify(job.steps))) settings.add(one);
    // A job that asks for the pull request's repository has none to ask in a merge group.
    for (const event of Object.keys(on))
      if (event !== "merge_group" || job.if?.includes("github.event.pull_request") !== true) events.add(event);
  }

/** One command each, as the stand-ins were called. */
const { status, errors, calls, owners } = runSetup();

test("its commands run one after the other, with no name that nobody has set", () => {
  expect({ status, errors }).toEqual({ status: 0, errors: "" });
  expect(calls.length).toBeGreaterThan(50);
});

test("leaves no owner of the example behind", () => {
  expect(owners).not.toContain("@example/");
  expect(owners).toContain("@our-shops/");
});

describe.each([...environments])("the environment %s", (name, { settings, events }) => {
  test("has each variable and secret that its jobs read, and no other", () => {
    const set = calls.flatMap((call) =>
      call[0] === "gh" && call[2] === "set" && call[call.indexOf("--env") + 1] === name ? [call[3] ?? ""] : [],
    );
    expect(set.toSorted()).toEqual([...settings].filter((one) => !early.has(one)).toSorted());
  });

  test("is limited to its refs", () => {
    const limits = calls.filter((call) =>
      call.some((word) => word.endsWith(`environments/${name}/deployment-branch-policies`)),
    );
    const refs = limits.flatMap((call) => call.filter((word) => word.startsWith("name=")));
    expect(refs).toEqual([name === "preview" ? "name=refs/pull/*/merge" : "name=main"]);
  });

  test("has an identity of its own, for the events of its jobs alone", () => {
    const providers = calls.filter((call) => call.includes("create-oidc") && conditionOf(call).includes(`'${name}'`));
    expect(providers).toHaveLength(1);
    const condition = conditionOf(providers[0] ?? []);
    expect(condition).toContain("assertion.repository_owner_id == '42' && assertion.repository_id == '4711'");
    expect(condition).toContain(`assertion.environment == '${name}'`);
    expect(condition.includes("assertion.ref == 'refs/heads/main'")).toBe(name !== "preview");
    const [, asked = ""] = condition.split("assertion.event_name");
    expect([...asked.matchAll(/'(\w+)'/g)].map(([, event = ""]) => event).toSorted()).toEqual([...events].toSorted());
    const members = calls.flatMap((call) => call.filter((word) => word.endsWith(`attribute.environment/${name}`)));
    expect(members).toEqual([expect.stringContaining("/projects/314/locations/global/workloadIdentityPools/github/")]);
  });
});

test("what is read before the environment is known is a variable of the repository", () => {
  const set = calls.filter(([tool, kind, verb]) => tool === "gh" && kind === "variable" && verb === "set");
  const ofRepository = set.filter((call) => !call.includes("--env")).map(([, , , name = ""]) => name);
  expect(ofRepository.toSorted()).toEqual([...early].toSorted());
});

test("every account that is let in is granted something", () => {
  const made = calls.flatMap(([, , kind, verb, name]) =>
    kind === "service-accounts" && verb === "create" ? [name] : [],
  );
  expect(made).toEqual(["store-deploy", "store-preview", "store-sweep", "store-requests"]);
  const granted = calls.flatMap((call) => call.filter((word) => word.startsWith("--member=serviceAccount:")));
  for (const name of made)
    expect(
      granted.some((member) => member.includes(`:${name}@`)),
      name,
    ).toBe(true);
});

test("the ruleset requires checks that answer for each pull request and each merge group", () => {
  const ruleset = JSON.parse(readFileSync(join(root, "docs/ruleset.json"), "utf8")) as {
    readonly rules: readonly {
      readonly parameters?: { readonly required_status_checks?: readonly { context: string }[] };
    }[];
  };
  const required = ruleset.rules.flatMap(({ parameters }) => parameters?.required_status_checks ?? []);
  const answering = workflows.filter(({ on }) => "pull_request" in on && "merge_group" in on);
  const always = answering.flatMap(({ jobs }) => Object.values(jobs).filter((job) => job.if === undefined));
  expect(required.map(({ context }) => context).toSorted()).toEqual(always.map(({ name }) => name).toSorted());
});

function namesIn(word: "vars" | "secrets", text: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\\b${word}\\.([A-Z_]+)`, "g"))].map(([, name = ""]) => name);
}

function conditionOf(call: readonly string[]): string {
  return call.find((word) => word.startsWith("--attribute-condition=")) ?? "";
}

/** Types all of it into a shell in which `gcloud` and `gh` only write down what they are asked. */
function runSetup() {
  const text = readFileSync(join(root, "docs/setup.md"), "utf8");
  const script = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block).join("\n");
  const [names = "", ...rest] = script.replace("OWNER/REPOSITORY", "our-shops/stores").split(/(?<=files=.*\n)/);
  const typed = [names, 'touch "$files/private-key.pem"\n', ...rest].join("");
  const scratch = mkdtempSync(join(tmpdir(), "setup-"));
  afterAll(() => rmSync(scratch, { recursive: true }));
  const [bin, place] = [join(scratch, "bin"), join(scratch, "clone")];
  mkdirSync(bin);
  mkdirSync(join(place, ".github"), { recursive: true });
  const named = readFileSync(join(root, ".github/CODEOWNERS"), "utf8").replaceAll(/@[\w.-]+(?:\/|$)/gm, "@example/");
  writeFileSync(join(place, ".github/CODEOWNERS"), named);
  for (const tool of ["gcloud", "gh", "git"]) {
    writeFileSync(
      join(bin, tool),
      `#!/bin/sh
printf '%s\\037' ${tool} "$@" >>"$CALLS"
printf '\\036' >>"$CALLS"
case "$*" in *projects*describe*) echo 314 ;; *.owner.id*) echo 42 ;; *"--jq .id"*) echo 4711 ;; esac
for word; do case "$word" in --*-file=*) [ -s "\${word#*=}" ] ;; esac || exit 1; done
`,
    );
    chmodSync(join(bin, tool), 0o755);
  }
  const record = join(scratch, "calls");
  const ended = spawnSync("bash", ["--norc", "-euo", "pipefail", "-c", typed], {
    cwd: place,
    env: { PATH: `${bin}${delimiter}${process.env["PATH"]}`, CALLS: record, TMPDIR: scratch },
    encoding: "utf8",
  });
  const written = readFileSync(record, "utf8").split("\u{1e}").slice(0, -1);
  return {
    status: ended.status,
    errors: ended.stderr,
    calls: written.map((call) => call.split("\u{1f}").slice(0, -1)),
    owners: readFileSync(join(place, ".github/CODEOWNERS"), "utf8"),
  };
}
