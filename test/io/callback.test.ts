/** Callbacks through a real TLS connection, to a receiver on loopback that only a test may reach. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type CallbackOptions, openCallbacks } from "../../action/src/io/callback.ts";

const MESSAGE = { id: "msg_1", timestamp: "1772357400", signature: "v1,c2ln", body: '{"name":"Käthe"}' };
let folder: string;
let key: Buffer;
let cert: Buffer;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "callback-"));
  const files = ["-keyout", "key.pem", "-out", "cert.pem"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"];
  execFileSync("openssl", ["req", ...kind, ...names, ...files], { cwd: folder, stdio: "ignore" });
  [key, cert] = [readFileSync(join(folder, "key.pem")), readFileSync(join(folder, "cert.pem"))];
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers with `status`; -1 never answers, 0 ends the connection. */
async function openReceiver(status: number) {
  const received: Received[] = [];
  const server = createServer({ key, cert }, (asked, reply) => {
    const parts: Buffer[] = [];
    asked.on("data", (part: Buffer) => parts.push(part));
    asked.on("end", () => {
      received.push({ headers: asked.headers, body: Buffer.concat(parts).toString() });
      if (status === 0) asked.socket.destroy();
      else if (status > 0)
        reply.writeHead(status, { location: "https://hooks.example/elsewhere" }).end("words that nobody reads");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { received, address: new URL(`https://hooks.example:${port}/done`) };
}

/** Trusts the receiver's certificate; the name leads to `addresses`. */
const callbacksTo = (addresses: readonly string[], more: CallbackOptions = { mayReach: () => true }) =>
  openCallbacks({
    lookup: (_host, given) =>
      given(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      ),
    request: (address, options, answered) => request(address, { ...options, ca: cert }, answered),
    ...more,
  });

test("a message arrives as it was signed", async () => {
  const { received, address } = await openReceiver(204);
  expect(await callbacksTo(["127.0.0.1"]).post(address, MESSAGE)).toEqual({ kind: "delivered" });
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
  const { received, address } = await openReceiver(status);
  expect(await callbacksTo(["127.0.0.1"]).post(address, MESSAGE)).toMatchObject({ kind });
  expect(received).toHaveLength(1);
});

test("an address that never answers is left alone", async () => {
  const { received, address } = await openReceiver(-1);
  const callbacks = callbacksTo(["127.0.0.1"], { mayReach: () => true, patienceMs: 200 });
  expect(await callbacks.post(address, MESSAGE)).toMatchObject({ kind: "unreachable" });
  expect(received.length).toBeLessThanOrEqual(1);
});

describe("nothing is sent", () => {
  test("to an address that is not public", async () => {
    const { received, address } = await openReceiver(204);
    expect(await callbacksTo(["127.0.0.1"], {}).post(address, MESSAGE)).toEqual({
      kind: "unreachable",
      why: "hooks.example is at 127.0.0.1, which is not public",
    });
    expect(received).toEqual([]);
  });

  test("where one of a name's addresses is not public", async () => {
    const { received, address } = await openReceiver(204);
    const answer = await callbacksTo(["127.0.0.1", "169.254.169.254"], {
      mayReach: (one) => one === "127.0.0.1",
    }).post(address, MESSAGE);
    expect(answer).toMatchObject({ kind: "unreachable", why: expect.stringContaining("169.254.169.254") as unknown });
    expect(received).toEqual([]);
  });

  test("by the network's own names, where nothing is given for a test", async () => {
    const { received, address } = await openReceiver(204);
    const local = new URL(address.href.replace("hooks.example", "localhost"));
    expect(await openCallbacks().post(local, MESSAGE)).toMatchObject({ kind: "unreachable" });
    expect(received).toEqual([]);
  });

  test("to a host whose certificate is another's", async () => {
    const { received, address } = await openReceiver(204);
    const other = new URL(address.href.replace("hooks.example", "other.example"));
    expect(await callbacksTo(["127.0.0.1"]).post(other, MESSAGE)).toMatchObject({ kind: "unreachable" });
    expect(received).toEqual([]);
  });
});
