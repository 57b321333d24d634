/** A machine's changes as branches and pull requests, by GitHub's Git database API: one commit on a branch of its own. */
import { hash } from "node:crypto";
import type { Octokit as Client } from "@octokit/rest";
import type { Proposal, Proposals } from "../ports.ts";

/** What asks, as `io/github.ts` made it: its errors are ours already. */
interface Asking {
  readonly client: Client;
  readonly of: { readonly owner: string; readonly repo: string };
  readonly asked: <Answer>(ask: () => Promise<Answer>) => Promise<Answer>;
  /** For what creates: tried once, then looked for. */
  readonly once: { readonly request: { readonly retries: number } };
}

/** The last line of a commit's message: the same change on the same commit of main is not made again. */
const MARK = "Proposal: ";
const OURS = /\nProposal: [0-9a-f]{64}$/;

/** Proposals through a client whose token may write contents and pull requests. */
export function proposalsOf({ client, of, asked, once }: Asking): Proposals {
  const { git, pulls } = client.rest;

  let mainBranch: Promise<string> | undefined;
  const askMainBranch = () => (mainBranch ??= client.rest.repos.get(of).then(({ data }) => data.default_branch));

  async function branchHead(branch: string): Promise<{ readonly sha: string; readonly message: string } | undefined> {
    const { data } = await git.listMatchingRefs({ ...of, ref: `heads/${branch}` });
    const sha = data.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha;
    if (sha === undefined) return undefined;
    const { message } = (await git.getCommit({ ...of, commit_sha: sha })).data;
    return { sha, message };
  }

  async function writeBranch(
    { branch, base, files, title, noteCommit }: Proposal,
    mark: string,
    found: Awaited<ReturnType<typeof branchHead>>,
  ): Promise<void> {
    if (found?.message.endsWith(mark) === true) return;
    const entries = [...files].map(([path, content]) => {
      const entry = { path, mode: "100644", type: "blob" } as const;
      return content === null ? { ...entry, sha: null } : { ...entry, content };
    });
    const tree = await git.createTree({ ...of, base_tree: base, tree: entries });
    const message = `${title}\n\n${mark}`;
    const commit = await git.createCommit({ ...of, message, tree: tree.data.sha, parents: [base] });
    const { sha } = commit.data;
    await noteCommit?.(sha);
    if (found === undefined) await git.createRef({ ...of, ref: `refs/heads/${branch}`, sha, ...once });
    else await git.updateRef({ ...of, ref: `heads/${branch}`, sha, force: true });
  }

  return {
    propose: (proposal) =>
      asked(async () => {
        const { branch, title, body } = proposal;
        const [head, open, main] = await Promise.all([
          branchHead(branch),
          pulls.list({ ...of, head: `${of.owner}:${branch}`, state: "open" }),
          askMainBranch(),
        ]);
        const [found] = open.data;
        // What a branch without a pull request ends with, nobody waits for any more.
        if (found !== undefined && head !== undefined && !OURS.test(head.message)) return undefined;
        await writeBranch(proposal, MARK + digestOf(proposal), head);
        if (found === undefined) {
          const { data } = await pulls.create({ ...of, head: branch, base: main, title, body, ...once });
          return { number: data.number, url: data.html_url };
        }
        if (found.title !== title || found.body !== body)
          await pulls.update({ ...of, pull_number: found.number, title, body });
        return { number: found.number, url: found.html_url };
      }),
    listOpen: (start) =>
      asked(async () => {
        const found = await client.paginate(pulls.list, { ...of, state: "open", per_page: 100 });
        const here = `${of.owner}/${of.repo}`.toLowerCase();
        // A fork may call a branch as it likes.
        return found
          .filter(({ head }) => head.ref.startsWith(start) && head.repo?.full_name.toLowerCase() === here)
          .map(({ number, head }) => ({ number, branch: head.ref }));
      }),
    stateOf: (pull_number) =>
      asked(async () => {
        const { data } = await pulls.get({ ...of, pull_number });
        return data.merged
          ? { state: "merged", commit: data.merge_commit_sha }
          : { state: data.state === "open" ? "open" : "closed", commit: null };
      }),
    contentOf: (pull_number) =>
      asked(async () => {
        const { head, base } = (await pulls.get({ ...of, pull_number })).data;
        if (base.ref !== base.repo.default_branch) return undefined;
        const files = await client.paginate(pulls.listFiles, { ...of, pull_number, per_page: 100 });
        const paths = files.flatMap(({ filename, previous_filename: before }) => [filename, before ?? filename]);
        return { commit: head.sha, paths: [...new Set(paths)] };
      }),
    isGreen: (ref) =>
      asked(async () => {
        const runs = await client.paginate(client.rest.checks.listForRef, { ...of, ref, per_page: 100 });
        // Any App may call a check by this name.
        const isPlanned = runs.some(({ name, app }) => name === PLAN_CHECK && app?.slug === "github-actions");
        return isPlanned && runs.every(({ name, conclusion }) => isGood(name, conclusion));
      }),
    merge: (pull_number, sha, title) =>
      asked(async () => {
        const commit = { sha, merge_method: "squash", commit_title: `${title} (#${pull_number})` } as const;
        try {
          return (await pulls.merge({ ...of, pull_number, ...commit, commit_message: "", ...once })).data.sha;
        } catch (error) {
          if (isRefusal(error)) return undefined;
          throw error;
        }
      }),
    withdraw: (pull_number) => asked(async () => void (await pulls.update({ ...of, pull_number, state: "closed" }))),
  };
}

/** The job of the workflow that plans a pull request. */
const PLAN_CHECK = "Plan";

/** A job that had nothing to do is fine, but for the plan's. */
const isGood = (name: string, conclusion: string | null): boolean =>
  conclusion === "success" || (name !== PLAN_CHECK && (conclusion === "skipped" || conclusion === "neutral"));

/** 405: a rule of the repository or a conflict stands against it. 409: the branch ends with another commit. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && "status" in error && (error.status === 405 || error.status === 409);

/** Of what the branch will hold: equal changes of one commit, equal digests. */
const digestOf = ({ base, files }: Proposal): string =>
  hash("sha256", JSON.stringify([base, [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))]));
