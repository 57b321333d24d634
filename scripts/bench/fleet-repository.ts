/** A fleet in a git repository, as a runner checks it out. */
import { execFileSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { type FleetShape, writeFleet } from "./fleet.ts";

/** Makes a repository in `folder` with a fleet and the templates in it, one commit old; gives the folder. */
export async function openFleetRepository(folder: string, shape: FleetShape): Promise<string> {
  await writeFleet(folder, shape);
  await cp(join(import.meta.dirname, "../../templates"), join(folder, "templates"), { recursive: true });
  gitIn(folder, "init", "--initial-branch=main");
  commitAll(folder, "Before");
  return folder;
}

/** Commits whatever is there. */
export function commitAll(folder: string, message: string): void {
  gitIn(folder, "add", "--all");
  gitIn(folder, "commit", `--message=${message}`);
}

/** Runs git silently; throws where it fails. */
export function gitIn(folder: string, ...words: readonly string[]): void {
  // A commit of many files would begin to pack them by itself, in the background.
  const settings = ["-c", "user.name=Bench", "-c", "user.email=bench@store.example", "-c", "gc.auto=0"];
  execFileSync("git", ["-C", folder, ...settings, ...words], { stdio: "ignore" });
}
