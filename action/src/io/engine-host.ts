/**
 * Runs the engine of another commit in a process of its own.
 *
 * It starts with an empty environment under Node's permission model: it reads its own folder and no other, writes no
 * file and starts no process. That is a seat belt and no wall: it can still signal us and reach the network. The wall
 * is the job, which holds nothing worth taking. Whatever it prints is taken for hostile: a line has a longest length
 * and has to come in time, and whoever reads the lines knows how many there may be.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import type { Readable } from "node:stream";
import { EngineError, type EngineHost, type FolderFiles } from "../ports.ts";

/** What a process may do before it is ended. */
export interface HostLimits {
  /** The longest wait for a line, in ms. The first one waits for the whole fleet to be read. */
  readonly silenceMs: number;
  /** The longest line. */
  readonly lineBytes: number;
}

/** A store of 50,000 products takes about 10 MB. */
const LIMITS: HostLimits = { silenceMs: 120_000, lineBytes: 32 * 1024 * 1024 };

/** Of what it complains about, the last characters are told. */
const COMPLAINT_LIMIT = 1_000;

/** Files go to a folder among the temporary ones that is removed when the last line was read. */
export const engineHost = (limits: Partial<HostLimits> = {}): EngineHost => ({
  run: async function* run({ program, entry, data }) {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "engine-")));
    try {
      const [code, work] = [join(folder, "program"), join(folder, "data")];
      await writeFiles(code, program);
      await writeFiles(work, data);
      yield* readLines(start(folder, join(code, entry), work), { ...LIMITS, ...limits });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

async function writeFiles(folder: string, files: FolderFiles): Promise<void> {
  await mkdir(folder);
  for await (const [name, bytes] of files) {
    if (!/^[\w-][\w.-]*$/.test(name)) throw new EngineError("engine", `${JSON.stringify(name)} is no name for a file`);
    await writeFile(join(folder, name), bytes);
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const start = (readable: string, entry: string, folder: string): Child =>
  spawn(process.execPath, ["--permission", "--allow-worker", `--allow-fs-read=${readable}${sep}`, entry], {
    cwd: folder,
    env: {},
    stdio: ["ignore", "pipe", "pipe"],
  });

async function* readLines(child: Child, { silenceMs, lineBytes }: HostLimits): AsyncGenerator<string, void> {
  let failure: string | undefined;
  let complaint = "";
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (cause) => resolve(`did not start: ${cause.message}`));
    child.on("close", (code, signal) => {
      resolve(code === 0 ? undefined : `ended with ${signal === null ? `exit code ${code}` : signal}`);
    });
  });
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString()}`.slice(-COMPLAINT_LIMIT);
  });
  const stop = (reason?: string): void => {
    failure ??= reason;
    child.kill("SIGKILL");
    child.stdout.destroy();
    child.stderr.destroy();
  };

  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let held: Buffer[] = [];
  let size = 0;
  try {
    for (let line = await inTime(nextLine); line !== undefined; line = await inTime(nextLine)) yield line.toString();
    const end = await inTime(() => ended);
    if (end !== undefined) throw failed(complaint === "" ? end : `${end}: ${complaint.trim()}`);
    if (size > 0) throw failed("ended in the middle of a line");
  } finally {
    stop();
  }

  /** What our reader does meanwhile takes nothing from the time. */
  async function inTime<T>(wait: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => stop(`said nothing for ${silenceMs / 1000} s`), silenceMs);
    const outcome = await wait().finally(() => clearTimeout(timer));
    if (failure !== undefined) throw failed(failure);
    return outcome;
  }

  async function nextLine(): Promise<Buffer | undefined> {
    for (;;) {
      const last = held.at(-1);
      const end = last?.indexOf(0x0a) ?? -1;
      if (last !== undefined && end >= 0) {
        const line = Buffer.concat([...held.slice(0, -1), last.subarray(0, end)]);
        held = end + 1 < last.length ? [last.subarray(end + 1)] : [];
        size = held[0]?.length ?? 0;
        return line;
      }
      if (size > lineBytes) stop(`said a line of more than ${lineBytes} bytes`);
      // Stopping it makes the stream end early, which is no news.
      const next = await chunks.next().catch((): IteratorReturnResult<undefined> => STREAM_END);
      if (next.done === true) return undefined;
      held.push(next.value);
      size += next.value.length;
    }
  }
}

const STREAM_END: IteratorReturnResult<undefined> = { done: true, value: undefined };

const failed = (what: string): EngineError =>
  new EngineError("engine", `the engine of the base ${what}`, {
    hint:
      "it is action/dist at the base, and renders the stores as they were. If it is what this change repairs, someone " +
      "who may pass the required check has to merge it",
  });
