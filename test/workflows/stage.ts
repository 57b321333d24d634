/** What workflows are tried on: a repository, a GitHub and a Cloud Storage of their own. */
import { type FakeGcs, type FakeOptions, startFakeGcs } from "../fakes/gcs/server.ts";
import { type FakeGitHub, startGitHub } from "../fakes/github/server.ts";
import type { Event, Job, Run } from "./act.ts";
import { makeRepository, type Repository } from "./repository.ts";

export interface Stage {
  readonly repository: Repository;
  readonly github: FakeGitHub;
  readonly storage: FakeGcs;
  /** What a workflow needs to be let into the storage. */
  readonly cloud: Pick<Required<Job>, "variables" | "environment">;
  /** `deploy.yml` at a commit, into the buckets `stores` and `ledger`, without a GitHub. */
  readonly deployAt: (commit: string, event?: Event) => Job;
  /** The texts of the comments below a pull request. */
  readonly commentsOf: (pullRequest: number) => readonly (string | undefined)[];
  readonly close: () => Promise<void>;
}

/** Opens one; `storage` is how its Cloud Storage is to be, with the buckets of a deploy if it names none. */
export async function openStage(storageOptions: FakeOptions = { buckets: ["stores", "ledger"] }): Promise<Stage> {
  const repository = makeRepository();
  const github = await startGitHub("example/stores");
  const storage = await startFakeGcs(storageOptions);
  const cloud: Stage["cloud"] = {
    variables: { WORKLOAD_IDENTITY_PROVIDER: "providers/github", SERVICE_ACCOUNT: "deploy@stores.example" },
    environment: { STORAGE_EMULATOR_HOST: storage.url },
  };
  return {
    repository,
    github,
    storage,
    cloud,
    deployAt: (commit, event = { name: "push", payload: { ref: "refs/heads/main", after: commit } }) => ({
      repository,
      commit,
      workflow: "deploy.yml",
      event,
      variables: { ...cloud.variables, DESTINATION: "gs://stores/{tenant}", LEDGER: "gs://ledger" },
      environment: cloud.environment,
    }),
    commentsOf: (pullRequest) =>
      github.state.comments.filter(({ issue }) => issue === pullRequest).map(({ body }) => body),
    close: async () => {
      repository.remove();
      await github[Symbol.asyncDispose]();
      await storage.close();
    },
  };
}

/** Errors and warnings of a step; the step's absence is an error as well. */
export const said = (run: Run, step: string): readonly string[] =>
  run.steps
    .get(step)
    ?.commands.filter(({ name }) => name === "error" || name === "warning")
    .map(({ message }) => message) ?? [`no step ${step}`];
