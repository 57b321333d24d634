/** Main with its history: what the fake GitHub merges is there at the next look. */
import type { DrainOptions } from "../../action/src/commands/drain.ts";
import type { FakeGitHub } from "../fakes/github/server.ts";
import { treeOfFiles } from "./tree-of-files.ts";

/** A branch that drains start from. */
export interface Main {
  /** What a drain sees of it now. */
  look(): Pick<DrainOptions, "tree" | "commit" | "folders" | "history">;
  fileOf(path: string): string | undefined;
  /** As a person does. */
  push(path: string, text: string | null): void;
  /** As a person does by the green button; throws where no pull request of the branch is open. */
  mergeByHand(branch: string): void;
}

/** One commit old, with these files. */
export function openMain(fake: FakeGitHub, files: Readonly<Record<string, string>>): Main {
  const main = new Map(Object.entries(files));
  const commits: { readonly sha: string; readonly paths: readonly string[] }[] = [{ sha: "a".repeat(40), paths: [] }];
  const commit = (sha: string, changes: Readonly<Record<string, string | null>>): void => {
    commits.push({ sha, paths: Object.keys(changes) });
    for (const [path, text] of Object.entries(changes)) {
      if (text === null) main.delete(path);
      else main.set(path, text);
    }
  };
  const catchUp = (): void => {
    for (const { merge_commit_sha: sha } of fake.state.pullRequests)
      if (sha !== null && !commits.some((one) => one.sha === sha))
        commit(sha, fake.state.commits.get(sha)?.files ?? {});
  };
  return {
    look: () => {
      catchUp();
      return {
        tree: treeOfFiles(main),
        commit: commits.at(-1)?.sha ?? "",
        folders: { tenants: "tenants", templates: "templates" },
        history: {
          isAncestor: async () => true,
          changedPaths: async (base, head) => {
            const [from, to] = [base, head].map((sha) => commits.findIndex((one) => one.sha === sha));
            return commits.slice((from ?? 0) + 1, (to ?? 0) + 1).flatMap(({ paths }) => paths);
          },
        },
      };
    },
    fileOf: (path) => {
      catchUp();
      return main.get(path);
    },
    push: (path, text) => commit(String(commits.length).padStart(40, "0"), { [path]: text }),
    mergeByHand: (branch) => {
      const at = fake.state.pullRequests.findLastIndex(({ head, state }) => head === branch && state === "open");
      const found = fake.state.pullRequests[at];
      if (found === undefined) throw new Error(`no open pull request of ${branch}`);
      const written = fake.state.commits.get(fake.state.branches.get(branch) ?? "");
      const sha = String(commits.length).padStart(40, "0");
      fake.state.pullRequests[at] = { ...found, state: "closed", merged_at: "now", merge_commit_sha: sha };
      commit(sha, written?.files ?? {});
    },
  };
}
