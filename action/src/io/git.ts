/** The repository's history, asked of the `git` program. */
import { spawn } from "node:child_process";
import { isAbsolute, relative, resolve as resolvePath, sep } from "node:path";
import { RepoError, type Entry, type Repo, type Tree } from "../ports.ts";
import { blobReader, type BlobReader } from "./git-blobs.ts";

/** All that git may know of our environment: how to find itself, its settings, and the way to the remote. */
const PASSED_ON = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "SystemRoot",
  "XDG_CONFIG_HOME",
  "SSH_AUTH_SOCK",
  "HTTPS_PROXY",
  "https_proxy",
  "NO_PROXY",
  "no_proxy",
];

const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin";

const CUT_CLONE_HINT = "the clone has only a part of the history: check it out with `fetch-depth: 0`";

/** What git may know of the machine, and what the caller cares for. */
export interface GitOptions {
  /** The environment of the process; only an allow-list of it reaches git. Without it git is looked for in the usual places. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /**
   * What sites are made from, files and folders, relative to `root`: `head()` names a commit only when it holds just
   * these. A change elsewhere is of no interest.
   */
  readonly made: readonly string[];
}

/** `close` ends the child process that serves blobs; not closing it leaks the process until ours ends. */
export interface GitRepo extends Repo, AsyncDisposable {
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly output: Buffer;
  readonly complaint: string;
}

/**
 * The repository that holds the folder `root`; all paths are relative to `root`.
 * Throws `RepoError` `git` where git itself fails, `missing` where a tree lacks a path.
 */
export function gitRepo(root: string, options: GitOptions): GitRepo {
  const environment = limitEnvironment(options.environment ?? {});
  const { made } = options;
  let blobs: BlobReader | undefined;
  const readBlob = (id: string): Promise<Uint8Array> => (blobs ??= blobReader(root, environment)).read(id);

  const git = (...words: readonly string[]): Promise<Reply> => runGit(root, environment, words);

  async function gitOutput(...words: readonly string[]): Promise<Buffer> {
    const reply = await git(...words);
    if (reply.status !== 0) throw gitFailed(words, reply);
    return reply.output;
  }

  /** Full ids that are known to be here: they stay here, and each question costs a process. */
  const present = new Set<string>();

  async function resolveCommit(revision: string): Promise<string | null> {
    requireRevision(revision);
    if (present.has(revision)) return revision;
    const reply = await git("rev-parse", "--verify", "--quiet", `${revision}^{commit}`);
    if (reply.status !== 0) return null;
    const commit = reply.output.toString().trim();
    present.add(commit);
    return commit;
  }

  async function requireCommit(revision: string): Promise<string> {
    const commit = await resolveCommit(revision);
    if (commit === null) throw new RepoError("git", `this clone has no commit ${revision}`, { hint: CUT_CLONE_HINT });
    return commit;
  }

  const isCut = async (): Promise<boolean> =>
    (await gitOutput("rev-parse", "--is-shallow-repository")).toString().trim() === "true";

  async function fetchMissing(commit: string): Promise<boolean> {
    if ((await resolveCommit(commit)) !== null) return true;
    await git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", commit);
    return (await resolveCommit(commit)) !== null;
  }

  async function contains(ancestor: string, descendant: string): Promise<boolean> {
    const words = ["merge-base", "--is-ancestor", ancestor, descendant];
    const reply = await git(...words);
    if (reply.status > 1) throw gitFailed(words, reply);
    return reply.status === 0;
  }

  return {
    head: async () => {
      // No commit of this repository stands for files that lie outside of it.
      if (made.some((path) => isOutside(root, path))) return null;
      // A file that git ignores is in no commit, but a site would hold it.
      const words = ["status", "--porcelain", "-z", "--untracked-files=all", "--ignored", "--", ...made];
      const [found, changed] = await Promise.all([
        git("rev-parse", "--verify", "--quiet", "HEAD^{commit}"),
        git(...words),
      ]);
      if (found.status === 128 && !/not a git repository/.test(found.complaint)) throw gitFailed(["rev-parse"], found);
      if (found.status !== 0) return null;
      if (changed.status !== 0) throw gitFailed(words, changed);
      if (changed.output.length > 0) return null;
      const commit = found.output.toString().trim();
      present.add(commit);
      return commit;
    },

    tree: (commit) => commitTree(async () => readEntries(await requireCommit(commit), gitOutput), commit, readBlob),

    isAncestor: async (ancestor, descendant) => {
      for (const commit of [ancestor, descendant]) if (!(await fetchMissing(commit))) return "unknown";
      if (await contains(ancestor, descendant)) return true;
      if (!(await isCut()) || (await contains(descendant, ancestor))) return false;
      // Behind the cut there may be a way from one to the other.
      throw new RepoError("git", `cannot tell whether ${ancestor} comes before ${descendant}`, {
        hint: CUT_CLONE_HINT,
      });
    },

    changedPaths: async (base, head) => {
      const [from, to] = [await requireCommit(base), await requireCommit(head)];
      const words = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--relative", from, to];
      return splitNul(await gitOutput(...words)).toSorted();
    },

    firstParent: async (commit) => {
      const child = await requireCommit(commit);
      return resolveCommit(`${child}^1`);
    },

    commitsSince: async (base, head, most) => {
      const known = base === null ? null : await resolveCommit(base);
      const range = [await requireCommit(head), ...(known === null ? [] : [`^${known}`])];
      const output = await gitOutput("rev-list", "--first-parent", `--max-count=${most}`, ...range);
      return output.toString().split("\n").filter(Boolean);
    },

    close: async () => blobs?.close(),
    [Symbol.asyncDispose]: async () => blobs?.close(),
  };
}

