/** Writes, updates and removes objects in the folder given until it is killed; says so once it has begun. */
import { gzipSync } from "node:zlib";
import { directoryBucket } from "../../action/src/io/directory.ts";

const bucket = directoryBucket(process.argv[2] ?? "");
const generations = new Map((await bucket.list({ prefix: "" })).map(({ name, generation }) => [name, generation]));
for (let turn = 0; turn < 1_000_000; turn++) {
  if (turn === 20) process.stdout.write("under way\n");
  const name = `pages/${turn % 5}.html`;
  const expect = generations.get(name) ?? "0";
  if (turn % 7 === 0 && expect !== "0") {
    await bucket.remove(name, expect);
    generations.set(name, "0");
    continue;
  }
  const text = `turn ${turn}`.padEnd(20 + (turn % 50), ".");
  const isCompressed = turn % 2 === 0;
  const { generation } = await bucket.write(
    {
      name,
      body: isCompressed ? gzipSync(text) : Buffer.from(text),
      contentType: "text/html",
      cacheControl: "no-cache",
      contentEncoding: isCompressed ? "gzip" : "",
      metadata: { text },
    },
    expect,
  );
  generations.set(name, generation);
}
