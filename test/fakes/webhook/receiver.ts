/** Another system's address, by TLS on loopback: it keeps what it is sent, and answers as it is told. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver extends AsyncDisposable {
  /** `https://hooks.example:PORT/done` */
  readonly address: URL;
  /** Of nobody but this receiver. */
  readonly certificate: Buffer;
  readonly received: readonly Received[];
  /** What a process needs in its environment to find it, {@link file://./to-loopback.ts}. */
  readonly environment: Readonly<Record<"NODE_OPTIONS" | "RECEIVER_CERTIFICATE", string>>;
}

/** Starts one. An answer of -1 never comes, 0 ends the connection. It needs `openssl` on the machine. */
export async function startReceiver(status = 204): Promise<Receiver> {
  const folder = mkdtempSync(join(tmpdir(), "receiver-"));
  const files = ["-keyout", "key.pem", "-out", "cert.pem"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"];
  execFileSync("openssl", ["req", ...kind, ...names, ...files], { cwd: folder, stdio: "ignore" });
  const certificate = readFileSync(join(folder, "cert.pem"));
  const received: Received[] = [];
  const server = createServer({ key: readFileSync(join(folder, "key.pem")), cert: certificate }, (asked, reply) => {
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
  const { port } = server.address() as AddressInfo;
  return {
    address: new URL(`https://hooks.example:${port}/done`),
    certificate,
    received,
    environment: {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "to-loopback.ts")).href}`,
      RECEIVER_CERTIFICATE: join(folder, "cert.pem"),
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        rmSync(folder, { recursive: true });
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
