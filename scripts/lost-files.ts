/** Notices files of a store that are gone from a folder: a record of what was deployed is no proof that it is there. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { recordMetadata, recordName, type ReleaseRecord } from "../action/src/model/record.ts";
import type { Bucket, Destination, Log, StoredObject } from "../action/src/ports.ts";
import { listLedger, readRecord } from "../action/src/steps/ledger.ts";

/**
 * `ledger`, with a listing that tells no fingerprint of a store that has lost files: so the next deploy takes a look at
 * it, whatever it is made from. `destination` is made of folders. Its lists reject with `LedgerError` where a record is
 * corrupt.
 */
export function doubtLostStores(ledger: Bucket, destination: Destination, log: Log): Bucket {
  async function doubt(objects: readonly StoredObject[]): Promise<readonly StoredObject[]> {
    const doubted = new Map<string, StoredObject["metadata"]>();
    const known = await listLedger({ ...ledger, list: () => Promise.resolve(objects) });
    for (const [id, { record }] of known) {
      const found = record?.summary === undefined ? undefined : await readRecord(ledger, id);
      if (found === undefined) continue;
      const folder = dirname(destination.urlOf({ id, host: found.value.host }));
      const lost = await countLost(found.value, folder);
      if (lost === 0) continue;
      const all = found.value.files.size;
      log({ type: "note", message: `${id}: ${lost} of ${all} files are gone from ${folder}` });
      doubted.set(recordName(id), recordMetadata({ ...found.value, fingerprint: "" }));
    }
    return objects.map((object) => ({ ...object, metadata: doubted.get(object.name) ?? object.metadata }));
  }
  return { ...ledger, list: async (listing) => doubt(await ledger.list(listing)) };
}

async function countLost({ files }: ReleaseRecord, folder: string): Promise<number> {
  const looks = await Promise.allSettled([...files.keys()].map((path) => access(join(folder, path))));
  return looks.filter(({ status }) => status === "rejected").length;
}
