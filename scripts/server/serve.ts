/** Serves the provisioned stores to this machine, one host each. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { renderIndexPage } from "./index-page.ts";
import {
  RELOAD_EVENTS_PATH,
  RELOAD_SCRIPT,
  RELOAD_SCRIPT_PATH,
  trackOpenPages,
  withReloadScript,
} from "./live-reload.ts";
import type { LocalStore, Problem } from "./local-store.ts";
import { answerFromBucket, type WebsiteReply } from "./website.ts";

/** A server that runs, with nothing to show at first. */
export interface LocalServer {
  readonly port: number;
  /**
   * Replaces what is served; pages of a store with another release reload, and the index with them. Each store's pages
   * show its problems, the index shows `problems`: all there are.
   */
  show(stores: readonly LocalStore[], problems: readonly Problem[]): void;
  /** Ends open connections too, so that the process can end. */
  close(): Promise<void>;
}

/** Only this machine can reach it: what it serves is not meant for a network. */
const LOOPBACK = "127.0.0.1";
const INDEX_HOST = "localhost";
const INDEX_HOSTS: ReadonlySet<string> = new Set([INDEX_HOST, LOOPBACK]);

/**
 * Listens on `port` (0: any free one). Rejects with Node's own error, `EADDRINUSE` where something else is there.
 * `onError` is told what a bucket could not read; the visitor gets a 500.
 */
export async function serveStores({
  port,
  onError,
}: {
  readonly port: number;
  readonly onError: (error: unknown) => void;
}): Promise<LocalServer> {
  const pages = trackOpenPages();
  let stores: readonly LocalStore[] = [];
  let byHost: ReadonlyMap<string, LocalStore> = new Map();

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      onError(error);
      if (response.headersSent) response.destroy();
      else send(request, response, textReply(500, "The server could not read this file; its terminal says why\n"));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = hostOf(request);
    const store = byHost.get(host);
    const target = request.url ?? "/";
    const path = target.replace(/\?.*$/s, "");
    if (path === RELOAD_EVENTS_PATH) return pages.add(INDEX_HOSTS.has(host) ? INDEX_HOST : host, response);
    if (path === RELOAD_SCRIPT_PATH) return send(request, response, scriptReply());
    if (store?.bucket !== undefined) {
      const { method = "GET" } = request;
      const reply = await answerFromBucket(store.bucket, { method, target, headers: singleHeaders(request) });
      const opensDocument = request.headers["sec-fetch-dest"] === "document";
      return send(request, response, opensDocument ? withReloadScript(reply, store.release) : reply);
    }
    const isIndex = INDEX_HOSTS.has(host);
    const page = renderIndexPage(stores, portOf(server), isIndex ? undefined : host);
    if (isIndex && path !== "/") return send(request, response, textReply(404, "Not found\n"));
    send(request, response, { status: isIndex ? 200 : 404, headers: page.headers, body: page.body });
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });

  return {
    port: portOf(server),
    show(next, problems) {
      stores = next;
      byHost = new Map(next.map((store) => [`${store.id}.${INDEX_HOST}`, store]));
      for (const [host, store] of byHost) {
        pages.announce(host, { release: store.release, problems: store.problems });
      }
      pages.announce(INDEX_HOST, { release: renderIndexPage(stores, portOf(server)).release, problems });
    },
    async close() {
      pages.closeAll();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const portOf = (server: Server): number => {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
};

/** The host that was asked for, without its port: lower case, as host names are. */
const hostOf = (request: IncomingMessage): string =>
  (request.headers.host ?? INDEX_HOST).toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");

function singleHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}

const scriptReply = (): WebsiteReply => ({
  status: 200,
  headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-store" },
  body: Buffer.from(RELOAD_SCRIPT),
});

const textReply = (status: number, text: string): WebsiteReply => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  body: Buffer.from(text),
});

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: WebsiteReply): void {
  response.writeHead(status, headers);
  response.end(request.method === "HEAD" ? undefined : body);
}
