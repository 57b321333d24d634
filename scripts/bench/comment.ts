/** What a reviewer waits for: the plan of one changed store with its pictures, and the comment that tells it. */
import { appendFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startGitHub } from "../../test/fakes/github/server.ts";
import { commitAll, openFleetRepository } from "./fleet-repository.ts";
import { tenantId } from "./fleet.ts";
import { runAction } from "./run-action.ts";

const REPOSITORY = "example/stores";
const TOKEN = "commenter";

/** Wall times in ms of the two processes of the action, as a runner starts them; `pictures` is how many PNGs there are. */
export async function timeComment(
  folder: string,
): Promise<{ readonly planMs: number; readonly commentMs: number; readonly pictures: number }> {
  const fleet = await openFleetRepository(join(folder, "comment"), { tenants: 100, products: 18 });
  await appendFile(join(fleet, "tenants", tenantId(7), "about.md"), "\nOne more sentence.\n");
  commitAll(fleet, "After");

  await using github = await startGitHub(REPOSITORY);
  github.state.tokens.set(TOKEN, { login: "github-actions[bot]", permissions: { "pull-requests": "write" } });
  const event = join(folder, "event.json");
  await writeFile(event, JSON.stringify({ pull_request: { number: 7, head: { sha: "head" } } }));
  const environment = {
    INPUT_ARTIFACT: "../artifact",
    INPUT_REPORT: join(folder, "report.json"),
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
  };
  await writeFile(environment.GITHUB_STEP_SUMMARY, "");
  const { wallMs: planMs } = await runAction(fleet, { ...environment, INPUT_COMMAND: "plan" });
  const { wallMs: commentMs } = await runAction(folder, {
    ...environment,
    INPUT_COMMAND: "comment",
    INPUT_ARTIFACT: "artifact",
    "INPUT_GITHUB-TOKEN": TOKEN,
    GITHUB_EVENT_PATH: event,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_RUN_ID: "1",
  });
  if (github.state.comments.length !== 1) throw new Error("there is no comment");
  const files = await readdir(join(folder, "artifact"), { recursive: true });
  return { planMs, commentMs, pictures: files.filter((name) => name.endsWith(".png")).length };
}
