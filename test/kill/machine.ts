/** The action as a runner starts it, against the fake over HTTP, to be killed at any request. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { HeldObject } from "../../action/src/io/memory.ts";
import type { Contents } from "../crash/invariants.ts";
import type { Fault } from "../fakes/gcs/fault.ts";
import { startFakeGcs, type FakeGcs } from "../fakes/gcs/server.ts";

const BUNDLE = join(import.meta.dirname, "../../action/dist/index.mjs");

/** Files of other people, in the way of a careless prefix; none of them may ever change. */
const BYSTANDERS: readonly string[] = ["ash", "ash-two/index.html", "ash/notes.txt", "zebra/index.html"];

export interface Kill {
  /** The process dies while this request is on its way; 1 is its first. */
  readonly at: number;
  /** Whether the server still does what that request asked. */
  readonly isApplied: boolean;
  /** The same of each request that was sent along with it. */
  readonly isLateOneApplied: () => boolean;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly requests: number;
  /** Requests that change something, refused ones included. */
  readonly mutations: number;
}

/** Two buckets and the wall clock that they share with whoever deploys. */
export interface Machine {
  contents(): Contents;
  /** Lets everybody's wall clock go on. */
  advance(ms: number): void;
  /** Deploys what is checked out in a folder. */
  deploy(folder: string, kill?: Kill): Promise<Ended>;
  /** Files of other people, in the way of a careless prefix; none of them may ever change. */
  readonly bystanders: readonly string[];
  /** Those that did. */
  harmed(): readonly string[];
  close(): Promise<void>;
}

export async function startMachine(): Promise<Machine> {
  let aheadMs = 0;
  let onRequest: (operation: string) => Fault | undefined = () => undefined;
  const fake = await startFakeGcs({
    buckets: ["sites", "ledger"],
    now: () => Date.now() + aheadMs,
    onRequest: ({ operation }) => onRequest(operation),
  });
  for (const name of BYSTANDERS) fake.store.get("sites").put(name, Buffer.from(name), {}, {});

  return {
    contents: () => ({ sites: heldIn(fake, "sites"), ledger: heldIn(fake, "ledger") }),
    advance: (ms) => {
      aheadMs += ms;
    },
    bystanders: BYSTANDERS,
    harmed: () => BYSTANDERS.filter((name) => fake.store.get("sites").find(name)?.body.toString() !== name),
    close: () => fake.close(),

    async deploy(folder, kill) {
      // Both clocks move, so that an intent runs out while nobody waits.
      const clock = `data:text/javascript,const now=Date.now;Date.now=()=>now()+${aheadMs}`;
      const child = spawn(process.execPath, ["--import", clock, BUNDLE], {
        cwd: folder,
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          STORAGE_EMULATOR_HOST: fake.url,
          INPUT_COMMAND: "deploy",
          INPUT_DESTINATION: "gs://sites/{tenant}",
          INPUT_LEDGER: "gs://ledger",
          INPUT_FORCE: "false",
          INPUT_ADOPT: "false",
          "INPUT_ACCEPT-REWRITTEN-HISTORY": "false",
          INPUT_REPORT: join(folder, ".git", "report.json"),
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let requests = 0;
      let mutations = 0;
      onRequest = (operation) => {
        requests += 1;
        if (!/\.(?:get|list)$/.test(operation)) mutations += 1;
        if (kill === undefined || requests < kill.at) return undefined;
        if (requests === kill.at) child.kill("SIGKILL");
        const isApplied = requests === kill.at ? kill.isApplied : kill.isLateOneApplied();
        return isApplied ? "apply-then-stall" : "stall";
      };
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (output += String(chunk)));
      const [code, signal] = (await once(child, "close")) as [number | null, string | null];
      await fake.disconnected();
      return { code, signal, output, requests, mutations };
    },
  };
}

function heldIn(fake: FakeGcs, bucket: string): ReadonlyMap<string, HeldObject> {
  const held = fake.store.get(bucket).live();
  return new Map(
    held.map(({ name, generation, settings, body, updated }) => {
      const { contentType = "", cacheControl = "", contentEncoding = "", metadata = {} } = settings;
      const described = { contentType, cacheControl, contentEncoding, metadata, updated };
      return [name, { object: { name, generation: String(generation), size: body.byteLength, ...described }, body }];
    }),
  );
}
