/** Cloud Storage on the loopback interface: the fake behind node:http, with latency, limits and faults. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { answerWithError, AnswerError, type Answer } from "./answer.ts";
import { OPERATIONS, planFaults, type Fault, type FaultPlan, type Operation } from "./fault.ts";
import { performOn, readCall, type Call } from "./operation.ts";
import { createStore, type Store } from "./store.ts";

export interface FakeOptions {
  /** Buckets that exist from the start. */
  readonly buckets?: readonly string[];
  /** A free one without. */
  readonly port?: number;
  /** Before each request is looked at, in ms. */
  readonly latencyMs?: number;
  /** Mutations of one object; 429 beyond. Google's limit is 1. No limit without. */
  readonly objectWritesPerSecond?: number;
  /** Mutations of a bucket; 429 beyond. No limit without. */
  readonly bucketWritesPerSecond?: number;
  /** Whether each page of a listing comes after an empty one with a token, as it may. */
  readonly hasEmptyPages?: boolean;
  /** Wall clock, ms; for generations and limits. */
  readonly now?: () => number;
  /** Called as each request arrives; what it gives, the request meets instead of what was planned. */
  readonly onRequest?: (call: Call) => Fault | undefined;
}

export interface FakeGcs {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly store: Store;
  readonly faults: FaultPlan;
  /** Requests so far, by operation; those that met a fault, too. */
  counts(): Readonly<Partial<Record<Operation, number>>>;
  resetCounts(): void;
  /** The most connections that were open at once. */
  peakConnections(): number;
  /** Resolves once no client is connected: whatever a dead one had sent has arrived by then. */
  disconnected(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a fake; `close` it. */
export async function startFakeGcs(options: FakeOptions = {}): Promise<FakeGcs> {
  const { latencyMs = 0, now = Date.now } = options;
  const store = createStore(now, limitMutations(options, now));
  for (const bucket of options.buckets ?? []) store.create(bucket);
  const perform = performOn(store, { hasEmptyPages: options.hasEmptyPages ?? false });
  const faults = planFaults();
  const counts = new Map<Operation, number>();
  const sockets = new Set<Socket>();
  let peak = 0;
  let origin = "";

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      if (latencyMs === 0) handle(request, response, body);
      else setTimeout(() => handle(request, response, body), latencyMs);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    peak = Math.max(peak, sockets.size);
    socket.on("close", () => sockets.delete(socket));
  });

  function handle(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const [path = "", search = ""] = (request.url ?? "").split(/\?(.*)/s);
    const control = controlOf(path);
    if (control !== undefined) {
      reply(response, runControl(control, body), request.method === "HEAD");
      return;
    }
    const call = readCall(request.method ?? "GET", path, new URLSearchParams(search));
    if (call === undefined) {
      reply(
        response,
        answerWithError(new AnswerError(404, "unknown", `The fake does not know ${request.method} ${path}`), false),
        false,
      );
      return;
    }
    counts.set(call.operation, (counts.get(call.operation) ?? 0) + 1);
    const fault = options.onRequest?.(call) ?? faults.take(call.operation);
    const answer = suffer(fault, call, () => {
      const arrived = fault === "damage-upload" ? damage(body) : body;
      return perform(call, { headers: request.headers, body: arrived, origin });
    });
    if (answer === "stall") return;
    if (answer === "reset") request.socket.resetAndDestroy();
    else if (fault === "return-broken-stream") breakOff(response, answer);
    else reply(response, answer, request.method === "HEAD");
  }

