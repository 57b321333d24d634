/**
 * Keeps pages that are open in a browser in step with the files behind them.
 *
 * Only what a browser opens as a document gets the script, in a copy made while it is served: the stored bytes, and all
 * that any other client is given, stay as the deploy wrote them.
 */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Problem } from "./local-store.ts";
import type { WebsiteReply } from "./website.ts";

/** Addresses that no store has, as every file of a store starts with another segment. */
export const RELOAD_SCRIPT_PATH = "/.local/reload.js";
/** Where the pages listen; named in `open-page.js` too. */
export const RELOAD_EVENTS_PATH = "/.local/events";

/** For the pages: reloads them for another release, and shows over them what is wrong with the files. */
export const RELOAD_SCRIPT = readFileSync(join(import.meta.dirname, "open-page.js"), "utf8");

/** What an open page has to know. */
export interface PageState {
  /** Of what is served now; a page that came from another one reloads. */
  readonly release: string;
  readonly problems: readonly Problem[];
}

/** The open pages, by host. */
interface OpenPages {
  /** Makes `response` an event stream that starts with the state of now, where the host has one. */
  add(host: string, response: ServerResponse): void;
  /** Tells every page of a host its state, those that open later too; a state that it has is not told again. */
  announce(host: string, state: PageState): void;
  /** Ends all streams. */
  closeAll(): void;
}

/** None is open, no host has a state. */
export function trackOpenPages(): OpenPages {
  const open = new Map<string, Set<ServerResponse>>();
  const messages = new Map<string, string>();
  return {
    add(host, response) {
      const pages = open.get(host) ?? new Set();
      open.set(host, pages.add(response));
      response.on("close", () => pages.delete(response));
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(`retry: 500\n\n${messages.get(host) ?? ""}`);
    },
    announce(host, state) {
      const message = `data: ${JSON.stringify(state)}\n\n`;
      if (messages.get(host) === message) return;
      messages.set(host, message);
      for (const response of open.get(host) ?? []) response.write(message);
    },
    closeAll() {
      for (const pages of open.values()) for (const response of pages) response.end();
    },
  };
}

/** What a browser gets instead of `reply`: the page with the script, and a policy that lets it speak to the server. */
export function withReloadScript(reply: WebsiteReply, release: string): WebsiteReply {
  if (reply.body.byteLength === 0 || !reply.headers["content-type"]?.startsWith("text/html")) return reply;
  const { "content-encoding": encoding, etag: _stored, "last-modified": _written, ...headers } = reply.headers;
  const html = Buffer.from(encoding === "gzip" ? gunzipSync(reply.body) : reply.body).toString();
  const body = Buffer.from(addReloadScript(html, release));
  // Without `no-store` a page that the visitor comes back to would be the old one for as long as real pages may be cached.
  return {
    ...reply,
    headers: { ...headers, "cache-control": "no-store", "content-length": String(body.byteLength) },
    body,
  };
}

const POLICY = /(<meta\s+http-equiv="?Content-Security-Policy"?\s+content=")([^"]*)(")/i;

/** Exported for its test. `release` is hexadecimal, so it needs no escaping. */
export function addReloadScript(html: string, release: string): string {
  const script = `<script src="${RELOAD_SCRIPT_PATH}" data-release="${release}"></script>`;
  const opened = html.replace(POLICY, (_all, start: string, policy: string, end: string) => {
    return start + allowSelf(allowSelf(policy, "script-src"), "connect-src") + end;
  });
  const head = opened.search(/<\/head>/i);
  return head === -1 ? opened + script : opened.slice(0, head) + script + opened.slice(head);
}

/** A policy under which `directive` takes this host. Quotes may stand as character references, as in any attribute. */
function allowSelf(policy: string, directive: string): string {
  const directives = policy.replaceAll(/&#39;|&#x27;|&apos;/gi, "'").split(";");
  const at = directives.findIndex((one) => one.trim().toLowerCase().split(/\s+/)[0] === directive);
  const sources = (directives[at] ?? "").trim().split(/\s+/).slice(1);
  if (sources.includes("'self'")) return directives.join(";");
  const opened = [directive, ...sources.filter((source) => source !== "'none'"), "'self'"].join(" ");
  return (
    at === -1 ? [...directives.filter((one) => one.trim() !== ""), ` ${opened}`] : directives.with(at, opened)
  ).join(";");
}
