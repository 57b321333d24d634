/** A real git repository made of what this project has committed, with a bare one that it was pushed to. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const project = join(import.meta.dirname, "../..");

export interface Repository {
  /** The clone that a person works in. */
  readonly folder: string;
  /** The bare repository that the workflows check out from. */
  readonly origin: string;
  /** Writes files (null removes), commits, pushes the current branch; gives the commit. */
  commit(message: string, files: Readonly<Record<string, string | null>>): string;
  /** Starts a branch at the current commit. */
  branch(name: string): void;
  /** What GitHub checks out for a pull request: main, with the branch merged into it; gives the commit. */
  mergeForPullRequest(branch: string, number: number): string;
  checkOut(revision: string): void;
  /** The commit that a branch is at. */
  revision(branch: string): string;
  remove(): void;
}

/** Starts with one commit on main that holds this project's committed files. */
export function makeRepository(): Repository {
  const scratch = mkdtempSync(join(tmpdir(), "workflows-"));
  const folder = join(scratch, "clone");
  const origin = join(scratch, "origin.git");
  const git = (...options: readonly string[]) => run(folder, "git", ...options);

  mkdirSync(folder);
  run(project, "git", "archive", "--output", join(scratch, "project.tar"), "HEAD");
  run(folder, "tar", "-xf", join(scratch, "project.tar"));
  git("init", "--quiet", "--initial-branch", "main");
  for (const [key, value] of [
    ["user.name", "A Merchant"],
    ["user.email", "merchant@stores.example"],
    ["commit.gpgsign", "false"],
  ] as const)
    git("config", key, value);
  run(scratch, "git", "init", "--quiet", "--bare", "--initial-branch", "main", origin);
  run(origin, "git", "config", "uploadpack.allowAnySHA1InWant", "true");
  // The name of the repository is taken from this address; pushes go to the bare one.
  git("remote", "add", "origin", "https://github.com/example/stores.git");
  git("remote", "set-url", "--push", "origin", origin);

  const commit: Repository["commit"] = (message, files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      if (text === null) rmSync(join(folder, path), { recursive: true });
      else writeFileSync(join(folder, path), text);
    }
    git("add", "--all", "--force");
    git("commit", "--quiet", "--allow-empty", "--message", message);
    git("push", "--quiet", "origin", "HEAD");
    return git("rev-parse", "HEAD");
  };
  commit("The project", {});

  return {
    folder,
    origin,
    commit,
    branch: (name) => void git("switch", "--quiet", "--create", name),
    mergeForPullRequest: (branch, number) => {
      git("checkout", "--quiet", "--detach", "main");
      git("merge", "--quiet", "--no-ff", "--message", `Merge ${branch} into main`, branch);
      git("push", "--quiet", "--force", "origin", `HEAD:refs/pull/${number}/merge`);
      return git("rev-parse", "HEAD");
    },
    checkOut: (revision) => void git("checkout", "--quiet", revision),
    revision: (branch) => git("rev-parse", branch),
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

function run(folder: string, command: string, ...options: readonly string[]): string {
  return execFileSync(command, options, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
}
