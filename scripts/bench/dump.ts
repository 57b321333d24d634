/** What a bucket holds, as two files that a program can upload from. */
import { writeFile } from "node:fs/promises";
import { Agent, get } from "node:http";
import pLimit from "p-limit";

/** An object of a bucket, and where its bytes are. */
export interface DumpedObject {
  readonly name: string;
  /** Of the stored bytes in the file beside. */
  readonly offset: number;
  readonly size: number;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly crc32c: string;
}

interface ListPage {
  readonly items?: readonly {
    readonly name: string;
    readonly contentType: string;
    readonly contentEncoding?: string;
    readonly crc32c: string;
  }[];
  readonly nextPageToken?: string;
}

/** Name and checksum of every object, sorted: two buckets that hold the same give the same. */
export async function listBucket(
  endpoint: string,
  bucket: string,
): Promise<readonly Omit<DumpedObject, "offset" | "size">[]> {
  const found: Omit<DumpedObject, "offset" | "size">[] = [];
  for (let query: string | undefined = ""; query !== undefined;) {
    const page = (await (await fetch(`${endpoint}/storage/v1/b/${bucket}/o${query}`)).json()) as ListPage;
    for (const { name, contentType, contentEncoding = "", crc32c } of page.items ?? [])
      found.push({ name, contentType, contentEncoding, crc32c });
    query = page.nextPageToken === undefined ? undefined : `?pageToken=${encodeURIComponent(page.nextPageToken)}`;
  }
  return found;
}

/** Writes `<file>.json` (a list of {@link DumpedObject}) and `<file>.bin` (the stored bytes, one after the other). */
export async function dumpBucket(endpoint: string, bucket: string, file: string): Promise<readonly DumpedObject[]> {
  const listed = await listBucket(endpoint, bucket);
  const limit = pLimit(64);
  const bodies = await Promise.all(listed.map(({ name }) => limit(() => readStored(endpoint, bucket, name))));
  const objects: DumpedObject[] = [];
  let offset = 0;
  for (const [index, object] of listed.entries()) {
    const size = bodies[index]?.length ?? 0;
    objects.push({ ...object, offset, size });
    offset += size;
  }
  await writeFile(`${file}.json`, JSON.stringify(objects));
  await writeFile(`${file}.bin`, Buffer.concat(bodies));
  return objects;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Not decompressed, which `fetch` would do. */
async function readStored(endpoint: string, bucket: string, name: string): Promise<Buffer> {
  const url = `${endpoint}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`;
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { "accept-encoding": "gzip" } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => resolve(Buffer.concat(chunks)));
    }).on("error", reject);
  });
}