/** An entry and where its bytes are. */
interface GitEntry extends Entry {
  readonly id: string;
}

/** A commit's files; its listing is asked for once, at the first use. */
function commitTree(
  listEntries: () => Promise<readonly GitEntry[]>,
  commit: string,
  readBlob: (id: string) => Promise<Uint8Array>,
): Tree {
  let listing: Promise<ReadonlyMap<string, GitEntry>> | undefined;
  const entries = () => (listing ??= listEntries().then((found) => new Map(found.map((entry) => [entry.path, entry]))));

  async function requireFile(path: string): Promise<GitEntry> {
    const entry = (await entries()).get(path);
    if (entry === undefined) throw new RepoError("missing", `there is no ${path} in commit ${commit}`);
    if (entry.kind !== "file") throw new RepoError("not-a-file", `${path} is not a regular file in commit ${commit}`);
    return entry;
  }

  return {
    list: async (folder) => {
      const found = await entries();
      if (found.get(folder)?.kind !== "directory")
        throw new RepoError("missing", `there is no folder ${folder} in commit ${commit}`);
      return [...found.values()].filter((entry) => entry.path.startsWith(`${folder}/`));
    },
    read: async (path) => readBlob((await requireFile(path)).id),
    identify: async (path) => (await requireFile(path)).id,
  };
}

async function readEntries(
  commit: string,
  gitOutput: (...words: readonly string[]) => Promise<Buffer>,
): Promise<readonly GitEntry[]> {
  const lines = splitNul(await gitOutput("ls-tree", "-r", "-t", "-l", "-z", commit));
  return lines.map(readEntry).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A line of `git ls-tree -l -z`: `100644 blob 1f2e…    1234\ttenants/acme.yaml`. A pattern would take twice as long. */
function readEntry(line: string): GitEntry {
  const tab = line.indexOf("\t");
  const [mode = "", type = "", id = ""] = line.slice(0, tab).split(" ", 3);
  const path = line.slice(tab + 1);
  if (tab < 0 || id === "" || path === "")
    throw new RepoError("git", `git listed a line that we do not understand: ${JSON.stringify(line)}`);
  const kind = kindOf(mode, type, path);
  return { path, kind, size: kind === "file" ? Number(line.slice(line.lastIndexOf(" ", tab), tab)) : 0, id };
}

/** Only plain files are files: an executable, a submodule or a name that is not UTF-8 has no business in our folders. */
function kindOf(mode: string, type: string, path: string): Entry["kind"] {
  if (type === "tree") return "directory";
  if (mode === "120000") return "symlink";
  return mode === "100644" && !path.includes("\u{fffd}") ? "file" : "other";
}

const splitNul = (output: Buffer): string[] => output.toString().split("\0").slice(0, -1);

function isOutside(root: string, path: string): boolean {
  const inner = relative(root, resolvePath(root, path));
  return isAbsolute(inner) || inner.split(sep)[0] === "..";
}

/** A revision is a word of the command line: one that looks like an option, or names something else than a commit, is refused. */
function requireRevision(revision: string): void {
  if (/^[0-9A-Za-z][\w./~^-]*$/.test(revision)) return;
  throw new RepoError("git", `${JSON.stringify(revision)} is not the name of a commit`, {
    hint: "give a commit id, a branch or a tag",
  });
}

function limitEnvironment(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]));
  return {
    PATH: DEFAULT_PATH,
    ...Object.fromEntries(passed),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

/** Words that stand before every command: patterns are plain paths, and the repository's settings run no program. */
const GIT_WORDS = ["--literal-pathspecs", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"];

function runGit(root: string, environment: Record<string, string>, words: readonly string[]): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-C", root, ...GIT_WORDS, ...words], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
    child.on("error", (cause) => {
      // No git at all is the same to a caller as no repository.
      const absent = "code" in cause && cause.code === "ENOENT";
      if (absent) resolve({ status: 127, output: Buffer.alloc(0), complaint: "the git program was not found" });
      else reject(new RepoError("git", `cannot start git: ${cause.message}`, { cause }));
    });
    child.on("close", (status) =>
      resolve({ status: status ?? 128, output: Buffer.concat(output), complaint: Buffer.concat(complaint).toString() }),
    );
  });
}

function gitFailed(words: readonly string[], reply: Reply): RepoError {
  const said = reply.complaint.trim() === "" ? `exit status ${reply.status}` : reply.complaint.trim();
  return new RepoError("git", `git ${words[0] ?? ""} failed: ${said}`, { hint: hintFor(reply) });
}

function hintFor(reply: Reply): string {
  if (reply.status === 127) return "install git, and see that it is on the PATH";
  if (reply.complaint.includes("dubious ownership"))
    return "the folder belongs to another user: add it to git's safe.directory";
  if (reply.complaint.includes("not a git repository")) return "run this inside a clone of the repository";
  return CUT_CLONE_HINT;
}
