/**
 * An installed Chromium that photographs pages, spoken to in its own protocol.
 *
 * It runs with an empty environment and a folder of its own, and has no network: every request of a page is answered
 * from memory before it would leave, and no name can be resolved. We speak through two pipes, so that no port is open.
 * Pages are the pull request's code, and the job is their wall; Chromium's own sandbox is off, because the systems that
 * runners have do not let every build of it make one.
 */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Protocol } from "devtools-protocol";
import type { ProtocolMapping } from "devtools-protocol/types/protocol-mapping.js";
import { type Browser, BrowserError, type PageView } from "../ports.ts";

/** How long it may take, in ms. */
export interface BrowserLimits {
  readonly pictureMs: number;
  /** From its start to its end. */
  readonly wholeMs: number;
}

const LIMITS: BrowserLimits = { pictureMs: 60_000, wholeMs: 240_000 };

/** Where systems put it; runners of GitHub's have the first. */
const USUAL_PLACES = [
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
] as const;

const FLAGS = [
  "--headless",
  "--remote-debugging-pipe",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-extensions",
  "--hide-scrollbars",
  "--mute-audio",
  "--host-resolver-rules=MAP * ~NOTFOUND",
  // The same page, the same pixels.
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
  "--disable-lcd-text",
] as const;

/** Where every store seems to be; nothing is asked there. */
const ORIGIN = "https://store.invalid/";

/** A page is cut here, in CSS pixels. */
const MOST_HEIGHT = 6_000;

/** Waits for what visitors see at last: every picture, every font, nothing that moves. */
const SETTLE = `(async () => {
  const still = document.createElement("style");
  still.textContent = "*,*::before,*::after{animation:none!important;transition:none!important;caret-color:transparent!important;scroll-behavior:auto!important}";
  document.head.append(still);
  const shown = [...document.images].filter((image) => image.getClientRects().length > 0);
  // Each is loaded where it is seen, in the size that suits its place there.
  for (const image of shown) {
    image.scrollIntoView({ block: "center" });
    await image.decode().catch(() => undefined);
  }
  scrollTo(0, 0);
  await document.fonts.ready;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return document.documentElement.scrollHeight;
})()`;

