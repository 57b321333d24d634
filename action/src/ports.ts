/** What the core asks of the world, as interfaces. */

/** One entry of a {@link Tree}. */
export interface Entry {
  /** Slash-separated, relative to the tree's root: `tenants/acme.yaml`. */
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
}

/** The repository's files at one moment: the working directory, or a commit. Never follows a link. */
export interface Tree {
  /** Everything below `folder`, sorted by path in code-unit order. Throws `RepoError` `missing` when there is no such folder. */
  list(folder: string): Promise<readonly Entry[]>;
  /** The bytes of a regular file; `RepoError` otherwise. Callers check `Entry.size` first. */
  read(path: string): Promise<Uint8Array>;
  /** The git blob id of a file's bytes: equal content, equal id, in the working directory and in git alike. */
  identify(path: string): Promise<string>;
}

/** The history that the trees are taken from. */
export interface Repo {
  /** The commit checked out, or null without git or when the working directory differs from it. */
  head(): Promise<string | null>;
  tree(commit: string): Tree;
  /** `unknown` when the clone does not have one of the two, even after a fetch. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean | "unknown">;
  /** Paths that differ between two commits, sorted. */
  changedPaths(base: string, head: string): Promise<readonly string[]>;
  /** The first parent of a commit; null at the root or where the clone is cut. */
  firstParent(commit: string): Promise<string | null>;
  /** What came to a branch after `base`, newest first: its own commits, not those of what was merged into it. At most `most`; all up to the root where `base` is null or unknown. */
  commitsSince(base: string | null, head: string, most: number): Promise<readonly string[]>;
}

/** An object as a listing or a reply to a write describes it. */
export interface StoredObject {
  readonly name: string;
  /** 64-bit, so a string; two objects of one name never share it. */
  readonly generation: string;
  /** Bytes as stored. */
  readonly size: number;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly contentEncoding: string;
  /** Custom metadata, ours to define. */
  readonly metadata: Readonly<Record<string, string>>;
  /** When this generation was written, by the bucket's clock, in ms since the epoch. */
  readonly updated: number;
}

/** What to store: `body` is written as it is (already compressed where `contentEncoding` says so). */
export interface Upload {
  readonly name: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly contentEncoding: "" | "gzip";
  readonly metadata: Readonly<Record<string, string>>;
}

/** Which objects a listing gives. */
export interface Listing {
  readonly prefix: string;
  /** Names `>=` this, in UTF-8 byte order, prefix included in the name. */
  readonly startOffset?: string;
  /** Names `<` this. */
  readonly endOffset?: string;
}

/** The half of a bucket that planning code is given. */
export interface BucketReader {
  /** Every live object that matches, in UTF-8 byte order of its name, all pages. */
  list(listing: Listing): Promise<readonly StoredObject[]>;
  /** The live object and its stored bytes (never decompressed), or undefined. */
  read(name: string): Promise<{ readonly object: StoredObject; readonly body: Uint8Array } | undefined>;
}

/** `expect` is the generation that the object must still have; "0": it must not exist. Otherwise `BucketError` `conflict`. */
export interface Bucket extends BucketReader {
  write(upload: Upload, expect: string): Promise<StoredObject>;
  /** Removing what does not exist is `missing`. */
  remove(name: string, expect: string): Promise<void>;
}

/**
 * No bucket sends a mutation to a server, or waits for its answer, later than this after the call, retries
 * and queues included: the margin that a lease must leave before it runs out. In ms.
 */
export const LONGEST_MUTATION_MS = 90_000;

/** Where the sites of a fleet go; a tenant's bucket cannot name an object of another tenant. */
export interface Destination {
  /** The pattern as given: `gs://BUCKET/{tenant}`. Part of the fingerprint. */
  readonly uri: string;
  /** Whether a store lies where its host says: without one it cannot go there, with another one it lies elsewhere. */
  readonly needsHost: boolean;
  bucketOf(tenant: Addressee): Bucket;
  /** Where a person finds the store once deployed; empty where it has no address there. Never throws. */
  urlOf(tenant: Addressee): string;
}

/** What a destination may put into its pattern. `host` is null where the tenant has no primary domain. */
export interface Addressee {
  readonly id: string;
  readonly host: string | null;
}

/** A comment of a pull request or an issue. */
export interface Comment {
  readonly id: number;
  /** The account that wrote it: `github-actions[bot]`. */
  readonly author: string;
  /** Markdown. */
  readonly body: string;
}

