/** Deploys and drains that a person started: a reason, some stores, and a look before anything is done. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tenantFile, templateFiles } from "./commands/fleet-fixture.ts";
import { fixtureRepository } from "./io/git-fixture.ts";

const MAIN = join(import.meta.dirname, "../action/src/main.ts");

function openRepository() {
  const repository = fixtureRepository();
  const tenants = { "tenants/acme.yaml": tenantFile("acme"), "tenants/beta.yaml": tenantFile("beta") };
  repository.commit("Two stores", { ...templateFiles(), ...tenants });
  const deploy = (inputs: Readonly<Record<string, string>>) => {
    const { status, stdout } = spawnSync(process.execPath, [MAIN], {
      cwd: repository.root,
      env: {
        PATH: process.env["PATH"] ?? "",
        INPUT_COMMAND: "deploy",
        INPUT_DESTINATION: "file:out/{tenant}",
        INPUT_LEDGER: "file:ledger",
        ...inputs,
      },
      encoding: "utf8",
    });
    return { exitCode: status, log: stdout, statuses: statusesIn(repository.root) };
  };
  return { deploy, exists: (path: string) => existsSync(join(repository.root, path)) };
}

function statusesIn(root: string): object {
  const report = JSON.parse(readFileSync(join(root, "report.json"), "utf8")) as {
    tenants: { id: string; status: string }[];
  };
  return Object.fromEntries(report.tenants.map(({ id, status }) => [id, status]));
}

test("a dry run says what a run would do, and does none of it", () => {
  const { deploy, exists } = openRepository();
  const dry = deploy({ "INPUT_DRY-RUN": "true", INPUT_REASON: "before the sale" });
  expect(dry).toMatchObject({ exitCode: 0, statuses: { acme: "created", beta: "created" } });
  expect(dry.log).toContain("Dry run: nothing is written");
  expect(dry.log).toContain("By hand: `before the sale`");
  expect([exists("out/acme"), exists("ledger/files/tenants")]).toEqual([false, false]);
  expect(deploy({})).toMatchObject({ exitCode: 0, statuses: dry.statuses });
  expect(exists("out/acme/index.html")).toBe(true);
});

test("one store is deployed, and the others stay", () => {
  const { deploy, exists } = openRepository();
  expect(deploy({ INPUT_ONLY: "beta", INPUT_REASON: "only this one" }).statuses).toEqual({ beta: "created" });
  expect([exists("out/acme"), exists("out/beta/index.html")]).toEqual([false, true]);
});

test("a reason is words, whatever they say", () => {
  const { deploy } = openRepository();
  const { exitCode, log } = deploy({
    "INPUT_DRY-RUN": "true",
    INPUT_REASON: "x\n::error::owned\n##[error]owned @everyone <img src=x> $(id) `",
  });
  expect(exitCode).toBe(0);
  expect(log).not.toMatch(/^\s*::error|##\[error/m);
  expect(log).toContain("`` x ::error::owned ## [error]owned @everyone <img src=x> $(id) ` ``");
});
