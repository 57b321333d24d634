/**
 * Serves buckets to this machine as they lie there, one host each.
 *
 * The server of `npm start` adds a script to every page that a browser opens; a proof wants the bytes of the deploy.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BucketReader } from "../../action/src/ports.ts";
import { answerFromBucket } from "../../scripts/server/website.ts";

export interface WebsiteServer {
  /** Where a bucket's pages are: `http://NAME.localhost:PORT`, which a browser looks up on this machine. */
  originOf(name: string): string;
  close(): Promise<void>;
}

/** `buckets` by name, each of them a label of a host name. Listens on any free port of the loopback interface. */
export async function serveBuckets(buckets: ReadonlyMap<string, BucketReader>): Promise<WebsiteServer> {
  const server = createServer((request, response) => {
    const bucket = buckets.get((request.headers.host ?? "").replace(/\.localhost(?::\d+)?$/, ""));
    if (bucket === undefined) {
      response.writeHead(421).end();
      return;
    }
    const { method = "GET", url: target = "/" } = request;
    const headers = { "accept-encoding": request.headers["accept-encoding"] };
    answerFromBucket(bucket, { method, target, headers }).then(
      (reply) => response.writeHead(reply.status, reply.headers).end(reply.body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    originOf: (name) => `http://${name}.localhost:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
