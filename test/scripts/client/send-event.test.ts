/** An event that GitHub took without saying so is sent again, and done once. */
import { expect, test } from "vitest";
import { intake } from "../../../action/src/commands/intake.ts";
import { memoryBucket } from "../../../action/src/io/memory.ts";
import { readSecret } from "../../../action/src/model/signed-message.ts";
import { composeEvent } from "../../../scripts/client/compose-event.ts";
import { sendEvent } from "../../../scripts/client/send-event.ts";
import { startGitHub } from "../../fakes/github/server.ts";

const SECRET = `whsec_${Buffer.from("a secret of the tests, 32 bytes!").toString("base64")}`;
const NOW = Date.parse("2026-03-01T09:30:00Z");

test.each(["reset-after", { status: 502 }] as const)("after %o", async (kind) => {
  await using github = await startGitHub("example/stores");
  github.state.tokens.set("secret", { login: "sender", permissions: { contents: "write" } });
  github.faults.push({ match: "POST /repos/example/stores/dispatches", at: 1, kind });
  const requestId = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";
  const event = composeEvent({
    requests: [{ type: "tenant.remove", requestId, tenant: "acme" }],
    secret: SECRET,
    issuedAt: NOW,
  });
  await sendEvent(event, { repository: "example/stores", token: "secret", api: github.url });
  expect(github.state.dispatches.length).toBe(kind === "reset-after" ? 2 : 1);
  const ledger = memoryBucket();
  const became: string[] = [];
  for (const { type, payload } of github.state.dispatches) {
    const taken = await intake({
      event: { action: type, client_payload: payload },
      keys: [readSecret(SECRET) ?? new Uint8Array()],
      ledger,
      clock: { now: () => NOW },
    });
    if (taken.kind === "taken") became.push(...taken.requests.map((one) => one.became));
  }
  expect(became).toEqual(["kept", "known"].slice(0, github.state.dispatches.length));
  expect([...ledger.contents().keys()]).toEqual([`inbox/${requestId}.json`, `requests/${requestId}.json`]);
});

test.each(["stores", "a/b/c", "/stores", "example/"])('"%s" is no repository', async (repository) => {
  const event = composeEvent({
    requests: [{ type: "tenant.remove", requestId: crypto.randomUUID(), tenant: "acme" }],
    secret: SECRET,
  });
  await expect(sendEvent(event, { repository, token: "secret", api: "http://127.0.0.1:9" })).rejects.toMatchObject({
    code: "invalid",
  });
});
