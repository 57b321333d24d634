/** The tarball of `npm run package`, installed in an empty project and used there: by its types, and for real. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { intake } from "../../action/src/commands/intake.ts";
import { startTally } from "../../action/src/io/count.ts";
import { openLedger } from "../../action/src/io/destination.ts";
import { readSecret } from "../../action/src/model/signed-message.ts";
import { startGitHub } from "../fakes/github/server.ts";
import { ROOT } from "./workplace.ts";

const run = promisify(execFile);
const SECRET = `whsec_${Buffer.from("a secret of the tests, 32 bytes!").toString("base64")}`;

/** What docs/integration.md shows in TypeScript. */
async function examples(): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "docs/integration.md"), "utf8");
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
}

const PROGRAM = `
import { ClientError, composeEvent, followReceipt, openReceipts, type Receipt, sendEvent } from "store-provisioning/client";

const [, , what = "", secret = "", api = "", ledger = ""] = process.argv;
const requestId = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";
if (what === "ask") {
  const event = composeEvent({ requests: [{ type: "tenant.remove", requestId, tenant: "acme" }], secret });
  await sendEvent(event, { repository: "example/stores", token: "secret", api });
  try {
    composeEvent({ requests: [{ type: "tenant.remove", requestId: "1", tenant: "acme" }], secret });
  } catch (error) {
    if (error instanceof ClientError) console.log(error.code);
  }
} else {
  const receipt: Receipt | undefined = await followReceipt(await openReceipts({ ledger }), requestId, { patienceMs: 0 });
  console.log(receipt?.state);
}
`;

test("an empty project installs it and asks for a store, and the examples of the document are right", async () => {
  const folder = await mkdtemp(join(tmpdir(), "package-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { stdout } = await run("node", [join(ROOT, "scripts/package.ts"), folder], { cwd: ROOT });
  const project = { name: "empty", private: true, type: "module" };
  await writeFile(join(folder, "package.json"), JSON.stringify(project));
  // What `npm ci` has put into the cache is enough; elsewhere npm asks its registry.
  const install = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", [...install, join(ROOT, stdout.trim())], { cwd: folder });

  // The examples use these two besides.
  await mkdir(join(folder, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types", "standardwebhooks"])
    await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  await writeFile(join(folder, "program.ts"), PROGRAM);
  const shown = (await examples()).map((code, index) => [`example-${index + 1}.ts`, code] as const);
  expect(shown.map(([, code]) => code).join("")).toContain('from "store-provisioning/client"');
  for (const [name, code] of shown) await writeFile(join(folder, name), code);
  const compilerOptions = {
    module: "nodenext",
    target: "es2024",
    lib: ["es2024"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
  };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["program.ts", ...shown.map(([name]) => name)] }),
  );
  await run(join(ROOT, "node_modules/.bin/tsc"), ["--project", folder]);

  await using github = await startGitHub("example/stores");
  github.state.tokens.set("secret", { login: "sender", permissions: { contents: "write" } });
  const address = `file:${join(folder, "ledger")}`;
  const say = async (what: string) =>
    (await run("node", ["program.js", what, SECRET, github.url, address], { cwd: folder })).stdout;
  expect(await say("ask")).toBe("invalid\n");
  expect(await say("look")).toBe("undefined\n");
  const [sent] = github.state.dispatches;
  const taken = await intake({
    event: { action: sent?.type, client_payload: sent?.payload },
    keys: [readSecret(SECRET) ?? new Uint8Array()],
    ledger: await openLedger(address, { log: () => {}, tally: startTally() }),
    clock: { now: () => Date.now() },
  });
  expect(taken).toMatchObject({ kind: "taken", requests: [{ became: "kept" }] });
  expect(await say("look")).toBe("accepted\n");
});
