/** What a drain sends by the action's own door is what a library of Standard Webhooks believes. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { startTally } from "../action/src/io/count.ts";
import { openLedger } from "../action/src/io/destination.ts";
import { readRequests } from "../action/src/model/request.ts";
import { refuseRequest } from "../action/src/steps/append-request.ts";
import { tenantFile, templateFiles } from "./commands/fleet-fixture.ts";
import { startReceiver } from "./fakes/webhook/receiver.ts";
import { fixtureRepository } from "./io/git-fixture.ts";

const MAIN = join(import.meta.dirname, "../action/src/main.ts");
const SECRET = `whsec_${Buffer.from("a secret of the tests, 32 bytes!").toString("base64")}`;
const ID = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";

test("a request that came to its end is told to its sender, once", async () => {
  await using receiver = await startReceiver();
  const repository = fixtureRepository();
  repository.commit("One", { ...templateFiles(), "tenants/acme.yaml": tenantFile("acme") });
  const address = `file:${join(repository.root, "ledger")}`;
  const ledger = await openLedger(address, { log: () => {}, tally: startTally() });
  const message = {
    schemaVersion: 1,
    issuedAt: "2026-03-01T09:00:00Z",
    expiresAt: "2026-03-01T21:00:00Z",
    callback: receiver.address.href,
    requests: [{ type: "tenant.remove", requestId: ID, tenant: "acme" }],
  };
  const [refused] = readRequests(JSON.stringify(message), "tenant.remove", Date.now()).refused;
  if (refused === undefined) throw new Error("it has not expired");
  await refuseRequest(ledger, refused, { now: () => Date.now() });

  const drain = async (inputs: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [MAIN], {
      cwd: repository.root,
      env: {
        PATH: process.env["PATH"] ?? "",
        ...receiver.environment,
        INPUT_COMMAND: "drain",
        INPUT_LEDGER: address,
        "INPUT_GITHUB-TOKEN": "secret",
        "INPUT_CALLBACK-HOSTS": receiver.address.host,
        "INPUT_CALLBACK-SECRETS": SECRET,
        GITHUB_SERVER_URL: "https://git.example",
        GITHUB_REPOSITORY: "example/stores",
        GITHUB_RUN_ID: "1",
        ...inputs,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { said: await text(child.stdout), code: await ended };
  };
  const dry = await drain({ "INPUT_DRY-RUN": "true" });
  expect(dry.said).toContain(`would send msg_${ID} to ${receiver.address.host}`);
  const other = await drain({ INPUT_ONLY: "beta" });
  expect([dry.code, other.code, receiver.received.length]).toEqual([0, 0, 0]);

  expect((await drain({})).code).toBe(0);
  expect((await drain({})).code).toBe(0);
  const [sent, ...again] = receiver.received;
  expect(again).toEqual([]);
  expect(new Webhook(SECRET).verify(sent?.body ?? "", sent?.headers as Record<string, string>)).toMatchObject({
    type: "request.refused",
    data: { requestId: ID, state: "refused", isFinal: true, error: { code: "expired" } },
  });
});