/** `program` empty looks in the usual places. Throws `BrowserError`. */
export async function openBrowser(program: string, limits: Partial<BrowserLimits> = {}): Promise<Browser> {
  const { pictureMs, wholeMs } = { ...LIMITS, ...limits };
  const found = findProgram(program);
  const folder = await mkdtemp(join(tmpdir(), "browser-"));
  const connection = start(found, folder);
  const late = (what: string, ms: number): NodeJS.Timeout =>
    setTimeout(() => connection.end(new BrowserError("slow", `${what} took more than ${ms / 1000} s`)), ms).unref();
  const whole = late("all pictures together", wholeMs);
  return {
    photograph: async (view) => {
      const timer = late("a picture", pictureMs);
      return photograph(connection, view).finally(() => clearTimeout(timer));
    },
    close: async () => {
      clearTimeout(whole);
      connection.end(new BrowserError("failed", "the browser was closed"));
      await connection.ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

function findProgram(asked: string): string {
  const found = (asked === "" ? USUAL_PLACES : [asked]).find(isProgram);
  if (found !== undefined) return found;
  throw new BrowserError("missing", asked === "" ? "there is no Chromium here" : `there is no program "${asked}"`, {
    hint: "install Chromium, or name its program in the input `browser`",
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

type Commands = ProtocolMapping.Commands;
type Send = <Name extends keyof Commands>(
  method: Name,
  parameters: Commands[Name]["paramsType"][0],
  session?: string,
) => Promise<Commands[Name]["returnType"]>;

interface Connection {
  readonly send: Send;
  /** Calls `hear` with each event of a session until the connection ends. */
  readonly listen: (session: string, hear: (event: Message) => void) => void;
  /** Kills the browser; what was asked and not answered fails with `reason`. */
  readonly end: (reason: BrowserError) => void;
  /** Rejects when it is ended. */
  readonly over: Promise<never>;
  /** When the process is gone. */
  readonly ended: Promise<void>;
}

/** What Chromium says: an answer has an id, an event a method. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

function start(program: string, folder: string): Connection {
  const child = spawn(program, [...FLAGS, `--user-data-dir=${folder}`, "about:blank"], {
    env: { HOME: folder, PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", TZ: "UTC" },
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    // A group of its own: its helpers end with it.
    detached: true,
  });
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const asked = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (event: Message) => void>();
  const over = Promise.withResolvers<never>();
  // Nobody may be waiting when it ends.
  over.promise.catch(() => undefined);
  let last = 0;
  let failure: BrowserError | undefined;

  function end(reason: BrowserError): void {
    failure ??= reason;
    over.reject(failure);
    for (const { reject } of asked.values()) reject(failure);
    asked.clear();
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }

  function hear(message: Message): void {
    if (message.id === undefined) {
      listeners.get(message.sessionId ?? "")?.(message);
      return;
    }
    const waiting = asked.get(message.id);
    asked.delete(message.id);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new BrowserError("failed", `the browser refused: ${message.error.message}`));
  }

  const ended = new Promise<void>((resolve) => {
    child.on("error", (cause) => {
      end(new BrowserError("failed", `the browser did not start: ${cause.message}`, { cause }));
      resolve();
    });
    child.on("exit", () => {
      end(new BrowserError("failed", "the browser ended"));
      resolve();
    });
  });
  // Its end is told by `exit`; a broken pipe says nothing more.
  input.on("error", () => undefined);
  output.on("error", () => undefined);
  readMessages(output, hear);

  const send: Send = (method, parameters, session) =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      const id = ++last;
      asked.set(id, { resolve: (result) => resolve(result as never), reject });
      const message = { id, method, params: parameters, ...(session === undefined ? {} : { sessionId: session }) };
      input.write(`${JSON.stringify(message)}\0`);
    });
  return { send, listen: (session, listener) => listeners.set(session, listener), end, over: over.promise, ended };
}

/** Messages end with a zero byte; a picture comes in many parts. */
function readMessages(output: Readable, hear: (message: Message) => void): void {
  let held: Buffer[] = [];
  output.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let to = chunk.indexOf(0); to >= 0; to = chunk.indexOf(0, from)) {
      hear(JSON.parse(Buffer.concat([...held, chunk.subarray(from, to)]).toString()) as Message);
      held = [];
      from = to + 1;
    }
    if (from < chunk.length) held.push(chunk.subarray(from));
  });
}

/** By a visitor who was never here before. */
async function photograph(connection: Connection, { fileAt, page, width }: PageView): Promise<Uint8Array> {
  const { send } = connection;
  const { browserContextId } = await send("Target.createBrowserContext", {});
  const { targetId } = await send("Target.createTarget", { url: "about:blank", browserContextId });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const tab = <Name extends keyof Commands>(method: Name, parameters: Commands[Name]["paramsType"][0]) =>
    send(method, parameters, sessionId);
  const loaded = new Promise<void>((resolve) => {
    connection.listen(sessionId, ({ method, params }) => {
      if (method === "Page.loadEventFired") resolve();
      if (method === "Fetch.requestPaused") void answer(params as Protocol.Fetch.RequestPausedEvent);
      if (method === "Page.javascriptDialogOpening")
        tab("Page.handleJavaScriptDialog", { accept: false }).catch(() => undefined);
    });
  });

  async function answer({ requestId, request }: Protocol.Fetch.RequestPausedEvent): Promise<void> {
    const path = pathOf(request.url);
    const file = path === undefined ? undefined : fileAt(path);
    const answered =
      file === undefined
        ? tab("Fetch.failRequest", { requestId, errorReason: "AddressUnreachable" })
        : tab("Fetch.fulfillRequest", {
            requestId,
            responseCode: 200,
            responseHeaders: [{ name: "content-type", value: file.contentType }],
            body: Buffer.from(file.body).toString("base64"),
          });
    // A page that has gone meanwhile needs no answer.
    await answered.catch(() => undefined);
  }

  await Promise.all([
    tab("Page.enable", undefined),
    tab("Fetch.enable", {}),
    tab("Emulation.setDeviceMetricsOverride", {
      width,
      height: width < 600 ? 740 : 900,
      deviceScaleFactor: 1,
      mobile: false,
    }),
    tab("Emulation.setEmulatedMedia", {
      features: [
        { name: "prefers-reduced-motion", value: "reduce" },
        { name: "prefers-color-scheme", value: "light" },
      ],
    }),
    tab("Emulation.setTimezoneOverride", { timezoneId: "UTC" }),
    tab("Emulation.setLocaleOverride", { locale: "en-GB" }),
  ]);
  const { errorText } = await tab("Page.navigate", {
    url: ORIGIN + encodeURI(page.replace(/(^|\/)index\.html$/, "$1")),
  });
  if (errorText !== undefined) throw new BrowserError("failed", `the page did not load: ${errorText}`);
  await Promise.race([loaded, connection.over]);
  const settled = await tab("Runtime.evaluate", { expression: SETTLE, awaitPromise: true, returnByValue: true });
  const height = Math.min(MOST_HEIGHT, Math.max(1, Number(settled.result.value) || 1));
  const { data } = await tab("Page.captureScreenshot", {
    format: "png",
    clip: { x: 0, y: 0, width, height, scale: 1 },
    captureBeyondViewport: true,
    optimizeForSpeed: true,
  });
  await send("Target.disposeBrowserContext", { browserContextId });
  return Buffer.from(data, "base64");
}

/** A folder is its page. Undefined for what is elsewhere. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith(ORIGIN)) return undefined;
  try {
    const path = decodeURIComponent(new URL(url).pathname.slice(1));
    return path === "" || path.endsWith("/") ? `${path}index.html` : path;
  } catch {
    return undefined;
  }
}