/** The comments of the pull requests of one repository. */
export interface Comments {
  /** Oldest first, all pages. */
  list(pullRequest: number): Promise<readonly Comment[]>;
  create(pullRequest: number, body: string): Promise<Comment>;
  edit(id: number, body: string): Promise<void>;
}

/** What is known of merged work. */
export interface PullRequests {
  /** Numbers of the pull requests that brought a commit to its branch. */
  ofCommit(commit: string): Promise<readonly number[]>;
}

/** A change that asks to be merged: one commit on a branch of its own, and the pull request for it. */
export interface Proposal {
  /** `requests/acme`, `requests/person.1`; of ids only. */
  readonly branch: string;
  /** The commit of main that it is built on. */
  readonly base: string;
  /** By path, null to delete. */
  readonly files: ReadonlyMap<string, string | null>;
  /** One line of ids only: no text of a tenant may speak to GitHub. */
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Told each commit before the branch holds it: what it was not told of is somebody else's. */
  readonly noteCommit?: (commit: string) => Promise<void>;
}

/** Where a proposal stands. */
export interface ProposalState {
  readonly state: "open" | "merged" | "closed";
  /** The commit that brought it to main; null unless it was merged. */
  readonly commit: string | null;
}

/** The proposals of a machine to one repository. */
export interface Proposals {
  /**
   * Makes the branch hold exactly this and a pull request ask for it; both stay as they are where they do already.
   * Undefined, and nothing done, where the pull request is open and its branch ends with somebody else's commit.
   */
  propose(proposal: Proposal): Promise<{ readonly number: number; readonly url: string } | undefined>;
  /** Those that are open, on branches of this repository whose names start so. */
  listOpen(start: string): Promise<readonly { readonly number: number; readonly branch: string }[]>;
  stateOf(number: number): Promise<ProposalState>;
  /** The commit that its branch ends with, and every path that differs, by both names where it was renamed; undefined where it does not ask main. */
  contentOf(number: number): Promise<{ readonly commit: string; readonly paths: readonly string[] } | undefined>;
  /** Whether every check of the commit came to a good end, the plan's among them. */
  isGreen(commit: string): Promise<boolean>;
  /** Merges it while its branch ends with this very commit. Gives the commit on main; undefined where GitHub does not let it. */
  merge(number: number, commit: string, title: string): Promise<string | undefined>;
  /** Closes one that asks for nothing any more. */
  withdraw(number: number): Promise<void>;
}

/** What an address made of a message; `unreachable` may pass, `refused` is said of this one message. */
export type CallbackAnswer =
  | { readonly kind: "delivered" }
  | { readonly kind: "gone" | "refused" | "unreachable"; readonly why: string };

/** Other systems' addresses. */
export interface Callbacks {
  /** Sends once; never throws, follows no redirect, reaches only public addresses. */
  post(address: URL, message: SignedMessage): Promise<CallbackAnswer>;
}

/** Workflows that may be started. */
export interface Workflows {
  /** Starts `drain.yml` on a branch with what its form asks for; GitHub says nothing of the run that comes of it. */
  start(file: string, branch: string, inputs: Readonly<Record<string, string>>): Promise<void>;
}

/** What GitHub lists as deployed. */
export interface Deployments {
  /** Ends the last ones of an environment whose address `isGone`, so that GitHub leads nobody there; gives how many. */
  retire(environment: string, isGone: (url: string) => boolean): Promise<number>;
}

/** An issue that is open. */
export interface Issue {
  readonly number: number;
  readonly title: string;
}

/** The issues of one repository. */
export interface Issues {
  /** Those that are open and that `author` opened, newest first. */
  listOpen(author: string): Promise<readonly Issue[]>;
  create(issue: { readonly title: string; readonly body: string }): Promise<Issue>;
  update(number: number, change: { readonly body: string; readonly isOpen: boolean }): Promise<void>;
}

/** What nobody can guess. */
export interface Chance {
  /** 128 bits as 32 hex digits, others at each call. */
  secret(): string;
}

/** Wall time for people and leases between machines, monotonic time for waiting and for one's own lease. */
export interface Clock {
  /** Wall clock, ms since the epoch. */
  now(): number;
  /** Monotonic, ms since an arbitrary start. */
  monotonic(): number;
  sleep(ms: number): Promise<void>;
}

/** Files of one folder as they are needed, by name. */
export type FolderFiles = AsyncIterable<readonly [name: string, bytes: Uint8Array]>;

