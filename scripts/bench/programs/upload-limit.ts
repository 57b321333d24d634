/** The limit: the stored bytes of a dump, uploaded over plain keep-alive HTTP by undici, the fastest client that we tried. Arguments: dump, endpoint, bucket. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { Pool } from "undici";
import { finish } from "../measure.ts";
import type { DumpedObject } from "../dump.ts";

const [dump = "", endpoint = "", bucket = ""] = process.argv.slice(2);
const CONNECTIONS = 64;
const pool = new Pool(endpoint, { connections: CONNECTIONS });
const objects = JSON.parse(readFileSync(`${dump}.json`, "utf8")) as readonly DumpedObject[];
const bytes = openSync(`${dump}.bin`, "r");

let next = 0;
async function work(): Promise<void> {
  for (let object = objects[next++]; object !== undefined; object = objects[next++]) {
    const body = Buffer.allocUnsafe(object.size);
    readSync(bytes, body, 0, object.size, object.offset);
    await upload(object, body);
  }
}

function upload({ name, contentType, contentEncoding }: DumpedObject, body: Buffer): Promise<void> {
  const query = `uploadType=media&name=${encodeURIComponent(name)}&contentEncoding=${contentEncoding}&ifGenerationMatch=0`;
  const path = `/upload/storage/v1/b/${bucket}/o?${query}`;
  const headers = ["content-type", contentType];
  return new Promise((resolve, reject) => {
    let status = 0;
    pool.dispatch(
      { method: "POST", path, headers, body },
      {
        onConnect: () => undefined,
        onHeaders: (code) => {
          status = code;
          return true;
        },
        onData: () => true,
        onComplete: () => {
          if (status === 200) resolve();
          else reject(new Error(`${name}: ${status}`));
        },
        onError: reject,
      },
    );
  });
}

await Promise.all(Array.from({ length: CONNECTIONS }, work));
closeSync(bytes);
await pool.close();
finish({ written: objects.length });
