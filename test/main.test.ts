/** The action's door, as the runner opens it: inputs in the environment, the event in a file. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSecret, signMessage } from "../action/src/model/signed-message.ts";
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

  it("gives GitHub no more errors than it keeps, and says how many are left", () => {
    const repository = fixtureRepository();
    const at = (currency: string) =>
      Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => {
          const id = `shop-${String.fromCharCode(97 + index)}`;
          return [`tenants/${id}.yaml`, tenantFile(id).replaceAll("GBP", currency)];
        }),
      );
    repository.commit("One", { ...templateFiles(), ...at("GBP") });
    repository.commit("Two", { ...at("USD"), "tenants/shop-l.yaml": "" });
    const { exitCode, output } = open(repository.root, PLAN);
    expect(exitCode).toBe(1);
    const errors = output.split("\n").filter((line) => line.startsWith("::error "));
    expect(errors).toHaveLength(10);
    expect(errors[0]).toContain("title=yaml-empty");
    expect(errors[9]).toContain("::shop-i: the store's currency would change");
    expect(output).toContain("2 more problems in the summary and in report.json");
  });

  it("says where to look when what is checked out is not what was committed", () => {
    const root = checkout();
    writeFiles(root, { "tenants/acme.yaml": "" });
    const { exitCode, output } = open(root, PLAN);
    expect(exitCode).toBe(64);
    expect(output).toContain("what is checked out here is not a commit");
    expect(output).toContain("`git status` names what differs");
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

describe("a preview", () => {
  const head = (full_name: string) => ({ ref: "change", sha: "a".repeat(40), repo: { full_name } });

  /** What a plan has left, and what the preview of it is given. */
  function planned(from: string): { readonly root: string; readonly given: Readonly<Record<string, string>> } {
    const root = checkout();
    expect(open(root, { ...PLAN, INPUT_ARTIFACT: "plan", INPUT_BROWSER: join(root, "none") }).exitCode).toBe(0);
    const event = { pull_request: { number: 7, head: head(from) } };
    writeFiles(root, { "event.json": JSON.stringify(event), "output.txt": "" });
    const given = {
      INPUT_COMMAND: "preview",
      INPUT_ARTIFACT: "plan",
      INPUT_PREVIEWS: "file:previews",
      GITHUB_EVENT_PATH: join(root, "event.json"),
      GITHUB_OUTPUT: join(root, "output.txt"),
      GITHUB_SERVER_URL: "https://git.example",
      GITHUB_REPOSITORY: "example/stores",
      GITHUB_RUN_ID: "1",
      GITHUB_API_URL: "http://127.0.0.1:9",
      "INPUT_GITHUB-TOKEN": "none",
    };
    return { root, given };
  }

  it("is put where nobody finds it by chance, and its address is an output", () => {
    const { root, given } = planned("example/stores");
    const { exitCode, output } = open(root, given);
    expect(exitCode, output).toBe(0);
    const [folder = ""] = readdirSync(join(root, "previews/files"));
    expect(folder).toMatch(/^pr-7-[0-9a-f]{32}$/);
    expect(readFileSync(join(root, "previews/files", folder, "beta/index.html"), "utf8")).toContain("Shop beta");
    expect(readFileSync(join(root, "output.txt"), "utf8")).toContain(`previews/files/${folder}/\n`);
    expect(readFileSync(join(root, "output.txt"), "utf8")).toContain(`previews/files/${folder}/beta/index.html\n`);
  });

  it("is not made of a fork's pull request", () => {
    const { root, given } = planned("mallory/stores");
    const { exitCode, output } = open(root, given);
    expect(exitCode).toBe(64);
    expect(output).toContain("about no pull request from this repository");
    expect(readdirSync(root)).not.toContain("previews");
  });

  it("is not made of what no plan has left", () => {
    const { root, given } = planned("example/stores");
    writeFiles(root, { "plan/sites/beta/evil.png": "<script>" });
    const { exitCode, output } = open(root, given);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("the plan's artifact is refused: one of its files is not what its name says");
    expect(readdirSync(root)).not.toContain("previews");
  });
});

describe("requests of another system", () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const INTAKE = { INPUT_COMMAND: "intake", INPUT_LEDGER: "file:ledger", "INPUT_WEBHOOK-SECRETS": secret };
  const requestId = "00000000-0000-4000-8000-000000000001";

  function eventFor(root: string, key: string): string {
    const [issuedAt, expiresAt] = [Date.now() - 60_000, Date.now() + 3_600_000].map((at) => new Date(at).toISOString());
    const requests = [{ type: "tenant.remove", requestId, tenant: "acme" }];
    const body = JSON.stringify({ schemaVersion: 1, issuedAt, expiresAt, requests });
    const request = signMessage(readSecret(key) ?? new Uint8Array(), { id: "msg_1", timestamp: "1772357400", body });
    writeFiles(root, { "event.json": JSON.stringify({ action: "tenant.remove", client_payload: { request } }) });
    return join(root, "event.json");
  }

  it("are kept with a receipt, also where the run that does them cannot be started", () => {
    const root = checkout();
    const place = {
      GITHUB_EVENT_PATH: eventFor(root, secret),
      GITHUB_SERVER_URL: "https://git.example",
      GITHUB_REPOSITORY: "example/stores",
      GITHUB_RUN_ID: "1",
      GITHUB_API_URL: "http://127.0.0.1:9",
      "INPUT_GITHUB-TOKEN": "none",
    };
    const { exitCode, output } = open(root, { ...INTAKE, ...place });
    expect(output).toContain(`request ${requestId} for acme: kept`);
    expect(output).toMatch(/^::warning title=Store provisioning::the inbox is emptied by the next scheduled run/m);
    expect(exitCode).toBe(0);
    const receipt = JSON.parse(readFileSync(join(root, `ledger/files/requests/${requestId}.json`), "utf8")) as unknown;
    expect(receipt).toMatchObject({ requestId, tenant: "acme", state: "accepted" });
  });

  it("are refused when nobody signed them that may", () => {
    const root = checkout();
    const event = eventFor(root, `whsec_${Buffer.alloc(32, 8).toString("base64")}`);
    const { exitCode, output } = open(root, { ...INTAKE, GITHUB_EVENT_PATH: event });
    expect(exitCode).toBe(1);
    expect(output).toContain("::error title=Store provisioning::the signature is by none of the secrets");
    expect(existsSync(join(root, "ledger"))).toBe(false);
  });
});
