/** What a reviewer waits for: the plan of one changed store with its pictures, and the comment that tells it. */
import { execFileSync, spawn } from "node:child_process";
import { appendFile, cp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startGitHub } from "../../test/fakes/github/server.ts";
import { tenantId, writeFleet } from "./fleet.ts";

const ROOT = join(import.meta.dirname, "../..");
const REPOSITORY = "example/stores";
const TOKEN = "commenter";

/** Wall times in ms of the two processes of the action, as a runner starts them; `pictures` is how many PNGs there are. */
export async function timeComment(
  folder: string,
): Promise<{ readonly planMs: number; readonly commentMs: number; readonly pictures: number }> {
  const fleet = join(folder, "comment");
  await writeFleet(fleet, { tenants: 100, products: 18 });
  await cp(join(ROOT, "templates"), join(fleet, "templates"), { recursive: true });
  const git = (...words: readonly string[]): void => {
    const author = ["-c", "user.name=Bench", "-c", "user.email=bench@store.example", "-c", "gc.auto=0"];
    execFileSync("git", ["-C", fleet, ...author, ...words], { stdio: "ignore" });
  };
  git("init", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--message=Before");
  await appendFile(join(fleet, "tenants", tenantId(7), "about.md"), "\nOne more sentence.\n");
  git("commit", "--all", "--message=After");

  await using github = await startGitHub(REPOSITORY);
  github.state.tokens.set(TOKEN, { login: "github-actions[bot]", permissions: { "pull-requests": "write" } });
  const event = join(folder, "event.json");
  await writeFile(event, JSON.stringify({ pull_request: { number: 7, head: { sha: "head" } } }));
  const environment = {
    PATH: process.env["PATH"] ?? "",
    INPUT_ARTIFACT: "../artifact",
    INPUT_REPORT: join(folder, "report.json"),
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
  };
  await writeFile(environment.GITHUB_STEP_SUMMARY, "");
  const planMs = await timeAction(fleet, { ...environment, INPUT_COMMAND: "plan" });
  const commentMs = await timeAction(folder, {
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

/** Not waited for in a way that stops us: the fake answers from this process. */
async function timeAction(folder: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "action/dist/index.mjs")], {
    cwd: folder,
    env: environment,
    stdio: "ignore",
  });
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("exit", resolve));
  if (code !== 0) throw new Error(`the action ended with ${String(code)}`);
  return performance.now() - start;
}
