/** `npm run test:emulator`: the bucket contract on fake-gcs-server, an emulator that somebody else wrote. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const PROGRAM = "fake-gcs-server";
const INSTALL = "go install github.com/fsouza/fake-gcs-server@v1.56.1";
const MOST_STARTUP_MS = 15_000;
/** What it does otherwise than Cloud Storage; the contract asserts each of them as a test of its own. */
const DEVIATIONS = "remove-ignores-expect";

const port = await findFreePort();
const url = `http://127.0.0.1:${port}`;
const flags = ["-scheme", "http", "-backend", "memory", "-host", "127.0.0.1", "-port", String(port)];
const server = spawn(PROGRAM, [...flags, "-public-host", `127.0.0.1:${port}`, "-log-level", "error"], {
  stdio: ["ignore", "inherit", "inherit"],
});
try {
  const failure = await Promise.race([waitUntilUp(), once(server, "error").then(([error]) => String(error))]);
  if (failure === undefined) {
    const suite = spawn(
      process.execPath,
      [join("node_modules", "vitest", "vitest.mjs"), "run", "test/contract/gcs.test.ts"],
      {
        stdio: "inherit",
        env: { ...process.env, STORAGE_EMULATOR_HOST: url, EMULATOR_DEVIATIONS: DEVIATIONS },
      },
    );
    const [code] = (await once(suite, "close")) as [number | null];
    process.exitCode = code ?? 1;
  } else {
    process.stderr.write(
      `${PROGRAM} could not be started: ${failure}\nInstall it and put it on the PATH: ${INSTALL}\n`,
    );
    process.exitCode = 1;
  }
} finally {
  server.kill();
}

/** A reason when it does not come up. */
async function waitUntilUp(): Promise<string | undefined> {
  for (const start = performance.now(); performance.now() - start < MOST_STARTUP_MS; await setTimeout(50)) {
    if (server.exitCode !== null) return `it ended with ${server.exitCode}`;
    const isUp = await fetch(`${url}/storage/v1/b?project=x`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return undefined;
  }
  return `no answer at ${url} within ${MOST_STARTUP_MS / 1000} s`;
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port: free } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return free;
}
