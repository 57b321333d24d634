/** For comparison: the same bytes uploaded through the client library, as its documentation shows it. Arguments: dump, endpoint, bucket, how many. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { Storage } from "@google-cloud/storage";
import { finish } from "../measure.ts";
import type { DumpedObject } from "../dump.ts";

const [dump = "", endpoint = "", name = "", count = "Infinity"] = process.argv.slice(2);
const bucket = new Storage({ apiEndpoint: endpoint, projectId: "bench" }).bucket(name);
const objects = JSON.parse(readFileSync(`${dump}.json`, "utf8")) as readonly DumpedObject[];
const chosen = objects.slice(0, Number(count));
const bytes = openSync(`${dump}.bin`, "r");

let next = 0;
async function work(): Promise<void> {
  for (let object = chosen[next++]; object !== undefined; object = chosen[next++]) {
    const body = Buffer.allocUnsafe(object.size);
    readSync(bytes, body, 0, object.size, object.offset);
    await bucket.file(object.name).save(body, {
      resumable: false,
      validation: false,
      preconditionOpts: { ifGenerationMatch: 0 },
      metadata: { contentType: object.contentType, contentEncoding: object.contentEncoding },
    });
  }
}

await Promise.all(Array.from({ length: 64 }, work));
closeSync(bytes);
finish({ written: chosen.length });