  /** `GET /_fake/counts` and `POST /_fake/faults {operation, faults}`, for a fake in a process of its own. */
  function runControl(control: string, body: Buffer): Answer {
    if (control === "counts") return { status: 200, body: Object.fromEntries(counts) };
    if (control === "faults") {
      const asked = JSON.parse(body.toString()) as { operation: Operation; faults: (Fault | null)[] };
      if (!OPERATIONS.includes(asked.operation))
        return { status: 400, body: { error: `no operation ${asked.operation}` } };
      faults.add(
        asked.operation,
        asked.faults.map((fault) => fault ?? undefined),
      );
      return { status: 200, body: { left: faults.left() } };
    }
    return { status: 404 };
  }

  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: origin,
    store,
    faults,
    counts: () => Object.fromEntries(counts),
    resetCounts: () => counts.clear(),
    peakConnections: () => peak,
    async disconnected() {
      while (sockets.size > 0) {
        await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
      }
    },
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function suffer(fault: Fault | undefined, { isXml }: Call, perform: () => Answer): Answer | "reset" | "stall" {
  const attempt = (): Answer => {
    try {
      return perform();
    } catch (error) {
      if (error instanceof AnswerError) return answerWithError(error, isXml);
      throw error;
    }
  };
  if (fault === undefined || fault === "return-broken-stream" || fault === "damage-upload") return attempt();
  if (fault === "return-reset-connection") return "reset";
  if (fault === "stall") return "stall";
  if (fault === "return-corrupted-data") return corrupt(attempt());
  const [, applied, then] = /^(apply-then-|return-)(.+)$/.exec(fault) ?? [];
  if (applied === "apply-then-") attempt();
  if (then === "reset" || then === "stall") return then;
  const [status = "", retryAfter] = (then ?? "").split("-retry-after-");
  const error = answerWithError(new AnswerError(Number(status), "fault", `As the test wished: ${fault}`), isXml);
  return retryAfter === undefined ? error : { ...error, headers: { ...error.headers, "retry-after": retryAfter } };
}

/** Flips a bit of what was sent: of the last byte before a closing boundary, where there is one. */
function damage(body: Buffer): Buffer {
  const damaged = Buffer.from(body);
  const boundary = body.lastIndexOf("\r\n--");
  const at = (boundary > 0 ? boundary : body.byteLength) - 1;
  damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
  return damaged;
}

function corrupt(answer: Answer): Answer {
  if (!Buffer.isBuffer(answer.body) || answer.body.byteLength === 0) return answer;
  const body = Buffer.from(answer.body);
  body.writeUInt8(body.readUInt8(0) ^ 1, 0);
  return { ...answer, body };
}

function encode({ headers, body }: Answer): { headers: Record<string, string>; bytes: Buffer } {
  if (body === undefined) return { headers: { ...headers }, bytes: Buffer.alloc(0) };
  if (Buffer.isBuffer(body)) return { headers: { ...headers }, bytes: body };
  return {
    headers: { "content-type": "application/json; charset=UTF-8", ...headers },
    bytes: Buffer.from(JSON.stringify(body)),
  };
}

function reply(response: ServerResponse, answer: Answer, isHead: boolean): void {
  const { headers, bytes } = encode(answer);
  response.writeHead(answer.status, { ...headers, "content-length": String(bytes.byteLength) });
  response.end(isHead ? undefined : bytes);
}

/** Announces all, sends half, and breaks the connection. */
function breakOff(response: ServerResponse, answer: Answer): void {
  const { headers, bytes } = encode(answer);
  response.writeHead(answer.status, { ...headers, "content-length": String(bytes.byteLength) });
  response.write(bytes.subarray(0, Math.floor(bytes.byteLength / 2)), () => response.socket?.destroy());
}

function controlOf(path: string): string | undefined {
  return path.startsWith("/_fake/") ? path.slice("/_fake/".length) : undefined;
}

/** Throws 429 for a mutation that comes too soon after the ones before it. */
function limitMutations({ objectWritesPerSecond, bucketWritesPerSecond }: FakeOptions, now: () => number) {
  const due = new Map<string, number>();
  const take = (key: string, perSecond: number, burst: number): void => {
    const time = now();
    const at = Math.max(due.get(key) ?? 0, time - burst);
    if (at > time) throw new AnswerError(429, "rateLimitExceeded", `The rate limit of ${key} was exceeded.`);
    due.set(key, at + 1000 / perSecond);
  };
  return (bucket: string, name: string): void => {
    if (bucketWritesPerSecond !== undefined) take(bucket, bucketWritesPerSecond, 1000);
    if (objectWritesPerSecond !== undefined) take(`${bucket}/${name}`, objectWritesPerSecond, 0);
  };
}
