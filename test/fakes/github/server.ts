/**
 * GitHub's REST API as far as this project asks it: state, permissions of a token, pages, limits of bodies, and faults.
 *
 * What it refuses, it refuses as the real one does (docs.github.com/rest): 401 without a token, 403 where the token may
 * not, 404, 422 for a body that is too long.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { addStatus } from "./deployments.ts";
import {
  emptyState,
  type FakeDeploymentStatus,
  type FakePullRequest,
  type GitHubState,
  type Permission,
  type Token,
} from "./state.ts";

/** What goes wrong with the `at`-th request (from 1) that matches. */
export interface GitHubFault {
  /** `POST /repos/example/stores/issues/7/comments`, or a part of it. */
  readonly match: string;
  readonly at: number;
  /** A status with headers; `reset` ends the connection before, `reset-after` after the request was carried out. */
  readonly kind:
    | "reset"
    | "reset-after"
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
}

/** A running fake. */
export interface FakeGitHub extends AsyncDisposable {
  readonly url: string;
  readonly state: GitHubState;
  readonly faults: GitHubFault[];
}

/** Longer bodies are refused, in characters. */
const MOST_BODY = 65_536;
const MOST_PAYLOAD = 65_535;
const MOST_PER_PAGE = 100;

interface Call {
  readonly repository: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: Token;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  /** One of these is enough: GitHub counts the conversation of a pull request to both. */
  readonly needs: readonly (readonly [Permission, "read" | "write"])[];
  readonly answer: (call: Call, ids: readonly string[], state: GitHubState) => Reply;
}

/** How a fake behaves where it matters. */
export interface FakeGitHubOptions {
  /** Before each request is looked at, in ms. */
  readonly latencyMs?: number;
  /** Monotonic, ms; by it GitHub's limit on what makes content is kept. No limit without. */
  readonly contentClock?: () => number;
}

