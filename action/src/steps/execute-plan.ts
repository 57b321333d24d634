/** Does what a plan says, phase by phase. */
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import type { LimitFunction } from "p-limit";
import { finishRecord, type Operation, type Phase } from "../model/plan.ts";
import type { SiteFile } from "../model/site.ts";
import { compression, mayCompress, storedForm } from "../model/stored-form.ts";
import type { Bucket, Clock, Log, Pictures, StoredObject, Upload } from "../ports.ts";
import { forEachBounded } from "./bounded.ts";
import { recordUpload } from "./ledger.ts";

/** What performing a plan needs. */
export interface ExecuteOptions {
  readonly tenant: string;
  /** Of the site that is being written. */
  readonly release: string;
  readonly phases: readonly Phase[];
  /** What operations name as their store; neither writes once the tenant is lost to another run. */
  readonly stores: { readonly site: Bucket; readonly ledger: Bucket };
  readonly limit: LimitFunction;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  /** Who draws what the site leaves to be drawn; a site made without them leaves nothing. */
  readonly pictures?: Pick<Pictures, "draw"> | undefined;
  /** Told of each operation that is done; `bytes` as stored. */
  readonly done: (operation: Operation, bytes: number) => void;
}

const gzipOnThread = promisify(gzip);

/** Below this, in bytes, handing a body to another thread and back costs more than compressing it. */
const SMALL = 32 * 1024;

/** Safe to kill and start again: the order is in `phases`, the truth is in the bucket. */
export async function executePlan(operations: readonly Operation[], options: ExecuteOptions): Promise<void> {
  const { tenant, phases, stores, limit, log, done } = options;
  const generations = new Map<string, string>();
  for (const phase of phases) {
    const work = operations.filter((operation) => operation.phase === phase);
    await forEachBounded(work, limit, async (operation) => {
      const { verb, path, reason, expect, store } = operation;
      let bytes = 0;
      if (operation.verb === "delete") await stores[store].remove(path, expect);
      else {
        const written = await writeContent(operation, expect, generations, options);
        generations.set(path, written.generation);
        bytes = written.size;
      }
      log({ type: "operation", tenant, verb, path, phase, reason });
      done(operation, bytes);
    });
  }
}

async function writeContent(
  operation: Exclude<Operation, { verb: "delete" }>,
  expect: string,
  generations: ReadonlyMap<string, string>,
  { tenant, release, stores, clock, pictures }: ExecuteOptions,
): Promise<StoredObject> {
  const upload =
    operation.store === "site"
      ? await fileUpload(tenant, release, await drawn(operation.content, pictures))
      : recordUpload(finishRecord(tenant, operation.content, generations, clock.now()));
  return stores[operation.store].write(upload, expect);
}

async function drawn(file: SiteFile, pictures: ExecuteOptions["pictures"]): Promise<SiteFile> {
  if (file.drawnBy === undefined) return file;
  if (pictures === undefined) throw new Error(`nobody draws ${file.path}`);
  return { ...file, body: await pictures.draw(Buffer.from(file.body).toString()) };
}

async function fileUpload(tenant: string, release: string, file: SiteFile): Promise<Upload> {
  return storedForm({ tenant, release }, file, mayCompress(file) ? await compress(file.body) : undefined);
}

async function compress(body: Uint8Array): Promise<Uint8Array> {
  const options = compression(body.byteLength);
  return body.byteLength < SMALL ? gzipSync(body, options) : gzipOnThread(body, options);
}
