/** `npm run test:gcs -- gs://BUCKET`: the bucket contract on a real bucket, with the credentials of the environment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const [uri = ""] = process.argv.slice(2);
const bucket = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/?$/.exec(uri)?.[1];
if (bucket === undefined) {
  process.stderr.write(
    "usage: npm run test:gcs -- gs://BUCKET\n" +
      "Writes below contract-test/ in a bucket of yours, and removes what it wrote. Needs roles/storage.objectUser on it\n" +
      'and credentials ("gcloud auth application-default login").\n',
  );
  process.exitCode = 64;
} else {
  const { STORAGE_EMULATOR_HOST: _, ...env } = process.env;
  const suite = spawn(
    process.execPath,
    [join("node_modules", "vitest", "vitest.mjs"), "run", "test/contract/gcs.test.ts", "--testTimeout", "120000"],
    { stdio: "inherit", env: { ...env, TEST_BUCKET: bucket } },
  );
  const [code] = (await once(suite, "close")) as [number | null];
  process.exitCode = code ?? 1;
}
