/** What can never be done waits for nothing but its callback. */
import { expect, test } from "vitest";
import { memoryBucket } from "../../action/src/io/memory.ts";
import { readRequests } from "../../action/src/model/request.ts";
import { BucketError, type CallbackAnswer } from "../../action/src/ports.ts";
import { refuseRequest } from "../../action/src/steps/append-request.ts";
import { openInboxDesk } from "../../action/src/steps/inbox-desk.ts";
import { readInbox } from "../../action/src/steps/read-inbox.ts";
import { sendCallbacks } from "../../action/src/steps/send-callbacks.ts";

const NOW = Date.parse("2026-03-01T22:00:00Z");
const clock = { now: () => NOW };
const ID = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";

/** A request that has expired. */
function refusedRequest(callback?: string) {
  const message = {
    schemaVersion: 1,
    issuedAt: "2026-03-01T09:00:00Z",
    expiresAt: "2026-03-01T21:00:00Z",
    callback,
    requests: [{ type: "tenant.remove", requestId: ID, tenant: "acme" }],
  };
  const [refused] = readRequests(JSON.stringify(message), "tenant.remove", NOW).refused;
  if (refused === undefined) throw new Error("it was not refused");
  return refused;
}

test("without a callback it comes into no inbox", async () => {
  const ledger = memoryBucket();
  expect(await refuseRequest(ledger, refusedRequest(), clock)).toBe("kept");
  expect([...ledger.contents().keys()]).toEqual([`requests/${ID}.json`]);
});

test("with one it is in the inbox until its sender was told", async () => {
  const ledger = memoryBucket();
  expect(await refuseRequest(ledger, refusedRequest("https://hooks.example/"), clock)).toBe("kept");
  const bodies: string[] = [];
  const callbacks = {
    post: async (_address: URL, { body }: { readonly body: string }): Promise<CallbackAnswer> => {
      bodies.push(body);
      return { kind: "delivered" };
    },
  };
  const place = { callbacks, callbackHosts: ["hooks.example"], callbackKeys: [new Uint8Array(24)] };
  await sendCallbacks(openInboxDesk(ledger, clock, await readInbox(ledger)), place, clock, () => {});
  expect(bodies.map((body) => JSON.parse(body) as object)).toMatchObject([
    { type: "request.refused", data: { requestId: ID, error: { code: "expired" } } },
  ]);
  expect([...ledger.contents().keys()]).toEqual([`requests/${ID}.json`]);
});

test("a crash between the two is mended by sending it again, and never lets it be done", async () => {
  let writes = 0;
  const dying = memoryBucket({
    hook: ({ verb, phase }) => {
      if (verb === "write" && phase === "before" && ++writes === 2)
        throw new BucketError("unknown", "the run has ended");
    },
  });
  const refused = refusedRequest("https://hooks.example/");
  await expect(refuseRequest(dying, refused, clock)).rejects.toThrow("the run has ended");
  expect([...dying.contents().keys()]).toEqual([`requests/${ID}.json`]);
  expect(await refuseRequest(dying, refused, clock)).toBe("known");
  expect((await readInbox(dying)).map(({ receipt }) => receipt?.state)).toEqual(["refused"]);
});
