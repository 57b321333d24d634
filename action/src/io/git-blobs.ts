/** Blobs of a repository from one `git cat-file --batch` child, asked ahead of its answers. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { Socket } from "node:net";
import { RepoError } from "../ports.ts";

/** Reads blobs of one repository; whoever opened it closes it. */
export interface BlobReader {
  /** The bytes of a blob by its full id. Throws `RepoError` `missing` where the clone lacks it. */
  read(id: string): Promise<Uint8Array>;
  /** Ends the child; requests that are under way fail. */
  close(): Promise<void>;
}

interface Request {
  readonly id: string;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: RepoError) => void;
}

/** Starts the child at once. Answers come in the order of the questions, so questions need not wait for answers. */
export function blobReader(root: string, environment: Record<string, string>): BlobReader {
  const child = spawn("git", ["-C", root, "cat-file", "--batch"], { env: environment, stdio: "pipe" });
  const waiting: Request[] = [];
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let failure: RepoError | undefined;

  function fail(error: RepoError): void {
    failure ??= error;
    for (const request of waiting.splice(0)) request.reject(failure);
  }

  child.on("error", (cause) => fail(new RepoError("git", `cannot start git: ${cause.message}`, { cause })));
  child.on("close", () => fail(new RepoError("git", "git cat-file ended before it answered")));
  child.stdin.on("error", (cause) => fail(new RepoError("git", `git cat-file: ${cause.message}`, { cause })));
  child.stderr.resume();
  const takeAnswers = answerParser((answer) => {
    const request = waiting.shift();
    if (request === undefined) return;
    if (waiting.length === 0) setHolding(child, false);
    if (answer.bytes !== undefined) request.resolve(answer.bytes);
    else request.reject(new RepoError("missing", `git has no blob ${request.id}`, { hint: MISSING_BLOB_HINT }));
  });
  child.stdout.on("data", takeAnswers);
  setHolding(child, false);

  return {
    read: (id) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        if (waiting.length === 0) setHolding(child, true);
        waiting.push({ id, resolve, reject });
        child.stdin.write(`${id}\n`);
      }),
    close: () => {
      fail(new RepoError("git", "the repository was closed"));
      child.stdin.end();
      setHolding(child, true);
      return ended;
    },
  };
}

const MISSING_BLOB_HINT = "the clone lacks file contents: check it out without a filter";

/** While nothing is asked, the child does not keep our process alive; it ends when its input does. */
function setHolding(child: ChildProcessWithoutNullStreams, holding: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    if (part !== child && !(part instanceof Socket)) continue;
    if (holding) part.ref();
    else part.unref();
  }
}

interface Answer {
  /** Undefined: no such blob. */
  readonly bytes: Uint8Array | undefined;
}

/** Header lines read `1f2e… blob 1234`, then the bytes, then a line feed; or `1f2e… missing` alone. */
function answerParser(take: (answer: Answer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 1;
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    // Joining only once enough is there keeps a large blob from being copied with each of its pieces.
    if (held < wanted) return;
    const buffer = chunks.length === 1 ? chunk : Buffer.concat(chunks, held);
    let start = 0;
    wanted = 1;
    while (start < buffer.length) {
      const lineEnd = buffer.indexOf(0x0a, start);
      if (lineEnd === -1) break;
      const [, type, size] = buffer.toString("latin1", start, lineEnd).split(" ");
      const bodyStart = lineEnd + 1;
      if (type !== "blob") {
        take({ bytes: undefined });
        start = bodyStart;
        continue;
      }
      const bodyEnd = bodyStart + Number(size);
      if (bodyEnd >= buffer.length) {
        wanted = bodyEnd + 1 - start;
        break;
      }
      take({ bytes: new Uint8Array(buffer.subarray(bodyStart, bodyEnd)) });
      start = bodyEnd + 1;
    }
    chunks = start < buffer.length ? [buffer.subarray(start)] : [];
    held = buffer.length - start;
  };
}
