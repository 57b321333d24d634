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

  async function branchHead(branch: string): Promise<{ readonly sha: string; readonly message: string } | undefined> {
    const { data } = await git.listMatchingRefs({ ...of, ref: `heads/${branch}` });
    const sha = data.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha;
    if (sha === undefined) return undefined;
    const { message } = (await git.getCommit({ ...of, commit_sha: sha })).data;
    return { sha, message };
  }

  async function writeBranch(
    { branch, base, files, title }: Proposal,
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
    if (found === undefined) await git.createRef({ ...of, ref: `refs/heads/${branch}`, sha, ...once });
    else await git.updateRef({ ...of, ref: `heads/${branch}`, sha, force: true });
  }

  return {
    propose: (proposal) =>
      asked(async () => {
        const { branch, title, body } = proposal;
        const [head, open] = [
          await branchHead(branch),
          await pulls.list({ ...of, head: `${of.owner}:${branch}`, state: "open" }),
        ];
        const [found] = open.data;
        // What a branch without a pull request ends with, nobody waits for any more.
        if (found !== undefined && head !== undefined && !OURS.test(head.message)) return undefined;
        await writeBranch(proposal, MARK + digestOf(proposal), head);
        if (found === undefined) {
          const { default_branch: main } = (await client.rest.repos.get(of)).data;
          const { data } = await pulls.create({ ...of, head: branch, base: main, title, body, ...once });
          return { number: data.number, url: data.html_url };
        }
        if (found.title !== title || found.body !== body)
          await pulls.update({ ...of, pull_number: found.number, title, body });
        return { number: found.number, url: found.html_url };
      }),
    stateOf: (pull_number) =>
      asked(async () => {
        const { data } = await pulls.get({ ...of, pull_number });
        return data.merged
          ? { state: "merged", commit: data.merge_commit_sha }
          : { state: data.state === "open" ? "open" : "closed", commit: null };
      }),
    withdraw: (pull_number) => asked(async () => void (await pulls.update({ ...of, pull_number, state: "closed" }))),
  };
}

/** Of what the branch will hold: equal changes of one commit, equal digests. */
const digestOf = ({ base, files }: Proposal): string =>
  hash("sha256", JSON.stringify([base, [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))]));
