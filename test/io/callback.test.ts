/** Callbacks through a real TLS connection, to a receiver on loopback that only a test may reach. */
import { request } from "node:https";
import { describe, expect, test } from "vitest";
import { type CallbackOptions, openCallbacks } from "../../action/src/io/callback.ts";
import { type Receiver, startReceiver } from "../fakes/webhook/receiver.ts";

const MESSAGE = { id: "msg_1", timestamp: "1772357400", signature: "v1,c2ln", body: '{"name":"Käthe"}' };

/** Trusts the receiver's certificate; the name leads to `addresses`. */
const callbacksTo = (
  { certificate: ca }: Receiver,
  addresses: readonly string[],
  more: CallbackOptions = { mayReach: () => true },
) =>
  openCallbacks({
    lookup: (_host, given) =>
      given(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      ),
    request: (address, options, answered) => request(address, { ...options, ca }, answered),
    ...more,
  });

test("a message arrives as it was signed", async () => {
  await using receiver = await startReceiver(204);
  const { received, address } = receiver;
  expect(await callbacksTo(receiver, ["127.0.0.1"]).post(address, MESSAGE)).toEqual({ kind: "delivered" });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    body: MESSAGE.body,
    headers: { "webhook-id": "msg_1", "webhook-timestamp": "1772357400", "webhook-signature": "v1,c2ln" },
  });
});

test.each([
  { status: 302, kind: "refused" },
  { status: 400, kind: "refused" },
  { status: 410, kind: "gone" },
  { status: 429, kind: "unreachable" },
  { status: 503, kind: "unreachable" },
  { status: 0, kind: "unreachable" },
])("an answer of $status is $kind, and is followed nowhere", async ({ status, kind }) => {
  await using receiver = await startReceiver(status);
  const { received, address } = receiver;
  expect(await callbacksTo(receiver, ["127.0.0.1"]).post(address, MESSAGE)).toMatchObject({ kind });
  expect(received).toHaveLength(1);
});

test("an address that never answers is left alone", async () => {
  await using receiver = await startReceiver(-1);
  const { received, address } = receiver;
  const callbacks = callbacksTo(receiver, ["127.0.0.1"], { mayReach: () => true, patienceMs: 200 });
  expect(await callbacks.post(address, MESSAGE)).toMatchObject({ kind: "unreachable" });
  expect(received.length).toBeLessThanOrEqual(1);
});

describe("nothing is sent", () => {
  test("to an address that is not public", async () => {
    await using receiver = await startReceiver(204);
    const { received, address } = receiver;
    expect(await callbacksTo(receiver, ["127.0.0.1"], {}).post(address, MESSAGE)).toEqual({
      kind: "unreachable",
      why: "hooks.example is at 127.0.0.1, which is not public",
    });
    expect(received).toEqual([]);
  });

  test("where one of a name's addresses is not public", async () => {
    await using receiver = await startReceiver(204);
    const { received, address } = receiver;
    const answer = await callbacksTo(receiver, ["127.0.0.1", "169.254.169.254"], {
      mayReach: (one) => one === "127.0.0.1",
    }).post(address, MESSAGE);
    expect(answer).toMatchObject({ kind: "unreachable", why: expect.stringContaining("169.254.169.254") as unknown });
    expect(received).toEqual([]);
  });

  test("by the network's own names, where nothing is given for a test", async () => {
    await using receiver = await startReceiver(204);
    const { received, address } = receiver;
    const local = new URL(address.href.replace("hooks.example", "localhost"));
    expect(await openCallbacks().post(local, MESSAGE)).toMatchObject({ kind: "unreachable" });
    expect(received).toEqual([]);
  });

  test("to a host whose certificate is another's", async () => {
    await using receiver = await startReceiver(204);
    const { received, address } = receiver;
    const other = new URL(address.href.replace("hooks.example", "other.example"));
    expect(await callbacksTo(receiver, ["127.0.0.1"]).post(other, MESSAGE)).toMatchObject({ kind: "unreachable" });
    expect(received).toEqual([]);
  });
});