/** Where the engine of another commit runs, in a process of its own. */
export interface EngineHost {
  /**
   * The lines that `entry`, one of the files of `program`, prints while it runs in a folder that holds `data`; it
   * reads these two and nothing else. Throws `EngineError` when it fails, falls silent or says too much. Whoever
   * stops early ends the process.
   */
  run(engine: {
    readonly program: FolderFiles;
    readonly entry: string;
    readonly data: FolderFiles;
  }): AsyncGenerator<string, void>;
}

/** What happens while it happens; `Report` is what came of it. Views turn both into text. */
export type LogEvent =
  | { readonly type: "note" | "warning"; readonly message: string }
  | { readonly type: "tenant-started"; readonly tenant: string }
  | {
      readonly type: "operation";
      readonly tenant: string;
      readonly verb: "create" | "update" | "delete";
      readonly path: string;
      readonly phase: string;
      readonly reason: string;
    }
  | {
      readonly type: "retry";
      readonly request: string;
      readonly attempt: number;
      readonly attempts: number;
      readonly waitMs: number;
      readonly reason: string;
    }
  | { readonly type: "tenant-finished"; readonly outcome: Outcome }
  | { readonly type: "progress"; readonly done: number; readonly total: number };
/** Where events go; never throws. */
export type Log = (event: LogEvent) => void;

/** The world went wrong, not an author. `hint` is the way out. */
export abstract class PortError<Code extends string> extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  constructor(code: Code, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** `conflict`: a precondition failed. `transient`: worth another attempt. `denied`: credentials or permission. */
export class BucketError extends PortError<"conflict" | "denied" | "missing" | "transient" | "invalid" | "unknown"> {
  override readonly name = "BucketError";
  /** How long the server asked us to wait, where it did, in ms. */
  readonly retryAfterMs: number | undefined;
  constructor(
    code: BucketError["code"],
    message: string,
    options: { hint?: string; cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Makes pictures ready for pages. Equal bytes in, equal bytes out, on every machine. Both throw `PictureError` `unavailable`. */
export interface Pictures {
  /** Decodes, turns upright, shrinks, strips; `PictureError` where that cannot be done. */
  prepare(source: Uint8Array): Promise<PreparedPicture>;
  /** A drawing of the engine (SVG, with its size in pixels) as an opaque PNG. */
  draw(drawing: string): Promise<Uint8Array>;
}

/** `broken`: no decoder can read it. `pixels`: it would unfold to more than is borne. `unavailable`: there is nobody to look. */
export class PictureError extends PortError<"broken" | "pixels" | "unavailable"> {
  override readonly name = "PictureError";
}

/** A page as a visitor comes to it. */
export interface PageView {
  /** What the site has at a path, without a leading slash; the page may ask for nothing else. */
  readonly fileAt: (path: string) => { readonly body: Uint8Array; readonly contentType: string } | undefined;
  /** `products/tarn/index.html`. */
  readonly page: string;
  /** Of the window, in CSS pixels. */
  readonly width: number;
}

/** A browser that is running. */
export interface Browser {
  /** A PNG of the page from its top, cut where it grows very long; equal pages, equal pixels. Throws `BrowserError`. */
  photograph(view: PageView): Promise<Uint8Array>;
  /** Ends it, whatever it does. */
  close(): Promise<void>;
}

/** `missing`: there is no browser here. `failed`: it did not start, or ended. `slow`: it took too long and was ended. */
export class BrowserError extends PortError<"missing" | "failed" | "slow"> {
  override readonly name = "BrowserError";
}

/** Another commit's program did not do what its protocol says. Its own words may be in the message. */
export class EngineError extends PortError<"engine"> {
  override readonly name = "EngineError";
}

/** `denied`: the token may not. `missing`: there is no such thing, or the token may not see it. `limited`: asked too much, even after waiting. `invalid`: GitHub takes no such thing. */
export class GitHubError extends PortError<"denied" | "missing" | "limited" | "invalid" | "unknown"> {
  override readonly name = "GitHubError";
}

/** The repository cannot give what was asked of it. */
export class RepoError extends PortError<"missing" | "unreadable" | "not-a-file" | "git"> {
  override readonly name = "RepoError";
}

import type { Outcome } from "./model/report.ts";
import type { SignedMessage } from "./model/signed-message.ts";
import type { PreparedPicture } from "./model/store.ts";
