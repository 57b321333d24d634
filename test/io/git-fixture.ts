/** Real git repositories in temporary folders, with fixed names and dates. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface FixtureRepository {
  readonly root: string;
  /** Runs git and gives its trimmed output. */
  git(...words: readonly string[]): string;
  /** Writes files (null removes one) and commits everything; gives the commit's id. */
  commit(message: string, files: Readonly<Record<string, string | Uint8Array | null>>): string;
}

/** A repository on branch `main` without any commit. */
export function fixtureRepository(root: string = temporaryFolder()): FixtureRepository {
  const identity = { name: "Merchant", email: "merchant@shop.example", date: "2026-01-01T00:00:00Z" };
  const env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_AUTHOR_DATE: identity.date,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
    GIT_COMMITTER_DATE: identity.date,
  };
  const git = (...words: readonly string[]) =>
    execFileSync("git", words, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  mkdirSync(root, { recursive: true });
  git("init", "--quiet", "--initial-branch=main");
  return {
    root,
    git,
    commit: (message, files) => {
      writeFiles(root, files);
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", `--message=${message}`);
      return git("rev-parse", "HEAD");
    },
  };
}

/** Writes files below `root`, with their folders; null removes one. */
export function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array | null>>): void {
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    if (content === null) {
      rmSync(full, { recursive: true });
      continue;
    }
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }
}
