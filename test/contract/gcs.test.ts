/**
 * The contract on Cloud Storage: on the fake here, on another emulator when STORAGE_EMULATOR_HOST names one
 * (`npm run test:emulator`), on a real bucket when TEST_BUCKET does (`npm run test:gcs -- gs://BUCKET`).
 */
import { randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import { systemClock } from "../../action/src/io/clock.ts";
import { startTally } from "../../action/src/io/count.ts";
import { openGoogleStorage, type GoogleStorage } from "../../action/src/io/gcs.ts";
import { withRetry } from "../../action/src/io/retry.ts";
import { scopeBucket } from "../../action/src/io/scope.ts";
import type { Bucket } from "../../action/src/ports.ts";
import { startFakeGcs } from "../fakes/gcs/server.ts";
import { testBucket, type Deviation } from "./bucket.ts";

const { STORAGE_EMULATOR_HOST: emulator, TEST_BUCKET: real, EMULATOR_DEVIATIONS: deviations = "" } = process.env;
let buckets = 0;

function open(endpoint: string | undefined): GoogleStorage {
  return openGoogleStorage({ endpoint, clock: systemClock, tally: startTally() });
}

/** A bucket that nobody used before, on an emulator. */
async function makeBucket(url: string): Promise<string> {
  const name = `contract-${Date.now()}-${++buckets}`;
  const answer = await fetch(`${url}/storage/v1/b?project=contract`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  if (!answer.ok) throw new Error(`no bucket could be made at ${url}: ${answer.status} ${await answer.text()}`);
  return name;
}

if (real !== undefined) {
  const retry = { clock: systemClock, log: () => undefined, random: Math.random };
  const whole = withRetry(open(undefined).bucket(real), retry);
  const run = `contract-test/${randomUUID()}/`;
  testBucket(`gs://${real}`, (): Bucket => scopeBucket(whole, `${run}${++buckets}/`));
  afterAll(async () => {
    for (const { name, generation } of await whole.list({ prefix: run })) await whole.remove(name, generation);
  });
} else if (emulator !== undefined) {
  const storage = open(emulator);
  const known = deviations.split(",").filter((deviation) => deviation !== "") as Deviation[];
  testBucket(`Cloud Storage at ${emulator}`, async () => storage.bucket(await makeBucket(emulator)), known);
} else {
  const fake = await startFakeGcs();
  const paging = await startFakeGcs({ hasEmptyPages: true });
  afterAll(() => Promise.all([fake.close(), paging.close()]));
  testBucket("Cloud Storage on the fake", async () => open(fake.url).bucket(await makeBucket(fake.url)));
  testBucket("Cloud Storage with empty pages", async () => open(paging.url).bucket(await makeBucket(paging.url)));
  testBucket("a part of Cloud Storage", async () =>
    scopeBucket(open(fake.url).bucket(await makeBucket(fake.url)), "acme/"),
  );
}
