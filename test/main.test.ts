/** The action's door, as the runner opens it: inputs in the environment, the event in a file. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tenantFile, templateFiles } from "./commands/fleet-fixture.ts";
import { fixtureRepository, writeFiles } from "./io/git-fixture.ts";

const MAIN = join(import.meta.dirname, "../action/src/main.ts");

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

/** A repository whose last commit brings a store. */
function checkout(): string {
  const repository = fixtureRepository();
  repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
  repository.commit("Two", { "tenants/beta.yaml": tenantFile("beta") });
  return repository.root;
}

function open(root: string, environment: Readonly<Record<string, string>>): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    encoding: "utf8",
  });
  return { exitCode: status, output: stdout + stderr };
}

const PLAN = { INPUT_COMMAND: "plan" };
const DEPLOY = {
  INPUT_COMMAND: "deploy",
  INPUT_DESTINATION: "file:out/{tenant}",
  INPUT_LEDGER: "file:ledger",
};

describe("the action", () => {
  it("plans what is checked out, and keeps a report", () => {
    const root = checkout();
    const { exitCode, output } = open(root, PLAN);
    expect(output).toContain("1 store to deploy");
    expect(exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(root, "report.json"), "utf8"))).toMatchObject({ conclusion: "success" });
  });

  it.each([
    ["a folder that is not there", "nowhere/report.json", "ENOENT"],
    ["a folder", "tenants", "EISDIR"],
  ])("does nothing when the report's place is %s", (_what, file, reason) => {
    const root = checkout();
    const { exitCode, output } = open(root, { ...DEPLOY, INPUT_REPORT: file });
    expect(exitCode).toBe(64);
    expect(output).toContain(`the report cannot be written to "${file}": ${reason}`);
    expect(output).toContain("hint: let the input `report` name a file");
    expect(readdirSync(root)).not.toContain("out");
  });

  it("deploys, and says in the log what it cannot say in the summary", () => {
    const root = checkout();
    const { exitCode, output } = open(root, { ...DEPLOY, GITHUB_STEP_SUMMARY: join(root, "nowhere/summary.md") });
    expect(output).toMatch(/^::warning title=Store provisioning::the summary was not kept/m);
    expect(output).toContain("## Deploy: success");
    expect(exitCode).toBe(0);
    expect(existsSync(join(root, "out/acme/index.html"))).toBe(true);
  });

  it("writes the summary where GitHub wants it, and not into the log", () => {
    const root = checkout();
    writeFiles(root, { "summary.md": "" });
    const { exitCode, output } = open(root, { ...PLAN, GITHUB_STEP_SUMMARY: join(root, "summary.md") });
    expect(exitCode).toBe(0);
    expect(output).not.toContain("## Plan");
    expect(readFileSync(join(root, "summary.md"), "utf8")).toContain("## Plan: 1 store to deploy");
  });

  it.each([
    ["is not there", null, "ENOENT"],
    ["is no JSON", "{", "JSON"],
  ])("says so when the event's file %s", (_what, content, reason) => {
    const root = checkout();
    const event = join(root, "event.json");
    writeFiles(root, content === null ? {} : { "event.json": content });
    const { exitCode, output } = open(root, { ...PLAN, GITHUB_EVENT_PATH: event });
    expect(exitCode).toBe(64);
    expect(output).toContain(`the event cannot be read from "${event}"`);
    expect(output).toContain(reason);
    expect(output).not.toContain("bug of ours");
  });

  it("ends with 3 where a deploy would refuse a store", () => {
    const root = checkout();
    const repository = fixtureRepository(root);
    const ids = ["aaa", "bbb", "ccc", "ddd"];
    repository.commit("Three", Object.fromEntries(ids.map((id) => [`tenants/${id}.yaml`, tenantFile(id)])));
    repository.commit("Four", Object.fromEntries(ids.map((id) => [`tenants/${id}.yaml`, null])));
    const { exitCode, output } = open(root, PLAN);
    expect(exitCode).toBe(3);
    expect(output).toMatch(/^::error title=stores-parked::aaa: .*reason: "…" \}$/m);
  });
});
