/** The fake as a process of its own: `node main.ts [--port N] [--latency MS] [--bucket NAME]…`; prints its address as one line of JSON. */
import { parseArgs } from "node:util";
import { startFakeGcs } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    latency: { type: "string", default: "0" },
    bucket: { type: "string", multiple: true, default: [] },
    "object-rate": { type: "string" },
    "bucket-rate": { type: "string" },
  },
});
const objectRate = values["object-rate"];
const bucketRate = values["bucket-rate"];
const fake = await startFakeGcs({
  port: Number(values.port),
  latencyMs: Number(values.latency),
  buckets: values.bucket,
  ...(objectRate === undefined ? {} : { objectWritesPerSecond: Number(objectRate) }),
  ...(bucketRate === undefined ? {} : { bucketWritesPerSecond: Number(bucketRate) }),
});
process.stdout.write(`${JSON.stringify({ url: fake.url, port: Number(new URL(fake.url).port), pid: process.pid })}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void fake.close());
