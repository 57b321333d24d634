/** What a plan of a real repository leaves is what its readers take, the same every time. */
import { expect, it, onTestFinished } from "vitest";
import { artifactOf, plan } from "../../action/src/commands/plan.ts";
import { engineHost } from "../../action/src/io/engine-host.ts";
import { gitRepo } from "../../action/src/io/git.ts";
import { decodePlanArtifact, encodePlanArtifact } from "../../action/src/model/plan-artifact.ts";
import { BrowserError } from "../../action/src/ports.ts";
import { planComment } from "../../action/src/view/comment.ts";
import { fixtureRepository } from "../io/git-fixture.ts";
import { tenantFile, templateFiles } from "./fleet-fixture.ts";

it("leaves an artifact that is taken, byte for byte the same when repeated", async () => {
  const repository = fixtureRepository();
  repository.commit("One", {
    ...templateFiles(),
    "tenants/gone.yaml": tenantFile("gone"),
    "tenants/acme.yaml": tenantFile("acme"),
  });
  const head = repository.commit("Two", {
    "tenants/gone.yaml": null,
    "tenants/acme.yaml": tenantFile("acme", { title: "A mug", host: "shop.acme.example" }),
    "tenants/fresh.yaml": tenantFile("fresh"),
    "tenants/Not An Id.yaml": "schema: storefront/v1\n",
  });
  const leave = async (): Promise<string> => {
    const repo = gitRepo(repository.root, { environment: process.env, made: ["tenants", "templates"] });
    onTestFinished(() => repo.close());
    const folders = { tenants: "tenants", templates: "templates" };
    const result = await plan({
      repo,
      head,
      base: null,
      folders,
      clock: { monotonic: () => 0 },
      engines: engineHost(),
    });
    return encodePlanArtifact(artifactOf(result));
  };
  const written = await leave();
  const taken = decodePlanArtifact(Buffer.from(written));
  expect(taken?.stores.map(({ tenant, kind }) => [tenant, kind])).toEqual([
    ["acme", "updated"],
    ["fresh", "created"],
    ["gone", "parked"],
  ]);
  expect(taken?.stores[0]?.change?.facts.map(({ what }) => what)).toContain("host");
  expect(taken?.problems.errors).toBeGreaterThan(0);
  expect(taken && planComment(taken, { runUrl: "https://github.example/run" })).toContain("This cannot go live yet");
  expect(await leave()).toBe(written);
});

it("names the artifact that holds what can be looked at", async () => {
  const repository = fixtureRepository();
  repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
  const head = repository.commit("Two", { "tenants/acme.yaml": tenantFile("acme", { title: "A mug" }) });
  const kept: string[] = [];
  const notesOf = async (more: { readonly artifactName?: string }): Promise<readonly string[]> => {
    const repo = gitRepo(repository.root, { environment: process.env, made: ["tenants", "templates"] });
    onTestFinished(() => repo.close());
    const { notes } = await plan({
      repo,
      head,
      base: null,
      folders: { tenants: "tenants", templates: "templates" },
      clock: { monotonic: () => 0 },
      engines: engineHost(),
      studio: {
        open: () => Promise.reject(new BrowserError("missing", "there is no browser here")),
        keep: async (path) => void kept.push(path),
      },
      ...more,
    });
    return notes;
  };
  expect((await notesOf({ artifactName: "plan-3" })).join()).toContain("download the artifact `plan-3` of this run");
  expect(kept).toContain("sites/acme/index.html");
  expect((await notesOf({})).join()).toContain("download the artifact of this run");
});
