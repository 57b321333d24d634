/** The limit: the stored bytes of a dump, uploaded over plain keep-alive HTTP. Arguments: dump, endpoint, bucket. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { Agent, request } from "node:http";
import { finish } from "../measure.ts";
import type { DumpedObject } from "../dump.ts";

const [dump = "", endpoint = "", bucket = ""] = process.argv.slice(2);
const { hostname, port } = new URL(endpoint);
const CONNECTIONS = 64;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
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
  const headers = { "content-type": contentType, "content-length": body.length };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method: "POST", agent, headers }, (answer) => {
      answer.resume().on("end", () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`${name}: ${answer.statusCode}`));
      });
    });
    sent.on("error", reject).end(body);
  });
}

await Promise.all(Array.from({ length: CONNECTIONS }, work));
closeSync(bytes);
agent.destroy();
finish({ written: objects.length });
