/** An event is refused here in the words in which it would be refused there, and accepted there when it is here. */
import { describe, expect, test } from "vitest";
import { intake } from "../../../action/src/commands/intake.ts";
import { memoryBucket } from "../../../action/src/io/memory.ts";
import { MOST_PAYLOAD_BYTES, readSecret } from "../../../action/src/model/signed-message.ts";
import { ClientError } from "../../../scripts/client/client-error.ts";
import { composeEvent, type ComposeOptions } from "../../../scripts/client/compose-event.ts";

const SECRET = `whsec_${Buffer.from("a secret of the tests, 32 bytes!").toString("base64")}`;
const NOW = Date.parse("2026-03-01T09:30:00Z");
const ID = "0197f3a2-6c1e-7b6a-9d3e-2f1a5b7c9d10";
const remove = { type: "tenant.remove", requestId: ID, tenant: "acme" } as const;
const compose = (more: Partial<ComposeOptions>) =>
  composeEvent({ requests: [remove], secret: SECRET, issuedAt: NOW, ...more });

test("what is composed is taken in", async () => {
  const { event_type: action, client_payload } = compose({ callback: "https://hooks.example/done" });
  const taken = await intake({
    event: { action, client_payload },
    keys: [readSecret(SECRET) ?? new Uint8Array()],
    ledger: memoryBucket(),
    clock: { now: () => NOW + 60_000 },
  });
  expect(taken).toEqual({
    kind: "taken",
    requests: [{ requestId: ID, tenant: "acme", became: "kept" }],
    unreadable: [],
  });
});

describe.each<{ name: string; given: Partial<ComposeOptions>; code: string; says: RegExp }>([
  { name: "no request", given: { requests: [] }, code: "invalid", says: /requests/ },
  {
    name: "an id that is none",
    given: { requests: [{ ...remove, requestId: "1" }] },
    code: "invalid",
    says: /requestId/,
  },
  {
    name: "requests of two types",
    given: {
      requests: [
        remove,
        { ...remove, requestId: ID.replace("0197", "0198"), type: "tenant.upsert", settings: { id: "acme" } },
      ],
    },
    code: "invalid",
    says: /a tenant\.upsert came in an event of type "tenant\.remove"/,
  },
  { name: "a life of two days", given: { lifeMs: 48 * 3_600_000 }, code: "invalid", says: /it would live from/ },
  { name: "a callback by http", given: { callback: "http://hooks.example/" }, code: "invalid", says: /callback/ },
  { name: "a weak secret", given: { secret: "whsec_YWJj" }, code: "secret", says: /no secret/ },
])("$name", ({ given, code, says }) => {
  test(`is ${code}`, () => {
    const thrown = caught(() => compose(given));
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(says) as unknown });
    expect(thrown.hint).not.toBe("");
  });
});

test("one byte more than GitHub takes is refused", () => {
  const upsert = (length: number) => ({
    requests: [
      { ...remove, type: "tenant.upsert", settings: { id: "acme" }, files: { "a.md": "x".repeat(length) } } as const,
    ],
  });
  const bytesOf = (length: number) => Buffer.byteLength(JSON.stringify(compose(upsert(length)).client_payload));
  const most = MOST_PAYLOAD_BYTES - bytesOf(0);
  expect(bytesOf(most)).toBe(MOST_PAYLOAD_BYTES);
  expect(caught(() => compose(upsert(most + 1)))).toMatchObject({
    code: "invalid",
    message: `the event has ${MOST_PAYLOAD_BYTES + 1} bytes, and GitHub takes ${MOST_PAYLOAD_BYTES}`,
  });
});

function caught(run: () => unknown): ClientError {
  try {
    run();
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
