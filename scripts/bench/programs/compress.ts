/** What compression alone costs: the stored bytes of a dump unpacked, then packed as a deploy packs them. Argument: dump. */
import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { compression } from "../../../action/src/model/stored-form.ts";
import { finish } from "../measure.ts";
import type { DumpedObject } from "../dump.ts";

const [dump = ""] = process.argv.slice(2);
const objects = JSON.parse(readFileSync(`${dump}.json`, "utf8")) as readonly DumpedObject[];
const bytes = readFileSync(`${dump}.bin`);
const plain = objects
  .filter(({ contentEncoding }) => contentEncoding === "gzip")
  .map(({ offset, size }) => gunzipSync(bytes.subarray(offset, offset + size)));
const before = process.cpuUsage();
for (const body of plain) gzipSync(body, compression(body.byteLength));
const { user, system } = process.cpuUsage(before);
finish({ packed: plain.length, packingMs: (user + system) / 1000 });