/** Starts a fake on loopback for the repository `owner/name`. */
export async function startGitHub(
  repository: string,
  { latencyMs = 0, contentClock }: FakeGitHubOptions = {},
): Promise<FakeGitHub> {
  const state = emptyState();
  const faults: GitHubFault[] = [];
  const seen = new Map<GitHubFault, number>();
  const limit = contentClock === undefined ? undefined : limitContent(contentClock);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const { pathname, searchParams } = new URL(url, "http://fake");
    const body = await bodyOf(request);
    if (latencyMs > 0) await sleep(latencyMs);
    const name = `${method} ${pathname}`;
    const wait = method === "GET" ? 0 : (limit?.() ?? 0);
    if (wait > 0) {
      state.requests.push(`${name} 403`);
      return send(response, refuse(403, messageOf(403)), { "retry-after": String(wait) });
    }
    const fault = faults.find((one) => {
      if (!name.includes(one.match)) return false;
      const count = (seen.get(one) ?? 0) + 1;
      seen.set(one, count);
      return count === one.at;
    });
    if (fault?.kind === "reset") return void request.socket.destroy();
    if (fault !== undefined && typeof fault.kind === "object") {
      state.requests.push(`${name} ${fault.kind.status}`);
      return send(
        response,
        { status: fault.kind.status, body: { message: messageOf(fault.kind.status, fault.kind.headers) } },
        fault.kind.headers,
      );
    }
    const reply = replyTo(name, pathname, searchParams, body, request.headers.authorization ?? "");
    state.requests.push(`${name} ${reply.status}`);
    if (fault?.kind === "reset-after") return void request.socket.destroy();
    if (Array.isArray(reply.body)) return sendPage(response, reply.body, new URL(url, addressOf(server)), searchParams);
    send(response, reply);
  }

  function replyTo(
    name: string,
    path: string,
    query: URLSearchParams,
    body: Readonly<Record<string, unknown>>,
    authorization: string,
  ): Reply {
    const token = state.tokens.get(authorization.replace(/^(?:token|bearer) /i, ""));
    if (token === undefined) return refuse(401, "Bad credentials");
    const inside = `/repos/${repository}`;
    if (path !== inside && !path.startsWith(`${inside}/`)) return refuse(404, "Not Found");
    const method = name.split(" ", 1)[0] ?? "";
    for (const route of ROUTES) {
      const match = route.method === method ? route.pattern.exec(path.slice(inside.length)) : null;
      if (match === null) continue;
      if (!route.needs.some(([permission, level]) => may(token, permission, level)))
        return refuse(403, "Resource not accessible by integration");
      return route.answer({ repository, method, path, query, body, token }, match.slice(1), state);
    }
    return refuse(404, "Not Found");
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: addressOf(server),
    state,
    faults,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Of requests that make content. Gives the seconds that one has to wait; 0 lets it pass. See "Rate limits for the REST API". */
function limitContent(clock: () => number): () => number {
  const MINUTE = 60_000;
  const bounds = [
    { most: 80, ms: MINUTE },
    { most: 500, ms: 60 * MINUTE },
  ];
  const passed: number[] = [];
  return () => {
    const now = clock();
    const waits = bounds.map(({ most, ms }) => (passed.at(-most) ?? Number.NEGATIVE_INFINITY) + ms - now);
    const wait = Math.max(0, ...waits);
    if (wait === 0) passed.push(now);
    return Math.ceil(wait / 1000);
  };
}

const addressOf = (server: { address(): AddressInfo | string | null }): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const may = ({ permissions }: Token, permission: Permission, level: "read" | "write"): boolean =>
  permissions[permission] === "write" || (level === "read" && permissions[permission] === "read");

const refuse = (status: number, message: string): Reply => ({
  status,
  body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
});

/** What GitHub writes: clients tell its limits from each other, and from a refusal, by these words. */
function messageOf(status: number, headers: Readonly<Record<string, string>> = {}): string {
  if (status !== 403 && status !== 429) return "Server Error";
  return headers["x-ratelimit-remaining"] === "0"
    ? "API rate limit exceeded for installation."
    : "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
}

const now = "2026-03-01T09:30:00Z";
const tooLong = (field: string): Reply => refuse(422, `${field} is too long (maximum is ${MOST_BODY} characters)`);
const isTooLong = (text: unknown): boolean => typeof text === "string" && text.length > MOST_BODY;

const CONVERSATION = (level: "read" | "write"): Route["needs"] => [
  ["issues", level],
  ["pull-requests", level],
];

const headOf = ({ head = "" }: FakePullRequest, { branches }: GitHubState): string => branches.get(head) ?? "";

const ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: /^\/issues\/(\d+)\/comments$/,
    needs: CONVERSATION("read"),
    answer: (_call, [issue], state) => ({
      status: 200,
      body: state.comments.filter((one) => one.issue === Number(issue)),
    }),
  },
  {
    method: "POST",
    pattern: /^\/issues\/(\d+)\/comments$/,
    needs: CONVERSATION("write"),
    answer: ({ body: { body }, token }, [issue], state) => {
      if (isTooLong(body)) return tooLong("Body");
      const id = 1000 + state.comments.length;
      const user = { login: token.login, type: "Bot" };
      const comment = { id, body: String(body), user, issue: Number(issue), created_at: now, updated_at: now };
      state.comments.push(comment);
      return { status: 201, body: comment };
    },
  },
  {
    method: "PATCH",
    pattern: /^\/issues\/comments\/(\d+)$/,
    needs: CONVERSATION("write"),
    answer: ({ body: { body } }, [id], state) => {
      if (isTooLong(body)) return tooLong("Body");
      const at = state.comments.findIndex((one) => one.id === Number(id));
      const found = state.comments[at];
      if (found === undefined) return refuse(404, "Not Found");
      state.comments[at] = { ...found, body: String(body) };
      return { status: 200, body: state.comments[at] };
    },
  },
  {
    method: "GET",
    pattern: /^\/deployments$/,
    needs: [["deployments", "read"]],
    answer: ({ query }, _ids, state) => ({
      status: 200,
      body: state.deployments.filter(({ environment }) => environment === query.get("environment")).toReversed(),
    }),
  },
  {
    method: "GET",
    pattern: /^\/deployments\/(\d+)\/statuses$/,
    needs: [["deployments", "read"]],
    answer: (_call, [id], state) => ({
      status: 200,
      body: state.deploymentStatuses.filter((one) => one.deployment === Number(id)).toReversed(),
    }),
  },
  {
    method: "POST",
    pattern: /^\/deployments\/(\d+)\/statuses$/,
    needs: [["deployments", "write"]],
    answer: ({ body }, [id], state) => {
      if (!state.deployments.some((one) => one.id === Number(id))) return refuse(404, "Not Found");
      const { state: named, environment_url: url = "" } = body as Partial<FakeDeploymentStatus>;
      if (named === undefined) return refuse(422, "Invalid request.");
      return { status: 201, body: addStatus(state, Number(id), { state: named, environment_url: url }) };
    },
  },
  {
    method: "GET",
    pattern: /^\/commits\/([0-9a-f]{40})\/pulls$/,
    needs: [["pull-requests", "read"]],
    answer: (_call, [commit], state) => ({
      status: 200,
      body: state.pullRequests.filter((one) => one.merge_commit_sha === commit),
    }),
  },
  {
    method: "GET",
    pattern: /^\/pulls\/(\d+)$/,
    needs: [["pull-requests", "read"]],
    answer: (_call, [number], state) => {
      const found = state.pullRequests.find((one) => one.number === Number(number));
      if (found === undefined) return refuse(404, "Not Found");
      const head = { ref: found.head, sha: headOf(found, state) };
      const base = { ref: found.base ?? "main", repo: { default_branch: "main" } };
      return { status: 200, body: { ...found, head, base, merged: found.merged_at !== null } };
    },
  },
  {
    method: "GET",
    pattern: /^\/pulls\/(\d+)\/files$/,
    needs: [["pull-requests", "read"]],
    answer: (_call, [number], state) => {
      const found = state.pullRequests.find((one) => one.number === Number(number));
      if (found === undefined) return refuse(404, "Not Found");
      const files = new Set<string>();
      for (let at = headOf(found, state); state.commits.has(at); at = state.commits.get(at)?.parent ?? "")
        for (const path of Object.keys(state.commits.get(at)?.files ?? {})) files.add(path);
      return { status: 200, body: [...files].toSorted().map((filename) => ({ filename })) };
    },
  },
  {
    method: "GET",
    pattern: /^\/commits\/([0-9a-f]{40})\/check-runs$/,
    needs: [["checks", "read"]],
    answer: (_call, [sha = ""], state) => {
      const runs = state.checkRuns.get(sha) ?? [];
      return { status: 200, body: { total_count: runs.length, check_runs: runs } };
    },
  },
  {
    method: "PUT",
    pattern: /^\/pulls\/(\d+)\/merge$/,
    needs: [["contents", "write"]],
    answer: ({ body }, [number], state) => {
      const at = state.pullRequests.findIndex((one) => one.number === Number(number));
      const found = state.pullRequests[at];
      if (found === undefined) return refuse(404, "Not Found");
      const head = headOf(found, state);
      if (body["sha"] !== undefined && body["sha"] !== head)
        return refuse(409, "Head branch was modified. Review and try the merge again.");
      const runs = state.checkRuns.get(head) ?? [];
      const missing = state.requiredChecks.find(
        (name) => !runs.some((run) => run.name === name && run.conclusion === "success"),
      );
      if (found.state !== "open") return refuse(405, "Pull Request is not mergeable");
      if (missing !== undefined) return refuse(405, `Required status check "${missing}" is expected.`);
      const message = `${String(body["commit_title"])}\n\n${String(body["commit_message"])}`.trim();
      const sha = createHash("sha1").update(`merge ${number} ${head}`).digest("hex");
      const { parent = "", files = {} } = state.commits.get(head) ?? {};
      state.commits.set(sha, { message, parent, files });
      state.pullRequests[at] = { ...found, state: "closed", merged_at: now, merge_commit_sha: sha };
      return { status: 200, body: { sha, merged: true, message: "Pull Request successfully merged" } };
    },
  },
  {
    method: "GET",
    pattern: /^$/,
    needs: [["contents", "read"]],
    answer: () => ({ status: 200, body: { default_branch: "main" } }),
  },
  {
    method: "POST",
    pattern: /^\/dispatches$/,
    needs: [["contents", "write"]],
    answer: ({ body }, _ids, state) => {
      const { event_type: type, client_payload: payload = {} } = body;
      if (typeof type !== "string") return refuse(422, "Invalid request.");
      if (JSON.stringify(payload).length > MOST_PAYLOAD) return refuse(422, "client_payload is too large.");
      state.dispatches.push({ type, payload });
      return { status: 204 };
    },
  },
  {
    method: "POST",
    pattern: /^\/actions\/workflows\/([\w.-]+)\/dispatches$/,
    needs: [["actions", "write"]],
    answer: ({ body }, [workflow = ""], state) => {
      state.workflowRuns.push({ workflow, ref: String(body["ref"]), inputs: body["inputs"] ?? {} });
      return { status: 204 };
    },
  },
  {
    method: "GET",
    pattern: /^\/git\/matching-refs\/heads(?:\/|%2F)(.+)$/,
    needs: [["contents", "read"]],
    answer: (_call, [start = ""], state) => ({
      status: 200,
      body: [...state.branches]
        .filter(([name]) => name.startsWith(decodeURIComponent(start)))
        .map(([name, sha]) => ({ ref: `refs/heads/${name}`, object: { sha } })),
    }),
  },
  {
    method: "GET",
    pattern: /^\/git\/commits\/([0-9a-f]{40})$/,
    needs: [["contents", "read"]],
    answer: (_call, [sha = ""], state) => {
      const found = state.commits.get(sha);
      return found === undefined ? refuse(404, "Not Found") : { status: 200, body: { sha, message: found.message } };
    },
  },
  {
    method: "POST",
    pattern: /^\/git\/trees$/,
    needs: [["contents", "write"]],
    answer: ({ body }, _ids, state) => {
      const entries = body["tree"] as readonly { readonly path: string; readonly content?: string }[];
      const files = Object.fromEntries(entries.map(({ path, content }) => [path, content ?? null]));
      const sha = createHash("sha1").update(JSON.stringify(body)).digest("hex");
      state.trees.set(sha, files);
      return { status: 201, body: { sha } };
    },
  },
  {
    method: "POST",
    pattern: /^\/git\/commits$/,
    needs: [["contents", "write"]],
    answer: ({ body }, _ids, state) => {
      const [parent = ""] = body["parents"] as readonly string[];
      const sha = createHash("sha1")
        .update(`${state.commits.size} ${JSON.stringify(body)}`)
        .digest("hex");
      const files = state.trees.get(String(body["tree"])) ?? {};
      state.commits.set(sha, { message: String(body["message"]), parent, files });
      return { status: 201, body: { sha } };
    },
  },
  {
    method: "POST",
    pattern: /^\/git\/refs$/,
    needs: [["contents", "write"]],
    answer: ({ body }, _ids, state) => {
      const name = String(body["ref"]).replace("refs/heads/", "");
      if (state.branches.has(name)) return refuse(422, "Reference already exists");
      state.branches.set(name, String(body["sha"]));
      return { status: 201, body: { ref: body["ref"] } };
    },
  },
  {
    method: "PATCH",
    pattern: /^\/git\/refs\/heads(?:\/|%2F)(.+)$/,
    needs: [["contents", "write"]],
    answer: ({ body }, [name = ""], state) => {
      state.branches.set(decodeURIComponent(name), String(body["sha"]));
      return { status: 200, body: {} };
    },
  },
  {
    method: "GET",
    pattern: /^\/pulls$/,
    needs: [["pull-requests", "read"]],
    answer: ({ query, repository }, _ids, state) => ({
      status: 200,
      body: state.pullRequests
        .filter((one) => one.state === query.get("state"))
        .filter((one) => (query.get("head") ?? `:${one.head}`).endsWith(`:${one.head}`))
        .map((one) => ({ ...one, head: { ref: one.head, repo: { full_name: one.from ?? repository } } })),
    }),
  },
  {
    method: "POST",
    pattern: /^\/pulls$/,
    needs: [["pull-requests", "write"]],
    answer: ({ body }, _ids, state) => {
      const number = 10 + state.pullRequests.length;
      const pullRequest = {
        number,
        state: "open" as const,
        title: String(body["title"]),
        body: String(body["body"]),
        head: String(body["head"]),
        html_url: `https://git.example/pull/${number}`,
        merged_at: null,
        merge_commit_sha: null,
      };
      state.pullRequests.push(pullRequest);
      return { status: 201, body: pullRequest };
    },
  },
  {
    method: "PATCH",
    pattern: /^\/pulls\/(\d+)$/,
    needs: [["pull-requests", "write"]],
    answer: ({ body }, [number], state) => {
      const at = state.pullRequests.findIndex((one) => one.number === Number(number));
      const found = state.pullRequests[at];
      if (found === undefined) return refuse(404, "Not Found");
      state.pullRequests[at] = { ...found, ...(body as Partial<typeof found>) };
      return { status: 200, body: state.pullRequests[at] };
    },
  },
  {
    method: "GET",
    pattern: /^\/issues$/,
    needs: [["issues", "read"]],
    answer: ({ query }, _ids, state) => ({
      status: 200,
      body: state.issues
        .filter(({ user }) => query.get("creator") === null || user.login === query.get("creator"))
        .filter((one) => query.get("state") === "all" || one.state === (query.get("state") ?? "open"))
        .toReversed(),
    }),
  },
  {
    method: "POST",
    pattern: /^\/issues$/,
    needs: [["issues", "write"]],
    answer: ({ body: { title, body }, token }, _ids, state) => {
      if (isTooLong(body)) return tooLong("Body");
      const issue = {
        number: 500 + state.issues.length,
        title: String(title),
        body: String(body),
        state: "open",
        user: { login: token.login, type: "Bot" },
      };
      state.issues.push(issue);
      return { status: 201, body: issue };
    },
  },
  {
    method: "PATCH",
    pattern: /^\/issues\/(\d+)$/,
    needs: [["issues", "write"]],
    answer: ({ body }, [number], state) => {
      if (isTooLong(body["body"])) return tooLong("Body");
      const at = state.issues.findIndex((one) => one.number === Number(number));
      const found = state.issues[at];
      if (found === undefined) return refuse(404, "Not Found");
      state.issues[at] = {
        ...found,
        ...(typeof body["body"] === "string" ? { body: body["body"] } : {}),
        ...(typeof body["state"] === "string" ? { state: body["state"] } : {}),
      };
      return { status: 200, body: state.issues[at] };
    },
  },
];

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function send(response: ServerResponse, { status, body }: Reply, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

/** One page, and in the `link` header where the others are. */
function sendPage(response: ServerResponse, items: readonly unknown[], url: URL, query: URLSearchParams): void {
  const size = Math.min(MOST_PER_PAGE, Number(query.get("per_page") ?? 30));
  const page = Number(query.get("page") ?? 1);
  const pages = Math.max(1, Math.ceil(items.length / size));
  const linkTo = (number: number, relation: string): string => {
    const target = new URL(url);
    target.searchParams.set("page", String(number));
    return `<${target.href}>; rel="${relation}"`;
  };
  const links = page < pages ? [linkTo(page + 1, "next"), linkTo(pages, "last")] : [];
  const body = items.slice((page - 1) * size, page * size);
  send(response, { status: 200, body }, links.length === 0 ? {} : { link: links.join(", ") });
}
